"""Events in a service's log, committed and numbered as of a certain night, and their export."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from mitmach.__main__ import app
from shared.contract.events.ballots import BallotRecorded
from shared.contract.events.envelope import Sealed, format_time, seal
from shared.contract.ids import new_id
from shared.delivery.log import LOG, VIEWS, log_documents
from shared.delivery.mongo import Database, cluster_time
from tests.support.counters import ACTOR, COLLECTIONS, visited
from tooling.sample_events import sample

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


def event(person: str, at: datetime) -> Sealed:
    return sealed(visited(person), at)


def sealed(
    data: Any, at: datetime, *, actor: str | None = ACTOR, traceparent: str | None = None
) -> Sealed:
    return seal(
        data,
        actor=actor,
        source="/mitmach/groups/1",
        event_id=new_id(),
        time=format_time(at),
        traceparent=traceparent,
    )


async def commit(
    database: Database, at: datetime, *events: Sealed, numbered: int | None = None
) -> None:
    """Puts what a commit stores in the log there, numbered as a relay would."""
    documents = log_documents(new_id(), cluster_time(at), events)
    if numbered is not None:
        for document in documents:
            places = range(numbered, numbered + len(document["topics"]))
            document |= {
                "first_sequence": numbered,
                "partitions": [0] * len(places),
                "predecessors": [place - 1 for place in places],
            }
            numbered = places.stop
    await database.insert(LOG, documents)


async def events_around_midnight(database: Database) -> None:
    """Events before and after midnight; the last one isn't numbered yet."""
    await database.ensure_collections(COLLECTIONS)
    await database.ensure_views(VIEWS)
    late, early = MIDNIGHT - HOUR, MIDNIGHT + HOUR
    await commit(database, early, event("new", early), numbered=4)
    await commit(database, late, event("old", late), event("older", late - HOUR), numbered=1)
    # The clocks of database and process differ: decided before midnight, committed after it.
    ballot = sealed(sample(BallotRecorded), late)
    await commit(database, early, ballot, numbered=3)
    await commit(database, early, event("newest", early))


def subjects(lines: list[bytes]) -> list[str]:
    return [json.loads(line)["subject"] for line in lines]


def run_export(environment: dict[str, str], *arguments: str | Path) -> Result:
    command = ("log", "export", "groups", *map(str, arguments))
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(CliRunner().invoke, app, command, env=environment).result()


def names(folder: Path) -> set[str]:
    """Names of the files in a folder."""
    return {file.name for file in folder.iterdir()}
