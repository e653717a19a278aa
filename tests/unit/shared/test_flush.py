"""A flush that wasn't stored: what it took is gone from memory, so the marks must not move on."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pymongo
import pytest

from shared.contract.errors import Unavailable
from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.flusher import (
    FLUSH_DEADLINE,
    FLUSHED,
    LATEST,
    SHARE,
    SHARE_BEHIND,
    SOONEST,
    Flusher,
)
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.processor import RecordProcessor, TooManyDeadLetters
from shared.delivery.consumer.quarantine import NotStorable, Quarantine
from shared.delivery.dead_letters import DeadLetterTopic
from shared.delivery.kafka import KafkaConnection
from shared.runtime.telemetry import Telemetry
from tests.support.counters import Sums
from tests.support.records import Record
from tests.unit.shared.test_chain import partition, take, value

NOWHERE = KafkaConnection(bootstrap="nowhere:1")
PROJECTION = Sums("t")


class Storing(Flusher):
    """Stores nowhere; fails or hangs when told to."""

    def __init__(self, assignment: Assignment, instruments: ConsumerInstruments) -> None:
        super().__init__(
            PROJECTION,
            assignment,
            group="sums",
            registry=None,  # type: ignore[arg-type]
            instruments=instruments,
            quarantine=Quarantine(),
        )
        self.failing = False
        self.hanging = False
        self.stored: list[tuple[dict[str, str], Any]] = []

    async def _store(self, progress: Any, taken: Any) -> None:
        if self.failing:
            raise Unavailable
        if self.hanging:
            await asyncio.Event().wait()
        self.stored += [
            (one.marks, changes) for one, (_, changes) in zip(progress, taken, strict=True)
        ]


class Asking(Sums):
    """Notes how many seconds the questions may take that are asked before the transaction."""

    left: float | None = None

    async def prepare(self, taken: Sequence[tuple[str, Any]]) -> None:
        self.left = pymongo._csot.remaining()


@pytest.fixture
def assignment() -> Assignment:
    """One partition, of which two events have been read."""
    assignment = Assignment(
        PROJECTION,
        group="sums",
        kafka=NOWHERE,
        database=None,  # type: ignore[arg-type]
        registry=None,  # type: ignore[arg-type]
        allow_incomplete=False,
    )
    assignment.partitions["t", 0] = partition()
    take(assignment.partitions["t", 0], value(1, 0), value(2, 1))
    return assignment


@pytest.fixture
def instruments() -> ConsumerInstruments:
    return ConsumerInstruments(Telemetry("groups"), PROJECTION.name, PROJECTION.topics)


@pytest.fixture
def flusher(assignment: Assignment, instruments: ConsumerInstruments) -> Storing:
    return Storing(assignment, instruments)


async def test_a_flush_stores_marks_and_changes_together(flusher: Storing) -> None:
    await flusher.flush()
    assert flusher.stored == [({"/mitmach/groups/1": f"{2:020d}"}, {"s": 2})]


async def test_what_is_asked_before_the_transaction_is_within_the_deadline_of_the_flush(
    assignment: Assignment, instruments: ConsumerInstruments
) -> None:
    projection = Asking("t")
    flusher = Flusher(
        projection,
        assignment,
        group="sums",
        registry=None,  # type: ignore[arg-type]
        instruments=instruments,
        quarantine=Quarantine(),
    )
    with pytest.raises(NotStorable, match="before the start"):  # there is no session to store with
        await flusher.flush()
    assert projection.left is not None
    assert 0 < projection.left <= FLUSH_DEADLINE < FLUSHED


async def test_after_a_failed_flush_none_moves_the_marks(flusher: Storing) -> None:
    flusher.failing = True
    with pytest.raises(Unavailable):
        await flusher.flush()
    flusher.failing = False
    with pytest.raises(Unavailable, match="start over"):
        await flusher.flush()
    assert flusher.stored == []


async def test_after_a_flush_that_was_cut_off_none_moves_the_marks(flusher: Storing) -> None:
    flusher.hanging = True
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await flusher.flush()
    flusher.hanging = False
    with pytest.raises(Unavailable, match="start over"):
        await flusher.flush()
    assert flusher.stored == []


def test_a_first_flush_is_due_as_soon_as_there_is_something(flusher: Storing) -> None:
    assert flusher.due(1e6, lambda: 0)


async def test_nothing_new_makes_no_flush_due(flusher: Storing) -> None:
    await flusher.flush()
    assert not flusher.due(1e6, lambda: 0)


@pytest.mark.parametrize(
    ("seconds", "waiting", "pause"),
    [
        (0.01, 0, SOONEST),
        (0.2, 0, 0.2 / SHARE),
        (0.2, 1, 0.2 / SHARE),  # no more than was folded since
        (0.2, 2, 0.2 / SHARE_BEHIND),  # more than that: what is stored now is old at once
        (4.0, 0, LATEST),
    ],
)
async def test_flushes_are_rarer_when_they_take_long_and_rarest_behind_a_backlog(
    flusher: Storing, assignment: Assignment, seconds: float, waiting: int, pause: float
) -> None:
    before = time.monotonic()
    await flusher.flush()
    after = time.monotonic()
    flusher.seconds = seconds
    take(assignment.partitions["t", 0], value(3, 2))
    assert not flusher.due(before + pause - 0.001, lambda: waiting)
    assert flusher.due(after + pause + 0.001, lambda: waiting)


async def _never() -> None:
    raise AssertionError("flushed beside the ordinary flushes")


async def reads_on(_: tuple[str, int], __: int) -> bool:
    return False


def processor_of(
    assignment: Assignment,
    instruments: ConsumerInstruments,
    dead_letters: DeadLetterTopic,
    will_read: Callable[[tuple[str, int], int], Awaitable[bool]] = reads_on,
) -> RecordProcessor:
    return RecordProcessor(
        PROJECTION,
        assignment,
        group="sums",
        database=None,  # type: ignore[arg-type]
        dead_letters=dead_letters,
        instruments=instruments,
        broken=lambda: False,
        will_read=will_read,
        quarantine=Quarantine(),
        flush=_never,
    )


async def test_too_many_dead_letters_keep_the_marks_where_they_were(
    assignment: Assignment, instruments: ConsumerInstruments, flusher: Storing
) -> None:
    """The consumer stops before it has kept them, so nothing may say that they were read."""
    processor = processor_of(assignment, instruments, DeadLetterTopic(NOWHERE, service="groups"))
    with pytest.raises(TooManyDeadLetters):
        await processor.process_partition(
            "t", 0, [Record(offset, b"foreign") for offset in range(2, 200)]
        )
    await flusher.flush()
    assert flusher.stored == []


async def test_what_was_fetched_before_a_partition_was_taken_over_isnt_counted(
    assignment: Assignment, instruments: ConsumerInstruments
) -> None:
    """Where a history may begin in its middle, what is before that would be lost."""
    positions = {("t", 0): 3, ("t", 1): 8}  # where the client is, after this fetch

    class Keeping(DeadLetterTopic):
        async def keep(self, letters: object) -> None:
            positions["t", 1] = 0
            assignment.partitions["t", 1] = anew

    async def will_read(place: tuple[str, int], offset: int) -> bool:
        return positions[place] <= offset

    anew, before = partition(allow_incomplete=True), partition(allow_incomplete=True)
    assignment.partitions["t", 1] = before
    processor = processor_of(assignment, instruments, Keeping(NOWHERE, service="groups"), will_read)
    fetched = [Record(2, b"foreign"), Record(7, value(9, 4), partition=1)]
    await processor.process(fetched)
    assert (before.counted, anew.counted, anew.next) == (0, 0, 0)
    positions["t", 1] = 8
    await processor.process(fetched[1:])
    assert anew.counted == 1
