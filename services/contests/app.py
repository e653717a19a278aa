"""Where the contests service is put together: one builder per role, and the OpenAPI document."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.contests.api import DESCRIPTION, TITLE, routes
from services.contests.config import ContestsSettings
from services.contests.store import COLLECTIONS, Store
from services.contests.worker.audience_copy import AudienceCopy
from services.contests.worker.clock import Clock
from shared import committer, consumer, lease, mongo, outbox, relay
from shared.committer import Committer
from shared.committer.committer import utc_now
from shared.consumer import Consumer
from shared.errors import Unavailable
from shared.events.topics import BALLOTS, CONTESTS, TOPICS
from shared.health import Health
from shared.http import Cursors, Edge, Limiter, Limits, create_app
from shared.identity import KeyStore, TokenVerifier
from shared.ids import new_id
from shared.kafka import KafkaConnection
from shared.lease import Lease
from shared.mongo import Database, Index, Mongo, SessionRegistry
from shared.outbox import source_of
from shared.process import Part
from shared.relay import Relay
from shared.telemetry import Telemetry

SERVICE = "contests"

ALL_COLLECTIONS: Mapping[str, Sequence[Index]] = {
    **COLLECTIONS,
    **committer.COLLECTIONS,
    **consumer.COLLECTIONS,
    **lease.COLLECTIONS,
    **mongo.COLLECTIONS,
    **outbox.COLLECTIONS,
    **relay.COLLECTIONS,
}


@asynccontextmanager
async def build_api(
    settings: ContestsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[FastAPI]:
    """The API: commands through one committer, queries on the store."""
    async with (
        _prepared(settings, mongo) as (database, sessions),
        _committing(database, sessions, telemetry) as commits,
    ):
        health = Health()
        health.check("database", mongo.ping)
        edge = Edge.from_settings(
            settings, service=SERVICE, telemetry=telemetry, health=health, committer=commits
        )
        async with edge.verifier.running():
            yield _app(edge, {"store": Store(database)})


@asynccontextmanager
async def build_relay(
    settings: ContestsSettings,
    mongo: Mongo,
    telemetry: Telemetry,
) -> AsyncIterator[Part]:
    """The relay: publishes what was committed, one at a time of all that run."""
    async with _prepared(settings, mongo) as (database, sessions):
        publisher = Relay(
            database,
            sessions,
            kafka=KafkaConnection.of(settings),
            topics=_partitions([CONTESTS, BALLOTS]),
            lease=Lease(database, "relay", holder=new_id()),
            metrics=telemetry.metrics,
            service=SERVICE,
        )

        async def broker() -> None:
            if publisher.failure is not None:
                raise Unavailable(publisher.failure)

        health = Health()
        health.check("database", mongo.ping)
        health.check("broker", broker)
        yield Part(f"{SERVICE} relay", publisher.run, health)


@asynccontextmanager
async def build_worker(
    settings: ContestsSettings,
    mongo: Mongo,
    telemetry: Telemetry,
) -> AsyncIterator[Part]:
    """The worker: keeps the copy of people and groups, and the clock of all contests."""
    async with (
        _prepared(settings, mongo) as (database, sessions),
        _committing(database, sessions, telemetry) as commits,
    ):
        lease = Lease(database, "clock", holder=new_id())
        clock = Clock(
            Store(database), commits, sessions, lease, now=utc_now, metrics=telemetry.metrics
        )
        copy = AudienceCopy()
        copying = Consumer(
            copy,
            service=SERVICE,
            database=database,
            sessions=sessions,
            kafka=KafkaConnection.of(settings),
            topics=_partitions(copy.topics),
            metrics=telemetry.metrics,
        )

        async def run() -> None:
            async with asyncio.TaskGroup() as together:
                together.create_task(copying.run(), name=copy.name)
                together.create_task(clock.run(), name="clock of contests")

        health = Health()
        health.check("database", mongo.ping)
        health.check(copy.name, copying.ready)
        health.watch("clock", clock.watchdog.stalled)
        yield Part(f"{SERVICE} worker", run, health)


def openapi() -> dict[str, Any]:
    """The OpenAPI document of the API; needs nothing that runs."""
    edge = Edge(
        service=SERVICE,
        verifier=TokenVerifier(KeyStore(), issuer="", audience="", pseudonym_key=b"-"),
        cursors=Cursors(b"-"),
        limits=Limits(Limiter(0, 1), Limiter(0, 1), body=0, in_flight=0),
        telemetry=Telemetry(SERVICE),
    )
    return _app(edge, {}).openapi()


def _app(edge: Edge, state: Mapping[str, object]) -> FastAPI:
    return create_app(edge, *routes(), title=TITLE, description=DESCRIPTION, state=state)


@asynccontextmanager
async def _prepared(
    settings: ContestsSettings, mongo: Mongo
) -> AsyncIterator[tuple[Database, SessionRegistry]]:
    """The service's database with its collections, and this process's sessions there."""
    database = mongo.database(settings.database_name(SERVICE))
    await database.prepare(ALL_COLLECTIONS)
    sessions = mongo.sessions(database)
    try:
        yield database, sessions
    finally:
        await sessions.close()


@asynccontextmanager
async def _committing(
    database: Database, sessions: SessionRegistry, telemetry: Telemetry
) -> AsyncIterator[Committer]:
    source = await source_of(database, SERVICE)
    async with Committer(
        database, sessions, source=source, metrics=telemetry.metrics
    ).running() as commits:
        yield commits


def _partitions(topics: Sequence[str]) -> dict[str, int]:
    return {topic: TOPICS[topic].partitions for topic in topics}
