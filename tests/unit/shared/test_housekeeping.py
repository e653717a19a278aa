"""When a consumer looks whether something is due: after a fold at once, else by the clock."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.delivery.consumer import housekeeping
from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.housekeeping import Housekeeping
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.dead_letters import DeadLetterTopic
from tests.support.records import Record
from tests.unit.shared.test_chain import value
from tests.unit.shared.test_flush import (
    NOWHERE,
    Storing,
    assignment,
    flusher,
    instruments,
    processor_of,
)

__all__ = ["assignment", "flusher", "instruments"]

LONG = 60.0  # seconds that no test comes to the end of, unless what it waits for never comes


class Kept(Housekeeping):
    """Housekeeping of a consumer without a broker; counts its looks and its flushes."""

    def __init__(
        self, assignment: Assignment, flusher: Storing, instruments: ConsumerInstruments
    ) -> None:
        self.looks = 0
        self.flushes: asyncio.Queue[int] = asyncio.Queue()
        self._storing = flusher
        subscription: Any = self
        processor: Any = self
        super().__init__(assignment, subscription, flusher, processor, instruments)

    client = None

    def require_assignment(self, now: float) -> None:
        del now
        self.looks += 1

    async def replay(self) -> None:
        """Nothing was asked for."""

    async def flush(self) -> None:
        await self._storing.flush()
        self.flushes.put_nowait(self._assignment.counted)

    async def stored(self) -> int:
        """How many events were folded at the next flush."""
        async with asyncio.timeout(LONG):
            return await self.flushes.get()


@pytest.fixture
async def kept(
    assignment: Assignment,
    flusher: Storing,
    instruments: ConsumerInstruments,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Kept]:
    """Runs; what the clock does comes once, and then not as long as a test lasts."""
    monkeypatch.setattr(housekeeping, "GAPS_EVERY", 2 * LONG)
    monkeypatch.setattr(housekeeping, "REPLAY_EVERY", 2 * LONG)
    kept = Kept(assignment, flusher, instruments)
    running = asyncio.create_task(kept.run(kept.flush))
    try:
        yield kept
    finally:
        running.cancel()
        await asyncio.wait([running], timeout=LONG)
        assert running.cancelled()


async def fold(assignment: Assignment, instruments: ConsumerInstruments, number: int) -> None:
    processor = processor_of(assignment, instruments, DeadLetterTopic(NOWHERE, service="groups"))
    record = Record(number - 1, value(number, number - 1))
    await processor.process_partition("t", 0, [record])


async def test_a_fold_is_flushed_without_a_look_of_the_clock(
    kept: Kept, assignment: Assignment, instruments: ConsumerInstruments
) -> None:
    before = assignment.counted
    assert await kept.stored() == before
    for number in (3, 4, 5):
        await asyncio.sleep(0.1)  # long enough that it waits for a fold
        await fold(assignment, instruments, number)
        assert await kept.stored() == before + number - 2


async def test_what_is_folded_during_a_flush_is_stored_by_the_next(
    kept: Kept,
    assignment: Assignment,
    instruments: ConsumerInstruments,
    flusher: Storing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = await kept.stored()
    store, folded = flusher._store, False

    async def store_and_fold(*arguments: Any) -> None:
        nonlocal folded
        await store(*arguments)
        if not folded:
            folded = True
            await fold(assignment, instruments, 4)

    monkeypatch.setattr(flusher, "_store", store_and_fold)
    await fold(assignment, instruments, 3)
    assert await kept.stored() == before + 2
    assert await kept.stored() == before + 2
    assert [marks for marks, _ in flusher.stored][-1] == {"/mitmach/groups/1": f"{4:020d}"}


async def test_an_idle_consumer_doesnt_look_all_the_time(kept: Kept) -> None:
    await kept.stored()
    looks = kept.looks
    await asyncio.sleep(20 * housekeeping.TICK)
    assert kept.looks <= looks + 1


async def test_what_isnt_due_yet_is_looked_at_until_it_is(
    kept: Kept, assignment: Assignment, instruments: ConsumerInstruments, flusher: Storing
) -> None:
    """A fold soon after a flush: nothing else may come that would wake it."""
    before = await kept.stored()
    flusher.seconds = 0.2  # flushes take long, so the next comes later
    await fold(assignment, instruments, 3)
    assert await kept.stored() == before + 1
