"""Topics: making them, their partitions and ends, and the id of the cluster that has them."""

import asyncio
from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, TopicAlreadyExistsError
from aiokafka.protocol.metadata import MetadataRequest

from shared.delivery.kafka.clients import REQUEST_TIMEOUT, open_admin
from shared.delivery.kafka.connection import KafkaConnection


def place_of(name: str) -> tuple[str, int]:
    """Topic and number of a partition, from its name `topic/number`."""
    topic, _, number = name.rpartition("/")
    return topic, int(number)


async def ensure_topics(
    connection: KafkaConnection,
    topics: Mapping[str, int],
    configs: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Creates the topics that don't exist.

    Args:
        connection: The broker; its user needs the right to create topics if one is missing.
        topics: Number of partitions by topic name; a topic that exists keeps its own.
        configs: Settings of topics that are created, by topic name.

    Raises:
        KafkaError: A topic couldn't be created.
        TimeoutError: The broker doesn't answer.
    """
    async with open_admin(connection) as admin:
        existing = set(await admin.list_topics())
        for name, partitions in topics.items():
            if name not in existing:
                settings = dict((configs or {}).get(name, {}))
                await _create(
                    admin,
                    NewTopic(name, partitions, connection.replication, topic_configs=settings),
                )


async def _create(admin: AIOKafkaAdminClient, topic: NewTopic) -> None:
    try:
        reply = await admin.create_topics([topic])
    except TopicAlreadyExistsError:
        return
    for name, code, *rest in reply.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            raise KafkaError(f"topic {name} can't be created: code {code} {rest}")


async def cluster_id(connection: KafkaConnection) -> str | None:
    """What the cluster calls itself: another name after it was made anew.

    Raises:
        TimeoutError: The broker doesn't answer.
    """
    async with open_admin(connection) as admin:
        name: str | None = (await admin.describe_cluster()).get("cluster_id")
        return name


async def known_cluster_id(client: AIOKafkaClient) -> str | None:
    """The same, asked through a client that is open already.

    Raises:
        KafkaError: The broker is gone.
        TimeoutError: It doesn't answer.
    """
    async with asyncio.timeout(REQUEST_TIMEOUT):
        answer = await client.send(client.get_random_node(), MetadataRequest([]))
    name: str | None = answer.cluster_id
    return name


async def existing_partitions(
    connection: KafkaConnection, topics: Iterable[str]
) -> list[TopicPartition]:
    """All partitions of those of the topics that exist.

    Asked of the broker each time: what a consumer knows of a topic that it hasn't subscribed to
    differs from one broker to the other.

    Raises:
        TimeoutError: The broker doesn't answer.
    """
    async with open_admin(connection) as admin:
        existing = set(await admin.list_topics())
        wanted = [topic for topic in topics if topic in existing]
        described = await admin.describe_topics(wanted) if wanted else []
    return [
        TopicPartition(topic["topic"], number)
        for topic in described
        for number in sorted(partition["partition"] for partition in topic["partitions"])
    ]


async def end_offsets(
    consumer: AIOKafkaConsumer, partitions: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], int]:
    """The next offset of each partition (the embedded broker answers the last batch's base + 1)."""
    asked = [TopicPartition(topic, partition) for topic, partition in partitions]
    async with asyncio.timeout(REQUEST_TIMEOUT):
        answered = await consumer.end_offsets(asked) if asked else {}
    return {(tp.topic, tp.partition): offset for tp, offset in answered.items()}
