"""Finds the record that makes flushes fail, by storing ever less of its partition at a time; pure.

A fold can refuse an event; then that event is a dead letter. But some harm shows only when what was
folded is written: a number that is too wide for its column, a document above the database's limit.
Such a flush fails in the same way after every start, and nothing behind it would ever be counted.

So a partition whose flush failed for what was in it is in doubt until it is stored beyond the
records of that flush. Partitions in doubt are flushed each by itself, so that the others go on. A
partition that fails by itself is stored in steps, half as many records after each failure and twice
as many after each success. A single record that fails twice in the same way is harmful: it is set
aside with the mechanism of all dead letters, in the flush that moves the mark past it.

What harms only together with others (a sum that grows too large) is found in the same way: the
record with which the smallest step fails is set aside, the ones before it are counted.

Nothing of this is stored. A process that dies in between begins the search anew.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from aiokafka.errors import KafkaError

from shared.contract.errors import Refusal
from shared.delivery.consumer.chain import Partition
from shared.delivery.consumer.marks import FlushFenced, PartitionProgress
from shared.delivery.dead_letters import Record
from shared.delivery.mongo import CommitUnknown, Conflict, Duplicate, is_about_data

# Errors that pass, or lie in whoever is asked: repeating the flush may help, storing less of it
# never would.
_TRANSIENT = (
    Refusal,
    FlushFenced,
    Conflict,
    CommitUnknown,
    Duplicate,
    KafkaError,
    OSError,
    EOFError,
    MemoryError,
)

# Records that a flush is taken to have held where the offsets don't tell: reading had been sent
# back.
_ASSUMED_RECORDS = 1024


class NotStorable(Exception):  # noqa: N818
    """A flush failed for what was in it, as far as its error tells; nothing of it was stored.

    Args:
        reason: The error in words.
        partitions: Names of the partitions in it: what was folded of them is lost.
    """

    def __init__(self, reason: str, partitions: Collection[str]) -> None:
        super().__init__(reason)
        self.partitions = partitions


class _Doubt:
    """A partition of which a flush failed.

    Attributes:
        end: Offset up to which that flush had read.
        step: Records that may be folded per flush; None for as many as come.
        tried: The record of the step that is being stored, if the step is a single record.
        suspect: The single record that failed last.
        causes: What flushes of the suspect failed of, as `cause_of` names it.
        harmful: The record that is to be set aside, and why.
    """

    __slots__ = ("causes", "end", "harmful", "step", "suspect", "tried")

    def __init__(self, end: int) -> None:
        self.end = end
        self.step: int | None = None
        self.tried: Record | None = None
        self.suspect: Record | None = None
        self.causes: set[str] = set()
        self.harmful: _Harmful | None = None


class _Harmful(NamedTuple):
    record: Record
    cause: str


def cause_of(error: Exception) -> str | None:
    """What a flush failed of, in a word, if that may lie in what was to be stored; else None."""
    if isinstance(error, _TRANSIENT) or not is_about_data(error):
        return None
    return f"{type(error).__name__} {getattr(error, 'code', None) or ''}".strip()


class Quarantine:
    """The partitions in doubt. Ordinarily there are none, and nothing here costs anything.

    Attributes:
        narrows: The last failure has told something new: trying again at once tells more.
    """

    def __init__(self) -> None:
        self.narrows = False
        self._doubts: dict[str, _Doubt] = {}
        self._set_aside: dict[str, int] = {}  # by partition, since something of it was counted
        self._letters: dict[str, str] = {}

    # --- for flushes

    def groups(self, partitions: Sequence[Partition]) -> Iterable[Sequence[Partition]]:
        """Which partitions to flush together: those without doubt first, then the others alone."""
        if not self._doubts:
            return (partitions,)
        trusted = [p for p in partitions if p.name not in self._doubts]
        doubted = [p for p in partitions if p.name in self._doubts]
        # What has failed by itself comes last: nothing is flushed after a failure.
        doubted.sort(key=lambda p: self._doubts[p.name].step is not None)
        return trusted, *([p] for p in doubted)

    def failed(self, progress: Sequence[PartitionProgress], cause: str) -> None:
        """Notes that a flush failed for what was in it.

        Args:
            progress: What it would have stored.
            cause: What it failed of, as `cause_of` names it.
        """
        self.narrows = False
        for reached in progress:
            name = reached.partition.name
            for letter in reached.letter_changes.replayed:
                self._letters[letter] = f"the flush with it can't be stored: {cause}; others of it?"
            doubt = self._doubts.get(name)
            if doubt is None:
                self._doubts[name] = _Doubt(reached.next)
            elif not reached.letter_changes.replayed and reached.counted:
                doubt.end = max(doubt.end, reached.next)
                self._narrow(doubt, reached.next - reached.partition.stored, cause)
                self.narrows = True

    def _narrow(self, doubt: _Doubt, records: int, cause: str) -> None:
        if doubt.step is None:
            doubt.step = max((records if records > 0 else _ASSUMED_RECORDS) // 2, 1)
        elif doubt.step > 1:
            doubt.step //= 2
        elif doubt.tried is not None:
            if not _same(doubt.tried, doubt.suspect):
                doubt.suspect, doubt.causes = doubt.tried, set()
            if cause in doubt.causes:
                doubt.harmful = _Harmful(doubt.tried, cause)
            doubt.causes.add(cause)

    def stored(self, progress: Iterable[PartitionProgress]) -> None:
        """Notes that a flush is stored."""
        if not self._doubts and not self._set_aside:
            return
        for reached in progress:
            name = reached.partition.name
            if reached.counted:
                self._set_aside.pop(name, None)
            if (doubt := self._doubts.get(name)) is None:
                continue
            if reached.next >= doubt.end:
                del self._doubts[name]
            elif doubt.step is not None and reached.counted:
                doubt.step *= 2

    # --- for the processor of records

    def step(self, name: str) -> int | None:
        """Records of a partition that may be folded until the next flush; None for all."""
        doubt = self._doubts.get(name)
        return None if doubt is None else doubt.step

    def trying(self, name: str, records: Sequence[Record]) -> None:
        """Notes that these records of a partition, and no others, will be in the next flush."""
        if (doubt := self._doubts.get(name)) is not None:
            doubt.tried = records[0] if len(records) == 1 else None

    def harm(self, name: str, record: Record) -> str | None:
        """Why a record has to be set aside; None if it may be folded."""
        doubt = self._doubts.get(name)
        if doubt is None or doubt.harmful is None or not _same(record, doubt.harmful.record):
            return None
        return f"can't be stored: {doubt.harmful.cause}"

    def set_aside(self, name: str) -> int:
        """Notes that a record of a partition is being set aside.

        Returns:
            How many were in a row: nothing of their partitions was counted in between.
        """
        self._set_aside[name] = self._set_aside.get(name, 0) + 1
        return sum(self._set_aside.values())

    def refused_letters(self) -> dict[str, str]:
        """Dead letters whose replay was in a failed flush, and what to say of each; once."""
        letters, self._letters = self._letters, {}
        return letters


def _same(record: Record, other: Record | None) -> bool:
    """Whether two are the same; in a log that was lost and filled again, offsets don't tell."""
    return other is not None and (record.offset, record.value) == (other.offset, other.value)
