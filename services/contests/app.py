"""Where the contests service is put together: one builder per role, and the OpenAPI document."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.contests.api import DESCRIPTION, ROUTERS, TAGS, TITLE
from services.contests.config import ContestsSettings
from services.contests.store import COLLECTIONS, MIGRATIONS, OLDER
from services.contests.worker.audience_copy import ContestsAudienceCopy
from services.contests.worker.erasures import ContestsErasures
from services.contests.worker.scheduler import Scheduler
from shared.contract.events.topics import BALLOTS, CONTESTS, CONTESTS_FORGOTTEN
from shared.contract.ids import new_id
from shared.contract.moments import utc_now
from shared.delivery.lease import Lease
from shared.delivery.mongo import EntityStore, Mongo
from shared.runtime.assembly import ServiceContext, open_service, stub_web_context
from shared.runtime.process import Part, run_together
from shared.runtime.telemetry import Telemetry
from shared.web.http import WebContext, create_app

SERVICE = "contests"


@asynccontextmanager
async def build_api(
    settings: ContestsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[FastAPI]:
    """The API: commands through one committer, queries on the store."""
    async with _open(settings, mongo, telemetry) as base, base.open_committer() as committer:
        copies = base.awaited(ContestsAudienceCopy())
        async with base.open_web_context(
            committer, quotas=settings.daily_quotas(), awaited=lambda: copies
        ) as web:
            yield _app(web, {"store": EntityStore(base.database), "aliases": base.aliases()})


@asynccontextmanager
async def build_relay(
    settings: ContestsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """The relay: publishes what was committed, one at a time of all that run."""
    async with _open(settings, mongo, telemetry) as base:
        yield base.relay([CONTESTS, BALLOTS, CONTESTS_FORGOTTEN])


@asynccontextmanager
async def build_worker(
    settings: ContestsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """The worker: keeps the copy of people and groups, does what is due, forgets the erased."""
    async with _open(settings, mongo, telemetry) as base, base.open_committer() as committer:
        lease = Lease(base.database, "clock", holder=new_id())
        scheduler = Scheduler(
            EntityStore(base.database),
            committer,
            base.sessions,
            lease,
            now=utc_now,
            metrics=telemetry.metrics,
        )
        copying = base.consumer(ContestsAudienceCopy())
        erasures = ContestsErasures(
            SERVICE,
            EntityStore(base.database),
            committer,
            Lease(base.database, "erasures", holder=new_id()),
            base.aliases(),
            now=utc_now,
            metrics=telemetry.metrics,
        )
        health = base.health(copying)
        health.watch("clock", scheduler.watchdog.stalled)
        health.watch("erasures", erasures.watchdog.stalled)
        run = run_together(copying=copying.run, clock=scheduler.run, erasures=erasures.run)
        yield Part(f"{SERVICE} worker", run, health)


def openapi() -> dict[str, Any]:
    """The OpenAPI document of the API; needs nothing that runs."""
    return _app(stub_web_context(SERVICE), {}).openapi()


def _app(web: WebContext, state: Mapping[str, object]) -> FastAPI:
    return create_app(web, *ROUTERS, title=TITLE, description=DESCRIPTION, state=state, tags=TAGS)


def _open(
    settings: ContestsSettings, mongo: Mongo, telemetry: Telemetry
) -> AbstractAsyncContextManager[ServiceContext]:
    return open_service(
        SERVICE, settings, mongo, telemetry, COLLECTIONS, migrations=MIGRATIONS, older=OLDER
    )
