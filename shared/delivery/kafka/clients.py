"""Clients of the broker: producers, readers, administration, and FastStream's broker.

Every await on one of them belongs under a timeout: a client may wait for ever for a broker that
hangs.
"""

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiokafka.client
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from faststream.kafka import KafkaBroker

from shared.delivery.kafka.connection import KafkaConnection

# Bytes of one record batch: below the broker's default message limit of 1 MiB with its overhead.
BATCH_BYTES = 900_000
# Events of a batch resemble each other: together they shrink to a tenth, and a reader unpacks them
# in half a microsecond each. Every client of the last years reads zstd; the broker keeps it as is.
COMPRESSION = "zstd"
REQUEST_TIMEOUT = 10.0  # seconds for one request to the broker
# Seconds until a reader notices that a topic has more partitions than before, by default 300.
LOOK_FOR_PARTITIONS = 5.0
STOP_TIMEOUT = 5.0  # seconds: a producer's stop() can hang while the broker is down


# aiokafka tells brokers to invent a topic that it asks for, and has no option. After a lost log a
# reader would be quicker than the relay, and the topic would come back with too few partitions.
aiokafka.client.MetadataRequest = functools.partial(
    aiokafka.client.MetadataRequest, allow_auto_topic_creation=False
)


def build_broker(connection: KafkaConnection, **options: Any) -> KafkaBroker:
    """The FastStream broker that a service's consumers are declared on."""
    return KafkaBroker(
        connection.bootstrap.split(","),
        security=connection.security(),
        logger=None,
        allow_auto_create_topics=False,  # it would make them with one partition
        metadata_max_age_ms=int(LOOK_FOR_PARTITIONS * 1000),
        **options,
    )


@asynccontextmanager
async def open_producer(connection: KafkaConnection) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that waits for all replicas.

    It isn't an idempotent producer: that dies for good on an out-of-order answer and never times a
    batch out; the log's sequences do its work.
    """
    producer = AIOKafkaProducer(
        **connection.options(),
        acks="all",
        enable_idempotence=False,
        compression_type=COMPRESSION,
        max_batch_size=BATCH_BYTES,
        max_request_size=BATCH_BYTES + 100_000,
        request_timeout_ms=int(REQUEST_TIMEOUT * 1000),
        retry_backoff_ms=50,
        linger_ms=0,
    )
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            await producer.start()
        yield producer
    finally:
        await _stop_in_time(producer.stop)


@asynccontextmanager
async def open_reader(connection: KafkaConnection) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer without a group, for looking at topics: offsets, partitions, records."""
    consumer = AIOKafkaConsumer(
        **connection.options(),
        enable_auto_commit=False,
        request_timeout_ms=int(REQUEST_TIMEOUT * 1000),
    )
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            await consumer.start()
        yield consumer
    finally:
        await _stop_in_time(consumer.stop)


@asynccontextmanager
async def open_raw_client(connection: KafkaConnection) -> AsyncIterator[AIOKafkaClient]:
    """A client for single requests of Kafka's protocol, which the other clients are made of."""
    client = AIOKafkaClient(**connection.options(), request_timeout_ms=int(REQUEST_TIMEOUT * 1000))
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            await client.bootstrap()
        yield client
    finally:
        await _stop_in_time(client.close)


@asynccontextmanager
async def open_admin(connection: KafkaConnection) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that administers topics; the whole block must end within the time of one request."""
    admin = AIOKafkaAdminClient(
        **connection.options(), request_timeout_ms=int(REQUEST_TIMEOUT * 1000)
    )
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            await admin.start()
            yield admin
    finally:
        await _stop_in_time(admin.close)


async def _stop_in_time(stop: Callable[[], Awaitable[None]]) -> None:
    """Stops a client, or leaves it to the garbage collector: waiting would hang the shutdown."""
    with suppress(Exception):
        async with asyncio.timeout(STOP_TIMEOUT):
            await stop()
