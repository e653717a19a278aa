"""The process is killed with -9 at each place where state and messages could part ways.

A ledger of what was answered is kept outside of it. After a restart: every acknowledged operation
has its one event, every other has one or none, and the sums are those of the distinct events.
"""

import asyncio
import signal

import pytest
from aiokafka import TopicPartition

from shared.contract.events.topics import dlq_topic
from shared.delivery.kafka import KafkaConnection, ensure_topics, open_producer, open_reader
from shared.delivery.mongo import Driver
from tests.faults.process_under_test import (
    PARTITIONS,
    TOPIC,
    WORKS_WITHIN,
    ProcessUnderTest,
    answered,
    connection,
    process_settings,
    running,
)
from tests.support.brokers import EMBEDDED_FIRST, BrokerUnderTest
from tests.support.mongodb import connected
from tests.support.oracle import Ledger, settled

FOREIGN = b"not an event"

# Which visit is the last: the first ones let the parts start, so that there is something to lose.
PLACES = {
    "committer.before_transaction": 3,
    "committer.before_commit": 3,
    "committer.answer_lost": 3,
    "relay.before_numbers_commit": 2,
    "relay.numbered": 2,
    "relay.acknowledged": 2,
    "relay.marked": 2,
    "consumer.fetched": 2,
    "consumer.before_flush_commit": 2,
    "consumer.flushed": 2,
    "consumer.dead_letters_kept": 1,
}

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.mark.parametrize("broker", EMBEDDED_FIRST, indirect=True)
@pytest.mark.parametrize("place", PLACES)
async def test_a_kill_loses_nothing_and_repeats_nothing(
    mongo_url: str, broker: BrokerUnderTest, place: str
) -> None:
    driver = list(Driver)[list(PLACES).index(place) % 2]
    settings = process_settings(mongo_url, broker, driver=driver)
    kafka = connection(settings)
    ledger = Ledger()
    await ensure_topics(kafka, {TOPIC: PARTITIONS})
    async with connected(mongo_url) as mongo:
        async with running(settings, ledger, f"{place}=kill@{PLACES[place]}") as process:
            async with asyncio.timeout(WORKS_WITHIN):
                while process.child.returncode is None:
                    await _ask_and_disturb(process, kafka, place)
            assert process.child.returncode == -signal.SIGKILL
        async with running(settings, ledger) as heir:
            await heir.works()
            await answered(heir)
            await settled(ledger, mongo.database(settings["database"]), kafka, TOPIC)
        if place == "consumer.dead_letters_kept":
            assert FOREIGN in await dead_letters(kafka)


async def _ask_and_disturb(process: ProcessUnderTest, kafka: KafkaConnection, place: str) -> None:
    try:
        await process.ask(8)
    except ConnectionError:  # it has just died
        await process.child.wait()
    if place == "consumer.dead_letters_kept":
        async with open_producer(kafka) as producer:
            await producer.send_and_wait(TOPIC, FOREIGN, partition=0)
    await asyncio.sleep(0.1)


async def dead_letters(kafka: KafkaConnection) -> list[bytes | None]:
    """What was kept of records that nobody could read."""
    async with open_reader(kafka) as reader:
        place = TopicPartition(dlq_topic("groups"), 0)
        reader.assign([place])
        await reader.seek_to_beginning(place)
        found = await reader.getmany(timeout_ms=5000)
        return [record.value for records in found.values() for record in records]
