"""What a consumer does when something failed: it starts over, in its group if it can."""

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator

import shared.delivery.consumer.subscription
from shared.delivery.consumer import Consumer
from shared.delivery.mongo import Driver, connect
from tests.support.brokers import BrokerUnderTest
from tests.support.counter_service import PARTITIONS, TOPIC, counter_service
from tests.support.counters import Sums
from tests.support.fault_proxy import FaultProxy
from tests.support.mongodb import DRIVERS_OF_SERVICES


async def reading_all(consumer: Consumer) -> None:
    """Waits until it reads all partitions."""
    async with asyncio.timeout(30):
        while consumer.failure is not None or len(consumer.partitions) < PARTITIONS:
            await asyncio.sleep(0.02)


class Generations:
    """Notes how often members have joined their groups."""

    def __init__(self) -> None:
        self.joined = 0


@pytest.fixture
def joins(monkeypatch: pytest.MonkeyPatch) -> Generations:
    """How often a member has joined since the test began."""
    noted = Generations()
    rejoin = GroupCoordinator._do_rejoin_group

    async def counted(self: Any, subscription: Any) -> Any:
        noted.joined += 1
        return await rejoin(self, subscription)

    monkeypatch.setattr(GroupCoordinator, "_do_rejoin_group", counted)
    return noted


@pytest.mark.parametrize("driver", DRIVERS_OF_SERVICES, indirect=True)
async def test_whoever_lost_the_database_stays_in_its_group(
    mongo_url: str, embedded_broker: BrokerUnderTest, driver: Driver, joins: Generations
) -> None:
    async with (
        counter_service(mongo_url, embedded_broker.bootstrap) as writer,
        writer.publishing(),
        FaultProxy(urlsplit(mongo_url).port or 0) as proxy,
        connect(f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true", driver=driver) as mongo,
    ):
        database = mongo.database(writer.database.name)
        reader = replace(writer, database=database, sessions=mongo.sessions(database))
        async with reader.reading(Sums(TOPIC, "sums")) as consumer:
            await reading_all(consumer)
            await writer.write("a", "b", "c")
            await writer.counted({"a": 1, "b": 1, "c": 1})
            before = joins.joined
            async with proxy.unreachable():
                await writer.write("a", "b", "c", "a")
                async with asyncio.timeout(60):
                    while consumer.restarts < 2:
                        await asyncio.sleep(0.02)
                assert consumer.failure is not None
                await writer.write("b")
            await reading_all(consumer)
            await writer.write("c")
            await writer.counted({"a": 3, "b": 3, "c": 3})
            assert joins.joined == before
        await reader.sessions.close()


async def test_whoever_its_group_has_forgotten_joins_anew(
    mongo_url: str, embedded_broker: BrokerUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.delivery.consumer.subscription, "REBALANCE_SESSIONS", 3)
    monkeypatch.setattr(shared.delivery.consumer.subscription, "LEAVE_WITHIN", 0.5)
    rejoin = GroupCoordinator._do_rejoin_group
    asked: list[GroupCoordinator] = []

    async def once_in_vain(self: GroupCoordinator, subscription: Any) -> Any:
        asked.append(self)
        if len(asked) == 1:
            await asyncio.Event().wait()
        return await rejoin(self, subscription)

    monkeypatch.setattr(GroupCoordinator, "_do_rejoin_group", once_in_vain)
    async with (
        counter_service(mongo_url, embedded_broker.bootstrap) as counters,
        counters.publishing(),
        counters.reading(Sums(TOPIC, "sums")) as consumer,
    ):
        await counters.write("a")
        await counters.counted({"a": 1})
        assert consumer.restarts == 1
        assert asked[0] is not asked[1]
        assert asked[0]._client._sync_task is None  # nothing is left of the first


async def test_who_is_forgotten_while_it_reads_joins_anew(
    mongo_url: str, embedded_broker: BrokerUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.delivery.consumer.subscription, "REBALANCE_SESSIONS", 3)
    monkeypatch.setattr(shared.delivery.consumer.subscription, "LEAVE_WITHIN", 0.5)
    async with (
        counter_service(mongo_url, embedded_broker.bootstrap) as counters,
        counters.publishing(),
        counters.reading(Sums(TOPIC, "sums")) as consumer,
    ):
        await reading_all(consumer)
        rejoin = GroupCoordinator._do_rejoin_group
        asked: list[GroupCoordinator] = []

        async def once_in_vain(self: GroupCoordinator, subscription: Any) -> Any:
            asked.append(self)
            if self is asked[0]:
                await asyncio.Event().wait()
            return await rejoin(self, subscription)

        monkeypatch.setattr(GroupCoordinator, "_do_rejoin_group", once_in_vain)
        client = consumer._pipeline.subscription.client
        assert client is not None
        client._coordinator.request_rejoin()
        await counters.write("a")
        await counters.counted({"a": 1})
        assert consumer.restarts == 1
