"""The queries of `docs/sql` over exported events come to what the platform shows, everywhere."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from mitmach.joined_people import JoinedPeople
from services.metrics.api import ROUTERS
from services.metrics.api.sources import Sources
from services.metrics.projection import decode
from shared.contract.aliases import Aliases
from shared.web.http.context.request import principal_of
from tests.integration.data_teams.lively_community import LivelyCommunity
from tests.integration.metrics.counted_community import counted_events, exported, sources_at
from tests.support.identity import PSEUDONYM_KEY
from tests.support.in_memory import principal
from tests.support.sql_oracle import ExportedLog, RunningPlatform, Samples, differences

ANALYST = principal("ann", "analyst")


class FiguresAt(RunningPlatform):
    """The routes of the metrics service at a moment that a test chooses, without a server."""

    def __init__(self, client: httpx.AsyncClient, sources: Sources) -> None:
        super().__init__(client)
        self._sources = sources

    async def samples(self) -> Samples:
        """What Prometheus would be shown at that moment."""
        return await exported(self._sources)


@asynccontextmanager
async def figures_of(sources: Sources) -> AsyncIterator[FiguresAt]:
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    app.state.current = SimpleNamespace(sources=sources)
    app.dependency_overrides[principal_of] = lambda: ANALYST
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://metrics") as client:
        yield FiguresAt(client, sources)


def joined(lines: list[tuple[str, bytes]]) -> Iterator[bytes]:
    people = JoinedPeople(PSEUDONYM_KEY)
    return (people.line(line) for _, line in lines)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("later", [timedelta(minutes=1), timedelta(days=9)], ids=["now", "later"])
async def test_every_query_says_what_every_surface_shows(
    mongo_url: str, database_prefix: str, seed: int, later: timedelta
) -> None:
    community, aliases = LivelyCommunity(seed), Aliases(PSEUDONYM_KEY)
    lines = list(community.lines(aliases))
    log = ExportedLog(joined(lines))
    events = ((topic, decode(line)) for topic, line in lines)
    async with counted_events(mongo_url, database_prefix, events, aliases.person) as database:
        sources = sources_at(database, community.world.now + later)
        async with figures_of(sources) as figures:
            found = await differences(figures, log)
    assert found == [], "\n".join(found[:40])
