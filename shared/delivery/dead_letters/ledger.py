"""What becomes of each dead letter, in the database of the consumer that couldn't use it.

    open      left out; its place in the chain counts as read
    wanted    somebody wants it to be replayed: the owner of its partition will
    replayed  it took effect
    dropped   somebody decided that it never will
    forgotten it was about somebody who was erased: what was in it is gone

A letter is written by the flush that moves the mark past it, and becomes `replayed` in the flush
that stores its effect. So no matter what crashes in between, it has its effect once or not at all.
A record that was counted after all, because the flush that left it out was never stored, has no
letter here and can't be replayed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from shared.delivery.dead_letters.letter import Letter
from shared.delivery.dead_letters.open_letters import LetterChanges
from shared.delivery.mongo import Database, Index, Transaction

DEAD_LETTERS = "dead_letters"

# Seconds that letters are kept: a month, as in their topic. They name people by ids and mustn't
# stay for ever.
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
    """What has become of a letter; see the table above."""

    OPEN = "open"
    WANTED = "wanted"
    REPLAYED = "replayed"
    DROPPED = "dropped"
    FORGOTTEN = "forgotten"


class StoredLetter(NamedTuple):
    """A letter as it is stored.

    Attributes:
        id: Twelve hexadecimal digits that name the letter, as `Letter` makes them.
        group: Id of the consumer group that couldn't count the record.
        partition: `topic/number` where the record was read.
        offset: Offset of the record there.
        source: CloudEvents source of the event; empty when its envelope couldn't be read.
        sequence: Sequence of the event, 20 digits; empty likewise.
        key: The record's key.
        value: The record's value, byte for byte.
        headers: The record's headers.
        reason: Why it was left out.
        at: When it was left out, by the database's clock.
        state: What has become of the letter so far.
        overtaken: Whether later events with the same key were counted.
        note: Why it couldn't be replayed, if that was tried; else empty.
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


async def store_letters(transaction: Transaction, changes: LetterChanges) -> bool:
    """Stores what became of letters, in the flush whose marks move past them.

    A new letter that is here already stays as it is: its record was read again.

    Args:
        transaction: The flush's transaction.
        changes: New, overtaken and replayed letters.

    Returns:
        False if a replayed letter wasn't wanted any more: then nothing may be stored.
    """
    new = [
        {"q": {"_id": letter.id}, "u": _insert_if_new(letter), "upsert": True}
        for letter in changes.letters
    ]
    for start in range(0, len(new), _AT_ONCE):
        await transaction.update(DEAD_LETTERS, new[start : start + _AT_ONCE])
    if changes.overtaken:
        overtaken = {"$set": {"overtaken": True}}
        await transaction.update(
            DEAD_LETTERS, [{"q": {"_id": letter}, "u": overtaken} for letter in changes.overtaken]
        )
    if not changes.replayed:
        return True
    replayed = [{"$set": {"state": LetterState.REPLAYED, "replayed_at": "$$NOW", "note": ""}}]
    statements = [
        {"q": {"_id": letter, "state": LetterState.WANTED}, "u": replayed}
        for letter in changes.replayed
    ]
    return (await transaction.update(DEAD_LETTERS, statements)).matched == len(changes.replayed)


def _insert_if_new(letter: Letter) -> list[dict[str, Any]]:
    """An update that sets every field unless the letter is there.

    It is a pipeline, since only a pipeline knows the server's own time.
    """
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
    literal = {
        name: {"$ifNull": [f"${name}", {"$literal": value}]} for name, value in fields.items()
    }
    return [{"$set": {**literal, "at": {"$ifNull": ["$at", "$$NOW"]}}}]


async def letters_in_order(database: Database, group: str, partition: str) -> list[dict[str, Any]]:
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
    """Letters of these partitions that somebody wants to be replayed, in the order of events."""
    wanted = {"group": group, "partition": {"$in": list(partitions)}, "state": LetterState.WANTED}
    return await _find(database, wanted)


async def refuse_replay(database: Database, letter: str, reason: str) -> None:
    """Notes why a requested replay can't be done, and leaves the letter open."""
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
        database: A service's database.
        states: Letters in other states are left out.
        ids: Letters with other ids are left out; None for no such limit.
    """
    wanted: dict[str, Any] = {"state": {"$in": list(states)}}
    if ids is not None:
        wanted["_id"] = {"$in": list(ids)}
    return await _find(database, wanted)


async def request_replay(database: Database, letters: Sequence[StoredLetter]) -> None:
    """Has open letters replayed by the owners of their partitions."""
    # One statement after the other in the order of the events: whoever looks in between sees the
    # earlier ones.
    await _change_state(database, letters, LetterState.WANTED)


async def drop_letters(database: Database, letters: Sequence[StoredLetter]) -> None:
    """Decides that open letters never take effect."""
    await _change_state(database, letters, LetterState.DROPPED)


async def forget_letters(database: Database, mentions: Callable[[bytes], bool]) -> int:
    """Empties the letters that mention somebody who was erased; returns how many there were.

    Of such a letter stays that it was left out, and why: it never takes effect any more.

    Args:
        database: The database of the consumers that keep the letters.
        mentions: Tells of a record's key or value whether the person is in it.
    """
    gone = 0
    full = {"state": {"$ne": LetterState.FORGOTTEN}}
    async for stored in database.stream(DEAD_LETTERS, full, fields=("key", "value", "headers")):
        parts = [stored["key"], stored["value"], *(value for _, value in stored["headers"])]
        if any(part is not None and mentions(bytes(part)) for part in parts):
            emptied: dict[str, Any] = {
                "state": LetterState.FORGOTTEN,
                "key": None,
                "value": None,
                "headers": [],
            }
            await database.update(
                DEAD_LETTERS, [{"q": {"_id": stored["_id"]}, "u": {"$set": emptied}}]
            )
            gone += 1
    return gone


async def _change_state(
    database: Database, letters: Sequence[StoredLetter], state: LetterState
) -> None:
    change = {"$set": {"state": state, "note": ""}}
    statements = [
        {"q": {"_id": letter.id, "state": LetterState.OPEN}, "u": change}
        for letter in sorted(letters, key=lambda letter: (letter.partition, letter.sequence))
    ]
    if statements:
        await database.update(DEAD_LETTERS, statements)


async def _find(database: Database, wanted: Mapping[str, Any]) -> list[StoredLetter]:
    order = (("group", 1), ("partition", 1), ("sequence", 1), ("offset", 1))
    return [_read(stored) for stored in await database.find(DEAD_LETTERS, wanted, sort=order)]


def _read(stored: Mapping[str, Any]) -> StoredLetter:
    named = {
        name: stored[name]
        for name in StoredLetter._fields
        if name not in {"id", "state", "headers"}
    }
    headers = [(name, value) for name, value in stored["headers"]]
    return StoredLetter(
        id=stored["_id"], state=LetterState(stored["state"]), headers=headers, **named
    )
