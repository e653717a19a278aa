"""Sending again on request: while the relay sends, while it is idle, and while none runs."""

import asyncio
from typing import Any

import pytest

import shared.delivery.relay.relay
from shared.delivery.relay import NothingSent, NotRetained, Relay, rewind, status
from shared.delivery.relay.sending import send
from tests.support.counter_service import TOPIC, CounterService, counter_service, subjects
from tests.support.counters import RaiseCounter, Sums
from tests.support.oracle import chain_faults, published


async def sent(relay: Relay, events: int) -> None:
    async with asyncio.timeout(20):
        while relay.published < events:
            await asyncio.sleep(0.02)


async def together(counters: CounterService, number: int) -> None:
    """Many commands at once, so that one log document holds several events."""
    await asyncio.gather(
        *(counters.committer.execute(RaiseCounter(one)) for one in subjects(number))
    )


@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle relay looks around ten times a second."""
    monkeypatch.setattr(shared.delivery.relay.relay, "LOOK_AT_BROKER", 0.1)


async def test_an_idle_relay_sends_again_and_readers_leave_it_out(
    mongo_url: str, kafka_bootstrap: str, watchful: None
) -> None:
    async with (
        counter_service(mongo_url, kafka_bootstrap) as counters,
        counters.publishing() as relay,
        counters.reading(Sums(TOPIC)) as consumer,
    ):
        await counters.write(*subjects(20))
        await sent(relay, 20)
        assert await rewind(counters.database, 6) == 6
        await sent(relay, 35)
        assert await rewind(counters.database) == 1
        await sent(relay, 55)
        await counters.write("last")
        await counters.counted({**dict.fromkeys(subjects(20), 1), "last": 1})
        async with asyncio.timeout(60):
            while consumer.repeats < 35:
                await asyncio.sleep(0.02)
        now = await status(counters.database)
        assert (now.sent_through, now.next_sequence, now.rewinds) == (21, 22, 2)
        assert (now.oldest, now.unnumbered, now.lag) == (1, 0, 0)
        assert now.holder is not None
        assert relay.failure is None
        assert chain_faults(await published(counters.kafka, TOPIC)) == []


async def test_a_rewind_between_an_acknowledgement_and_its_mark_isnt_lost(
    mongo_url: str, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        counter_service(mongo_url, kafka_bootstrap) as counters,
        counters.publishing() as relay,
    ):
        await counters.write(*subjects(10))
        await sent(relay, 10)

        async def send_and_be_rewound(*arguments: Any) -> int:
            count: int = await send(*arguments)
            monkeypatch.undo()
            await rewind(counters.database, 4)
            return count

        monkeypatch.setattr(shared.delivery.relay.relay, "send", send_and_be_rewound)
        await counters.write("late")
        await sent(relay, 10 + 8)
        assert (await status(counters.database)).sent_through == 11
        assert relay.failure is None
        again = [one.sequence for one in await published(counters.kafka, TOPIC)]
        assert sorted(again) == sorted([*range(1, 12), *range(4, 12)])


async def test_events_that_were_committed_together_are_sent_together_again(
    mongo_url: str, kafka_bootstrap: str
) -> None:
    async with counter_service(mongo_url, kafka_bootstrap) as counters:
        async with counters.publishing() as relay:
            await together(counters, 40)
            await sent(relay, 40)
        firsts = [one["first_sequence"] for one in await counters.database.find("log", {})]
        largest = max(firsts)
        begin = await rewind(counters.database, 40)
        assert begin == largest < 40
        assert (await status(counters.database)).lag == 41 - begin
        async with counters.publishing() as relay:
            await sent(relay, 41 - begin)
        assert (await status(counters.database)).lag == 0


async def test_what_isnt_there_is_said_to_be_gone(mongo_url: str, kafka_bootstrap: str) -> None:
    async with counter_service(mongo_url, kafka_bootstrap) as counters:
        with pytest.raises(NotRetained, match="empty"):
            await rewind(counters.database)
        await counters.write("a", "b", "c")
        async with counters.publishing() as relay:
            await sent(relay, 3)
        with pytest.raises(NothingSent, match="up to 3"):
            await rewind(counters.database, 4)
        await counters.database.delete("log", {"first_sequence": 1})
        with pytest.raises(NotRetained, match="begins with 2"):
            await rewind(counters.database, 1)
        assert (await status(counters.database)).sent_through == 3
        assert (await status(counters.database)).holder is None
