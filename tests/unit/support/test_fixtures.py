"""The shared fixtures hand out what they promise."""

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.delivery.mongo import Database
from tests.support.brokers import EMBEDDED_FIRST, BrokerUnderTest


async def test_a_database_is_empty_and_works_with_both_drivers(database: Database) -> None:
    assert await database.count("things", {}) == 0
    await database.insert("things", [{"_id": 1}])
    assert await database.count("things", {}) == 1


async def _number_of_topics(bootstrap: str) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        there = [name for name in await admin.list_topics() if not name.startswith("__")]
        await admin.create_topics([NewTopic("things", 2, 1)])
    finally:
        await admin.close()
    return len(there)


async def _write_and_count(bootstrap: str) -> int:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        batch = producer.create_batch()
        batch.append(key=None, value=b"thing", timestamp=None)
        written = await (await producer.send_batch(batch, "things", partition=1))
    consumer = AIOKafkaConsumer(
        "things",
        bootstrap_servers=bootstrap,
        group_id="readers",
        auto_offset_reset="earliest",
        session_timeout_ms=1000,
        heartbeat_interval_ms=300,
    )
    async with consumer:
        assert (await consumer.getone()).value == b"thing"
    return int(written.offset) + 1


async def test_a_broker_is_empty_at_first(broker: BrokerUnderTest) -> None:
    assert await _number_of_topics(broker.bootstrap) == 0
    assert await _write_and_count(broker.bootstrap) == 1


async def test_a_broker_is_empty_again_for_the_next_test(broker: BrokerUnderTest) -> None:
    assert await _number_of_topics(broker.bootstrap) == 0
    assert await _write_and_count(broker.bootstrap) == 1


@pytest.mark.parametrize("broker", EMBEDDED_FIRST, indirect=True)
async def test_a_killed_broker_comes_back_with_its_log_if_it_keeps_one(
    broker: BrokerUnderTest,
) -> None:
    await _number_of_topics(broker.bootstrap)
    await _write_and_count(broker.bootstrap)

    broker.kill()
    await broker.start()

    assert await _number_of_topics(broker.bootstrap) == (1 if broker.keeps_log else 0)
    assert await _write_and_count(broker.bootstrap) == (2 if broker.keeps_log else 1)
