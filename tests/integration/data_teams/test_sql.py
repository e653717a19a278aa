"""The queries of `docs/sql` over exported events come to what the platform shows, everywhere."""

import asyncio
import io
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from rich.console import Console

from mitmach.addresses import read_addresses
from mitmach.demo.contest_plan import LEAST_DAYS
from mitmach.demo.quarter import DAYS
from mitmach.demo.run import DemoPlatform, run_demo
from mitmach.joined_people import JoinedPeople
from mitmach.log_export import ExportFormat, writer_of
from services.metrics.api import ROUTERS
from services.metrics.api.sources import Sources
from services.metrics.projection import decode
from shared.contract.aliases import Aliases
from shared.contract.events.planned import PLANNED_TYPES
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Driver, connect
from shared.web.http.context.request import principal_of
from tests.integration.data_teams.lively_community import LivelyCommunity
from tests.integration.metrics.counted_community import counted_events, exported, sources_at
from tests.support.board_oracle import NODE, board_differences
from tests.support.identity import PSEUDONYM_KEY
from tests.support.in_memory import principal
from tests.support.platform import running_platform
from tooling.sql_oracle import (
    PREPARING,
    QUERIES,
    ExportedLog,
    RunningPlatform,
    Samples,
    differences,
    figures_at,
    text_of,
)

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


def told_by(community: LivelyCommunity) -> list[tuple[str, bytes]]:
    return list(community.lines(Aliases(PSEUDONYM_KEY)))


@pytest.mark.parametrize(
    ("seed", "later"),
    [(1, timedelta(minutes=1)), (1, timedelta(days=9)), (2, timedelta(days=9))],
    ids=["now", "later", "another, later"],
)
async def test_every_query_says_what_every_surface_shows(
    mongo_url: str, database_prefix: str, seed: int, later: timedelta
) -> None:
    community = LivelyCommunity(seed)
    lines = told_by(community)
    log, person = ExportedLog.of_lines(joined(lines)), Aliases(PSEUDONYM_KEY).person
    events = ((topic, decode(line)) for topic, line in lines)
    async with counted_events(mongo_url, database_prefix, events, person) as database:
        async with figures_of(sources_at(database, community.world.now + later)) as figures:
            found = await differences(figures, log)
    assert found == [], "\n".join(found[:40])


@pytest.mark.tools
@pytest.mark.skipif(NODE is None, reason="Node isn't installed")
async def test_the_board_writes_what_the_queries_say(mongo_url: str, database_prefix: str) -> None:
    community = LivelyCommunity(1)
    lines = told_by(community)
    log, person = ExportedLog.of_lines(joined(lines)), Aliases(PSEUDONYM_KEY).person
    events = ((topic, decode(line)) for topic, line in lines)
    async with counted_events(mongo_url, database_prefix, events, person) as database:
        async with figures_of(sources_at(database, community.world.now)) as figures:
            found = await board_differences(figures, log)
    assert found == [], "\n".join(found)


def everything(log: ExportedLog, community: LivelyCommunity) -> dict[str, Any]:
    """What each query answers for the ninety days of a community."""
    today = community.world.now.date()
    window = f"{today - timedelta(days=90)}/{today}"
    return {
        file.stem: log.ask(file.stem, now=community.world.now, window=window)
        for file in sorted(QUERIES.glob("*.sql"))
        if file.stem not in {"load", "load_parquet", *PREPARING}
    }


def test_every_file_is_a_query_or_prepares_them() -> None:
    log = ExportedLog.of_lines(joined(told_by(LivelyCommunity(3, deeds=100))))
    for file in QUERIES.glob("*.sql"):
        assert file.read_text().startswith("-- "), file
    page = (QUERIES / "README.md").read_text()
    assert {file.name for file in QUERIES.glob("*.sql")} == set(re.findall(r"\((\w+\.sql)\)", page))
    assert log.values("select count(*) from events") != [0]


def test_all_that_the_queries_read_happens_in_the_community() -> None:
    texts = "".join(text_of(file.stem) for file in QUERIES.glob("*.sql"))
    read = set(re.findall(r"'(mitmach\.\w+\.\w+)'", texts))
    read -= {kind.type for kind in PLANNED_TYPES}
    told = {happened.data.type for happened, _ in LivelyCommunity(1).log}
    assert read - told == set()


def test_neither_the_place_in_the_log_nor_a_repeat_matters() -> None:
    """What was recorded later than it happened stands further behind, and says so."""
    community = LivelyCommunity(4, deeds=500)
    lines = list(joined(told_by(community)))
    expected = everything(ExportedLog.of_lines(lines), community)
    late = []
    for number, line in enumerate(lines):
        event = json.loads(line)
        if number % 3 == 0:
            event |= {
                "sequence": f"{len(lines) + number:020d}",
                "recordedtime": "2026-11-30T08:00:00.000000Z",
            }
        late.append((event["sequence"], json.dumps(event).encode()))
    found = [line for _, line in sorted(late)]
    assert everything(ExportedLog.of_lines([*found, *found[::7]]), community) == expected


def test_parquet_says_the_same(tmp_path: Path) -> None:
    community = LivelyCommunity(5, deeds=300)
    lines = list(joined(told_by(community)))
    file = tmp_path / "events.parquet"
    with file.open("wb") as opened, writer_of(ExportFormat.PARQUET)(opened) as write:
        for line in lines:
            write(line)
    expected = everything(ExportedLog.of_lines(lines), community)
    assert everything(ExportedLog(file), community) == expected


def test_the_page_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program of the page answers, on lines as they are exported."""
    community = LivelyCommunity(6, deeds=100)
    for file in QUERIES.glob("*.sql"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "events.ndjson").write_bytes(b"\n".join(joined(told_by(community))))
    (program,) = re.findall(r"```python\n(.*?)```", (QUERIES / "README.md").read_text(), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "activation" in done.stdout


@pytest.mark.faults_long
@pytest.mark.parametrize("days", [LEAST_DAYS, DAYS], ids=["a few days", "a quarter"])
async def test_a_platform_that_runs_shows_what_its_log_comes_to(tmp_path: Path, days: int) -> None:
    """The demo's organisation, played over HTTP, exported by the command, asked over HTTP."""
    async with running_platform(tmp_path / "data", quotas=False, history="true") as platform:
        await platform.visitor("ann", "analyst")
        addresses = read_addresses(platform.data)
        async with connect(addresses.mongodb, driver=Driver.PYMONGO) as mongo:
            played_on = DemoPlatform(
                http=platform.address,
                mongo=mongo,
                kafka=KafkaConnection(bootstrap=addresses.kafka),
                prefix="mitmach_",
                token=lambda person, roles: platform.token(person, *roles),
            )
            played = await run_demo(Console(file=io.StringIO()), played_on, seed=3, days=days)
        assert played.reconciliation.agrees
        async with figures_at(platform.address, platform.token("ann", "analyst")) as figures:
            log = ExportedLog.of_lines(await exported_lines(platform.data))
            found = await differences(figures, log)
    assert found == [], "\n".join(found[:40])


async def exported_lines(data: Path) -> list[bytes]:
    command = [sys.executable, "-m", "mitmach", "log", "export", "--join-people"]
    process = await asyncio.create_subprocess_exec(
        *command, "--data", str(data), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    written, _ = await process.communicate()
    assert process.returncode == 0
    return written.splitlines()
