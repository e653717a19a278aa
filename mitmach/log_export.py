"""Events out of the services' logs: as they are in Kafka, one JSON object per line, or as Parquet.

For whoever has no Kafka, or wants a certain day: `jq`, DuckDB, pandas and Spark read such files.

Lines need nothing but this program. Parquet needs pyarrow, whose 170 MB every container would carry
for a command that few people call: so it is an extra, and imported when a table is wanted.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, BinaryIO

import msgspec

from mitmach.joined_people import JoinedPeople
from shared.contract.events.envelope import format_time, with_sequence
from shared.delivery.log import OPEN_LOG, logged_events
from shared.delivery.mongo import Database, cluster_time
from shared.delivery.relay.sequences import events_of
from shared.runtime.process import Stopped

# An event tells the time of the process that decided it, its document that of the database. Their
# clocks may differ by as much as this before an event falls out of a range.
_MARGIN = timedelta(hours=1)


class _Moment(msgspec.Struct, gc=False):
    time: str


_moment = msgspec.json.Decoder(_Moment).decode

# Takes a line with its end.
Write = Callable[[bytes], object]
LineWriter = Callable[[BinaryIO], AbstractContextManager[Write]]


class ExportFormat(StrEnum):
    """What a file of events looks like."""

    NDJSON = "ndjson"
    PARQUET = "parquet"


def writer_of(kind: ExportFormat) -> LineWriter:
    """What writes lines into a file of this format; the file is whole when its context has ended.

    Raises:
        Stopped: The format's library isn't installed.
    """
    if kind is ExportFormat.NDJSON:
        return _lines_as_they_are
    try:
        from mitmach.parquet import rows  # noqa: PLC0415 - needs what most don't have
    except ModuleNotFoundError:
        raise Stopped(
            "Parquet needs pyarrow, which isn't installed here: `make setup` in a checkout has it,"
            " elsewhere `pip install pyarrow`"
        ) from None
    return rows


@contextmanager
def _lines_as_they_are(file: BinaryIO) -> Iterator[Write]:
    yield file.write


async def export_log(
    database: Database,
    write: Write,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    people: JoinedPeople | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes the events of one service's log in the order in which they were or will be numbered.

    Those that the relay hasn't numbered yet come last, without `sequence` and `predecessor`. What
    is restricted (the choices of sealed votes, whose token is whose) isn't in the view that is
    read.

    Args:
        database: The database of the service.
        write: Takes a line with its end.
        since: The first moment that is wanted; from the beginning of the log when left out.
        until: The first moment that isn't wanted any more; to the end of the log when left out.
        people: What names each person by one id; None leaves their ids and aliases as they are.
        progress: Called with the number of lines so far, once per document.

    Returns:
        How many lines were written.
    """
    first = "" if since is None else format_time(since)
    # "Z" sorts behind every year.
    last = "Z" if until is None else format_time(until)
    lines = 0
    async for document in _documents(database, since, until):
        for line in _lines(document):
            if first <= _moment(line).time < last:
                write((line if people is None else people.line(line)) + b"\n")
                lines += 1
        progress(lines)
    return lines


async def _documents(
    database: Database, since: datetime | None, until: datetime | None
) -> AsyncIterator[Mapping[str, Any]]:
    span: dict[str, Any] = {}
    if since is not None:
        span["$gte"] = cluster_time(since - _MARGIN)
    if until is not None:
        span["$lt"] = cluster_time(until + _MARGIN)
    at = {"at": span} if span else {}
    numbered = {"first_sequence": {"$gt": 0}, **at}
    async for document in database.stream(OPEN_LOG, numbered, sort=(("first_sequence", 1),)):
        yield document
    waiting = {"first_sequence": None, **at}
    async for document in database.stream(OPEN_LOG, waiting, sort=(("at", 1), ("_id", 1))):
        yield document


def _lines(document: Mapping[str, Any]) -> list[bytes]:
    if document["first_sequence"] is None:
        return [event.body for event in logged_events(document)]
    return [
        with_sequence(event.body, event.sequence, event.predecessor)
        for event in events_of(document)
    ]
