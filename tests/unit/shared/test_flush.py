"""A flush that wasn't stored: what it took is gone from memory, so the marks must not move on."""

import asyncio
from typing import Any

import pytest

from shared.consumer import Consumer
from shared.errors import Unavailable
from shared.kafka import KafkaConnection
from tests.support.tiny import Sums
from tests.unit.shared.test_chain import partition, take, value


class Storing(Consumer):
    """Stores nowhere; fails or hangs when told to."""

    def __init__(self) -> None:
        super().__init__(
            Sums("t"),
            service="groups",
            database=None,  # type: ignore[arg-type]
            sessions=None,  # type: ignore[arg-type]
            kafka=KafkaConnection(bootstrap="nowhere:1"),
            topics={},
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


@pytest.fixture
def consumer() -> Storing:
    consumer = Storing()
    reader = partition()
    take(reader, value(1, 0), value(2, 1))
    consumer._assigned["t", 0] = reader
    return consumer


async def test_a_flush_stores_marks_and_changes_together(consumer: Storing) -> None:
    await consumer.flush()
    assert consumer.stored == [({"/mitmach/groups/1": f"{2:020d}"}, {"s": 2})]


async def test_after_a_failed_flush_none_moves_the_marks(consumer: Storing) -> None:
    consumer.failing = True
    with pytest.raises(Unavailable):
        await consumer.flush()
    consumer.failing = False
    with pytest.raises(Unavailable, match="start over"):
        await consumer.flush()
    assert consumer.stored == []


async def test_after_a_flush_that_was_cut_off_none_moves_the_marks(consumer: Storing) -> None:
    consumer.hanging = True
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await consumer.flush()
    consumer.hanging = False
    with pytest.raises(Unavailable, match="start over"):
        await consumer.flush()
    assert consumer.stored == []


async def test_too_many_dead_letters_keep_the_marks_where_they_were(consumer: Storing) -> None:
    """The consumer stops before it has kept them, so nothing may say that they were read."""
    foreign = [_Record(offset) for offset in range(2, 200)]
    await consumer._handle(_Message(foreign))  # type: ignore[arg-type]
    await consumer.flush()
    assert consumer.stored == []


class _Record:
    topic, partition, key, value = "t", 0, b"k", b"foreign"

    def __init__(self, offset: int) -> None:
        self.offset = offset


class _Message:
    def __init__(self, records: list[_Record]) -> None:
        self.raw_message = records
