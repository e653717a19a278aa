"""How far each partition was read, stored in the transaction that stores what was read."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from shared.delivery.consumer.chain import Partition
from shared.delivery.consumer.open_letters import LetterChanges, OpenLetters
from shared.delivery.dead_letters import COLLECTIONS as DEAD_LETTERS
from shared.delivery.dead_letters import store as store_letters
from shared.delivery.dead_letters import watched
from shared.delivery.mongo import Database, Index, Session, SessionRegistry, Transaction
from shared.delivery.projections import PartitionFold

MARKS = "marks"
COLLECTIONS: Mapping[str, Sequence[Index]] = {MARKS: (), **DEAD_LETTERS}


class FlushFenced(Exception):  # noqa: N818
    """Another consumer was assigned the partition since: nothing of this flush was stored."""


class PartitionProgress(NamedTuple):
    """How far a partition was read when its changes were taken.

    Attributes:
        counted: Whether an event is among them.
    """

    partition: Partition
    next: int
    marks: dict[str, str]
    seen: dict[str, str]
    letter_changes: LetterChanges
    counted: bool = False


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
        return all(self.sources.get(one, "") >= mark for one, mark in other.sources.items())


async def taken_by_others(database: Database, group: str, session: Session) -> int:
    """How many of a group's partitions were claimed last by another session than this one."""
    foreign = {"_id": {"$regex": _of(group)}, "session": {"$nin": [None, session.id]}}
    return await database.count(MARKS, foreign)


def _of(group: str) -> str:
    return f"^{re.escape(group)}:"


async def read_marks(reader: Database | Transaction, group: str) -> dict[str, Mark]:
    """How far a group has read each partition that it ever had."""
    stored = await reader.find(MARKS, {"_id": {"$regex": _of(group)}})
    return {
        one["_id"].removeprefix(f"{group}:"): Mark(
            one["next"], {source: mark for source, mark, _ in one["sources"]}
        )
        for one in stored
    }


async def complete_from(reader: Database) -> datetime | None:
    """Since when everything was counted; None if that is so from the first event.

    The latest of the times at which a source's history begins in the middle.
    """
    stored = await reader.find(MARKS, {"incomplete": {"$exists": True}}, fields=["incomplete"])
    return max((time for one in stored for _, time in one["incomplete"]), default=None)


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
    stored marks locked, and claiming them would take more than a minute. A living one repeats its
    flush.

    Returns:
        The partition as it was stored.
    """
    key = f"{group}:{name}"
    await database.insert(
        MARKS, [{"_id": key, "epoch": 0, "next": 0, "sources": []}], ignore_duplicates=True
    )
    before = await database.find_one(MARKS, {"_id": key})
    if (last := (before or {}).get("session")) not in (None, session.id):
        await registry.kill([last])
    ours: dict[str, Any] = {"session": session.id, "cluster": cluster}
    if (before or {}).get("cluster", cluster) != cluster:
        ours["next"] = 0
    claimed = await database.find_and_update(
        MARKS, {"_id": key}, {"$inc": {"epoch": 1}, "$set": ours}
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
        open_letters=OpenLetters(group, await watched(database, group, name)),
        allow_incomplete=allow_incomplete,
        incomplete=dict(claimed.get("incomplete", ())),
    )


async def store(
    transaction: Transaction, group: str, progress: Sequence[PartitionProgress]
) -> None:
    """Stores marks and dead letters, provided that every partition's epoch is still ours.

    Raises:
        FlushFenced: One isn't.
    """
    statements = [
        {
            "q": {"_id": f"{group}:{one.partition.name}", "epoch": one.partition.epoch},
            "u": {"$set": _read_so_far(one)},
        }
        for one in progress
    ]
    if (await transaction.update(MARKS, statements)).matched != len(statements):
        raise FlushFenced
    for one in progress:
        letter_changes = one.letter_changes
        if not await store_letters(
            transaction,
            letters=letter_changes.letters,
            overtaken=letter_changes.overtaken,
            replayed=letter_changes.replayed,
        ):
            raise FlushFenced


def _read_so_far(progress: PartitionProgress) -> dict[str, Any]:
    partition, offset, marks, seen, *_ = progress
    sources = [[one, marks.get(one, ""), seen.get(one, "")] for one in marks | seen]
    read = {"next": offset, "sources": sources}
    # Rare, and then for ever: a partition that has none says nothing about it.
    if begun := [
        [source, time] for source, time in partition.incomplete.items() if source in marks
    ]:
        read["incomplete"] = begun
    return read
