"""The whole platform in one process: embedded servers, every role of every service, one port.

What runs here is what runs in a cluster, built by the same functions; only who holds the parts
differs. A kill -9 of this process loses nothing that was acknowledged: the database is durable,
and the broker's log is sent again from there.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from mitmach.addresses import Addresses, write_addresses
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.broker import running_broker
from mitmach.embedded.child import EmbeddedFailure, lock_folder
from mitmach.embedded.mongod import running_mongodb
from mitmach.server import running_services
from mitmach.services import Service
from shared.contract.events.topics import TOPICS, dlq_plan
from shared.delivery.kafka import KafkaConnection, ensure_topics
from shared.delivery.mongo import Driver, Mongo
from shared.runtime.process import Stopped, bind, connected
from shared.runtime.settings import HttpSettings, ServiceSettings, load
from shared.runtime.telemetry import Telemetry, telemetry_from

# Seconds. The embedded broker makes a group wait for half of this at each change of members, so
# 30 s, right for Apache Kafka, would be 15 s of waiting at each start.
SESSION_TIMEOUT = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformOptions:
    """What can be chosen on the command line.

    Attributes:
        data: The folder in which everything is stored.
        host: The address that the API listens on; embedded servers stay on the loopback interface.
        http_port: The port of the API; 0 takes a free port.
        kafka_port: The port of the embedded broker; None takes a free port.
        mongodb_port: The port of the embedded database; None takes the last port, or a free port.
        fresh: Whether to delete what is stored.
        log_level: The least level that is logged.
        history: Whether acts of before are recorded here; False: where the environment allows it.
    """

    data: Path
    host: str = "127.0.0.1"
    http_port: int = 8000
    kafka_port: int | None = None
    mongodb_port: int | None = None
    fresh: bool = False
    log_level: str = "WARNING"
    history: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform that is up.

    Attributes:
        addresses: The addresses of its API, broker and database.
        mongo: A connection to its database.
        kafka: How to reach its broker.
        prefix: The start of its database names.
        secrets: Its keys; they sign tokens.
        stop: Set when a part has failed; set it to end the platform.
        work: The running parts by name.
    """

    addresses: Addresses
    mongo: Mongo
    kafka: KafkaConnection
    prefix: str
    secrets: DevelopmentSecrets
    stop: asyncio.Event
    work: Mapping[str, asyncio.Future[None]]

    def failed(self) -> list[str]:
        """Names of the parts that have ended although nobody told them to."""
        return [name for name, work in self.work.items() if work.done()]


@asynccontextmanager
async def running_platform(
    options: PlatformOptions, services: Sequence[Service], stop: asyncio.Event
) -> AsyncIterator[Platform]:
    """Starts everything, waits until it is ready, and ends it in order after the block.

    Args:
        options: The options of the command line.
        services: The services whose roles all run.
        stop: Ends the platform when set; a part that fails sets it.

    Raises:
        EmbeddedFailure: Something can't run here; the message says what to do.
        Stopped: A part failed at the start.
    """
    data = options.data.absolute()
    with _locked_folder(data, fresh=options.fresh) as secrets, _bound_socket(options) as listening:
        async with (
            running_mongodb(data / "mongodb", port=options.mongodb_port) as mongodb,
            running_broker(data / "broker", port=options.kafka_port) as broker,
        ):
            values = _values(options, secrets, mongodb.url, broker.bootstrap)
            settings = load(ServiceSettings, **values)
            kafka = KafkaConnection.of(settings)
            # Before anybody else connects: this broker makes up whatever topic it is asked for.
            await create_topics(kafka, services)
            driver = Driver(settings.mongodb_driver)
            async with (
                connected(mongodb.url, stop, driver=driver) as mongo,
                _telemetry(settings) as telemetry,
                running_services(
                    services=services,
                    values=values,
                    mongo=mongo,
                    telemetry=telemetry,
                    listening=listening,
                    stop=stop,
                ) as (http, work),
            ):
                addresses = Addresses(http, broker.bootstrap, mongodb.url, os.getpid())
                write_addresses(data, addresses)
                yield Platform(
                    addresses=addresses,
                    mongo=mongo,
                    kafka=kafka,
                    prefix=settings.database_prefix,
                    secrets=secrets,
                    stop=stop,
                    work=work,
                )


@asynccontextmanager
async def _telemetry(settings: ServiceSettings) -> AsyncIterator[Telemetry]:
    """A telemetry for all roles: their metrics carry the service's name, so none collide."""
    telemetry = telemetry_from(settings, "mitmach")
    try:
        yield telemetry
    finally:
        await asyncio.to_thread(telemetry.close)


@contextmanager
def _locked_folder(data: Path, *, fresh: bool) -> Iterator[DevelopmentSecrets]:
    """Locks the folder, and empties it if wished. Keys stay, so that tokens stay valid."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = lock_folder(data)
        for folder in (data / "mongodb", data / "broker"):
            if fresh and folder.exists():
                shutil.rmtree(folder)
        secrets = DevelopmentSecrets(data)
    except OSError as error:
        raise EmbeddedFailure(
            f"{data} can't be used ({error.strerror}); choose another place with --data."
        ) from error
    with lock:
        yield secrets


@contextmanager
def _bound_socket(options: PlatformOptions) -> Iterator[socket.socket]:
    """Takes the port of the API, before anything is started."""
    settings = load(HttpSettings, http_host=options.host, http_port=options.http_port)
    try:
        listening = bind(settings)
    except Stopped:
        raise EmbeddedFailure(
            f"Can't listen on port {options.http_port} of {options.host}; if another program has "
            "it, stop that, or choose another port with --http-port."
        ) from None
    with listening:
        yield listening


def _values(
    options: PlatformOptions, secrets: DevelopmentSecrets, mongodb: str, kafka: str
) -> dict[str, Any]:
    """Settings that follow from what runs here; all others come from the environment."""
    return {
        "mongodb_url": SecretStr(mongodb),
        "kafka_bootstrap": kafka,
        "kafka_session_timeout": SESSION_TIMEOUT,
        "jwt_key_file": secrets.public_file,
        "pseudonym_key": SecretStr(secrets.pseudonym_key),
        "http_host": options.host,
        "http_port": options.http_port,
        "log_level": options.log_level,
        "log_format": "text",
        **({"history": True} if options.history else {}),
    }


async def create_topics(kafka: KafkaConnection, services: Sequence[Service]) -> None:
    """Creates all topics of these services and what they read, as the event contract plans them."""
    plans = [*TOPICS.values(), *(dlq_plan(service.name) for service in services)]
    await ensure_topics(
        kafka,
        {plan.name: plan.partitions for plan in plans},
        {plan.name: {"retention.ms": str(plan.retention_ms)} for plan in plans},
    )
