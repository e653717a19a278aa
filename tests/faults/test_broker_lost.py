"""The broker's process is killed under load: Apache Kafka comes back with its log, ours without.

In both cases readers go on where they were. A lost log is noticed by the relay, which sends again
all that is retained, and by the readers, who leave out as repeats what they had.
"""

import asyncio

import pytest

from shared.delivery.kafka import ensure_topics
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
from tests.support.mongodb import connected
from tests.support.oracle import Ledger

pytestmark = [pytest.mark.faults_long, pytest.mark.timeout(300)]


async def test_a_broker_killed_under_load_loses_nothing_and_repeats_nothing(
    mongo_url: str, broker: BrokerUnderTest
) -> None:
    settings = process_settings(mongo_url, broker)
    ledger = Ledger()
    await ensure_topics(connection(settings), {TOPIC: PARTITIONS})
    async with (
        connected(mongo_url) as mongo,
        running(settings, ledger) as one,
        running(settings, ledger) as other,
    ):
        async with under_load(lambda: [one, other]):
            for away in (0.0, 3.0):
                await one.works()
                await other.works()
                broker.kill()
                await asyncio.sleep(away)
                await one.works()  # nobody who writes notices
                await broker.start()
                await asyncio.sleep(2)
        told = await judged_consistent(ledger, mongo, settings, one, other)
        lost = sum(status["lost_logs"] for status in told)
        assert lost == 0 if broker.keeps_log else lost >= 2
