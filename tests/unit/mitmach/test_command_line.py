"""The command line: versions, tokens, and lines that can be pasted."""

import shlex
import sys
from pathlib import Path

import jwt
import pytest
from aiokafka.errors import KafkaConnectionError
from pymongo.errors import OperationFailure
from typer.testing import CliRunner

from mitmach.__main__ import app
from mitmach.commands.common import HERE, pasteable
from mitmach.connection import _explained
from mitmach.development import DevelopmentSecrets
from shared.contract.errors import Unavailable
from shared.delivery.kafka import KafkaConnection


def says(*words: str, code: int = 0) -> str:
    ran = CliRunner().invoke(app, list(words), terminal_width=200)
    assert ran.exit_code == code, ran.output
    return ran.output.strip()


def claims(token: str) -> dict[str, object]:
    found: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_the_version_is_an_option_as_well_as_a_command() -> None:
    assert says("--version") == says("version")
    assert says("--version").startswith("mitmach ")


def test_a_token_needs_the_folder_of_a_platform_and_makes_none(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    assert "isn't the folder of a platform" in says("token", "ann", "--data", str(folder), code=2)
    assert not folder.exists()
    DevelopmentSecrets(folder)
    assert claims(says("token", "ann", "--data", str(folder)))["sub"] == "ann"


def test_a_token_has_only_roles_that_there_are(tmp_path: Path) -> None:
    DevelopmentSecrets(tmp_path)
    data = ("--data", str(tmp_path))
    refused = says("token", "ann", "--role", "emperor", "--role", "admin", *data, code=2)
    assert "There is no role emperor" in refused
    granted = says("token", "ann", "--role", "service", "--role", "admin", *data)
    assert claims(granted)["roles"] == ["admin", "service"]


def test_a_token_is_signed_with_the_key_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DevelopmentSecrets(tmp_path)
    key = tmp_path / "keys" / "private.pem"
    monkeypatch.setenv("MITMACH_SIGNING_KEY_FILE", str(key))
    assert claims(says("token", "ann"))["sub"] == "ann"
    monkeypatch.setenv("MITMACH_SIGNING_KEY_FILE", str(tmp_path / "missing.pem"))
    assert "can't be read: No such file" in says("token", "ann", code=2)


@pytest.mark.parametrize(
    ("called", "program"),
    [
        ("/some place/.venv/bin/mitmach", ["/some place/.venv/bin/mitmach"]),
        ("/site-packages/mitmach/__main__.py", [sys.executable, "-m", "mitmach"]),
    ],
)
def test_a_printed_command_can_be_pasted(
    monkeypatch: pytest.MonkeyPatch, called: str, program: list[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [called, "demo"])
    words = ("token", "operator", "--role", "admin")
    assert shlex.split(pasteable(*words, data=HERE)) == [*program, *words]
    elsewhere = Path("/a folder")
    assert shlex.split(pasteable(*words, data=elsewhere)) == [
        *program,
        *words,
        *("--data", "/a folder"),
    ]


def test_what_a_server_refuses_is_a_sentence() -> None:
    kafka = KafkaConnection(bootstrap="broker:9092")
    details = {"errmsg": "not authorized on mitmach_posts to execute command { find: 'relay' }"}
    with pytest.raises(Unavailable, match=r"not authorized on mitmach_posts\. The user"):
        with _explained(kafka):
            raise OperationFailure("refused", 13, details)
    with pytest.raises(OperationFailure):
        with _explained(kafka):
            raise OperationFailure("a bug", 9)
    with pytest.raises(Unavailable, match="Kafka at broker:9092: KafkaConnectionError"):
        with _explained(kafka):
            raise KafkaConnectionError("no")
