"""A posts database of its own without a server, for tests of what its worker does there."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from services.posts.app import SERVICE
from services.posts.config import PostsSettings
from services.posts.store import COLLECTIONS
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import Database
from shared.runtime.assembly import ServiceContext, open_service
from shared.runtime.telemetry import Telemetry
from tests.support.identity import PSEUDONYM_KEY
from tests.support.mongodb import connected


@asynccontextmanager
async def posts_base(mongo_url: str) -> AsyncIterator[ServiceContext]:
    """What a posts worker is built on; the database is dropped at the end."""
    settings = PostsSettings(
        mongodb_url=SecretStr(mongo_url),
        database_prefix=f"t{uuid4().hex[:12]}_",
        pseudonym_key=SecretStr(PSEUDONYM_KEY.decode()),
    )
    async with (
        connected(mongo_url) as mongo,
        open_service(SERVICE, settings, mongo, Telemetry(SERVICE), COLLECTIONS) as base,
    ):
        yield base
        await mongo.drop(settings.database_name(SERVICE))


async def told_events(database: Database) -> list[dict[str, Any]]:
    """All events in a database's log."""
    return [
        json.loads(event.body)
        for stored in await database.find(LOG, {})
        for event in logged_events(stored)
    ]
