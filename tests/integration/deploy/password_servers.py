"""MongoDB and Apache Kafka that want a password, set up as the compose file does, without Docker.

The broker's settings are those of the compose file; only addresses and folders are this machine's.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
import yaml

from mitmach.embedded.child import free_port
from mitmach.embedded.mongod import Mongod
from mitmach.installation.secrets import DATA_TEAMS, create
from tooling.servers.apache_kafka import ApacheKafka
from tooling.servers.not_available import NotAvailable

ROOT = Path(__file__).parents[3]
# What the image reads for itself, and what depends on where it runs.
_OF_THE_IMAGE = {"KAFKA_HEAP_OPTS", "KAFKA_LOG_DIRS"}


class PasswordMongod(Mongod):
    """A member that lets nobody in without a password, once somebody has one."""

    def __init__(self, folder: Path, key: Path) -> None:
        self._key = key
        super().__init__(folder)

    def _command(self, cache_mib: int) -> list[str]:
        return [*super()._command(cache_mib), "--keyFile", str(self._key)]


class PasswordServers:
    """Both of them.

    Attributes:
        mongodb: `host:port`.
        clients: Where services sign in to Kafka.
        admin: Where the administrator does.
        data: Where data teams do.
        passwords: The folder with everybody's.
    """

    def __init__(self, mongodb: str, clients: str, admin: str, data: str, passwords: Path) -> None:
        self.mongodb = mongodb
        self.clients = clients
        self.admin = admin
        self.data = data
        self.passwords = passwords

    def password(self, server: str, user: str) -> str:
        """Of a user."""
        return (self.passwords / f"{server}_{user}_password").read_text()

    def init_variables(self) -> dict[str, str]:
        """The environment that `mitmach init` has in the compose file, for these servers."""
        settings = {
            "PASSWORDS_DIR": str(self.passwords),
            "DATA_TEAMS_DIR": str(self.passwords / DATA_TEAMS),
            "MONGODB_HERE": self.mongodb,
            "MONGODB_MEMBERS": self.mongodb,
            "KAFKA_BOOTSTRAP": self.admin,
            "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "KAFKA_SASL_MECHANISM": "PLAIN",
            "KAFKA_USERNAME": "admin",
            "KAFKA_PASSWORD": self.password("kafka", "admin"),
        }
        return {f"MITMACH_{name}": value for name, value in settings.items()}


def _properties(variables: dict[str, object]) -> dict[str, str]:
    """As the image turns its environment into the broker's settings."""
    found = {}
    for variable, value in variables.items():
        if variable.startswith("KAFKA_") and variable not in _OF_THE_IMAGE:
            name = variable.removeprefix("KAFKA_").replace("___", "-").replace("__", "%")
            found[name.replace("_", ".").replace("%", "_").lower()] = _default(str(value))
    return found


def _default(value: str) -> str:
    """What compose puts in for `${NAME:-default}` where nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def _broker_settings(
    passwords: Path, clients: int, admin: int, data: int, data_advertised: int
) -> dict[str, str]:
    controller = free_port()
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    lines = (passwords / "kafka.env").read_text().splitlines()
    secret = dict(line.split("=", 1) for line in lines)
    here = "127.0.0.1"
    return {
        **_properties({**compose["services"]["kafka"]["environment"], **secret}),
        "controller.quorum.voters": f"1@{here}:{controller}",
        "listeners": f"CLIENT://{here}:{clients},CONTROLLER://{here}:{controller},"
        f"ADMIN://{here}:{admin},DATA://{here}:{data}",
        "advertised.listeners": f"CLIENT://{here}:{clients},ADMIN://{here}:{admin},"
        f"DATA://localhost:{data_advertised}",
    }


@contextmanager
def password_mongodb(folder: Path) -> Iterator[tuple[str, Path]]:
    """The database alone, as new; gives its `host:port` and the folder with passwords."""
    passwords = folder / "secrets"
    mongod = PasswordMongod(folder / "mongodb", passwords / "mongodb_key")
    create(passwords, mongodb=mongod.address)
    (passwords / "mongodb_key").chmod(0o400)
    mongod.start()
    try:
        yield mongod.address, passwords
    finally:
        mongod.child.stop()


@asynccontextmanager
async def password_servers(
    folder: Path, *, door: int | None = None
) -> AsyncIterator[PasswordServers]:
    """Both servers, as new: no user, no topic, no right is there.

    Args:
        folder: Where they keep what they store.
        door: Port that data teams are told to come to; the broker's own by default.
    """
    passwords, clients, admin, data = folder / "secrets", *(free_port() for _ in range(3))
    mongod = PasswordMongod(folder / "mongodb", passwords / "mongodb_key")
    create(passwords, mongodb=mongod.address)
    (passwords / "mongodb_key").chmod(0o400)
    try:
        kafka = ApacheKafka(
            folder / "kafka",
            port=clients,
            settings=_broker_settings(passwords, clients, admin, data, door or data),
        )
    except NotAvailable as reason:
        pytest.skip(str(reason))
    mongod.start()
    try:
        await kafka.start()
        yield PasswordServers(
            mongod.address,
            f"127.0.0.1:{clients}",
            f"127.0.0.1:{admin}",
            f"localhost:{data}",
            passwords,
        )
    finally:
        await kafka.stop()
        mongod.child.stop()
