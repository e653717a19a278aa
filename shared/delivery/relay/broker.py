"""The broker as the relay sees it: its clients, and whether the log is still there."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.client import AIOKafkaClient

from shared.delivery.kafka import (
    KafkaConnection,
    end_offsets,
    ensure_topics,
    known_cluster_id,
    open_producer,
    open_raw_client,
    open_reader,
    require_broker,
)
from shared.delivery.relay.sequences import RelayState


class Clients(NamedTuple):
    """What a leader works with.

    Attributes:
        producer: Sends events.
        reader: Is asked for the ends of partitions.
        client: Is asked for the cluster's id. It stays open: a client made for each question was a
            tenth of what an idle relay cost.
        partitions: Number of partitions by topic.
    """

    producer: AIOKafkaProducer
    reader: AIOKafkaConsumer
    client: AIOKafkaClient
    partitions: Mapping[str, int]


@asynccontextmanager
async def open_clients(kafka: KafkaConnection, topics: Mapping[str, int]) -> AsyncIterator[Clients]:
    """Clients for one term of a leader; made anew after every failure, since one may be half open.

    Args:
        kafka: The broker.
        topics: Partitions of the topics that are written, created where they are missing.

    Raises:
        BrokerUnavailable: It lets nobody in.
        KafkaError: It refuses something.
        TimeoutError: It doesn't answer in time.
    """
    await require_broker(kafka)
    await ensure_topics(kafka, topics)
    async with (
        open_producer(kafka) as producer,
        open_reader(kafka) as reader,
        open_raw_client(kafka) as client,
    ):
        partitions = {topic: len(await producer.partitions_for(topic)) for topic in topics}
        yield Clients(producer, reader, client, partitions)


class BrokerLog(NamedTuple):
    """What a look at the broker's log found.

    Attributes:
        cluster: The id of the cluster.
        lost: Why what was acknowledged must be gone; None if nothing says so.
    """

    cluster: str | None
    lost: str | None


async def look_at_log(clients: Clients, state: RelayState) -> BrokerLog:
    """Finds out whether the broker lost its log.

    It did if it is another cluster, or if a partition ends at or below what was acknowledged last.
    Offsets alone don't tell: what arrived there without an answer may have filled the new log up to
    where the old one ended. The id alone doesn't either: a topic can be made anew.
    """
    cluster = await known_cluster_id(clients.client)
    ends = await end_offsets(clients.reader, state.bases)
    shorter = [place for place, base in state.bases.items() if ends.get(place, 0) <= base]
    lost = None
    if state.cluster not in (None, cluster):
        lost = "it is another cluster"
    elif shorter:
        lost = f"{shorter[0][0]}/{shorter[0][1]} ends before its acknowledged offset"
    return BrokerLog(cluster, lost)
