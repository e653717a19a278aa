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
from pathlib import Path
from typing import NamedTuple

import pytest

from services.posts.app import build_api, build_relay, build_worker
from services.posts.config import PostsSettings
from shared.runtime.process import roles
from shared.runtime.settings import OTHERS, SettingsError, load
from shared.runtime.settings.names import NAMES

ROOT = Path(__file__).resolve().parents[3]
KEY = "a key of sixteen characters or more"
PASSWORD = "s3cret"
SOON = 5.0  # seconds, of a machine that does other things too


class Wrong(NamedTuple):
    """A wrong setting.

    Attributes:
        variables: The environment; `{files}` is a folder with `FILES`.
        words: What the sentence must contain.
        role: The role that is started.
        sentences: How many faults there are.
    """

    variables: dict[str, str]
    words: tuple[str, ...]
    role: str = "relay"
    sentences: int = 1


FILES = {
    "empty": b"",
    "text": b"no certificate and no key",
    "secrets-empty/mitmach_pseudonym_key": b"\n",
    "secrets-bytes/mitmach_pseudonym_key": b"\xff\xfe\xff",
    "secrets-folder/mitmach_pseudonym_key/what": b"",
    "secrets-short/mitmach_pseudonym_key": b"short\n",
}
MONGODB = "MITMACH_MONGODB_URL"
TLS = {"MITMACH_KAFKA_SECURITY_PROTOCOL": "SSL"}

WRONG = {
    "mongodb-scheme": Wrong({MONGODB: "postgres://db/"}, (MONGODB, "begin with mongodb://")),
    "mongodb-no-scheme": Wrong({MONGODB: "db:27017"}, (MONGODB, "begin with mongodb://")),
    "mongodb-no-host": Wrong({MONGODB: "mongodb://"}, (MONGODB, "name a host")),
    "mongodb-percent": Wrong({MONGODB: f"mongodb://u:{PASSWORD}%zz@db/"}, (MONGODB, "%25")),
    "mongodb-slash": Wrong({MONGODB: f"mongodb://u:{PASSWORD}/x@db/"}, (MONGODB, "%2F")),
    "mongodb-at": Wrong({MONGODB: f"mongodb://u:{PASSWORD}@x@db/"}, (MONGODB, "%40")),
    "mongodb-port": Wrong({MONGODB: "mongodb://db:99999/"}, (MONGODB, "1 to 65535")),
    "mongodb-word-as-port": Wrong({MONGODB: "mongodb://db:abc/"}, (MONGODB, "1 to 65535")),
    "mongodb-empty-host": Wrong({MONGODB: "mongodb://db,/"}, (MONGODB, "server 2")),
    "mongodb-option": Wrong({MONGODB: "mongodb://db/?replicaSett=rs0"}, (MONGODB, "option")),
    "mongodb-value": Wrong({MONGODB: "mongodb://db/?tls=maybe"}, (MONGODB, "tls")),
    "mongodb-file": Wrong({MONGODB: "mongodb://db/?tlsCAFile=/nowhere"}, (MONGODB, "no such file")),
    "mongodb-srv-port": Wrong({MONGODB: "mongodb+srv://db:27017/"}, (MONGODB, "no port")),
    "mongodb-unknown-host": Wrong(
        {MONGODB: f"mongodb://u:{PASSWORD}@nowhere.invalid/"},
        (MONGODB, "nowhere.invalid", "name of a host isn't known"),
    ),
    "mongodb-refuses": Wrong(
        {MONGODB: f"mongodb://u:{PASSWORD}@127.0.0.1:1/"},
        (MONGODB, "127.0.0.1:1", "connection refused"),
    ),
    "driver": Wrong({"MITMACH_MONGODB_DRIVER": "mongoose"}, ("MONGODB_DRIVER", "motor", "pymongo")),
    "prefix": Wrong({"MITMACH_DATABASE_PREFIX": "A B"}, ("MITMACH_DATABASE_PREFIX",)),
    "unknown": Wrong(
        {"MITMACH_MONGO_URL": "mongodb://db/"}, ("MITMACH_MONGO_URL", f"did you mean {MONGODB}?")
    ),
    "unknown-proxies": Wrong(
        {"MITMACH_TRUSTED_PROXIES": "10.0.0.1"}, ("mean MITMACH_HTTP_TRUSTED_PROXIES?",)
    ),
    "unknown-far": Wrong({"MITMACH_XYZZY": "1"}, ("MITMACH_XYZZY", "--help")),
    "proxies": Wrong(
        {"MITMACH_HTTP_TRUSTED_PROXIES": "10.0.0.0/8,nginx"},
        ("MITMACH_HTTP_TRUSTED_PROXIES", "entry 2", "10.231.87.0/24"),
    ),
    "port-range": Wrong({"MITMACH_HTTP_PORT": "70000"}, ("MITMACH_HTTP_PORT", "65535")),
    "port-word": Wrong({"MITMACH_HTTP_PORT": "http"}, ("MITMACH_HTTP_PORT", "integer")),
    "port-taken": Wrong({"MITMACH_HTTP_PORT": "{taken}"}, ("MITMACH_HTTP_PORT", "already in use")),
    "host": Wrong({"MITMACH_HTTP_HOST": "192.0.2.1"}, ("MITMACH_HTTP_HOST", "assign")),
    "host-unknown": Wrong({"MITMACH_HTTP_HOST": "nowhere.invalid"}, ("MITMACH_HTTP_HOST",)),
    "negative": Wrong({"MITMACH_HTTP_PERSON_RATE": "-1"}, ("HTTP_PERSON_RATE", "0")),
    "no-number": Wrong({"MITMACH_HTTP_PERSON_RATE": "nan"}, ("HTTP_PERSON_RATE", "finite")),
    "endless": Wrong({"MITMACH_HTTP_ADDRESS_RATE": "inf"}, ("HTTP_ADDRESS_RATE", "finite")),
    "fraction": Wrong({"MITMACH_HTTP_IN_FLIGHT": "1.5"}, ("HTTP_IN_FLIGHT", "integer")),
    "quota": Wrong({"MITMACH_QUOTA_POSTS": "-5"}, ("MITMACH_QUOTA_POSTS", "0")),
    "yes-or-no": Wrong({"MITMACH_QUOTAS": "perhaps"}, ("MITMACH_QUOTAS", "boolean")),
    "kafka-protocol": Wrong(
        {"MITMACH_KAFKA_SECURITY_PROTOCOL": "TLS"}, ("KAFKA_SECURITY_PROTOCOL", "'SASL_SSL'")
    ),
    "kafka-password": Wrong(
        {"MITMACH_KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "MITMACH_KAFKA_USERNAME": "posts"},
        ("SASL_SSL", "MITMACH_KAFKA_USERNAME", "_PASSWORD"),
    ),
    "kafka-port": Wrong({"MITMACH_KAFKA_BOOTSTRAP": "a:1,b:kafka"}, ("BOOTSTRAP", "server 2")),
    "kafka-scheme": Wrong({"MITMACH_KAFKA_BOOTSTRAP": "kafka://k:9092"}, ("BOOTSTRAP", "HOST")),
    "kafka-ca": Wrong(
        TLS | {"MITMACH_KAFKA_CA_FILE": "{files}/none.pem"},
        ("MITMACH_KAFKA_CA_FILE", "none.pem", "no such file"),
    ),
    "kafka-ca-empty": Wrong(
        {"MITMACH_KAFKA_CA_FILE": "{files}/empty"}, ("MITMACH_KAFKA_CA_FILE", "is empty")
    ),
    "kafka-ca-text": Wrong(
        TLS | {"MITMACH_KAFKA_CA_FILE": "{files}/text"},
        ("MITMACH_KAFKA_CA_FILE", "no certificate in PEM"),
    ),
    "kafka-certificate": Wrong(
        TLS | {"MITMACH_KAFKA_CERTIFICATE_FILE": "{files}/text"},
        ("MITMACH_KAFKA_CERTIFICATE_FILE", "private key in PEM"),
    ),
    "secrets-missing": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/none"}, ("MITMACH_SECRETS_DIR", "no such file")
    ),
    "secrets-file": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/text"}, ("MITMACH_SECRETS_DIR", "not a directory")
    ),
    "secret-empty": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/secrets-empty"}, ("PSEUDONYM_KEY", "is empty")
    ),
    "secret-bytes": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/secrets-bytes"}, ("PSEUDONYM_KEY", "UTF-8")
    ),
    "secret-folder": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/secrets-folder"}, ("PSEUDONYM_KEY", "is a directory")
    ),
    "secret-short": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/secrets-short", "MITMACH_PSEUDONYM_KEY": ""},
        ("MITMACH_PSEUDONYM_KEY", "16 "),
    ),
    "pseudonym-key": Wrong(
        {"MITMACH_PSEUDONYM_KEY": PASSWORD}, ("MITMACH_PSEUDONYM_KEY", "16 characters")
    ),
    "no-pseudonym-key": Wrong(
        {"MITMACH_PSEUDONYM_KEY": ""}, ("MITMACH_PSEUDONYM_KEY is missing", "pseudonyms")
    ),
    "jwks": Wrong({"MITMACH_JWKS_URL": "identity.example/jwks"}, ("JWKS_URL", "https://"), "api"),
    "jwks-host": Wrong({"MITMACH_JWKS_URL": "https:///jwks"}, ("JWKS_URL", "name a host"), "api"),
    "jwks-port": Wrong({"MITMACH_JWKS_URL": "https://i:x/"}, ("JWKS_URL", "port"), "api"),
    "key-file": Wrong(
        {"MITMACH_JWT_KEY_FILE": "{files}/none"}, ("MITMACH_JWT_KEY_FILE", "none"), "api"
    ),
    "key-file-text": Wrong(
        {"MITMACH_JWT_KEY_FILE": "{files}/text"}, ("MITMACH_JWT_KEY_FILE", "PEM"), "api"
    ),
    "no-keys": Wrong({}, ("MITMACH_JWKS_URL or MITMACH_JWT_KEY_FILE",), "api"),
    "jwt-types": Wrong({"MITMACH_JWT_TYPES": "jwt"}, ("JWT_TYPES", 'JSON list such as ["jwt"')),
    "otlp": Wrong({"MITMACH_OTLP_ENDPOINT": "collector:4318"}, ("OTLP_ENDPOINT", "http://")),
    "ratio": Wrong({"MITMACH_TRACE_RATIO": "2"}, ("MITMACH_TRACE_RATIO", "1")),
    "log-level": Wrong({"MITMACH_LOG_LEVEL": "LOUD"}, ("MITMACH_LOG_LEVEL", "'WARNING'")),
    "several": Wrong(
        {"MITMACH_HTTP_PORT": "many", MONGODB: "db", "MITMACH_LOG_FORMAT": "xml"},
        ("MITMACH_HTTP_PORT", MONGODB, "MITMACH_LOG_FORMAT"),
        sentences=3,
    ),
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("MITMACH_"):
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
