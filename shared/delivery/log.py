"""The log: all events of a commit, already serialised, in one document of the same transaction.

    {_id, at, first_sequence: null, count, topics: [...], keys: [...], bodies: zstd(lines)}

`at` is the server's cluster time as the transaction knew it after its first read: whatever
committed before this transaction began has a smaller time, so sorting by it respects cause and
effect across processes without a counter that all would fight over. `first_sequence`, and beside it
`partitions` and `predecessors`, are the relay's to fill in.

Events of restricted topics (`shared.contract.events.topics.RESTRICTED`) stand in documents of their
own: the view `open_log` leaves those out, and who audits may read that view and nothing else.

The bodies of a commit resemble each other: together they compress to a tenth, in a fraction of the
time that it takes to send and store the rest of them.

Rejected: a document for each event. It is easier to query, and costs a quarter of the throughput of
the whole write path.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import zstandard

from shared.contract.events.envelope import Sealed
from shared.contract.events.topics import RESTRICTED
from shared.contract.ids import new_id
from shared.delivery.mongo import Database, Duplicate, Index, View

LOG = "log"
OPEN_LOG = "open_log"
VIEWS: Mapping[str, View] = {
    OPEN_LOG: View(LOG, ({"$match": {"topics": {"$nin": sorted(RESTRICTED)}}},)),
}
META = "meta"
COLLECTIONS: Mapping[str, Sequence[Index]] = {
    # Documents without a sequence come first (null sorts before numbers), in the order in which the
    # relay gives them theirs; and "everything after sequence n" is a range of the same index.
    LOG: (Index((("first_sequence", 1), ("at", 1), ("_id", 1))),),
    META: (),
}

# Bytes of events in one log document, before they are compressed. The server's limit is 16 MiB for
# the whole document; larger documents would save nothing, smaller ones cost the relay a round trip.
MOST_BYTES = 4 << 20

# The fastest level that still finds the repetitions between events; higher ones cost more time than
# the bytes that they save.
_LEVEL = 1


class LoggedEvent(msgspec.Struct, frozen=True, gc=False):
    """An event as it stands in the log.

    It is no tuple: a relay that catches up holds thousands of them, and the garbage collector's
    walks through tuples took a sixth of its time.
    """

    topic: str
    key: str
    body: bytes


def log_documents(commit_id: str, at: Any, events: Sequence[Sealed]) -> list[dict[str, Any]]:
    """The documents of a commit, which sort in their order.

    There are several when the events are many, or some of them restricted; these come last. No
    topic's events change their order by that.

    Args:
        commit_id: Unique id, known before the commit, so that a lost answer can be settled by
            looking for it.
        at: The cluster time after the transaction's first read.
        events: Events of the commit, in order.
    """
    restricted = [event for event in events if event.topic in RESTRICTED]
    if not restricted:
        return _documents(commit_id, 0, at, events)
    others = [event for event in events if event.topic not in RESTRICTED]
    documents = _documents(commit_id, 0, at, others)
    return documents + _documents(commit_id, len(documents), at, restricted)


def _documents(
    commit_id: str, first: int, at: Any, events: Sequence[Sealed]
) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = []
    part: list[Sealed] = []
    size = 0
    for event in events:
        if part and size + len(event.body) > MOST_BYTES:
            documents.append(_document(commit_id, first + len(documents), at, part))
            part, size = [], 0
        part.append(event)
        size += len(event.body)
    if part:
        documents.append(_document(commit_id, first + len(documents), at, part))
    return documents


def first_id(commit_id: str) -> str:
    """The id of a commit's first log document: there if, and only if, the commit took effect."""
    return f"{commit_id}.000"


def logged_events(document: Mapping[str, Any]) -> list[LoggedEvent]:
    """The events of a log document, in order.

    Raises:
        ZstdError: The bytes of the document are damaged.
    """
    bodies = zstandard.ZstdDecompressor().decompress(document["bodies"]).split(b"\n")
    return [
        LoggedEvent(topic, key, body)
        for topic, key, body in zip(document["topics"], document["keys"], bodies, strict=True)
    ]


def _document(commit_id: str, index: int, at: Any, events: Sequence[Sealed]) -> dict[str, Any]:
    # JSON on one line: no line feed can occur in it.
    lines = b"\n".join([event.body for event in events])
    return {
        "_id": f"{commit_id}.{index:03d}",
        "at": at,
        "first_sequence": None,
        "count": len(events),
        "topics": [event.topic for event in events],
        "keys": [event.key for event in events],
        "bodies": zstandard.ZstdCompressor(level=_LEVEL).compress(lines),
    }


async def source_of(database: Database, service: str) -> str:
    """The CloudEvents source of this service on this database: `/mitmach/<service>/<database id>`.

    The id is made with the database. A database that was deleted and made again is another source,
    whose sequences start at 1, so no reader mistakes its events for repeats.
    """
    stored = await database.find_one(META, {"_id": "source"})
    if stored is None:
        insert = {"$setOnInsert": {"database_id": new_id().replace("-", "")[:24]}}
        try:
            stored = await database.find_and_update(META, {"_id": "source"}, insert, upsert=True)
        except Duplicate:  # another process made it at the same moment
            stored = await database.find_one(META, {"_id": "source"})
    if stored is None:
        raise RuntimeError("the source's id was deleted while it was read")
    return f"/mitmach/{service}/{stored['database_id']}"
