"""The primary of a replica set of three dies, steps down, or sleeps and wakes up as one of two.

What was acknowledged has reached a majority, so the new primary has it; what the old one took alone
is rolled back, and nobody was told that it was done.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import pytest

from mitmach.embedded.mongod import Mongod, ReplicaSet
from shared.delivery.kafka import ensure_topics
from shared.delivery.mongo import Driver, connect
from tests.faults.process_under_test import (
    PARTITIONS,
    TOPIC,
    connection,
    judged_consistent,
    process_settings,
    running,
    under_load,
)
from tests.support.brokers import BrokerUnderTest
from tests.support.oracle import Ledger
from tests.support.replica_set import all_follow, kill, primary, step_down

pytestmark = [pytest.mark.faults_long, pytest.mark.timeout(300)]

Blow = Callable[[ReplicaSet, Mongod], Awaitable[None]]


async def killed(members: ReplicaSet, leading: Mongod) -> None:
    kill(leading)
    await primary(members, but=leading)
    leading.start()


async def stepped_down(members: ReplicaSet, leading: Mongod) -> None:
    await step_down(leading)
    await primary(members, but=leading)


async def slept(members: ReplicaSet, leading: Mongod) -> None:
    """It wakes up as a primary, beside the one that was elected."""
    leading.child.signal(signal.SIGSTOP)
    try:
        await primary(members, but=leading)
        await asyncio.sleep(2)
    finally:
        leading.child.signal(signal.SIGCONT)


async def test_a_change_of_primary_under_load_loses_nothing_and_repeats_nothing(
    three_mongods: ReplicaSet, embedded_broker: BrokerUnderTest, driver: Driver
) -> None:
    settings = process_settings(three_mongods.url, embedded_broker, driver=driver)
    ledger = Ledger()
    blows: tuple[Blow, ...] = (killed, stepped_down, slept, killed)
    await ensure_topics(connection(settings), {TOPIC: PARTITIONS})
    await all_follow(three_mongods)
    async with (
        connect(three_mongods.url) as mongo,
        running(settings, ledger) as one,
        running(settings, ledger) as other,
    ):
        async with under_load(lambda: [one, other]):
            for blow in blows:
                await one.works()
                await other.works()
                await blow(three_mongods, await primary(three_mongods))
                await all_follow(three_mongods)
            await one.works()
            await other.works()
        await judged_consistent(ledger, mongo, settings, one, other)
