"""Where the posts service is put together: one builder per role, and the OpenAPI document."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.posts.api import DESCRIPTION, ROUTERS, TAGS, TITLE
from services.posts.config import PostsSettings
from services.posts.domain.counts import CommentCounts, PostCounts
from services.posts.queries.counts import KEPT_FOR, CountsReader
from services.posts.store import COLLECTIONS, MIGRATIONS, OLDER, add_everyone
from services.posts.worker.audience_copy import PostsAudienceCopy
from services.posts.worker.cleanup import Cleanup
from services.posts.worker.engagement_counts import EngagementCounts
from services.posts.worker.erasures import PostsErasures
from services.posts.worker.readership import Readership
from shared.contract.events.topics import POSTS, POSTS_FORGOTTEN
from shared.contract.ids import new_id
from shared.contract.moments import utc_now
from shared.delivery.lease import Lease
from shared.delivery.mongo import EntityStore, Mongo
from shared.runtime.assembly import ServiceContext, open_service, stub_web_context
from shared.runtime.process import Part, run_together
from shared.runtime.telemetry import Telemetry
from shared.web.http import WebContext, create_app

SERVICE = "posts"


@asynccontextmanager
async def build_api(
    settings: PostsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[FastAPI]:
    """The API: commands through one committer, queries on the store."""
    async with _open(settings, mongo, telemetry) as base:
        await add_everyone(base.database)
        store = EntityStore(base.database)
        copies = base.awaited(PostsAudienceCopy())
        async with (
            base.open_committer() as committer,
            base.open_web_context(
                committer, quotas=settings.daily_quotas(), awaited=lambda: copies
            ) as web,
        ):
            state = {
                "store": store,
                "counts": CountsReader(store, PostCounts, kept_for=KEPT_FOR),
                # Not kept: what was before the caller's last reaction to a comment isn't known.
                "comment_counts": CountsReader(store, CommentCounts),
            }
            yield _app(web, state)


@asynccontextmanager
async def build_relay(
    settings: PostsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """The relay: publishes what was committed, one at a time of all that run."""
    async with _open(settings, mongo, telemetry) as base:
        yield base.relay([POSTS, POSTS_FORGOTTEN])


@asynccontextmanager
async def build_worker(
    settings: PostsSettings, mongo: Mongo, telemetry: Telemetry
) -> AsyncIterator[Part]:
    """The worker: keeps copies, counts and who reads which post; clears up; forgets the erased."""
    async with _open(settings, mongo, telemetry) as base, base.open_committer() as committer:
        await add_everyone(base.database)
        store = EntityStore(base.database)
        copying = base.consumer(PostsAudienceCopy())
        counting = base.consumer(EngagementCounts())
        readership = Readership(store, now=utc_now, metrics=telemetry.metrics)
        lease = Lease(base.database, "clearing", holder=new_id())
        cleanup = Cleanup(store, committer, lease, now=utc_now, metrics=telemetry.metrics)
        forgetting = Lease(base.database, "erasures", holder=new_id())
        erasures = PostsErasures(
            SERVICE,
            store,
            committer,
            forgetting,
            base.aliases(),
            now=utc_now,
            metrics=telemetry.metrics,
        )
        health = base.health(copying, counting)
        health.watch("readership", readership.watchdog.stalled)
        health.watch("clearing", cleanup.watchdog.stalled)
        health.watch("erasures", erasures.watchdog.stalled)
        run = run_together(
            copying=copying.run,
            counting=counting.run,
            readership=readership.run,
            clearing=cleanup.run,
            erasures=erasures.run,
        )
        yield Part(f"{SERVICE} worker", run, health)


def openapi() -> dict[str, Any]:
    """The OpenAPI document of the API; needs nothing that runs."""
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
    settings: PostsSettings, mongo: Mongo, telemetry: Telemetry
) -> AbstractAsyncContextManager[ServiceContext]:
    return open_service(
        SERVICE, settings, mongo, telemetry, COLLECTIONS, migrations=MIGRATIONS, older=OLDER
    )
