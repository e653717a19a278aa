"""Events out of the log, as lines: all of them, in order, and only those of a time."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mitmach.__main__ import app
from mitmach.exporting import export
from shared.events.ballots import BallotRecorded
from shared.events.envelope import Sealed, format_time, seal
from shared.ids import new_id
from shared.mongo import Database, cluster_time, connect
from shared.outbox import LOG, log_documents
from tests.support.events import sample
from tests.support.tiny import ACTOR, COLLECTIONS, visited

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


def event(person: str, at: datetime) -> Sealed:
    return _sealed(visited(person), at)


def _sealed(data: Any, at: datetime) -> Sealed:
    return seal(
        data,
        actor=ACTOR,
        source="/mitmach/groups/1",
        event_id=new_id(),
        time=format_time(at),
        traceparent=None,
    )


async def commit(
    database: Database, at: datetime, *events: Sealed, numbered: int | None = None
) -> None:
    """Puts a log document there, numbered as a relay would."""
    (document,) = log_documents(new_id(), cluster_time(at), events)
    if numbered is not None:
        document |= {
            "first_sequence": numbered,
            "partitions": [0] * len(events),
            "predecessors": [numbered + offset - 1 for offset in range(len(events))],
        }
    await database.insert(LOG, [document])


async def a_night(database: Database) -> None:
    """Events before and after midnight; the last one isn't numbered yet."""
    await database.prepare(COLLECTIONS)
    late, early = MIDNIGHT - HOUR, MIDNIGHT + HOUR
    await commit(database, early, event("new", early), numbered=4)
    await commit(database, late, event("old", late), event("older", late - HOUR), numbered=1)
    # The clocks of database and process differ: decided before midnight, committed after it.
    ballot = _sealed(sample(BallotRecorded), late)
    await commit(database, early, ballot, numbered=3)
    await commit(database, early, event("newest", early))


def subjects(lines: list[bytes]) -> list[str]:
    return [json.loads(line)["subject"] for line in lines]


async def test_every_event_is_a_line_in_its_order_but_no_ballot(database: Database) -> None:
    await a_night(database)
    lines: list[bytes] = []
    assert await export(database, lines.append) == 4
    assert subjects(lines) == ["old", "older", "new", "newest"]
    assert [int(json.loads(line).get("sequence", 0)) for line in lines] == [1, 2, 4, 0]
    assert all(line.endswith(b"}\n") and line.count(b"\n") == 1 for line in lines)


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        (None, MIDNIGHT, ["old", "older"]),
        (MIDNIGHT, None, ["new", "newest"]),
        (MIDNIGHT - HOUR, MIDNIGHT + HOUR, ["old"]),
        (MIDNIGHT + 2 * HOUR, None, []),
    ],
)
async def test_a_range_holds_its_first_moment_and_not_its_last(
    database: Database, since: datetime | None, until: datetime | None, wanted: list[str]
) -> None:
    await a_night(database)
    lines: list[bytes] = []
    await export(database, lines.append, since=since, until=until)
    assert subjects(lines) == wanted


async def test_the_command_writes_a_file_that_is_whole(
    mongo_url: str, database_prefix: str, tmp_path: Path
) -> None:
    async with connect(mongo_url) as mongo:
        await a_night(mongo.database(f"{database_prefix}groups"))
    file = tmp_path / "night.ndjson"
    environment = {"MITMACH_MONGODB_URL": mongo_url, "MITMACH_DATABASE_PREFIX": database_prefix}

    def run(*arguments: str) -> Any:
        with ThreadPoolExecutor(1) as thread:
            arguments = ("log", "export", "groups", *arguments)
            return thread.submit(CliRunner().invoke, app, arguments, env=environment).result()

    ran = run("--since", "2026-11-23", "-o", str(file))
    assert ran.exit_code == 0, ran.output
    assert subjects(file.read_bytes().splitlines()) == ["new", "newest"]
    assert not (tmp_path / "night.ndjson.part").exists()
    assert run("--since", "yesterday").exit_code == 2
    there_is_none = run("-o", str(tmp_path / "missing" / "file"))
    assert there_is_none.exit_code == 1
    assert "can't be written" in there_is_none.output
