"""Topics are stored and carried compressed, in a form that every client reads."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import TopicPartition
from bson import Timestamp

from shared.contract.events.envelope import format_time, seal
from shared.contract.events.posts import PostViewed
from shared.contract.events.topics import POSTS
from shared.contract.ids import new_id
from shared.delivery.kafka import KafkaConnection, ensure_topics, open_producer, open_reader
from shared.delivery.log import log_documents
from shared.delivery.relay.sending import send
from tests.support.brokers import BrokerUnderTest
from tooling.sample_events import sample

EVENTS = 640


def numbered(first: int, count: int) -> Mapping[str, Any]:
    """A commit of so many views, each with a post, a person and a trace of its own."""
    events = [
        seal(
            sample(PostViewed, post_id=new_id()),
            actor=secrets.token_hex(13),
            source="/mitmach/posts/01936f00aa007000b0000000",
            event_id=new_id(),
            time=format_time(datetime.now(UTC)),
            traceparent=f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
            public_url="https://mitmach.example",
        )
        for _ in range(count)
    ]
    (document,) = log_documents(new_id(), Timestamp(first, 1), events)
    return document | {
        "first_sequence": first,
        "partitions": [0] * count,
        "predecessors": list(range(first - 1, first - 1 + count)),
    }


def stored(folder: Path) -> int:
    """Bytes of the topic's records in a folder of Apache Kafka."""
    return sum(file.stat().st_size for file in folder.glob(f"**/{POSTS}-0/*.log"))


async def test_events_take_a_fifth_of_their_bytes_and_come_back_as_they_were(
    broker: BrokerUnderTest,
) -> None:
    kafka = KafkaConnection(bootstrap=broker.bootstrap)
    await ensure_topics(kafka, {POSTS: 1})
    documents = [numbered(first, 64) for first in range(1, EVENTS + 1, 64)]
    async with open_producer(kafka) as producer:
        for document in documents:
            assert await send(producer, [document], {}) == 64
    place = TopicPartition(POSTS, 0)
    values: list[bytes] = []
    async with open_reader(kafka) as reader:
        reader.assign([place])
        await reader.seek_to_beginning(place)
        while len(values) < EVENTS:
            for batch in (await reader.getmany(timeout_ms=500)).values():
                values += [record.value for record in batch]
    assert [int(value[13:33]) for value in values] == list(range(1, EVENTS + 1))
    plain = sum(len(value) for value in values)
    if broker.kind == "apache":
        assert 0 < stored(broker.folder) < plain / 5
