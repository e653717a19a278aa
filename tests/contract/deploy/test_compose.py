"""What the compose file promises: secure by default, every role there, one origin in front."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from mitmach.development import DevelopmentSecrets
from mitmach.installation.run import install
from mitmach.installation.secrets import DATA_TEAMS, create, data_passwords
from mitmach.services import SERVICES
from shared.contract.services import ServiceName
from shared.runtime.process import Stopped
from shared.runtime.settings import HttpSettings, IdentitySettings, load
from shared.web.http import build_verifier
from shared.web.identity import KeysUnavailable

ROOT = Path(__file__).parents[3]
FILE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = FILE["services"]
DOOR = (ROOT / "deploy/data-door/nginx.conf").read_text()
ROLES = {f"{service.name}-{role}" for service in SERVICES for role in service.roles}

every = pytest.mark.parametrize("name", sorted(CONTAINERS))


def seconds(duration: str) -> int:
    return int(duration.removesuffix("s"))


@every
def test_images_have_a_version(name: str) -> None:
    image, _, tag = CONTAINERS[name]["image"].partition(":")
    assert tag
    assert tag != "latest"
    assert "build" in CONTAINERS[name] or image != "mitmach" or name == "demo"


def test_nothing_but_the_origin_grafana_and_a_door_on_request_is_published() -> None:
    published = {name for name, one in CONTAINERS.items() if "ports" in one}
    assert published == {"origin", "grafana", "data-door"}
    assert FILE["networks"]["back"]["internal"] is True
    for name in {*ROLES, "mongodb", "kafka", "prometheus", "alertmanager"}:
        # Tokens are checked in the APIs, with keys that are fetched from outside.
        networks = ["back", "out"] if name.endswith("-api") else ["back"]
        assert CONTAINERS[name]["networks"] == networks


def test_the_door_of_data_teams_is_opened_on_request_and_on_this_machine_only() -> None:
    door = CONTAINERS["data-door"]
    assert door["profiles"] == ["data"]
    (ports,) = door["ports"]
    address, _, published = ports.rpartition("}:")
    assert address == "${KAFKA_DATA_ADDRESS:-127.0.0.1"
    inside = {int(port) for port in re.findall(r"listen (\d+);", DOOR)}
    first, last = map(int, published.split(":")[0].split("-"))
    assert published == f"{first}-{last}:{first}-{last}"
    assert inside == set(range(first, last + 1))
    led_to = dict(re.findall(r"^ +(\d+) ([a-z0-9-]+:\d+);$", DOOR, re.MULTILINE))
    for name, port in zip(("kafka", "kafka-2", "kafka-3"), sorted(inside), strict=True):
        environment = CONTAINERS[name]["environment"]
        own = re.findall(r"DATA://:(\d+)", environment["KAFKA_LISTENERS"])
        assert led_to[str(port)] == f"{name}:{own[0]}"
        # What a broker calls itself is what leads to that broker.
        advertised = environment["KAFKA_ADVERTISED_LISTENERS"]
        assert f"DATA://${{KAFKA_DATA_HOST:-localhost}}:{port}" in advertised
        # Nobody comes in there without a password, and the administrator not at all.
        assert "DATA:SASL_PLAINTEXT" in environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"]
        assert environment["KAFKA_LISTENER_NAME_DATA_SASL_ENABLED_MECHANISMS"] == "SCRAM-SHA-512"


def test_the_door_with_tls_is_the_same_door() -> None:
    folder = ROOT / "deploy" / "data-door"
    tls = (folder / "tls.conf").read_text()
    assert re.findall(r"listen (\d+) ssl;", tls) == re.findall(r"listen (\d+);", DOOR)
    assert not re.findall(r"listen (\d+);", tls)
    for part in (r"(?s)map .*?\}", r"proxy_\w+ .*?;", r"resolver .*?;"):
        assert re.findall(part, tls) == re.findall(part, DOOR)
    (certificate,) = re.findall(r"ssl_certificate (\S+)/tls.crt;", tls)
    volumes = yaml.safe_load((folder / "tls.yaml").read_text())["services"]["data-door"]["volumes"]
    (conf,) = (one.rpartition("nginx.conf:ro")[0] for one in CONTAINERS["data-door"]["volumes"])
    assert volumes == [
        f"./deploy/data-door/tls.conf{conf.removeprefix('./deploy/data-door/nginx.conf')}nginx.conf:ro",
        f"./secrets/data-door:{certificate}:ro",
    ]


def test_the_list_of_data_teams_is_made_by_the_operator_and_never_by_docker(
    tmp_path: Path,
) -> None:
    init = CONTAINERS["init"]
    (volume,) = init["volumes"]
    assert volume["target"] == init["environment"]["MITMACH_DATA_TEAMS_DIR"]
    assert volume["read_only"] is True
    # An empty folder in its place would take all rights.
    assert volume["bind"] == {"create_host_path": False}
    create(tmp_path / "secrets", mongodb="mongodb:27017")
    assert (tmp_path / volume["source"]).is_dir()
    assert list((tmp_path / volume["source"]).iterdir()) == []


def test_a_data_team_gets_a_password_once_and_a_wrong_name_none(tmp_path: Path) -> None:
    made = create(tmp_path, mongodb="mongodb:27017", data_teams=["hr", "people-analytics"])
    teams = data_passwords(tmp_path / DATA_TEAMS)
    assert {tmp_path / DATA_TEAMS / name for name in ("hr", "people-analytics")} <= set(made)
    assert list(teams) == ["hr", "people-analytics"]
    assert len(set(teams.values())) == 2
    assert create(tmp_path, mongodb="mongodb:27017", data_teams=["hr"]) == []
    for wrong in ("", "HR", "../hr", "hr_pay", "hr.", "-hr", "hr--pay", "x" * 41):
        with pytest.raises(ValueError, match="data team"):
            create(tmp_path, mongodb="mongodb:27017", data_teams=[wrong])
    (tmp_path / DATA_TEAMS / "..data").mkdir()  # as a mounted secret has it
    assert data_passwords(tmp_path / DATA_TEAMS) == teams
    (tmp_path / DATA_TEAMS / "hr").write_text("\n")
    with pytest.raises(ValueError, match="empty"):
        data_passwords(tmp_path / DATA_TEAMS)


async def test_a_list_of_data_teams_that_cant_be_read_stops_before_anything_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "HR").write_text("a password")
    for folder, fault in ((tmp_path / "gone", "can't be read"), (tmp_path, "'HR' can't be")):
        monkeypatch.setenv("MITMACH_DATA_TEAMS_DIR", str(folder))
        with pytest.raises(Stopped, match=fault):
            await install(Console(quiet=True))


def test_only_the_network_of_the_origin_says_who_a_client_is() -> None:
    (named,) = FILE["networks"]["back"]["ipam"]["config"]
    (subnet,) = re.findall(r":-([0-9./]+)}", named["subnet"])
    for name in ROLES:
        variable = CONTAINERS[name]["environment"]["MITMACH_HTTP_TRUSTED_PROXIES"]
        assert variable == f"${{MITMACH_HTTP_TRUSTED_PROXIES:-{subnet}}}"
    origin = (ROOT / "deploy/origin/nginx.conf").read_text()
    assert "X-Forwarded-For $proxy_add_x_forwarded_for;" in origin


def test_an_identity_provider_can_be_named_and_switches_the_development_key_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    create(tmp_path, mongodb="mongodb:27017")
    chosen = {
        "MITMACH_JWKS_URL": "https://identity.example/jwks",
        "MITMACH_JWT_ISSUER": "https://identity.example/",
        "MITMACH_JWT_AUDIENCE": "intranet",
        "MITMACH_JWT_PERSON_CLAIM": "oid",
        "MITMACH_JWT_ROLES_CLAIM": "groups",
    }
    for name in ROLES:
        environment = CONTAINERS[name]["environment"]
        assert {one: environment[one] for one in chosen} == {one: f"${{{one}:-}}" for one in chosen}
    monkeypatch.setenv("MITMACH_JWT_KEY_FILE", str(tmp_path / "jwt_public.json"))
    monkeypatch.setenv("MITMACH_PSEUDONYM_KEY", "x" * 16)
    token = DevelopmentSecrets(tmp_path).token("anna", ["admin"])
    for variable in chosen:
        monkeypatch.setenv(variable, "")  # as compose sets what nobody has chosen
    assert build_verifier(load(IdentitySettings)).verify(token).roles == {"admin"}
    # The address alone is enough, whatever else was forgotten.
    monkeypatch.setenv("MITMACH_JWKS_URL", chosen["MITMACH_JWKS_URL"])
    with pytest.raises(KeysUnavailable):
        build_verifier(load(IdentitySettings)).verify(token)


def test_every_role_runs_with_its_own_users() -> None:
    assert set(CONTAINERS) >= ROLES
    for service in SERVICES:
        for role in service.roles:
            one = CONTAINERS[f"{service.name}-{role}"]
            assert one["command"] == ["python3", "-m", f"services.{service.name}", role]
            assert one["environment"]["MITMACH_KAFKA_USERNAME"] == service.name
            given = {s["source"] if isinstance(s, dict) else s for s in one["secrets"]}
            assert given == {
                f"mongodb_{service.name}_url",
                f"kafka_{service.name}_password",
                "pseudonym_key",
                "jwt_public",
            }


@every
def test_no_container_can_do_more_than_it_needs(name: str) -> None:
    one = CONTAINERS[name]
    assert "no-new-privileges:true" in one["security_opt"]
    assert not one.get("privileged")
    if name != "mongodb":  # its start gives its key to its own user
        assert one["cap_drop"] == ["ALL"]
    if name not in {
        "mongodb",
        "kafka",
        "kafka-2",
        "kafka-3",
    }:  # they write settings beside their data
        assert one["read_only"] is True


@every
def test_what_stays_up_is_watched_and_bounded(name: str) -> None:
    one = CONTAINERS[name]
    assert name in ROLES or "healthcheck" in one  # the image of the roles has its own
    if name not in {"init", "demo", "origin"}:
        limits = one["deploy"]["resources"]["limits"]
        assert limits["memory"]
        assert limits["cpus"]


@pytest.mark.parametrize("name", sorted(ROLES))
def test_a_role_gets_the_time_that_it_takes_to_end(name: str) -> None:
    # Running requests, then what was accepted is finished: 3 s at most, and the clients are closed.
    needed = HttpSettings().http_grace + 15
    assert seconds(CONTAINERS[name]["stop_grace_period"]) >= needed


def test_no_secret_is_written_into_the_file(tmp_path: Path) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name, one in CONTAINERS.items():
        for variable, value in (one.get("environment") or {}).items():
            if re.search("PASSWORD|KEY|SECRET", variable):
                assert str(value).startswith("/run/secrets/") or variable.endswith("_DIR"), name
    create(tmp_path, mongodb="mongodb:27017")
    for secret in FILE["secrets"].values():
        path = Path(secret["file"])
        assert path.parts[0] == "secrets"
        assert (tmp_path / Path(*path.parts[1:])).is_file(), f"`make secrets` makes no {path}"
    assert "/secrets/" in (ROOT / ".gitignore").read_text()
    assert "mongodb://" not in text


def test_secrets_are_made_once_and_differ(tmp_path: Path) -> None:
    assert create(tmp_path, mongodb="mongodb:27017")
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    before = {file: file.read_bytes() for file in files}
    assert create(tmp_path, mongodb="mongodb:27017") == []
    assert {file: file.read_bytes() for file in files} == before
    passwords = [content for file, content in before.items() if file.name.endswith("_password")]
    assert len(set(passwords)) == len(passwords)
    assert tmp_path.stat().st_mode & 0o077 == 0 or tmp_path.stat().st_mode & 0o700
    assert (tmp_path / "keys" / "private.pem").stat().st_mode & 0o077 == 0


def test_prometheus_asks_every_role() -> None:
    settings = yaml.safe_load((ROOT / "observability/prometheus/prometheus.yml").read_text())
    job = next(one for one in settings["scrape_configs"] if one["job_name"] == "mitmach")
    assert set(job["dns_sd_configs"][0]["names"]) == ROLES


def test_three_brokers_are_alike_and_all_are_asked() -> None:
    more = dict(
        line.split("=", 1)
        for line in (ROOT / "deploy/three-brokers.env").read_text().splitlines()
        if not line.startswith("#")
    )
    brokers = [name for name in CONTAINERS if name.startswith("kafka")]
    assert more["KAFKA_BOOTSTRAP"] == ",".join(f"{name}:9092" for name in brokers)
    voters = []
    for number, name in enumerate(brokers, start=1):
        one, first = CONTAINERS[name], CONTAINERS["kafka"]
        own = {"KAFKA_NODE_ID", "KAFKA_ADVERTISED_LISTENERS"}
        assert {k: v for k, v in one["environment"].items() if k not in own} == {
            k: v for k, v in first["environment"].items() if k not in own
        }
        assert one["environment"]["KAFKA_NODE_ID"] == number
        assert one.get("profiles", []) == ([] if number == 1 else [more["COMPOSE_PROFILES"]])
        voters.append(f"{number}@{name}:9093")
    assert more["KAFKA_VOTERS"] == ",".join(voters)
    assert int(more["KAFKA_REPLICATION"]) == len(brokers)
    set_by_it = {name for name in more if not name.startswith("COMPOSE_")}
    text = (ROOT / "docker-compose.yml").read_text()
    assert {name for name in set_by_it if f"${{{name}:-" not in text} == set()


def test_every_service_has_a_user_in_kafka() -> None:
    assert set(ServiceName) == {service.name for service in SERVICES}


def test_mounted_files_are_in_the_repository() -> None:
    for name, one in CONTAINERS.items():
        for volume in one.get("volumes", ()):
            if isinstance(volume, dict):
                assert Path(volume["source"]).parts[0] == "secrets", name
                continue
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists(), f"{name} mounts {source}"
            else:
                assert source in FILE["volumes"]
