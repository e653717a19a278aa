"""The connection to the database and the broker of a platform that runs already.

On one machine its folder tells (`addresses.json`); in a cluster the same settings do that the
services have.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from mitmach.addresses import read_addresses
from mitmach.platform import SESSION_TIMEOUT
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Database, Driver, Mongo, connect
from shared.runtime.settings import KafkaSettings, MongoSettings, load

SETTING = "MITMACH_MONGODB_URL"


class ConnectionSettings(MongoSettings, KafkaSettings):
    """Where the database and the broker are."""


class PlatformConnection(NamedTuple):
    """The database and the broker of the platform that a command works on.

    Attributes:
        mongo: The connection to its database.
        kafka: How to reach its broker.
        prefix: The start of its database names.
    """

    mongo: Mongo
    kafka: KafkaConnection
    prefix: str

    def database(self, service: str) -> Database:
        """The database of a service."""
        return self.mongo.database(self.prefix + service)


@asynccontextmanager
async def connected_platform(folder: Path) -> AsyncIterator[PlatformConnection]:
    """Connects: to what `MITMACH_MONGODB_URL` names where it is set, else as the folder tells.

    Raises:
        EmbeddedFailure: Neither says where the platform is.
        Unavailable: The database doesn't answer.
    """
    settings = load(ConnectionSettings)
    kafka, url = KafkaConnection.of(settings), settings.mongodb_url.get_secret_value()
    if "mongodb_url" not in settings.model_fields_set:
        addresses = read_addresses(folder)
        url = addresses.mongodb
        kafka = KafkaConnection(bootstrap=addresses.kafka, session_timeout=SESSION_TIMEOUT)
    driver = Driver(settings.mongodb_driver)
    async with connect(url, driver=driver, app_name="mitmach-operations") as mongo:
        await mongo.ping()
        yield PlatformConnection(mongo, kafka, settings.database_prefix)
