"""Asks an advisory database whether a locked dependency is known to be vulnerable.

Run as `make audit`. It fails when one is, and when the tool itself fails. Where the database can't
be reached it says loudly that nothing was checked, and doesn't fail: a network that is closed is no
fault of the dependencies, and a check that fails there would soon be left out everywhere.

The locks are read as they are: nothing is resolved, downloaded or installed.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
TOOL = Path(sys.prefix) / "tools" / "bin" / "pip-audit"
LOCKS = ROOT / "requirements"
# These name every package: what the image has (runtime) and what `make demo` has (embedded) is part
# of what developers have.
ASKED = ("dev", "tools", "peers")
NAMED = ("runtime", "embedded", *ASKED)

FINE, VULNERABLE, BROKEN = 0, 1, 2  # exit codes
# For an answer of the database; it is asked some two hundred times, and a time-out ends it all.
_SECONDS = 15

# How the tool ends when its database doesn't answer: with a message, or with what requests raised.
_UNREACHED = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|ServiceError"
    r"|Could not connect|may be blocking"
)

Pins = Mapping[str, Mapping[str, str]]
"""Versions by package by lock."""


class Verdict(NamedTuple):
    """What was found out about one lock.

    Attributes:
        code: `FINE`, `VULNERABLE` or `BROKEN`: an exit code.
        sentences: Lines to print for whoever ran it.
        asked: Whether the database answered.
    """

    code: int
    sentences: tuple[str, ...]
    asked: bool


def verdict(lock: str, code: int, output: str, errors: str, pins: Pins) -> Verdict:
    """What a run of the tool says.

    Args:
        lock: Name of the lock that it read, without the ending.
        code: The tool's exit code.
        output: The tool's standard output: JSON, if it came that far.
        errors: The tool's standard error.
        pins: Versions in all locks, to tell where a package is used.
    """
    try:
        dependencies: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, LookupError, TypeError):
        last = (errors.strip() or "it said nothing").splitlines()[-1]
        if _UNREACHED.search(errors):
            return Verdict(FINE, (f"SKIPPED {lock}.txt: {last}",), asked=False)
        return Verdict(BROKEN, (f"BROKEN: pip-audit ended with {code}: {last}",), asked=False)
    unread = tuple(
        f"NOT CHECKED: {package['name']} of {lock}.txt: {package['skip_reason']}"
        for package in dependencies
        if "skip_reason" in package
    )
    found = tuple(_findings(dependencies, pins))
    if found or unread:
        return Verdict(VULNERABLE, found + unread, asked=True)
    if code:
        return Verdict(BROKEN, (f"BROKEN: pip-audit found nothing and ended with {code}",), True)
    sentence = f"{lock}.txt: {len(dependencies)} packages, none known to be vulnerable"
    return Verdict(FINE, (sentence,), asked=True)


def _findings(dependencies: Sequence[Mapping[str, Any]], pins: Pins) -> Iterator[str]:
    for package in dependencies:
        for found in package.get("vulns", ()):
            pin = (package["name"], package["version"])
            where = [lock for lock in NAMED if pin in pins.get(lock, {}).items()]
            names = ", ".join([found["id"], *found.get("aliases", ())])
            fixed = " or ".join(found.get("fix_versions", ())) or "no version yet"
            yield (
                f"VULNERABLE: {package['name']} {package['version']} ({', '.join(where)}): {names};"
                f" fixed in {fixed}"
            )


def conclusion(verdicts: Sequence[Verdict]) -> tuple[int, str]:
    """The exit code and last sentence of a whole audit: the worst counts."""
    code = max(found.code for found in verdicts)
    if code == VULNERABLE:
        return code, "Raise the bound in pyproject.toml (or requirements/*.in), then: make lock"
    if code == BROKEN:
        return code, "The audit itself failed: this says nothing about the dependencies."
    if not all(found.asked for found in verdicts):
        return code, (
            "SKIPPED: the advisory database can't be reached from here, so the dependencies were"
            " NOT checked. Run it again where it can be reached."
        )
    return code, "No locked dependency is known to be vulnerable."


def pinned(lock: Path) -> dict[str, str]:
    """Versions by package."""
    return dict(
        re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", lock.read_text(), re.MULTILINE)
    )


def main() -> int:
    """Audits all locks."""
    pins = {lock: pinned(LOCKS / f"{lock}.txt") for lock in NAMED}
    verdicts = []
    for lock in ASKED:
        command = [
            *(str(TOOL), "--requirement", str(LOCKS / f"{lock}.txt")),
            *("--require-hashes", "--disable-pip"),
            *("--vulnerability-service", "osv", "--timeout", str(_SECONDS)),
            *("--format", "json", "--progress-spinner", "off"),
        ]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        verdicts.append(verdict(lock, run.returncode, run.stdout, run.stderr, pins))
        sys.stdout.write("".join(f"{sentence}\n" for sentence in verdicts[-1].sentences))
        if not verdicts[-1].asked:
            break
    code, sentence = conclusion(verdicts)
    sys.stdout.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
