"""`make audit` says what it found, and that it found nothing out where it couldn't ask."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tooling import audit
from tooling.audit import BROKEN, FINE, LOCKS, NAMED, VULNERABLE, Verdict, conclusion, verdict

PINS = {"runtime": {"starlette": "0.1"}, "dev": {"starlette": "0.1", "pytest": "9.0"}}
HOLE = {"id": "GHSA-1", "aliases": ["CVE-1"], "fix_versions": ["0.2"], "description": "Bad."}
TRACE = (
    'Traceback (most recent call last):\n  File "x"\nrequests.exceptions.ConnectionError: refused'
)


def told(code: int, *dependencies: dict[str, Any]) -> Verdict:
    return verdict(
        "dev",
        code,
        json.dumps(
            {"dependencies": dependencies, "fixes": []},
        ),
        "",
        PINS,
    )


def test_a_hole_fails_and_is_named_with_its_locks_and_its_remedy() -> None:
    found = told(1, {"name": "starlette", "version": "0.1", "vulns": [HOLE]})
    assert found == Verdict(
        VULNERABLE,
        ("VULNERABLE: starlette 0.1 (runtime, dev): GHSA-1, CVE-1; fixed in 0.2",),
        asked=True,
    )
    assert conclusion([found])[0] == VULNERABLE


def test_no_hole_is_said_and_doesnt_fail() -> None:
    found = told(0, {"name": "pytest", "version": "9.0", "vulns": []})
    assert conclusion([found]) == (FINE, "No locked dependency is known to be vulnerable.")


@pytest.mark.parametrize(
    "errors",
    [
        TRACE,
        "ERROR:pip_audit._cli:Could not connect to OSV's vulnerability feed",
        "pip_audit._service.interface.ServiceError",
    ],
)
def test_a_database_out_of_reach_is_a_loud_skip_and_no_clean_result(errors: str) -> None:
    skipped = verdict("dev", 1, "", errors, PINS)
    code, sentence = conclusion([skipped])
    assert code == FINE
    assert sentence.startswith("SKIPPED")
    assert "NOT checked" in sentence


def test_a_hole_counts_although_a_later_lock_wasnt_checked() -> None:
    found = told(1, {"name": "starlette", "version": "0.1", "vulns": [HOLE]})
    assert conclusion([found, verdict("tools", 1, "", TRACE, PINS)])[0] == VULNERABLE


def test_a_package_that_wasnt_looked_up_fails() -> None:
    found = told(0, {"name": "odd", "skip_reason": "no version"})
    assert (found.code, found.sentences) == (
        VULNERABLE,
        ("NOT CHECKED: odd of dev.txt: no version",),
    )


@pytest.mark.parametrize(
    ("output", "errors"),
    [("", "ValueError: no such option"), ("", ""), ("[]", ""), ("nonsense", "")],
)
def test_a_tool_that_fails_otherwise_is_neither_fine_nor_skipped(output: str, errors: str) -> None:
    assert verdict("dev", 1, output, errors, PINS).code == BROKEN


def test_the_audit_reads_each_lock_and_ends_when_nobody_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def run(command: list[Any], **how: object) -> subprocess.CompletedProcess[str]:
        asked.append(Path(command[2]).stem)
        out = json.dumps({"dependencies": []}) if asked[-1] != "peers" else ""
        return subprocess.CompletedProcess(command, 0 if out else 1, out, TRACE)

    monkeypatch.setattr("subprocess.run", run)
    assert audit.main() == FINE
    assert asked == ["dev", "tools", "peers"]
    assert capsys.readouterr().out.splitlines()[-1].startswith("SKIPPED")


def test_what_is_asked_about_covers_every_lock() -> None:
    pins = {lock: audit.pinned(LOCKS / f"{lock}.txt") for lock in NAMED}
    assert {lock.stem for lock in LOCKS.glob("*.txt")} == set(NAMED)
    asked = {item for lock in audit.ASKED for item in pins[lock].items()}
    assert {item for lock in NAMED for item in pins[lock].items()} <= asked


@pytest.mark.parametrize("lock", NAMED)
def test_a_lock_has_a_hash_for_every_package_and_no_address(lock: str) -> None:
    text = (LOCKS / f"{lock}.txt").read_text()
    assert "://" not in text
    assert not re.search(r"--(extra-)?index-url|--find-links", text)
    requirements = re.split(r"\n(?=[\w.-]+==)", text)[1:]
    assert requirements
    assert [one for one in requirements if "--hash=sha256:" not in one] == []
