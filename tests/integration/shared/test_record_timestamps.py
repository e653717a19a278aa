"""A record's timestamp is the time of its event, on every broker, however late it is sent."""

import asyncio
import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition
from bson import Timestamp

import shared.delivery.relay.relay
from mitmach.installation.kafka import set_up
from shared.contract.events.ballots import BallotRecorded
from shared.contract.events.envelope import EventData, format_time, seal
from shared.contract.events.people import PersonVisited
from shared.contract.events.posts import PostViewed
from shared.contract.events.topics import BALLOTS, PEOPLE, POSTS, TOPICS
from shared.contract.ids import new_id
from shared.delivery.kafka import KafkaConnection, ensure_topics, open_producer, open_reader
from shared.delivery.log import log_documents
from shared.delivery.relay.sending import send
from tests.support.brokers import BrokerUnderTest, empty
from tests.support.counter_service import PARTITIONS, TOPIC, counter_service, subjects
from tooling.sample_events import sample
from tooling.servers.apache_kafka import ApacheKafka
from tooling.servers.not_available import NotAvailable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


async def records(kafka: KafkaConnection, topic: str, partitions: int) -> list[ConsumerRecord]:
    """Everything that the topic holds."""
    places = [TopicPartition(topic, number) for number in range(partitions)]
    found: list[ConsumerRecord] = []
    async with open_reader(kafka) as reader, asyncio.timeout(30):
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        idle = 0
        while idle < 3:
            batches = await reader.getmany(timeout_ms=200)
            found += [record for batch in batches.values() for record in batch]
            idle = 0 if batches else idle + 1
    return found


def recorded(event: bytes) -> int:
    """The time of an event in milliseconds since 1970."""
    return (datetime.fromisoformat(json.loads(event)["time"]) - EPOCH) // MILLISECOND


def numbered(data: EventData, time: datetime) -> Mapping[str, Any]:
    """A document of the log with an event of that time, for partition 0."""
    event = seal(
        data,
        actor=None,
        source="/mitmach/posts/1",
        event_id=new_id(),
        time=format_time(time),
        traceparent=None,
    )
    (document,) = log_documents(new_id(), Timestamp(1, 1), [event])
    return document | {"first_sequence": 1, "partitions": [0], "predecessors": [0]}


async def test_events_have_their_own_time_also_after_a_refill(
    mongo_url: str, broker: BrokerUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.delivery.relay.relay, "LOOK_AT_BROKER", 0.1)
    async with counter_service(mongo_url, broker.bootstrap) as counters:
        for one in subjects(6):
            await counters.write(one)
            await asyncio.sleep(0.01)
        async with counters.publishing() as relay:
            async with asyncio.timeout(30):
                while relay.published < 6:
                    await asyncio.sleep(0.02)
            before = await records(counters.kafka, TOPIC, PARTITIONS)
            if broker.keeps_log:
                await empty(broker.bootstrap)
            else:
                await broker.restart()
            async with asyncio.timeout(60):
                while relay.lost_logs < 1 or relay.published < 12:
                    await asyncio.sleep(0.02)
            # The embedded broker tells the ends of its partitions a little too early.
            async with asyncio.timeout(30):
                while len(after := await records(counters.kafka, TOPIC, PARTITIONS)) < 6:
                    await asyncio.sleep(0.1)
    assert len(before) == 6
    assert {record.timestamp for record in before} == {recorded(record.value) for record in before}
    assert {(record.value, record.timestamp) for record in after} == {
        (record.value, record.timestamp) for record in before
    }
    assert {record.timestamp_type for record in after} == {0}, "CreateTime"


async def test_a_clock_that_is_ahead_stops_no_relay(broker: BrokerUnderTest) -> None:
    """Apache Kafka refuses records that are more than an hour ahead of its own clock."""
    kafka = KafkaConnection(bootstrap=broker.bootstrap)
    await ensure_topics(kafka, {POSTS: 1})
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    async with open_producer(kafka) as producer:
        assert await send(producer, [numbered(sample(PostViewed), tomorrow)], {}) == 1
    (record,) = await records(kafka, POSTS, 1)
    assert recorded(record.value) == (tomorrow - EPOCH) // MILLISECOND
    assert abs(record.timestamp - (datetime.now(UTC) - EPOCH) // MILLISECOND) < 60_000


@pytest.mark.apache
@pytest.mark.faults_long
async def test_a_refill_keeps_what_is_younger_than_its_topic_says_and_no_more() -> None:
    """By the events' own time: 91 days old are gone from where 90 are kept, 399 of 400 stay."""
    with tempfile.TemporaryDirectory(prefix="mitmach-kafka-") as folder:
        try:
            server = ApacheKafka(
                Path(folder) / "kafka",
                settings={
                    "log.retention.check.interval.ms": "500",
                    "log.initial.task.delay.ms": "500",
                    # A broker whose own rule would refuse what is old.
                    "log.message.timestamp.before.max.ms": "86400000",
                },
            )
        except NotAvailable as reason:
            pytest.skip(str(reason))
        await server.start()
        try:
            kafka = KafkaConnection(bootstrap=server.bootstrap)
            plans = [TOPICS[name]._replace(partitions=1) for name in (BALLOTS, POSTS, PEOPLE)]
            await set_up(kafka, plans=plans, passwords={}, rules=())
            now = datetime.now(UTC)
            old = [
                numbered(sample(BallotRecorded), now - timedelta(days=91)),
                numbered(sample(PostViewed), now - timedelta(days=399)),
                numbered(sample(PersonVisited), now - timedelta(days=3000)),
            ]
            async with open_producer(kafka) as producer:
                assert await send(producer, old, {}) == 3
            async with asyncio.timeout(60):
                while await records(kafka, BALLOTS, 1):
                    await asyncio.sleep(0.5)
            for topic in (POSTS, PEOPLE):
                (record,) = await records(kafka, topic, 1)
                assert record.timestamp == recorded(record.value)
            async with open_reader(kafka) as reader:
                place = TopicPartition(BALLOTS, 0)
                assert await reader.end_offsets([place]) == {place: 1}, "the relay sees its log"
        finally:
            await server.stop()
