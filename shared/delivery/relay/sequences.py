"""Numbers.

Gapless per source, growing within each partition, each event naming the one before it there.

They are stored, fenced by the lease, before anything is sent; so whoever sends an event, and how
often, it carries the same number in the same partition.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from shared.delivery.failpoints import failpoint
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import Database, Index, Session, SessionRegistry

STATE = "relay"
COLLECTIONS: Mapping[str, Sequence[Index]] = {STATE: ()}

Place = tuple[str, int]  # topic and partition

# Of the log at once, compressed, numbered in one transaction: larger chunks hold the fence longer
# and need more memory (some ten times as much), smaller ones cost a round trip more often.
CHUNK_BYTES = 1 << 20
CHUNK_DOCUMENTS = 500


class RelayFenced(Exception):  # noqa: N818 - an order to stop, not a mistake
    """Another relay has taken over: this one may not number any more."""


class SequencedEvent(msgspec.Struct, frozen=True, gc=False):
    """An event with its place in the order of things."""

    place: Place
    key: str
    body: bytes
    sequence: int
    predecessor: int


@dataclass(slots=True)
class RelayState:
    """What the relay knows of its source; one document, written only by the holder of the fence.

    Attributes:
        next_sequence: For the next event without a number.
        heads: The last sequence in each partition.
        sent_through: Every event up to here has been acknowledged by the broker.
        bases: The base offset that the broker acknowledged last in each partition.
        cluster: Which broker that was.
        session: Of the last leader, to be ended if it was killed inside a transaction.
        rewinds: How often somebody has set `sent_through` back; what a leader stores about its
            sending names the number that it knows, so it can't undo a rewind that it hasn't seen.
    """

    next_sequence: int = 1
    heads: dict[Place, int] = field(default_factory=dict)
    sent_through: int = 0
    bases: dict[Place, int] = field(default_factory=dict)
    cluster: str | None = None
    session: Any = None
    rewinds: int = 0

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "RelayState":
        """From its document. Partitions are stored as lists, since topic names have dots."""
        return cls(
            next_sequence=stored.get("next_sequence", 1),
            heads={(topic, partition): n for topic, partition, n in stored.get("heads", ())},
            sent_through=stored.get("sent_through", 0),
            bases={(topic, partition): n for topic, partition, n in stored.get("bases", ())},
            cluster=stored.get("cluster"),
            session=stored.get("session"),
            rewinds=stored.get("rewinds", 0),
        )


def pack(numbers: Mapping[Place, int]) -> list[list[Any]]:
    """How numbers per partition are stored."""
    return [[topic, partition, n] for (topic, partition), n in numbers.items()]


async def take_fence(
    database: Database, fence: int, session: Session, registry: SessionRegistry
) -> RelayState:
    """Claims the state for the lease with this number.

    The session of the leader before is ended first: if that was killed while it stored numbers, it
    left the state locked, and claiming it would take more than a minute.

    Raises:
        RelayFenced: A later lease has claimed it.
    """
    await database.insert(STATE, [{"_id": STATE, "fence": 0}], ignore_duplicates=True)
    before = await database.find_one(STATE, {"_id": STATE, "fence": {"$lte": fence}})
    if before is None:
        raise RelayFenced
    if (last := before.get("session")) not in (None, session.id):
        await registry.kill([last])
    claim = {"$set": {"fence": fence, "session": session.id}}
    after = await database.find_and_update(STATE, {"_id": STATE, "fence": {"$lte": fence}}, claim)
    if after is None:
        raise RelayFenced
    return RelayState.load(after)


async def assign_sequences(
    database: Database,
    session: Session,
    fence: int,
    state: RelayState,
    partitions: Callable[[str], int],
) -> list[dict[str, Any]]:
    """Numbers the next chunk of the log; returns its documents, numbered. Empty: nothing waits.

    Args:
        database: The service's.
        session: The relay's.
        fence: The lease's number.
        state: Moves on when, and only when, the numbers are stored.
        partitions: How many partitions a topic has now. An event keeps its partition when that
            grows later.

    Raises:
        RelayFenced: The lease is someone else's.
        Conflict: Try again.
        CommitUnknown: The state must be loaded again to see.
    """
    documents = await _pending(database)
    if not documents:
        return []
    heads = dict(state.heads)
    sequence = state.next_sequence
    statements = []
    numbered = []
    for document in documents:
        places = [
            (topic, partition_of(key, partitions(topic)))
            for topic, key in zip(document["topics"], document["keys"], strict=True)
        ]
        predecessors = []
        for offset, place in enumerate(places):
            predecessors.append(heads.get(place, 0))
            heads[place] = sequence + offset
        numbers = {
            "first_sequence": sequence,
            "partitions": [partition for _, partition in places],
            "predecessors": predecessors,
        }
        statements.append(
            {"q": {"_id": document["_id"], "first_sequence": None}, "u": {"$set": numbers}}
        )
        numbered.append(document | numbers)
        sequence += len(places)
    async with session.transaction() as transaction:
        ours = {"_id": STATE, "fence": fence}
        moved = {"$set": {"next_sequence": sequence, "heads": pack(heads)}}
        if (await transaction.update(STATE, [{"q": ours, "u": moved}])).matched != 1:
            raise RelayFenced
        if (await transaction.update(LOG, statements)).matched != len(statements):
            raise RelayFenced
        await failpoint("relay.before_numbers_commit")
        await transaction.commit()
    state.next_sequence, state.heads = sequence, heads
    return numbered


async def _pending(database: Database) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = []
    size = 0
    async for document in database.stream(
        LOG, {"first_sequence": None}, sort=(("at", 1), ("_id", 1))
    ):
        documents.append(document)
        size += len(document["bodies"])
        if size >= CHUNK_BYTES or len(documents) >= CHUNK_DOCUMENTS:
            break
    return documents


async def sequenced_after(database: Database, sequence: int) -> list[dict[str, Any]]:
    """The next chunk of numbered log documents whose first event comes after `sequence`."""
    documents: list[dict[str, Any]] = []
    size = 0
    async for document in database.stream(
        LOG, {"first_sequence": {"$gt": sequence}}, sort=(("first_sequence", 1),)
    ):
        documents.append(document)
        size += len(document["bodies"])
        if size >= CHUNK_BYTES or len(documents) >= CHUNK_DOCUMENTS:
            break
    return documents


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key.

    CRC-32, as librdkafka's default has it (Java's murmur2 is slow in Python).
    """
    return zlib.crc32(key.encode()) % partitions


def events_of(document: Mapping[str, Any]) -> list[SequencedEvent]:
    """The events of a numbered log document."""
    first: int = document["first_sequence"]
    places: dict[Place, Place] = {}
    numbered = []
    for offset, (event, partition, predecessor) in enumerate(
        zip(logged_events(document), document["partitions"], document["predecessors"], strict=True)
    ):
        place = (event.topic, partition)
        place = places.setdefault(place, place)
        numbered.append(SequencedEvent(place, event.key, event.body, first + offset, predecessor))
    return numbered
