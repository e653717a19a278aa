"""Wrong settings: each ends the process with one sentence that names the variable and the reason.

What runs is what `python -m services.posts ROLE` runs. It runs in the process of the tests, because
starting Python with all modules takes longer than everything else here; one start is a real one.
"""

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from pymongo.errors import OperationFailure

from services.posts.app import build_api, build_relay, build_worker
from services.posts.config import PostsSettings
from shared.runtime.process import Part, roles
from shared.runtime.settings import OTHERS, SettingsError, load
from shared.runtime.settings.names import NAMES
from tests.unit.shared.wrong_settings import FILES, MONGODB, PASSWORD, WRONG, Wrong

ROOT = Path(__file__).resolve().parents[3]
KEY = "a key of sixteen characters or more"
SOON = 5.0  # seconds, of a machine that does other things too


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(("MITMACH_", "OTEL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MITMACH_PSEUDONYM_KEY", KEY)
    monkeypatch.setenv("MITMACH_HTTP_PORT", "0")
    monkeypatch.setenv(MONGODB, "mongodb://127.0.0.1:1/")


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def sentences(said: str) -> list[str]:
    """What was said beside the lines of the log."""
    return [line for line in said.splitlines() if not line.startswith("{")]


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_setting_ends_the_process_with_a_sentence(
    wrong: Wrong,
    files: Path,
    taken: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(roles, "DATABASE_TIMEOUT", 0.0)  # the first try is what is looked at
    for name, value in wrong.variables.items():
        monkeypatch.setenv(
            name, value.replace("{files}", str(files)).replace("{taken}", str(taken))
        )
    began = time.monotonic()
    with pytest.raises(SystemExit) as ended:
        roles.run_role(
            "posts",
            PostsSettings,
            arguments=[wrong.role],
            api=build_api,
            relay=build_relay,
            worker=build_worker,
        )
    assert time.monotonic() - began < SOON
    assert ended.value.code in {1, 2}
    said = capsys.readouterr().err
    found = sentences(said)
    assert len(found) == wrong.sentences, said
    assert all(line.endswith((".", "?")) for line in found), found
    for word in wrong.words:
        assert word in said
    assert "Traceback" not in said
    assert PASSWORD not in said


def test_a_real_process_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITMACH_MONGO_URL", f"mongodb://u:{PASSWORD}@db/")
    ran = subprocess.run(
        [sys.executable, "-m", "services.posts", "worker"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert ran.stderr == f"The setting MITMACH_MONGO_URL doesn't exist; did you mean {MONGODB}?\n"


@pytest.mark.parametrize("command", ["init", "dlq list", "relay status", "migrate posts"])
def test_so_do_commands(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loaded in a process of their own they would take as long as all the others together."""
    from typer.testing import CliRunner

    from mitmach.__main__ import app

    monkeypatch.setenv("MITMACH_KAFKA_BOOTSTRAP", "kafka:http")
    monkeypatch.setenv("MITMACH_MONGODB_URL", "db:27017")
    ran = CliRunner().invoke(app, command.split())
    assert ran.exit_code == 1
    assert "Traceback" not in ran.output
    assert "MITMACH_MONGODB_URL" in ran.output or "MITMACH_KAFKA_BOOTSTRAP" in ran.output


def test_a_database_user_without_rights_ends_the_process_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "not authorized on mitmach_posts to execute command { create: secret }"

    async def answers(*arguments: object) -> None:
        del arguments

    def build(*arguments: object) -> AbstractAsyncContextManager[Part]:
        del arguments
        raise OperationFailure(said, 13, {"errmsg": said, "code": 13})

    monkeypatch.setattr(roles, "_database_ready", answers)
    with pytest.raises(SystemExit) as ended:
        roles.run_role("posts", PostsSettings, arguments=["relay"], relay=build)
    assert ended.value.code == 1
    told = capsys.readouterr().err
    (sentence,) = sentences(told)
    assert sentence.startswith("MongoDB says: not authorized on mitmach_posts. ")
    assert MONGODB in sentence
    assert "CRITICAL" not in told
    assert "secret" not in told


def test_what_other_programs_of_ours_read_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*OTHERS - {"MITMACH_SECRETS_DIR"}, "MITMACH_QUOTA_GROUPS", "MITMACH_METRICS_URL"):
        monkeypatch.setenv(name, "1")
    assert load(PostsSettings, mongodb_url="mongodb://db/").database_prefix == "mitmach_"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MITMACH_ORIGIN_SERVICE_HOST", "10.0.0.1"),
        ("MITMACH_ORIGIN_SERVICE_PORT", "8080"),
        ("MITMACH_ORIGIN_SERVICE_PORT_HTTP", "8080"),
        ("MITMACH_ORIGIN_PORT", "tcp://10.0.0.1:8080"),
        ("MITMACH_ORIGIN_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
        ("MITMACH_ORIGIN_PORT_8080_TCP_ADDR", "10.0.0.1"),
    ],
)
def test_nor_is_what_an_orchestrator_tells_of_its_services(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    load(PostsSettings)
    monkeypatch.setenv("MITMACH_ORIGIN_PORT", "8080")
    with pytest.raises(SettingsError, match="MITMACH_ORIGIN_PORT"):
        load(PostsSettings)


def test_every_variable_that_the_repository_sets_is_known() -> None:
    import re

    known = NAMES | OTHERS
    places = ["docker-compose.yml", "Makefile", *map(str, sorted(ROOT.glob("k8s/**/*.yaml")))]
    places += [str(file) for file in sorted(ROOT.glob("deploy/**/*")) if file.is_file()]
    places += [str(file) for file in sorted(ROOT.glob(".github/**/*.yml"))]
    for place in places:
        text = (ROOT / place).read_text()
        assert set(re.findall(r"\bMITMACH_[A-Z0-9_]+", text)) <= known | {"MITMACH_"}, place
