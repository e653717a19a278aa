"""Puts the service together: one builder per role, and the OpenAPI document."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.posts.api import commenting, publishing, reacting, reading, sharing, viewing
from services.posts.config import PostsSettings
from services.posts.store import COLLECTIONS, Store
from services.posts.worker.audience_copy import AudienceCopy
from services.posts.worker.counting import PostCounts
from shared import committer, consumer, lease, mongo, outbox, relay
from shared.committer import Committer
from shared.consumer import Consumer
from shared.errors import Unavailable
from shared.events.topics import POSTS, TOPICS
from shared.health import Health
from shared.http import Cursors, Edge, Limiter, Limits, create_app
from shared.identity import KeyStore, TokenVerifier
from shared.ids import new_id
from shared.kafka import KafkaConnection
from shared.lease import Lease
from shared.mongo import Database, Index, Mongo
from shared.outbox import source_of
from shared.process import Part
from shared.relay import Relay
from shared.telemetry import Telemetry

SERVICE = "posts"

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
    settings: PostsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[FastAPI]:
    """The API: commands through one committer, queries on the store."""
    store = await _prepared(settings, mongo)
    sessions = mongo.sessions(store.database)
    source = await source_of(store.database, SERVICE)
    try:
        async with Committer(
            store.database, sessions, source=source, metrics=telemetry.metrics
        ).running() as committer:
            health = Health()
            health.check("database", mongo.ping)
            edge = Edge.from_settings(
                settings, service=SERVICE, telemetry=telemetry, health=health, committer=committer
            )
            async with edge.verifier.running():
                yield _app(edge, {"store": store})
    finally:
        await sessions.close()


@asynccontextmanager
async def build_relay(
    settings: PostsSettings,
    mongo: Mongo,
    telemetry: Telemetry,
) -> AsyncIterator[Part]:
    """The relay: publishes what was committed, one at a time of all that run."""
    store = await _prepared(settings, mongo)
    sessions = mongo.sessions(store.database)
    relay = Relay(
        store.database,
        sessions,
        kafka=KafkaConnection.of(settings),
        topics=_partitions([POSTS]),
        lease=Lease(store.database, "relay", holder=new_id()),
        metrics=telemetry.metrics,
        service=SERVICE,
    )

    async def broker() -> None:
        if relay.failure is not None:
            raise Unavailable(relay.failure)

    health = Health()
    health.check("database", mongo.ping)
    health.check("broker", broker)
    try:
        yield Part(f"{SERVICE} relay", relay.run, health)
    finally:
        await sessions.close()


@asynccontextmanager
async def build_worker(
    settings: PostsSettings,
    mongo: Mongo,
    telemetry: Telemetry,
) -> AsyncIterator[Part]:
    """The worker: keeps the copy of people and groups, and the counts."""
    store = await _prepared(settings, mongo)
    sessions = mongo.sessions(store.database)
    consumers = [
        Consumer(
            projection,
            service=SERVICE,
            database=store.database,
            sessions=sessions,
            kafka=KafkaConnection.of(settings),
            topics=_partitions(projection.topics),
            metrics=telemetry.metrics,
        )
        for projection in (AudienceCopy(), PostCounts())
    ]

    async def run() -> None:
        async with asyncio.TaskGroup() as together:
            for one in consumers:
                together.create_task(one.run(), name=one.projection.name)

    health = Health()
    health.check("database", mongo.ping)
    for one in consumers:
        health.check(one.projection.name, one.ready)
    try:
        yield Part(f"{SERVICE} worker", run, health)
    finally:
        await sessions.close()


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
    return create_app(
        edge,
        publishing.router,
        reading.router,
        commenting.router,
        reacting.router,
        viewing.router,
        sharing.router,
        title=SERVICE,
        description="Posts, comments, reactions, views and shares.",
        state=state,
    )


async def _prepared(settings: PostsSettings, mongo: Mongo) -> Store:
    database: Database = mongo.database(settings.database_name(SERVICE))
    await database.prepare(ALL_COLLECTIONS)
    store = Store(database)
    await store.prepare()
    return store


def _partitions(topics: Sequence[str]) -> dict[str, int]:
    return {topic: TOPICS[topic].partitions for topic in topics}
