"""A consumer group that waits for a leader who is gone is made to choose another."""

import asyncio
from typing import Any

import pytest
from aiokafka.client import CoordinationType
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.protocol.group import JoinGroupRequest, LeaveGroupRequest

import shared.delivery.consumer.subscription
from shared.delivery.kafka import KafkaConnection, open_raw_client, replace_dead_leader
from tests.support.brokers import BrokerUnderTest
from tests.support.counter_service import PARTITIONS, TOPIC, counter_service
from tests.support.counters import Sums


async def lead_and_leave(kafka: KafkaConnection, group: str) -> None:
    """Joins a group alone, becomes its leader, and leaves before saying who reads what."""
    async with open_raw_client(kafka) as client:
        node = await client.coordinator_lookup(CoordinationType.GROUP, group)
        protocols = [("roundrobin", RoundRobinPartitionAssignor.metadata([TOPIC]).encode())]

        async def join(member: str) -> Any:
            request = JoinGroupRequest(group, 2000, 2000, member, None, "consumer", protocols)
            return await client.send(node, request)

        member = (await join("")).member_id  # the first answer only gives it a name
        joined = await join(member)
        assert joined.leader_id == member
        left = await client.send(node, LeaveGroupRequest(group, member))
        assert left.error_code == 0


async def test_a_group_whose_leader_left_while_it_formed_agrees_again(
    mongo_url: str, embedded_broker: BrokerUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.delivery.consumer.subscription, "REBALANCE_SESSIONS", 3)
    monkeypatch.setattr(shared.delivery.consumer.subscription, "LEAVE_WITHIN", 0.5)
    async with (
        counter_service(mongo_url, embedded_broker.bootstrap) as counters,
        counters.publishing(),
    ):
        await lead_and_leave(counters.kafka, "sums")
        async with counters.reading(Sums(TOPIC, "sums")) as consumer:
            await counters.write("a")
            await counters.counted({"a": 1})
            assert consumer.restarts >= 1


async def test_a_group_that_works_is_not_disturbed(mongo_url: str, broker: BrokerUnderTest) -> None:
    async with (
        counter_service(mongo_url, broker.bootstrap) as counters,
        counters.publishing(),
        counters.reading(Sums(TOPIC, "sums")) as consumer,
    ):
        await counters.write("a")
        await counters.counted({"a": 1})
        await replace_dead_leader(counters.kafka, "sums", [TOPIC])
        await counters.write("a", "b")
        await counters.counted({"a": 2, "b": 1})
        async with asyncio.timeout(20):
            while len(consumer.partitions) < PARTITIONS:
                await asyncio.sleep(0.05)
        assert consumer.restarts == 0


async def test_it_gives_up_when_the_broker_is_away() -> None:
    async with asyncio.timeout(20):
        await replace_dead_leader(KafkaConnection(bootstrap="127.0.0.1:1"), "sums", [TOPIC])
