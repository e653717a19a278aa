"""A dead letter takes effect once or not at all, whatever dies in between."""

import asyncio
from typing import Any

import pytest
from aiokafka import TopicPartition

import shared.delivery.consumer.consumer
import shared.delivery.consumer.flusher
import shared.delivery.consumer.housekeeping
from shared.delivery.consumer import Consumer
from shared.delivery.dead_letters import (
    LetterState,
    StoredLetter,
    drop_letters,
    find_letters,
    request_replay,
)
from shared.delivery.kafka import open_reader
from shared.delivery.mongo import Database
from tests.support.counter_service import TOPIC, CounterService, counter_service
from tests.support.counters import Event, Sums, sums


class Mendable(Sums):
    """Can't decode events about `broken` until it is mended."""

    def __init__(self, *, adds: bool = True) -> None:
        super().__init__(TOPIC)
        self.adds = adds
        self.mended = False

    def decode(self, value: bytes) -> Event:
        event = super().decode(value)
        if event.subject == "broken" and not self.mended:
            raise ValueError
        return event


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wishes are looked for five times a second, and starting over takes no rest."""
    monkeypatch.setattr(shared.delivery.consumer.housekeeping, "REPLAY_EVERY", 0.2)
    monkeypatch.setattr(shared.delivery.consumer.consumer, "RESTART_PAUSE", 0.05)


async def letters(database: Database, state: LetterState, number: int) -> list[StoredLetter]:
    """Waits until so many letters are in a state."""
    async with asyncio.timeout(20):
        while len(found := await find_letters(database, [state])) < number:
            await asyncio.sleep(0.05)
    assert len(found) == number
    return found


async def dead_records(counters: CounterService) -> list[Any]:
    async with open_reader(counters.kafka) as reader:
        place = TopicPartition("dlq.mitmach.groups", 0)
        reader.assign([place])
        await reader.seek_to_beginning(place)
        found: list[Any] = []
        while batches := await reader.getmany(timeout_ms=1000):
            found += [record for records in batches.values() for record in records]
        return found


async def test_a_mended_reader_counts_a_dead_letter_once_however_often_it_is_wanted(
    mongo_url: str, kafka_bootstrap: str
) -> None:
    projection = Mendable()
    async with counter_service(mongo_url, kafka_bootstrap) as counters, counters.publishing():
        async with counters.reading(projection):
            await counters.write("a", "broken", "broken", "b", "a")
            found = await letters(counters.database, LetterState.OPEN, 2)
            await counters.counted({"a": 2, "b": 1})
            await request_replay(counters.database, found)
            async with asyncio.timeout(60):
                while not all(
                    one.note for one in await find_letters(counters.database, [LetterState.OPEN])
                ):
                    await asyncio.sleep(0.05)
            projection.mended = True
            for _ in range(3):
                await request_replay(counters.database, found)
            await letters(counters.database, LetterState.REPLAYED, 2)
            await counters.counted({"a": 2, "b": 1, "broken": 2})
        async with counters.reading(projection) as consumer:
            await request_replay(counters.database, found)
            await counters.write("b")
            await counters.counted({"a": 2, "b": 2, "broken": 2})
            assert consumer.gaps == []
        assert {one.reason for one in found} == {"can't be decoded: ValueError"}
        first = found[0]
        assert first.value is not None
        assert b'"subject":"broken"' in first.value
        assert (first.key, first.partition.rpartition("/")[0]) == (b"broken", TOPIC)


@pytest.mark.parametrize("place", ["consumer.before_flush_commit", "consumer.flushed"])
async def test_a_replay_that_is_cut_off_is_done_again_or_was_done(
    mongo_url: str, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Before the commit: none of it was stored. After it: all of it, the replay included."""
    projection = Mendable()
    async with (
        counter_service(mongo_url, kafka_bootstrap) as counters,
        counters.publishing(),
        counters.reading(projection) as consumer,
    ):
        await counters.write("a", "broken", "a")
        found = await letters(counters.database, LetterState.OPEN, 1)
        await counters.counted({"a": 2})
        cut = 0

        async def fail(here: str) -> None:
            nonlocal cut
            if here == place and cut < 2:
                cut += 1
                raise OSError

        monkeypatch.setattr(shared.delivery.consumer.flusher, "failpoint", fail)
        projection.mended = True
        await request_replay(counters.database, found)
        await letters(counters.database, LetterState.REPLAYED, 1)
        await counters.write("a", "a")
        await counters.counted({"a": 4, "broken": 1})
        assert cut == 2
        await restarted(consumer, 2)


async def restarted(consumer: Consumer, times: int) -> None:
    async with asyncio.timeout(60):
        while consumer.restarts < times:
            await asyncio.sleep(0.05)


async def test_a_letter_that_was_counted_after_all_cant_be_replayed(
    mongo_url: str, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on the topic, but the flush that left it out was never stored.

    The next reader could decode it, so it was counted in its turn.
    """
    projection = Mendable()

    async def fail(place: str) -> None:
        if place == "consumer.before_flush_commit" and not projection.mended:
            projection.mended = True
            raise OSError

    monkeypatch.setattr(shared.delivery.consumer.flusher, "failpoint", fail)
    async with counter_service(mongo_url, kafka_bootstrap) as counters, counters.publishing():
        await counters.write("broken", "broken")
        async with counters.reading(projection):
            await counters.counted({"broken": 2})
        assert len(await dead_records(counters)) >= 1
        assert await find_letters(counters.database) == []


async def test_the_last_word_isnt_undone_by_a_letter_that_came_before_it(
    mongo_url: str, kafka_bootstrap: str
) -> None:
    projection = Mendable(adds=False)
    async with counter_service(mongo_url, kafka_bootstrap) as counters, counters.publishing():
        async with counters.reading(projection):
            await counters.write("broken")
            found = await letters(counters.database, LetterState.OPEN, 1)
        projection.mended = True
        async with counters.reading(projection):
            await counters.write("broken")
            await counters.counted({"broken": 1})
            await request_replay(counters.database, found)
            async with asyncio.timeout(60):
                while not (now := (await find_letters(counters.database))[0]).note:
                    await asyncio.sleep(0.05)
            assert now.overtaken
            assert now.state is LetterState.OPEN
            projection.adds = True
            await request_replay(counters.database, found)
            await counters.counted({"broken": 2})


async def test_what_was_dropped_stays_dropped(mongo_url: str, kafka_bootstrap: str) -> None:
    projection = Mendable()
    async with (
        counter_service(mongo_url, kafka_bootstrap) as counters,
        counters.publishing(),
        counters.reading(projection),
    ):
        await counters.write("broken", "a")
        found = await letters(counters.database, LetterState.OPEN, 1)
        projection.mended = True
        await drop_letters(counters.database, found)
        await request_replay(counters.database, found)
        await counters.write("a")
        await counters.counted({"a": 2})
        assert [one.state for one in await find_letters(counters.database)] == [LetterState.DROPPED]
        assert await sums(counters.database) == {"a": 2}
