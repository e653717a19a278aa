"""Where the metrics service is put together: one builder per role, and the OpenAPI document."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.metrics import board
from services.metrics.api import ROUTERS, TAGS
from services.metrics.api.asking import Sources
from services.metrics.api.live import Live
from services.metrics.config import MetricsSettings
from services.metrics.consumer import MetricsProjection
from services.metrics.instruments import Exporter, installed
from services.metrics.projection import FOLDS
from services.metrics.store.catalogue import Catalogue
from services.metrics.store.documents import COLLECTIONS
from shared import consumer, lease, mongo
from shared.committer.committer import utc_now
from shared.consumer import Consumer
from shared.events.topics import TOPICS
from shared.health import Health
from shared.http import Cursors, Edge, Limits, create_app
from shared.identity import KeyStore, TokenVerifier
from shared.ids import new_id
from shared.kafka import KafkaConnection
from shared.lease import Lease
from shared.mongo import Index, Mongo
from shared.process import Part
from shared.settings import HttpSettings
from shared.telemetry import Telemetry

SERVICE = "metrics"
PATHS = ("/v1/kpis", "/v1/stats", "/v1/live", "/board")

ALL_COLLECTIONS: Mapping[str, Sequence[Index]] = {
    **COLLECTIONS,
    **consumer.COLLECTIONS,
    **lease.COLLECTIONS,
    **mongo.COLLECTIONS,
}


@asynccontextmanager
async def build_api(
    settings: MetricsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[FastAPI]:
    """KPIs, figures, the live stream, the board; and business figures in `/metrics`."""
    database = mongo.database(settings.database_name(SERVICE))
    await database.prepare(ALL_COLLECTIONS)
    catalogue = Catalogue(database)
    health = Health()
    health.check("mongodb", mongo.ping)
    edge = Edge.from_settings(settings, service=SERVICE, telemetry=telemetry, health=health)
    exporting = Lease(database, "metrics-exporter", holder=new_id())
    async with edge.verifier.running(), exporting.contending():
        exporter = Exporter(database, catalogue, exporting, utc_now)
        with installed(telemetry.metrics.registry, exporter):
            yield _app(
                edge,
                {
                    "sources": Sources(database=database, catalogue=catalogue, clock=utc_now),
                    "live": Live(database, most=settings.live_clients),
                },
            )


def _app(edge: Edge, state: Mapping[str, object]) -> FastAPI:
    return create_app(
        edge,
        *ROUTERS,
        board.router,
        title=SERVICE,
        description="What the numbers say about the community.",
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
async def build_consumer(
    settings: MetricsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """Counts events. Several share the partitions; each event has one effect all the same."""
    database = mongo.database(settings.database_name(SERVICE))
    await database.prepare(ALL_COLLECTIONS)
    sessions = mongo.sessions(database)
    try:
        counting = Consumer(
            MetricsProjection(database, telemetry.metrics, clock=utc_now),
            service=SERVICE,
            database=database,
            sessions=sessions,
            kafka=KafkaConnection.of(settings),
            topics={topic: TOPICS[topic].partitions for topic in FOLDS},
            allow_incomplete=settings.allow_incomplete,
            metrics=telemetry.metrics,
        )
        health = Health()
        health.check("mongodb", mongo.ping)
        health.check("consumer", counting.ready)
        yield Part(f"{SERVICE} consumer", counting.run, health)
    finally:
        await sessions.close()
