"""Settings: read from the environment, and one helpful sentence when something is wrong."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from shared.runtime.settings import ServiceSettings, SettingsError, cors_origins, describe, load
from shared.web.http import build_verifier, cursor_key

KEY = "a key of sixteen characters or more"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("MITMACH_"):
            monkeypatch.delenv(name)


def test_settings_come_from_the_environment_and_values_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITMACH_PSEUDONYM_KEY", KEY)
    monkeypatch.setenv("MITMACH_HTTP_PORT", "8123")
    monkeypatch.setenv("MITMACH_HTTP_HOST", "")
    settings = load(ServiceSettings, kafka_bootstrap="kafka:9092")
    assert settings.http_port == 8123
    assert settings.http_host == "127.0.0.1"
    assert settings.kafka_bootstrap == "kafka:9092"
    assert settings.pseudonym_key.get_secret_value() == KEY
    assert settings.database_name("posts") == "mitmach_posts"


def test_secrets_can_be_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mitmach_pseudonym_key").write_text(KEY)
    monkeypatch.setenv("MITMACH_SECRETS_DIR", str(tmp_path))
    assert load(ServiceSettings).pseudonym_key.get_secret_value() == KEY


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ["MITMACH_PSEUDONYM_KEY", "missing", "logins"]),
        ({"pseudonym_key": "short"}, ["MITMACH_PSEUDONYM_KEY", "wrong", "16"]),
        ({"pseudonym_key": KEY, "http_port": "many"}, ["MITMACH_HTTP_PORT", "wrong", "integer"]),
        ({"pseudonym_key": KEY, "mongodb_driver": "mongoose"}, ["motor", "pymongo"]),
        ({"pseudonym_key": KEY, "jwks_url": "file:///etc/passwd"}, ["MITMACH_JWKS_URL"]),
        (
            {"pseudonym_key": KEY, "kafka_security_protocol": "SASL_SSL"},
            ["SASL_SSL", "MITMACH_KAFKA_USERNAME"],
        ),
    ],
)
def test_what_is_wrong_is_one_sentence_that_names_the_variable(
    values: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(SettingsError) as failed:
        load(ServiceSettings, **values)
    text = str(failed.value)
    assert all(word in text for word in words), text
    assert "\n" not in text
    assert text.endswith(".")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("https://mitmach.example", "https://mitmach.example"),
        ("https://mitmach.example/", "https://mitmach.example"),
        (" HTTPS://Mitmach.Example/Intranet// ", "https://mitmach.example/Intranet"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_the_public_address_has_one_spelling(given: str, kept: str) -> None:
    assert load(ServiceSettings, pseudonym_key=KEY, public_url=given).public_url == kept


@pytest.mark.parametrize(
    "given",
    [
        "mitmach.example",
        "/mitmach",
        "//mitmach.example",
        "ftp://mitmach.example",
        "https://",
        "https:mitmach.example",
        "https://:8080",
        "https://mitmach.example?tenant=1",
        "https://mitmach.example/?",
        "https://mitmach.example/#board",
        "https://admin:secret@mitmach.example",
        "https://mitmach.example:many",
        "https://mitmach.example:70000",
        "https://[::1",
        "https://mit mach.example",
        'https://mitmach.example/"quoted"',
        "https://mitmäch.example",
    ],
)
def test_what_is_no_address_of_an_installation_is_told(given: str) -> None:
    with pytest.raises(SettingsError, match="MITMACH_PUBLIC_URL is wrong .*https://"):
        load(ServiceSettings, pseudonym_key=KEY, public_url=given)


def test_origins_are_written_as_browsers_write_them() -> None:
    text = " https://Intranet.example/, https://app.example:443,http://localhost:5173, \
    http://localhost:80,capacitor://localhost,https://app.example "
    settings = load(ServiceSettings, pseudonym_key=KEY, http_cors_origins=text)
    assert cors_origins(settings.http_cors_origins) == (
        "https://intranet.example",
        "https://app.example",
        "http://localhost:5173",
        "http://localhost",
        "capacitor://localhost",
    )
    assert cors_origins(load(ServiceSettings, pseudonym_key=KEY).http_cors_origins) == ()


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "https://*",
        "https://*.example",
        "null",
        "intranet.example",
        "https://intranet.example/app",
        "https://intranet.example?",
        "https://me@intranet.example",
        "https://intranet.example https://app.example",
        "https://intranet.example, *",
    ],
)
def test_origins_are_named_one_by_one(text: str) -> None:
    with pytest.raises(SettingsError, match="MITMACH_HTTP_CORS_ORIGINS is wrong .* no wildcard"):
        load(ServiceSettings, pseudonym_key=KEY, http_cors_origins=text)


def test_no_secret_and_no_value_is_shown() -> None:
    settings = load(ServiceSettings, pseudonym_key=KEY)
    assert KEY not in repr(settings)
    with pytest.raises(SettingsError) as failed:
        load(ServiceSettings, pseudonym_key=KEY, mongodb_driver="s3cret")
    assert "s3cret" not in str(failed.value)


class NotesSettings(ServiceSettings):
    notes_kept: int = Field(default=90, description="Days that notes are kept")


def test_the_help_names_every_setting_with_meaning_and_default() -> None:
    text = describe(NotesSettings)
    assert "MITMACH_NOTES_KEPT\n      Days that notes are kept [default 90]" in text
    assert "MITMACH_PSEUDONYM_KEY" in text
    assert "[required]" in text
    for name, field in NotesSettings.model_fields.items():
        assert field.description, name
        assert f"MITMACH_{name.upper()}" in text


def test_without_keys_no_token_can_be_checked_and_that_is_said() -> None:
    with pytest.raises(SettingsError, match="MITMACH_JWKS_URL or MITMACH_JWT_KEY_FILE"):
        build_verifier(load(ServiceSettings, pseudonym_key=KEY))


def test_a_bad_key_file_is_named() -> None:
    settings = load(ServiceSettings, pseudonym_key=KEY, jwt_key_file="/nowhere/keys.json")
    with pytest.raises(SettingsError, match="/nowhere/keys.json"):
        build_verifier(settings)


def test_replicas_derive_the_same_cursor_key_and_not_the_pseudonym_key() -> None:
    one, other = (load(ServiceSettings, pseudonym_key=KEY) for _ in range(2))
    assert cursor_key(one) == cursor_key(other)
    assert cursor_key(one) != KEY.encode()
    explicit = load(ServiceSettings, pseudonym_key=KEY, cursor_key="x" * 20)
    assert cursor_key(explicit) == b"x" * 20
