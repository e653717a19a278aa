"""A process sleeps at the worst moment until others have taken over everything, and wakes up.

It believes that it still leads and still owns what it read. Whatever it does then must change
nothing: its numbers are fenced by the lease, its flush by the epoch, its transactions were ended,
and what it sends is what was sent.
"""

import asyncio
import random

import pytest

from shared.delivery.kafka import ensure_topics
from shared.delivery.mongo import Driver
from tests.faults.process_under_test import (
    PARTITIONS,
    TOPIC,
    ProcessUnderTest,
    connection,
    judged_consistent,
    process_settings,
    running,
    under_load,
)
from tests.support.brokers import BrokerUnderTest
from tests.support.mongodb import connected
from tests.support.oracle import Ledger

# At which visit it falls asleep: the first ones let the parts start.
PLACES = {
    "committer.before_transaction": 6,
    "committer.before_commit": 6,
    "committer.answer_lost": 6,
    "relay.before_numbers_commit": 3,
    "relay.numbered": 3,
    "relay.acknowledged": 3,
    "relay.marked": 3,
    "consumer.fetched": 3,
    "consumer.before_flush_commit": 3,
    "consumer.flushed": 3,
}

pytestmark = pytest.mark.faults_long


async def asleep(process: ProcessUnderTest) -> None:
    """Asks until it has fallen asleep."""
    async with asyncio.timeout(30):
        while not process.is_stopped:
            await process.ask(8)
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("place", PLACES)
async def test_who_wakes_up_after_all_was_taken_over_changes_nothing(
    mongo_url: str, broker: BrokerUnderTest, place: str
) -> None:
    driver = list(Driver)[list(PLACES).index(place) % 2]
    settings = process_settings(mongo_url, broker, driver=driver)
    ledger = Ledger()
    await ensure_topics(connection(settings), {TOPIC: PARTITIONS})
    async with (
        connected(mongo_url) as mongo,
        running(settings, ledger, f"{place}=stop@{PLACES[place]}") as zombie,
    ):
        await asleep(zombie)
        async with running(settings, ledger) as heir:
            await heir.works()
            await heir.has_taken_over()
            async with under_load(lambda: [zombie, heir]):
                await asyncio.sleep(0.5)
                zombie.thaw()
                await asyncio.sleep(3)
            await zombie.works()
            await judged_consistent(ledger, mongo, settings, zombie, heir)


@pytest.mark.timeout(240)
async def test_leaders_and_readers_that_sleep_in_turns_under_load(
    mongo_url: str, broker: BrokerUnderTest
) -> None:
    """At any moment, not at a chosen one; and each has what the other had."""
    settings = process_settings(mongo_url, broker)
    ledger = Ledger()
    await ensure_topics(connection(settings), {TOPIC: PARTITIONS})
    async with (
        connected(mongo_url) as mongo,
        running(settings, ledger) as one,
        running(settings, ledger) as other,
    ):
        async with under_load(lambda: [one, other]):
            await one.works()
            await other.works()
            for sleeper, heir in ((one, other), (other, one), (one, other)):
                await asyncio.sleep(random.uniform(0.5, 1.5))
                sleeper.freeze()
                await heir.has_taken_over()
                await asyncio.sleep(1)
                sleeper.thaw()
                await sleeper.works()
        await judged_consistent(ledger, mongo, settings, one, other)
