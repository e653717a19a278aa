"""A client reads while its partitions are still being taken over: nothing is lost by that."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

import shared.delivery.consumer.subscription
from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.marks import complete_from
from shared.delivery.consumer.processor import RecordProcessor
from tests.integration.shared.test_starting_over import reading_all
from tests.support.counter_service import TOPIC, counter_service
from tests.support.counters import Sums

WRITTEN = 4  # records of one partition, which are fetched one by one


class Race:
    """A take-over that ends while a partition's second record is fetched, but not processed.

    Attributes:
        begun: Set when the partitions are assigned anew.
        processed_late: How many records were fetched before, and processed after it.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = asyncio.Event()
        self.processed_late = 0
        self._fetched, self._taken_over = asyncio.Event(), asyncio.Event()
        process = RecordProcessor.process

        async def late(processor: RecordProcessor, records: Sequence[Any]) -> None:
            second = records[0].offset == 1
            if self.begun.is_set() and not self._taken_over.is_set() and second:
                self._fetched.set()
                await self._taken_over.wait()
                self.processed_late += 1
            await process(processor, records)

        monkeypatch.setattr(RecordProcessor, "process", late)

    def begin(self, client: AIOKafkaConsumer, monkeypatch: pytest.MonkeyPatch) -> None:
        """Has the group share out its partitions anew."""
        take_over = Assignment.take_over

        async def slowly(assignment: Assignment, *args: Any) -> None:
            self.begun.set()
            await self._fetched.wait()
            await take_over(assignment, *args)
            self._taken_over.set()

        monkeypatch.setattr(Assignment, "take_over", slowly)
        client._coordinator.request_rejoin()


@pytest.mark.parametrize("allow_incomplete", [False, True])
async def test_what_was_fetched_before_is_read_again_in_order(
    mongo_url: str, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch, allow_incomplete: bool
) -> None:
    monkeypatch.setattr(shared.delivery.consumer.subscription, "MOST_RECORDS", 1)
    race = Race(monkeypatch)
    async with (
        counter_service(mongo_url, kafka_bootstrap) as counters,
        counters.reading(Sums(TOPIC), allow_incomplete=allow_incomplete) as consumer,
    ):
        await reading_all(consumer)
        client = consumer._pipeline.subscription.client
        assert client is not None
        race.begin(client, monkeypatch)
        async with asyncio.timeout(30):
            await race.begun.wait()
        async with counters.publishing():
            await counters.write(*["a"] * WRITTEN)
            await counters.counted({"a": WRITTEN})
        assert race.processed_late == 1
        assert (consumer.gaps, consumer.restarts) == ([], 0)
        assert await complete_from(counters.database) is None
