"""The connection to the database and the broker of a platform that runs already.

On one machine its folder tells (`addresses.json`); in a cluster the same settings do that the
services have.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

from aiokafka.errors import KafkaError
from pydantic import Field, SecretStr

from mitmach.addresses import read_addresses
from mitmach.development import DevelopmentSecrets
from mitmach.joined_people import JoinedPeople
from mitmach.platform import SESSION_TIMEOUT
from shared.contract.aliases import Aliases
from shared.contract.errors import Unavailable
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Database, Driver, Mongo, connect, denied
from shared.runtime.settings import KafkaSettings, MongoSettings, SettingsError, load

SETTING = "MITMACH_MONGODB_URL"


class ConnectionSettings(MongoSettings, KafkaSettings):
    """Where the database, the broker and the metrics are."""

    metrics_url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Base address of the metrics service, whose /metrics tells what was counted",
    )
    pseudonym_key: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="The services' secret that aliases in events are made with; to count anew, and"
        " to join people in an export",
    )


class PlatformConnection(NamedTuple):
    """The database and the broker of the platform that a command works on.

    Attributes:
        mongo: The connection to its database.
        kafka: How to reach its broker.
        prefix: The start of its database names.
        metrics: Base address at which `/metrics` has the business counters; None if nobody said.
        pseudonym_key: The secret that aliases in events are made with; None if nobody said.
    """

    mongo: Mongo
    kafka: KafkaConnection
    prefix: str
    metrics: str | None
    pseudonym_key: SecretStr | None = None

    def aliases(self) -> Aliases:
        """What turns aliases in events back.

        Raises:
            SettingsError: Nobody said which secret they are made with.
        """
        return Aliases(self._key())

    def joined_people(self) -> JoinedPeople:
        """What names each person in events by one id.

        Raises:
            SettingsError: Nobody said which secret aliases are made with.
        """
        return JoinedPeople(self._key())

    def _key(self) -> bytes:
        if self.pseudonym_key is None:
            raise SettingsError("Set MITMACH_PSEUDONYM_KEY as the services have it.")
        return self.pseudonym_key.get_secret_value().encode()

    def database(self, service: str) -> Database:
        """The database of a service."""
        return self.mongo.database(self.prefix + service)


@asynccontextmanager
async def connected_platform(folder: Path) -> AsyncIterator[PlatformConnection]:
    """Connects: to what `MITMACH_MONGODB_URL` names where it is set, else as the folder tells.

    Raises:
        EmbeddedFailure: Neither says where the platform is.
        Unavailable: The database or the broker doesn't answer, or refuses, also within the block.
    """
    settings = load(ConnectionSettings)
    kafka, url = KafkaConnection.of(settings), settings.mongodb_url.get_secret_value()
    metrics, key = settings.metrics_url, settings.pseudonym_key
    if "mongodb_url" not in settings.model_fields_set:
        addresses = read_addresses(folder)
        url, metrics = addresses.mongodb, metrics or addresses.http
        kafka = KafkaConnection(bootstrap=addresses.kafka, session_timeout=SESSION_TIMEOUT)
        key = key or SecretStr(DevelopmentSecrets(folder).pseudonym_key)
    driver = Driver(settings.mongodb_driver)
    with _explained(kafka):
        async with connect(url, driver=driver, app_name="mitmach-operations") as mongo:
            await mongo.ping()
            yield PlatformConnection(mongo, kafka, settings.database_prefix, metrics, key)


@contextmanager
def _explained(kafka: KafkaConnection) -> Iterator[None]:
    """Tells in a sentence what a server refused or why it wasn't reached."""
    try:
        yield
    except KafkaError as error:
        raise Unavailable(f"Kafka at {kafka.bootstrap}: {type(error).__name__}: {error}") from error
    except Exception as error:
        if (refused := denied(error)) is None:
            raise
        raise Unavailable(
            f"MongoDB says: {refused}. The user of {SETTING} may not do this: take one who may, or"
            " name only the services whose database is theirs."
        ) from error
