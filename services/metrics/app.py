"""Where the metrics service is put together: one builder per role, and the OpenAPI document."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import FastAPI

from services.metrics import board
from services.metrics.api import DESCRIPTION, ROUTERS, TAGS, TITLE
from services.metrics.api.live import LiveTotals
from services.metrics.api.sources import Sources
from services.metrics.config import MetricsSettings
from services.metrics.consumer import NAME, MetricsProjection
from services.metrics.erasures import COLLECTIONS as TOLD
from services.metrics.erasures import Erasures
from services.metrics.instruments import Exporter, installed
from services.metrics.rebuild.switchover import CurrentFigures, LiveConsumer
from services.metrics.store.columns.topic_bounds import TopicBounds
from services.metrics.store.documents import COLLECTIONS
from services.metrics.store.generations import GENERATIONS, Generation, Generations
from services.metrics.store.migrations import MIGRATIONS, OLDER
from services.metrics.store.read.kpi_calculator import KpiCalculator
from shared.audience.logins import LoginsCopy
from shared.contract.errors import Unavailable
from shared.contract.events.topics import METRICS_FORGOTTEN
from shared.contract.ids import new_id
from shared.contract.moments import utc_now
from shared.contract.services import ServiceName
from shared.delivery.consumer import Consumer
from shared.delivery.lease import Lease
from shared.delivery.mongo import Database, Mongo, SessionRegistry
from shared.runtime.assembly import ServiceContext, open_service, prepare_database, stub_web_context
from shared.runtime.process import Part, run_together
from shared.runtime.telemetry import Telemetry
from shared.web.http import ORIGIN_PATHS, WebContext, create_app

SERVICE = "metrics"
_COLLECTIONS = {**COLLECTIONS, **TOLD, GENERATIONS: ()}
PATHS = ("/v1/kpis", "/v1/stats", "/v1/live", "/board", *ORIGIN_PATHS)
"""Its own, and those of the whole origin, for which it answers beside the board."""


@asynccontextmanager
async def build_api(
    settings: MetricsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[FastAPI]:
    """KPIs, figures, the live stream, the board; and business figures in `/metrics`."""
    async with _open(settings, mongo, telemetry) as base:
        bounds = TopicBounds(settings.topics_per_person, settings.topics_per_day)
        current = CurrentFigures(Generations(base.database), mongo, partial(_sources, bounds))
        exporting = Lease(base.database, "metrics-exporter", holder=new_id())
        with suppress(Unavailable):  # a free lease is ours before the first scrape, not soon after
            await exporting.renew()
        logins = base.awaited(LoginsCopy(SERVICE))
        async with (
            current.following(),
            base.open_web_context(awaited=lambda: (*logins, current.awaited())) as web,
            exporting.contending(),
        ):
            exporter = Exporter(
                lambda: (current.sources.database, current.sources.calculator), exporting, utc_now
            )
            live = LiveTotals(
                lambda: current.sources.database,
                most=settings.live_clients,
                most_each=settings.live_clients_per_person,
            )
            with installed(telemetry.metrics.registry, exporter):
                yield _app(web, {"current": current, "live": live})


@asynccontextmanager
async def _open(
    settings: MetricsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[ServiceContext]:
    """The service's database, and the one that the live figures are in."""
    async with open_service(
        SERVICE, settings, mongo, telemetry, _COLLECTIONS, migrations=MIGRATIONS, older=OLDER
    ) as base:
        live = await Generations(base.database).live()
        if live.database != base.database.name:
            await prepare_database(mongo.database(live.database), COLLECTIONS, MIGRATIONS)
        yield base


def _sources(bounds: TopicBounds, database: Database) -> Sources:
    return Sources(database=database, calculator=KpiCalculator(database, bounds), clock=utc_now)


def _app(web: WebContext, state: Mapping[str, object]) -> FastAPI:
    return create_app(
        web,
        *ROUTERS,
        board.router,
        title=TITLE,
        description=DESCRIPTION,
        state=state,
        tags=TAGS,
        origin=[*ServiceName],
    )


def openapi() -> dict[str, Any]:
    """The OpenAPI document; needs neither settings nor a database."""
    return _app(stub_web_context(SERVICE), {}).openapi()


@asynccontextmanager
async def build_relay(
    settings: MetricsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """Publishes what the service itself has to say; one process leads, others stand by."""
    async with _open(settings, mongo, telemetry) as base:
        yield base.relay([METRICS_FORGOTTEN])


@asynccontextmanager
async def build_consumer(
    settings: MetricsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """Counts events, and says whom it has forgotten.

    Several share the partitions; each event has one effect all the same.
    """
    async with _open(settings, mongo, telemetry) as base:

        def build(live: Generation, database: Database, sessions: SessionRegistry) -> Consumer:
            projection = MetricsProjection(
                database,
                telemetry.metrics,
                clock=utc_now,
                generation=live.number,
                person=base.aliases().person,
            )
            return replace(base, database=database, sessions=sessions).consumer(
                projection,
                allow_incomplete=settings.allow_incomplete,
                group=live.group(projection.name),
            )

        consumer = LiveConsumer(Generations(base.database), mongo, build)
        erasures = Erasures(
            base.database,
            mongo,
            base.open_committer,
            aliases=base.aliases(),
            now=utc_now,
            metrics=telemetry.metrics,
        )
        logins = base.consumer(LoginsCopy(SERVICE))
        health = base.health(logins)
        health.check(NAME, consumer.ready)
        health.watch("erasures", erasures.watchdog.stalled)
        run = run_together(counting=consumer.run, logins=logins.run, erasures=erasures.run)
        yield Part(f"{SERVICE} consumer", run, health)
