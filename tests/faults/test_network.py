"""The network in between swallows everything, is slow, or cuts connections in mid-message.

One process is behind the bad line and one isn't, where that can be: the cut-off one is a zombie
that still believes, the other takes over. Everything lasts longer than every timeout in its way.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shared.delivery.kafka import ensure_topics
from shared.delivery.mongo import Driver
from tests.faults.process_under_test import (
    PARTITIONS,
    TOPIC,
    connection,
    judged_consistent,
    process_settings,
    running,
    under_load,
)
from tests.support.brokers import BrokerUnderTest, behind_a_proxy
from tests.support.fault_proxy import Direction, FaultProxy
from tests.support.mongodb import connected
from tests.support.oracle import Ledger

# Seconds. MongoDB: the driver gives up a connection after 20, a flush after 30. The broker: a
# request of the relay after 10, one of a consumer after 40.
DATABASE_AWAY, BROKER_AWAY = 35.0, 45.0

pytestmark = [pytest.mark.faults_long, pytest.mark.timeout(300)]

Trouble = Callable[[FaultProxy, float], Awaitable[None]]


async def black_hole(proxy: FaultProxy, seconds: float) -> None:
    async with proxy.unreachable():
        await asyncio.sleep(seconds)


async def lost_answers(proxy: FaultProxy, seconds: float) -> None:
    """What is asked arrives, and nobody hears so."""
    proxy.swallow(Direction.TO_CLIENT)
    await asyncio.sleep(min(seconds, 15))
    proxy.heal()


async def slow_and_cut(proxy: FaultProxy, seconds: float) -> None:
    """Late answers, and resets in the middle of messages of all sizes."""
    proxy.latency = 0.15
    for count in (1, 40, 300, 900, 4_000, 20_000):
        for direction in Direction:
            proxy.cut_after(random.randrange(count), direction)
            await asyncio.sleep(0.8)
    proxy.heal()


TROUBLES: list[Trouble] = [black_hole, lost_answers, slow_and_cut]


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_bad_line_to_the_database(
    mongo_url: str, embedded_broker: BrokerUnderTest, driver: Driver, trouble: Trouble
) -> None:
    settings = process_settings(mongo_url, embedded_broker, driver=driver)
    ledger = Ledger()
    await ensure_topics(connection(settings), {TOPIC: PARTITIONS})
    async with (
        connected(mongo_url) as mongo,
        FaultProxy(int(urlsplit(mongo_url).port or 0)) as proxy,
        running(
            settings | {"mongodb": f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true"},
            ledger,
        ) as behind,
    ):
        await behind.works()
        async with running(settings, ledger) as beside:
            async with under_load(lambda: [behind, beside]):
                await beside.works()
                await trouble(proxy, DATABASE_AWAY)
                await behind.works()
                await beside.works()
            await judged_consistent(ledger, mongo, settings, behind, beside)


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("kind", ["embedded", pytest.param("apache", marks=pytest.mark.apache)])
async def test_a_bad_line_to_the_broker(
    mongo_url: str, kind: str, tmp_path: Path, trouble: Trouble
) -> None:
    async with (
        behind_a_proxy(kind, tmp_path) as (broker, proxy),
        connected(mongo_url) as mongo,
    ):
        settings = process_settings(mongo_url, broker)
        ledger = Ledger()
        await ensure_topics(connection(settings), {TOPIC: PARTITIONS})
        async with running(settings, ledger) as one, running(settings, ledger) as other:
            async with under_load(lambda: [one, other]):
                await one.works()
                await other.works()
                await trouble(proxy, BROKER_AWAY)
                await one.works()
            await judged_consistent(ledger, mongo, settings, one, other)
