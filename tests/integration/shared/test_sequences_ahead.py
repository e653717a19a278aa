"""While a chunk is being sent, the next one gets its numbers."""

import asyncio
from typing import Any

import pytest

import shared.delivery.relay.relay
import shared.delivery.relay.sequences
from shared.delivery.log import LOG
from shared.delivery.relay.sending import send
from shared.delivery.relay.sequences import STATE
from tests.support.brokers import BrokerUnderTest
from tests.support.counter_service import TOPIC, CounterService, counter_service
from tests.support.counters import Sums

CHUNK = 2  # documents


class Gate:
    """Holds what is to be sent; lets it pass, or fails once, when it is told to."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.failing = False
        self.sent: list[list[int]] = []

    async def send(self, producer: Any, documents: Any, bases: Any) -> int:
        await self.open.wait()
        if self.failing:
            self.failing = False
            raise TimeoutError
        self.sent.append([one["first_sequence"] for one in documents])
        return await send(producer, documents, bases)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """In front of the broker, and chunks are small."""
    gate = Gate()
    monkeypatch.setattr(shared.delivery.relay.relay, "send", gate.send)
    monkeypatch.setattr(shared.delivery.relay.sequences, "CHUNK_DOCUMENTS", CHUNK)
    return gate


async def numbers(counters: CounterService, *, as_many_as: int) -> list[int]:
    """What the log has been given, once it is so many."""
    async with asyncio.timeout(20):
        while True:
            found = await counters.database.find(LOG, {"first_sequence": {"$ne": None}})
            if len(found) >= as_many_as:
                return sorted(one["first_sequence"] for one in found)
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("failing", [False, True])
@pytest.mark.parametrize("look_every", [0.0, 60.0])
async def test_the_next_chunk_has_its_numbers_before_the_one_before_is_sent(
    mongo_url: str,
    embedded_broker: BrokerUnderTest,
    gate: Gate,
    monkeypatch: pytest.MonkeyPatch,
    *,
    failing: bool,
    look_every: float,
) -> None:
    """Each is sent once, by whoever comes first: a look at the broker sends what has numbers."""
    monkeypatch.setattr(shared.delivery.relay.relay, "LOOK_AT_BROKER", look_every)
    gate.failing = failing
    async with counter_service(mongo_url, embedded_broker.bootstrap) as counters:
        await counters.write("a", "b", "a", "b", "a", "b", "a")
        async with (
            counters.publishing() as relay,
            counters.reading(Sums(TOPIC, "sums")) as consumer,
        ):
            assert await numbers(counters, as_many_as=2 * CHUNK) == [1, 2, 3, 4]
            state = await counters.database.find_one(STATE, {"_id": STATE})
            assert state is not None
            assert state.get("sent_through", 0) == 0
            gate.open.set()
            await counters.counted({"a": 4, "b": 3})
            assert gate.sent == [[1, 2], [3, 4], [5, 6], [7]]
            assert consumer.repeats == 0
            assert not consumer.gaps
            assert relay.published == 7
