"""Where the groups service is put together: one builder per role, and the OpenAPI document."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI

from services.groups.api import DESCRIPTION, ROUTERS, TAGS, TITLE
from services.groups.commands.everyone import EnsureEveryone
from services.groups.config import GroupsSettings
from services.groups.store import COLLECTIONS, MIGRATIONS, OLDER
from services.groups.worker.erasures import ErasureRecord
from services.groups.worker.member_counts import MemberCounts
from services.groups.worker.sweeper import Sweeper
from shared.contract.errors import Unavailable
from shared.contract.events.topics import GROUPS, LOGINS, PEOPLE
from shared.contract.moments import utc_now
from shared.delivery.committer import Committer
from shared.delivery.mongo import EntityStore, Mongo
from shared.runtime.assembly import ServiceContext, open_service, stub_web_context
from shared.runtime.process import Part, run_together
from shared.runtime.telemetry import Telemetry
from shared.web.http import WebContext, create_app

SERVICE = "groups"

ARRIVALS = frozenset({("POST", "/v1/me/visits")})
"""The one thing that somebody may do who isn't active yet."""

# Of a command at the start, each for as long as a request would wait: 3 s.
TRIES = 10


@asynccontextmanager
async def build_api(
    settings: GroupsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[FastAPI]:
    """The HTTP side, with the group of everyone made."""
    async with _open(settings, mongo, telemetry) as base, base.open_committer() as committer:
        await ensure_everyone(committer)
        async with base.open_web_context(
            committer, quotas=settings.daily_quotas(), arrivals=ARRIVALS
        ) as web:
            yield _app(web, {"store": EntityStore(base.database), "settings": settings})


async def ensure_everyone(committer: Committer) -> None:
    """Makes the group of everyone, also where the database is slow: much starts at the same time.

    Raises:
        Unavailable: It doesn't answer for several times as long as a request would wait.
    """
    for _ in range(TRIES - 1):
        with suppress(Unavailable):
            await committer.execute(EnsureEveryone())
            return
    await committer.execute(EnsureEveryone())


@asynccontextmanager
async def build_relay(
    settings: GroupsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """Publishes the service's log; one process leads, others stand by."""
    async with _open(settings, mongo, telemetry) as base:
        yield base.relay([LOGINS, PEOPLE, GROUPS])


@asynccontextmanager
async def build_worker(
    settings: GroupsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """Counts members, keeps the record of erasures, and clears up."""
    async with _open(settings, mongo, telemetry) as base, base.open_committer() as committer:
        sweeper = Sweeper(
            EntityStore(base.database),
            committer,
            now=utc_now,
            forget_after=settings.forget_left_after(),
            texts=settings.erased_texts,
            metrics=telemetry.metrics,
        )
        counting = base.consumer(MemberCounts())
        recording = base.consumer(ErasureRecord())
        health = base.health(counting, recording)
        health.watch("sweeper", sweeper.watchdog.stalled)
        run = run_together(counting=counting.run, recording=recording.run, sweeping=sweeper.run)
        yield Part(f"{SERVICE} worker", run, health)


def openapi() -> dict[str, Any]:
    """The OpenAPI document; needs neither settings nor a database."""
    return _app(stub_web_context(SERVICE), {}).openapi()


def _app(web: WebContext, state: Mapping[str, object]) -> FastAPI:
    return create_app(
        web,
        *ROUTERS,
        title=TITLE,
        description=DESCRIPTION,
        state=state,
        tags=TAGS,
    )


def _open(
    settings: GroupsSettings, mongo: Mongo, telemetry: Telemetry
) -> AbstractAsyncContextManager[ServiceContext]:
    return open_service(
        SERVICE, settings, mongo, telemetry, COLLECTIONS, migrations=MIGRATIONS, older=OLDER
    )
