"""Sequences: every event's place in the order of its source, and in its partition.

They are gapless per source and grow within each partition, and each event names the one before it
there. They are stored, fenced by the lease, before anything is sent; so whoever sends an event, and
however often, it carries the same sequence in the same partition.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from shared.delivery.failpoints import failpoint
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import Database, Index, Order, Session, SessionRegistry

STATE = "relay"
COLLECTIONS: Mapping[str, Sequence[Index]] = {STATE: ()}

Place = tuple[str, int]  # topic and partition

# Bytes (compressed) and documents of the log that get their sequences in one transaction. Larger
# chunks hold the fence longer and need more memory (some ten times as much), smaller ones cost a
# round trip more often.
CHUNK_BYTES = 1 << 20
CHUNK_DOCUMENTS = 500


class RelayFenced(Exception):  # noqa: N818 - an order to stop, not a mistake
    """Another relay has taken over: this one may assign no sequences any more."""


class SequencedEvent(msgspec.Struct, frozen=True, gc=False):
    """An event with its place in the order of its source.

    Attributes:
        place: Topic and partition that it is sent to.
        key: Key of its record.
        body: Its serialised envelope, still without sequence and predecessor.
        sequence: Its number in the order of its source.
        predecessor: Sequence of the event before it in its partition; 0 for the first.
    """

    place: Place
    key: str
    body: bytes
    sequence: int
    predecessor: int


@dataclass(slots=True)
class RelayState:
    """What the relay knows of its source; one document, written only by the holder of the fence.

    Attributes:
        next_sequence: The sequence that the next event without one gets.
        heads: The last sequence in each partition.
        sent_through: Every event up to this sequence has been acknowledged by the broker.
        bases: The base offset that the broker acknowledged last in each partition.
        cluster: Id of the cluster that acknowledged them.
        session: Id of the last leader's session, to be ended if the leader was killed inside a
            transaction.
        rewinds: How often somebody has set `sent_through` back; what a leader stores about its
            sending names the count that it knows, so it can't undo a rewind that it hasn't seen.
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
        """Reads the state's document. Partitions are lists in it, since topic names have dots."""
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
    """The stored form of numbers per partition; see `RelayState.load`."""
    return [[topic, partition, n] for (topic, partition), n in numbers.items()]


async def take_fence(
    database: Database, fence: int, session: Session, registry: SessionRegistry
) -> RelayState:
    """Claims the state for a lease.

    The session of the leader before is ended first: if that was killed while it stored sequences,
    it left the state locked, and claiming it would take more than a minute.

    Args:
        database: The service's database.
        fence: Fencing number of the lease.
        session: This relay's session, stored with the claim.
        registry: Ends the session of the leader before.

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
    """Gives sequences to the next chunk of the log, and stores them.

    Args:
        database: The service's database.
        session: This relay's session.
        fence: Fencing number of the lease.
        state: Moves on when, and only when, the sequences are stored.
        partitions: Gives the number of partitions that a topic has now. An event keeps its
            partition when that grows later.

    Returns:
        The log documents of the chunk, with their sequences; none when nothing waits.

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
    sequenced = []
    for document in documents:
        places = [
            (topic, partition_of(key, partitions(topic)))
            for topic, key in zip(document["topics"], document["keys"], strict=True)
        ]
        predecessors = []
        for offset, place in enumerate(places):
            predecessors.append(heads.get(place, 0))
            heads[place] = sequence + offset
        assigned = {
            "first_sequence": sequence,
            "partitions": [partition for _, partition in places],
            "predecessors": predecessors,
        }
        statements.append(
            {"q": {"_id": document["_id"], "first_sequence": None}, "u": {"$set": assigned}}
        )
        sequenced.append(document | assigned)
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
    return sequenced


async def _pending(database: Database) -> list[dict[str, Any]]:
    """The next chunk of log documents without sequences, in the order of their commits."""
    return await _chunk(database, {"first_sequence": None}, (("at", 1), ("_id", 1)))


async def sequenced_after(database: Database, sequence: int) -> list[dict[str, Any]]:
    """The next chunk of log documents whose first event comes after `sequence`."""
    after = {"first_sequence": {"$gt": sequence}}
    return await _chunk(database, after, (("first_sequence", 1),))


async def _chunk(
    database: Database, filter: Mapping[str, Any], order: Order
) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = []
    size = 0
    async for document in database.stream(LOG, filter, sort=order):
        documents.append(document)
        size += len(document["bodies"])
        if size >= CHUNK_BYTES or len(documents) >= CHUNK_DOCUMENTS:
            break
    return documents


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key, by CRC-32.

    That is librdkafka's default (Java's murmur2 is slow in Python).
    """
    return zlib.crc32(key.encode()) % partitions


def events_of(document: Mapping[str, Any]) -> list[SequencedEvent]:
    """The events of a log document that has its sequences."""
    first: int = document["first_sequence"]
    places: dict[Place, Place] = {}
    events = []
    for offset, (event, partition, predecessor) in enumerate(
        zip(logged_events(document), document["partitions"], document["predecessors"], strict=True)
    ):
        place = (event.topic, partition)
        place = places.setdefault(place, place)
        events.append(SequencedEvent(place, event.key, event.body, first + offset, predecessor))
    return events
