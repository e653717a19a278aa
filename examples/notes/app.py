"""Where the notes service is put together: one builder per role, and the OpenAPI document."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from examples.notes.api import ROUTERS
from examples.notes.config import NotesSettings
from examples.notes.events import NOTES, PLAN
from examples.notes.store import COLLECTIONS, MIGRATIONS
from examples.notes.worker.note_counts import NoteCounter
from shared.audience.logins import LoginsCopy
from shared.contract.events.topics import LOGINS, TOPICS
from shared.delivery.mongo import EntityStore, Mongo
from shared.runtime.assembly import ServiceContext, open_service, stub_web_context
from shared.runtime.process import Part, run_together
from shared.runtime.telemetry import Telemetry
from shared.web.http import WebContext, create_app

SERVICE = "notes"


@asynccontextmanager
async def build_api(
    settings: NotesSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[FastAPI]:
    """The API: commands through one committer, queries on the store."""
    async with (
        _open(settings, mongo, telemetry) as service,
        service.open_committer() as committer,
        service.open_web_context(committer, quotas=settings.daily_quotas()) as web,
    ):
        yield _app(web, EntityStore(service.database))


@asynccontextmanager
async def build_relay(
    settings: NotesSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """The relay: publishes what was committed; one process leads, others stand by."""
    async with _open(settings, mongo, telemetry) as service:
        yield service.relay([NOTES])


@asynccontextmanager
async def build_worker(
    settings: NotesSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """The worker: counts notes per person, and learns whose tokens are."""
    async with _open(settings, mongo, telemetry) as service:
        counting, logins = service.consumer(NoteCounter()), service.consumer(LoginsCopy(SERVICE))
        run = run_together(counting=counting.run, logins=logins.run)
        yield Part(f"{SERVICE} worker", run, service.health(counting, logins))


def openapi() -> dict[str, Any]:
    """The OpenAPI document of the API; needs nothing that runs."""
    return _app(stub_web_context(SERVICE), None).openapi()


def _app(web: WebContext, store: EntityStore | None) -> FastAPI:
    return create_app(
        web,
        *ROUTERS,
        title=SERVICE,
        description="Private notes.",
        state={"store": store},
    )


def _open(
    settings: NotesSettings, mongo: Mongo, telemetry: Telemetry
) -> AbstractAsyncContextManager[ServiceContext]:
    return open_service(
        SERVICE,
        settings,
        mongo,
        telemetry,
        COLLECTIONS,
        migrations=MIGRATIONS,
        plans={NOTES: PLAN, LOGINS: TOPICS[LOGINS]},
    )
