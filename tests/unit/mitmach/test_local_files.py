"""What a platform leaves in its folder for scripts and for the other commands."""

import json
import os
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from mitmach.__main__ import app
from mitmach.addresses import Addresses, read_addresses, write_addresses
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.child import EmbeddedFailure
from shared.runtime.settings import IdentitySettings
from shared.web.http import build_verifier


def test_addresses_are_read_while_their_platform_runs(tmp_path: Path) -> None:
    written = Addresses("http://127.0.0.1:1", "127.0.0.1:2", "mongodb://127.0.0.1:3", os.getpid())
    write_addresses(tmp_path, written)

    assert read_addresses(tmp_path) == written
    assert json.loads((tmp_path / "addresses.json").read_text())["kafka"] == "127.0.0.1:2"


@pytest.mark.parametrize(
    "content", [None, "{", "{}", '{"http":"","kafka":"","mongodb":"","pid":0}']
)
def test_without_a_running_platform_the_answer_says_how_to_start_one(
    tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "addresses.json").write_text(content.replace(":0}", ":4194305}"))

    with pytest.raises(EmbeddedFailure, match="mitmach up"):
        read_addresses(tmp_path)


def test_secrets_outlive_a_restart_and_are_for_their_owner_only(tmp_path: Path) -> None:
    first, second = DevelopmentSecrets(tmp_path), DevelopmentSecrets(tmp_path)

    assert first.pseudonym_key == second.pseudonym_key
    for name in ("private.pem", "pseudonym.key"):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600


def test_the_command_line_signs_no_token_that_would_be_refused(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["token", "me", "--data", str(tmp_path)])
    assert answer.exit_code == 2
    assert "The id is `me`" in answer.output


async def test_a_token_of_the_command_line_is_accepted_with_its_roles(tmp_path: Path) -> None:
    command = ["token", "anna", "--role", "admin", "--role", "editor", "--data", str(tmp_path)]
    secrets = DevelopmentSecrets(tmp_path)
    answer = CliRunner().invoke(app, command)
    settings = IdentitySettings(
        jwt_key_file=secrets.public_file, pseudonym_key=SecretStr(secrets.pseudonym_key)
    )

    verifier = build_verifier(settings)
    async with verifier.running():
        principal = await verifier.authenticate(answer.output.strip())

    assert principal.subject == "anna"
    assert principal.roles == {"admin", "editor"}
