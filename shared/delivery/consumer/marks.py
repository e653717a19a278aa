"""How far each partition was read, stored in the transaction that stores what was read."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from shared.delivery.consistency import COLLECTIONS as APPLIED
from shared.delivery.consumer.chain import Partition
from shared.delivery.dead_letters import COLLECTIONS as DEAD_LETTERS
from shared.delivery.dead_letters import (
    LetterChanges,
    OpenLetters,
    letters_in_order,
    store_letters,
)
from shared.delivery.mongo import Database, Index, Session, SessionRegistry, Transaction
from shared.delivery.projections import PartitionFold

MARKS = "marks"
COLLECTIONS: Mapping[str, Sequence[Index]] = {MARKS: (), **APPLIED, **DEAD_LETTERS}


class FlushFenced(Exception):  # noqa: N818
    """Somebody else was assigned what a flush was to write: nothing of the flush was stored."""


class PartitionProgress(NamedTuple):
    """How far a partition was read when its changes were taken for a flush.

    Attributes:
        partition: The partition that goes on being read meanwhile.
        next: Offset of the record to read next.
        marks: Per source, the highest sequence that was counted.
        seen: Per source, the highest sequence that was seen, counted or not.
        letter_changes: What became of its dead letters.
        counted: Whether an event was counted since the flush before.
        applied: Ids of the events that the mark has passed since then.
    """

    partition: Partition
    next: int
    marks: dict[str, str]
    seen: dict[str, str]
    letter_changes: LetterChanges
    counted: bool = False
    applied: Sequence[str] = ()


class Mark(NamedTuple):
    """How far a partition was read, as it is stored.

    Attributes:
        next: Offset of the record to read next.
        sources: Per source, the sequence that was counted last.
    """

    next: int
    sources: Mapping[str, str]

    def reaches(self, other: "Mark") -> bool:
        """Whether nothing that the other has counted is missing here."""
        return all(self.sources.get(source, "") >= mark for source, mark in other.sources.items())


async def count_taken_by_others(database: Database, group: str, session: Session) -> int:
    """How many of a group's partitions were claimed last by another session."""
    foreign = {"_id": {"$regex": _ids_of(group)}, "session": {"$nin": [None, session.id]}}
    return await database.count(MARKS, foreign)


def _ids_of(group: str) -> str:
    return f"^{re.escape(group)}:"


async def read_marks(reader: Database | Transaction, group: str) -> dict[str, Mark]:
    """How far a group has read each partition that it ever had."""
    stored = await reader.find(MARKS, {"_id": {"$regex": _ids_of(group)}})
    return {
        document["_id"].removeprefix(f"{group}:"): Mark(
            document["next"], {source: mark for source, mark, _ in document["sources"]}
        )
        for document in stored
    }


async def complete_from(reader: Database) -> datetime | None:
    """Since when everything was counted; None if that is so from the first event.

    The latest of the times at which a source's history begins in the middle.
    """
    stored = await reader.find(MARKS, {"incomplete": {"$exists": True}}, fields=["incomplete"])
    begun = (time for document in stored for _, time in document["incomplete"])
    return max(begun, default=None)


async def claim(
    database: Database,
    group: str,
    name: str,
    *,
    registry: SessionRegistry,
    session: Session,
    cluster: str | None,
    fold: PartitionFold,
    allow_incomplete: bool,
) -> Partition:
    """Takes a partition over: raises its epoch, so that whoever had it can't flush any more.

    In another cluster than before, reading starts at the beginning: its log may be just as long as
    the old one was read, and then nothing else would tell.

    The session of its last owner is ended before: if that was killed inside a flush, it left the
    stored marks locked, and claiming them would take more than a minute. An owner that lives
    repeats its flush.

    Args:
        database: The service's database, which has the stored marks.
        group: Id of the consumer group.
        name: The partition, `topic/number`.
        registry: Ends the session of the last owner.
        session: This process's session of flushes, stored with the claim.
        cluster: What the broker's cluster calls itself now.
        fold: An empty fold of the partition.
        allow_incomplete: As for `Partition`.

    Returns:
        The partition as it was stored.

    Raises:
        FlushFenced: The stored mark was deleted meanwhile.
    """
    key = f"{group}:{name}"
    await database.insert(
        MARKS, [{"_id": key, "epoch": 0, "next": 0, "sources": []}], ignore_duplicates=True
    )
    before = await database.find_one(MARKS, {"_id": key})
    if (last := (before or {}).get("session")) not in (None, session.id):
        await registry.kill([last])
    changes: dict[str, Any] = {"session": session.id, "cluster": cluster}
    if (before or {}).get("cluster", cluster) != cluster:
        changes["next"] = 0
    claimed = await database.find_and_update(
        MARKS, {"_id": key}, {"$inc": {"epoch": 1}, "$set": changes}
    )
    if claimed is None:
        raise FlushFenced(name)
    return Partition(
        name,
        epoch=claimed["epoch"],
        offset=claimed["next"],
        # A source of which nothing has been counted yet has no mark: its chain is at its beginning.
        marks={source: mark for source, mark, _ in claimed["sources"] if mark},
        seen={source: seen for source, _, seen in claimed["sources"] if seen},
        fold=fold,
        open_letters=OpenLetters(group, await letters_in_order(database, group, name)),
        allow_incomplete=allow_incomplete,
        incomplete=dict(claimed.get("incomplete", ())),
    )


async def store_progress(
    transaction: Transaction, group: str, progress: Sequence[PartitionProgress]
) -> None:
    """Stores marks and dead letters, provided that every partition's epoch is still ours.

    Raises:
        FlushFenced: An epoch isn't, or a letter isn't wanted any more.
    """
    statements = [
        {
            "q": {"_id": f"{group}:{reached.partition.name}", "epoch": reached.partition.epoch},
            "u": {"$set": _mark_of(reached)},
        }
        for reached in progress
    ]
    if (await transaction.update(MARKS, statements)).matched != len(statements):
        raise FlushFenced
    for reached in progress:
        if not await store_letters(transaction, reached.letter_changes):
            raise FlushFenced


def _mark_of(progress: PartitionProgress) -> dict[str, Any]:
    partition, offset, marks, seen, *_ = progress
    sources = [[source, marks.get(source, ""), seen.get(source, "")] for source in marks | seen]
    mark = {"next": offset, "sources": sources}
    # Rare, and then for ever: a partition whose chains are complete says nothing about it.
    if begun := [
        [source, time] for source, time in partition.incomplete.items() if source in marks
    ]:
        mark["incomplete"] = begun
    return mark
