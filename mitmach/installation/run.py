"""`mitmach init`: replica set, users, topics with their settings, access rules."""

from collections.abc import Iterator
from pathlib import Path

from aiokafka.errors import KafkaError
from pydantic import Field
from rich.console import Console

from mitmach.installation.kafka import set_up as set_up_kafka
from mitmach.installation.rights import (
    AUDITOR,
    DATA_USERS,
    AccessRule,
    data_rules,
    data_user,
    plans,
    rules,
)
from mitmach.installation.secrets import USERS, data_passwords
from services.metrics.store.generations import database_names
from shared.contract.errors import Unavailable
from shared.contract.services import LogOwner, ServiceName
from shared.delivery.kafka import BrokerUnavailable, KafkaConnection, require_broker
from shared.delivery.log import OPEN_LOG
from shared.delivery.mongo.administration import User, set_up, wait_for_server
from shared.runtime.process import Stopped
from shared.runtime.settings import KafkaSettings, ServerList, SettingsError, load


class InitSettings(KafkaSettings):
    """What `mitmach init` needs; the sign-in to Kafka is an administrator's."""

    mongodb_here: ServerList = Field(
        default="127.0.0.1:27017",
        description="The first member as seen from here; with passwords, its own loopback address",
    )
    mongodb_members: ServerList = Field(
        default="127.0.0.1:27017",
        description="Members of the replica set as all others see them, host:port, comma-separated",
    )
    database_prefix: str = Field(default="mitmach_", description="Start of the database names")
    passwords_dir: Path | None = Field(
        default=None,
        description="Folder with mongodb_USER_password and kafka_USER_password; without it no"
        " users and no access rules are made",
    )
    data_teams_dir: Path | None = Field(
        default=None,
        description="Folder with the password of each data team in a file named after the team;"
        " without it nothing is done about data teams",
    )


async def install(console: Console, *, kafka: bool = True) -> int:
    """Makes what an installation needs on MongoDB and Kafka; safe to repeat.

    Args:
        console: The terminal that says what was made.
        kafka: Whether to make topics, users and rules in Kafka, too.

    Raises:
        Unavailable: A server doesn't answer, or refuses.
        Stopped: The folder of the data teams has in it what can't be there.
    """
    settings = load(InitSettings)
    teams = _data_teams(settings.data_teams_dir)
    databases: dict[str, tuple[str, ...]] = {
        service: (f"{settings.database_prefix}{service}",) for service in map(str, ServiceName)
    }
    databases["metrics"] = database_names(*databases["metrics"])
    passwords = settings.passwords_dir
    await wait_for_server(settings.mongodb_here, tell=console.print)
    await set_up(
        settings.mongodb_here,
        settings.mongodb_members.split(","),
        admin_password=_read(passwords, "mongodb_admin_password") if passwords else None,
        users=_users(passwords, databases) if passwords else (),
    )
    console.print("MongoDB: replica set and users are there.")
    if not kafka:
        return 0
    KafkaConnection.of(settings).check_files()
    try:
        await require_broker(KafkaConnection.of(settings))
        await set_up_kafka(
            KafkaConnection.of(settings),
            plans=plans(),
            passwords={**_kafka_passwords(passwords), **_by_user(teams)},
            rules=[*_platform_rules(passwords), *data_rules(teams or ())],
            governed=None if teams is None else DATA_USERS,
        )
    except BrokerUnavailable as error:
        raise Unavailable(str(error)) from error
    except (KafkaError, TimeoutError, OSError) as error:
        raise Unavailable(f"Kafka: {type(error).__name__}: {error}") from error
    console.print("Kafka: topics, users and access rules are there.")
    if teams is not None:
        console.print(f"Data teams that may read: {', '.join(teams) or 'none'}.")
    return 0


def _users(passwords: Path, databases: dict[str, tuple[str, ...]]) -> list[User]:
    users = [
        User(service, _read(passwords, f"mongodb_{service}_password"), its)
        for service, its in databases.items()
    ]
    logs = tuple(name for service in LogOwner for name in databases[service])
    password = _read(passwords, f"mongodb_{AUDITOR}_password")
    return [*users, User(AUDITOR, password, logs, only=OPEN_LOG)]


def _kafka_passwords(passwords: Path | None) -> dict[str, str]:
    if passwords is None:
        return {}
    return {user: _read(passwords, f"kafka_{user}_password") for user in USERS}


def _platform_rules(passwords: Path | None) -> Iterator[AccessRule]:
    return iter(()) if passwords is None else rules()


def _data_teams(folder: Path | None) -> dict[str, str] | None:
    if folder is None:
        return None
    try:
        return data_passwords(folder)
    except OSError as error:
        raise Stopped(
            f"MITMACH_DATA_TEAMS_DIR: {error.filename} can't be read ({error.strerror})."
        ) from error
    except ValueError as error:
        raise Stopped(f"MITMACH_DATA_TEAMS_DIR: {error}.") from error


def _by_user(teams: dict[str, str] | None) -> dict[str, str]:
    return {data_user(team): password for team, password in (teams or {}).items()}


def _read(folder: Path, name: str) -> str:
    try:
        password = (folder / name).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it isn't text"
        raise SettingsError(
            f"The setting MITMACH_PASSWORDS_DIR is wrong: {folder / name} can't be read:"
            f" {reason.lower()}; `mitmach secrets FOLDER` makes what is missing."
        ) from None
    if not password:
        raise SettingsError(
            f"The setting MITMACH_PASSWORDS_DIR is wrong: {folder / name} is empty; delete it, and"
            " `mitmach secrets FOLDER` makes it anew."
        )
    return password
