"""Where the groups service is put together: nested contexts, opened and closed in one place."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.groups import store
from services.groups.api import ROUTERS, TAGS
from services.groups.commands.housekeeping import EnsureEveryone
from services.groups.config import GroupsSettings
from services.groups.store import Store
from services.groups.worker import MemberCounts, Sweeper
from shared import committer, consumer, lease, mongo, outbox, relay
from shared.committer import Committer
from shared.committer.committer import utc_now
from shared.consumer import Consumer
from shared.errors import Unavailable
from shared.events.topics import GROUPS, PEOPLE, TOPICS
from shared.health import Health
from shared.http import Cursors, Edge, Limits, create_app
from shared.identity import KeyStore, TokenVerifier
from shared.ids import new_id
from shared.kafka import KafkaConnection
from shared.lease import Lease
from shared.mongo import Database, Index, Mongo, SessionRegistry
from shared.outbox import source_of
from shared.process import Part
from shared.relay import Relay
from shared.settings import HttpSettings
from shared.telemetry import Telemetry

SERVICE = "groups"
_WRITES = {name: TOPICS[name].partitions for name in (PEOPLE, GROUPS)}

COLLECTIONS: Mapping[str, Sequence[Index]] = {
    **store.COLLECTIONS,
    **outbox.COLLECTIONS,
    **committer.COLLECTIONS,
    **relay.COLLECTIONS,
    **consumer.COLLECTIONS,
    **lease.COLLECTIONS,
    **mongo.COLLECTIONS,
}


@asynccontextmanager
async def _prepared(
    settings: GroupsSettings, mongo: Mongo
) -> AsyncIterator[tuple[Database, SessionRegistry]]:
    """The service's database with its collections, and this process's sessions."""
    database = mongo.database(settings.database_name(SERVICE))
    await database.prepare(COLLECTIONS)
    sessions = mongo.sessions(database)
    try:
        yield database, sessions
    finally:
        await sessions.close()


@asynccontextmanager
async def build_api(
    settings: GroupsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[FastAPI]:
    """The HTTP side, with the group of everyone made."""
    async with _prepared(settings, mongo) as (database, sessions):
        source = await source_of(database, SERVICE)
        async with Committer(
            database, sessions, source=source, metrics=telemetry.metrics
        ).running() as commits:
            await commits.execute(EnsureEveryone())
            health = Health()
            health.check("mongodb", mongo.ping)
            edge = Edge.from_settings(
                settings, service=SERVICE, telemetry=telemetry, health=health, committer=commits
            )
            async with edge.verifier.running():
                yield _app(edge, {"store": Store(database), "settings": settings})


def _app(edge: Edge, state: Mapping[str, object]) -> FastAPI:
    return create_app(
        edge,
        *ROUTERS,
        title=SERVICE,
        description="People, groups, memberships and channels.",
        state=state,
        tags=TAGS,
    )


def openapi() -> dict[str, Any]:
    """The OpenAPI document; needs neither settings nor a database."""
    verifier = TokenVerifier(KeyStore(), issuer="-", audience="-", pseudonym_key=b"-")
    edge = Edge(
        service=SERVICE,
        verifier=verifier,
        cursors=Cursors(b"-"),
        limits=Limits.from_settings(HttpSettings()),
        telemetry=Telemetry(SERVICE),
    )
    return _app(edge, {}).openapi()


@asynccontextmanager
async def build_relay(
    settings: GroupsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """Publishes the service's log; one process leads, others stand by."""
    async with _prepared(settings, mongo) as (database, sessions):
        publisher = Relay(
            database,
            sessions,
            kafka=KafkaConnection.of(settings),
            topics=_WRITES,
            lease=Lease(database, "relay", holder=new_id()),
            metrics=telemetry.metrics,
            service=SERVICE,
        )

        async def reaches_broker() -> None:
            if publisher.failure is not None:
                raise Unavailable(publisher.failure)

        health = Health()
        health.check("mongodb", mongo.ping)
        health.check("broker", reaches_broker)
        yield Part(f"{SERVICE} relay", publisher.run, health)


@asynccontextmanager
async def build_worker(
    settings: GroupsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """Counts members and clears up."""
    async with _prepared(settings, mongo) as (database, sessions):
        source = await source_of(database, SERVICE)
        async with Committer(
            database, sessions, source=source, metrics=telemetry.metrics
        ).running() as commits:
            sweeper = Sweeper(Store(database), commits, clock=utc_now, metrics=telemetry.metrics)
            counting = Consumer(
                MemberCounts(),
                service=SERVICE,
                database=database,
                sessions=sessions,
                kafka=KafkaConnection.of(settings),
                topics=_WRITES,
                metrics=telemetry.metrics,
            )

            async def run() -> None:
                async with asyncio.TaskGroup() as together:
                    together.create_task(counting.run(), name=MemberCounts.name)
                    together.create_task(sweeper.run(), name="sweeper")

            health = Health()
            health.check("mongodb", mongo.ping)
            health.check(MemberCounts.name, counting.ready)
            health.watch("sweeper", sweeper.watchdog.stalled)
            yield Part(f"{SERVICE} worker", run, health)
