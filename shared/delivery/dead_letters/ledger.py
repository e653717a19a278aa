"""What becomes of each dead letter, in the database of the consumer that couldn't use it.

    open      left out; its place in the chain counts as read
    wanted    somebody wants it to be tried again: the owner of its partition will
    replayed  it took effect
    dropped   somebody decided that it never will

A letter is written by the flush that moves the mark past it, and becomes `replayed` in the flush
that stores its effect. So no matter what crashes in between, it has its effect once or not at all;
and one that was counted after all, because the flush that left it out was never stored, isn't here
and can't be replayed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from shared.delivery.dead_letters.letter import Letter
from shared.delivery.mongo import Database, Index, Transaction

DEAD_LETTERS = "dead_letters"

# Seconds: a month, as the topic keeps them. They hold pseudonyms and mustn't stay for ever.
_KEPT_FOR = 30 * 24 * 60 * 60

COLLECTIONS: Mapping[str, Sequence[Index]] = {
    DEAD_LETTERS: (
        Index((("group", 1), ("partition", 1), ("state", 1))),
        Index((("at", 1),), expire_after=_KEPT_FOR),
    )
}

# Letters in one command: a record has a megabyte at most, a message 48.
_AT_ONCE = 20


class LetterState(StrEnum):
    """What became of a letter."""

    OPEN = "open"
    WANTED = "wanted"
    REPLAYED = "replayed"
    DROPPED = "dropped"


class StoredLetter(NamedTuple):
    """A letter as it is stored.

    Attributes:
        id: Names it.
        group: Of the consumer.
        partition: `topic/number` where it was read, at `offset`.
        sequence: Of the event; empty when its envelope couldn't be read.
        reason: Why it was left out.
        at: When.
        state: What became of it.
        overtaken: Whether later events with the same key were counted.
        note: Why it couldn't be replayed, if that was tried.
    """

    id: str
    group: str
    partition: str
    offset: int
    source: str
    sequence: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    reason: str
    at: datetime
    state: LetterState
    overtaken: bool
    note: str


async def store(
    transaction: Transaction,
    *,
    letters: Sequence[Letter],
    overtaken: Sequence[str],
    replayed: Sequence[str],
) -> bool:
    """In the flush: letters that the marks move past, and those that take effect with it.

    Args:
        transaction: Of the flush.
        letters: New ones. One that is here already stays as it is: its record was read again.
        overtaken: Ids of older ones whose key had a later event.
        replayed: Ids of wanted ones whose effect is in this flush.

    Returns:
        False if one of these wasn't wanted any more: then nothing may be stored.
    """
    new = [{"q": {"_id": one.id}, "u": _new(one), "upsert": True} for one in letters]
    for start in range(0, len(new), _AT_ONCE):
        await transaction.update(DEAD_LETTERS, new[start : start + _AT_ONCE])
    if overtaken:
        late = {"$set": {"overtaken": True}}
        await transaction.update(
            DEAD_LETTERS, [{"q": {"_id": one}, "u": late} for one in overtaken]
        )
    if not replayed:
        return True
    done = [{"$set": {"state": LetterState.REPLAYED, "replayed_at": "$$NOW", "note": ""}}]
    statements = [{"q": {"_id": one, "state": LetterState.WANTED}, "u": done} for one in replayed]
    return (await transaction.update(DEAD_LETTERS, statements)).matched == len(replayed)


def _new(letter: Letter) -> list[dict[str, Any]]:
    """Sets every field unless the letter is there; a pipeline, for the server's own time."""
    record = letter.record
    fields = {
        "group": letter.group,
        "partition": f"{record.topic}/{record.partition}",
        "offset": record.offset,
        "source": letter.source,
        "sequence": letter.sequence,
        "key": record.key,
        "value": record.value,
        "headers": [[name, value] for name, value in record.headers],
        "reason": letter.reason,
        "state": LetterState.OPEN,
        "overtaken": letter.overtaken,
        "note": "",
    }
    literal = {name: {"$ifNull": [f"${name}", {"$literal": one}]} for name, one in fields.items()}
    return [{"$set": {**literal, "at": {"$ifNull": ["$at", "$$NOW"]}}}]


async def watched(database: Database, group: str, partition: str) -> list[dict[str, Any]]:
    """Letters of a partition that nothing has overtaken yet, in the order of their events."""
    return await database.find(
        DEAD_LETTERS,
        {
            "group": group,
            "partition": partition,
            "state": {"$in": [LetterState.OPEN, LetterState.WANTED]},
            "overtaken": False,
        },
        sort=(("sequence", 1),),
        fields=("key",),
    )


async def requested_replays(
    database: Database, group: str, partitions: Sequence[str]
) -> list[StoredLetter]:
    """What somebody wants to be tried again in these partitions, in the order of the events."""
    wanted = {"group": group, "partition": {"$in": list(partitions)}, "state": LetterState.WANTED}
    return await _find(database, wanted)


async def refuse_replay(database: Database, letter: str, reason: str) -> None:
    """A replay can't be done: says why, and leaves the letter open."""
    change = {"$set": {"state": LetterState.OPEN, "note": reason}}
    await database.update(
        DEAD_LETTERS, [{"q": {"_id": letter, "state": LetterState.WANTED}, "u": change}]
    )


async def find_letters(
    database: Database,
    states: Sequence[LetterState] = tuple(LetterState),
    *,
    ids: Sequence[str] | None = None,
) -> list[StoredLetter]:
    """Letters of a database, in the order of their events.

    Args:
        database: Of a service.
        states: Only those in one of these.
        ids: Only these.
    """
    wanted: dict[str, Any] = {"state": {"$in": list(states)}}
    if ids is not None:
        wanted["_id"] = {"$in": list(ids)}
    return await _find(database, wanted)


async def request_replay(database: Database, letters: Sequence[StoredLetter]) -> None:
    """Has open letters tried again by the owners of their partitions."""
    # One statement after the other in the order of the events: whoever looks in between sees the
    # earlier ones.
    await _turn(database, letters, LetterState.WANTED)


async def drop_letters(database: Database, letters: Sequence[StoredLetter]) -> None:
    """Decides that open letters never take effect."""
    await _turn(database, letters, LetterState.DROPPED)


async def _turn(database: Database, letters: Sequence[StoredLetter], state: LetterState) -> None:
    change = {"$set": {"state": state, "note": ""}}
    statements = [
        {"q": {"_id": one.id, "state": LetterState.OPEN}, "u": change}
        for one in sorted(letters, key=lambda one: (one.partition, one.sequence))
    ]
    if statements:
        await database.update(DEAD_LETTERS, statements)


async def _find(database: Database, wanted: Mapping[str, Any]) -> list[StoredLetter]:
    order = (("group", 1), ("partition", 1), ("sequence", 1), ("offset", 1))
    return [_kept(one) for one in await database.find(DEAD_LETTERS, wanted, sort=order)]


def _kept(stored: Mapping[str, Any]) -> StoredLetter:
    named = {
        name: stored[name]
        for name in StoredLetter._fields
        if name not in {"id", "state", "headers"}
    }
    headers = [(name, value) for name, value in stored["headers"]]
    return StoredLetter(
        id=stored["_id"], state=LetterState(stored["state"]), headers=headers, **named
    )
