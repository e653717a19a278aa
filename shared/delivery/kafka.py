"""Building clients of the broker.

Producer, FastStream broker, topics. Every await of theirs goes under a timeout.
"""

import asyncio
import functools
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiokafka.client
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, TopicAlreadyExistsError
from faststream.kafka import KafkaBroker
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.runtime.settings import KafkaSettings

# of one record batch: below the broker's default message limit of 1 MiB with its overhead
BATCH_BYTES = 900_000
REQUEST_TIMEOUT = 10.0  # seconds for one request to the broker
# seconds until a reader notices that a topic has more partitions than before, by default 300
LOOK_FOR_PARTITIONS = 5.0
STOP_TIMEOUT = 5.0  # seconds: a producer's stop() can hang while the broker is down
EMBEDDED = "mitmach-"  # how the cluster id of an embedded broker begins; Apache Kafka's are base64


# aiokafka tells brokers to invent a topic that it asks for, and has no option. After a lost log a
# reader would be quicker than the relay, and the topic would come back with too few partitions.
aiokafka.client.MetadataRequest = functools.partial(
    aiokafka.client.MetadataRequest, allow_auto_topic_creation=False
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaConnection:
    """How to reach the broker.

    Attributes:
        bootstrap: `host:port`, several with commas.
        mechanism: None, or `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512`.
        tls: Encrypt; `ca_file` names the authority when it isn't one of the system's.
        replication: Copies of each record in topics that Mitmach creates.
        session_timeout: Seconds without a heartbeat until a consumer counts as gone. Heartbeats
            share our event loop, so a short one would end the group over a pause; the embedded
            broker makes a group wait for half of it at each change.
    """

    bootstrap: str
    mechanism: str | None = None
    username: str = ""
    password: str = ""
    tls: bool = False
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    replication: int = 1
    session_timeout: float = 30.0

    @classmethod
    def of(cls, settings: KafkaSettings) -> Self:
        """The connection that the settings describe."""
        sasl = settings.kafka_security_protocol.startswith("SASL")
        password = settings.kafka_password
        return cls(
            bootstrap=settings.kafka_bootstrap,
            mechanism=settings.kafka_sasl_mechanism if sasl else None,
            username=settings.kafka_username or "",
            password=password.get_secret_value() if password else "",
            tls=settings.kafka_security_protocol.endswith("SSL"),
            ca_file=_path(settings.kafka_ca_file),
            certificate_file=_path(settings.kafka_certificate_file),
            key_file=_path(settings.kafka_key_file),
            replication=settings.kafka_replication,
            session_timeout=settings.kafka_session_timeout,
        )

    def options(self) -> dict[str, Any]:
        """Options that every aiokafka client takes."""
        protocol = ("SASL_" if self.mechanism else "") + ("SSL" if self.tls else "PLAINTEXT")
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": protocol,
        }
        if self.mechanism:
            options |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        if self.tls:
            options["ssl_context"] = self.context()
        return options

    def context(self) -> ssl.SSLContext | None:
        """The TLS settings, None without TLS."""
        if not self.tls:
            return None
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.certificate_file:
            context.load_cert_chain(self.certificate_file, self.key_file)
        return context

    def security(self) -> BaseSecurity:
        """The same for FastStream."""
        kinds = {
            "PLAIN": SASLPlaintext,
            "SCRAM-SHA-256": SASLScram256,
            "SCRAM-SHA-512": SASLScram512,
        }
        if self.mechanism:
            return kinds[self.mechanism](
                self.username, self.password, ssl_context=self.context(), use_ssl=self.tls
            )
        return BaseSecurity(ssl_context=self.context(), use_ssl=self.tls)


def _path(file: Path | None) -> str | None:
    return str(file) if file else None


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

    Not the idempotent one: that dies for good on an out-of-order answer and never times a batch
    out; the log's sequences do its work.
    """
    producer = AIOKafkaProducer(
        **connection.options(),
        acks="all",
        enable_idempotence=False,
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
        await _ended(producer.stop)


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
        await _ended(consumer.stop)


@asynccontextmanager
async def open_raw_client(connection: KafkaConnection) -> AsyncIterator[AIOKafkaClient]:
    """A client for single requests, which is what the others are made of."""
    client = AIOKafkaClient(**connection.options(), request_timeout_ms=int(REQUEST_TIMEOUT * 1000))
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            await client.bootstrap()
        yield client
    finally:
        await _ended(client.close)


async def _ended(end: Callable[[], Awaitable[None]]) -> None:
    # A client that can't be stopped in time is left to the garbage collector: waiting would hang
    # the shutdown.
    with suppress(Exception):
        async with asyncio.timeout(STOP_TIMEOUT):
            await end()


async def ensure_topics(
    connection: KafkaConnection,
    topics: Mapping[str, int],
    configs: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Creates the topics that don't exist.

    Args:
        connection: The broker; its user needs the right to create topics if one is missing.
        topics: Partitions by topic name.
        configs: Topic settings by name.

    Raises:
        KafkaError: A topic couldn't be created.
        TimeoutError: The broker doesn't answer.
    """
    async with _administering(connection) as admin:
        there = set(await admin.list_topics())
        for name, partitions in topics.items():
            if name not in there:
                settings = dict((configs or {}).get(name, {}))
                await _create(
                    admin,
                    NewTopic(name, partitions, connection.replication, topic_configs=settings),
                )


async def cluster_id(connection: KafkaConnection) -> str | None:
    """What the cluster calls itself: another one after it was made anew.

    Raises:
        TimeoutError: The broker doesn't answer.
    """
    async with _administering(connection) as admin:
        name: str | None = (await admin.describe_cluster()).get("cluster_id")
        return name


@asynccontextmanager
async def _administering(connection: KafkaConnection) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client for topics; the whole block must be done within the time of one request."""
    admin = AIOKafkaAdminClient(
        **connection.options(), request_timeout_ms=int(REQUEST_TIMEOUT * 1000)
    )
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            await admin.start()
            yield admin
    finally:
        await _ended(admin.close)


async def _create(admin: AIOKafkaAdminClient, topic: NewTopic) -> None:
    try:
        reply = await admin.create_topics([topic])
    except TopicAlreadyExistsError:
        return
    for name, code, *rest in reply.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            raise KafkaError(f"topic {name} can't be created: code {code} {rest}")


async def existing_partitions(
    connection: KafkaConnection, topics: Iterable[str]
) -> list[TopicPartition]:
    """All partitions of those of the topics that exist.

    Asked of the broker each time: what a consumer knows of a topic that it hasn't subscribed to
    differs from one broker to the other.

    Raises:
        TimeoutError: The broker doesn't answer.
    """
    async with _administering(connection) as admin:
        there = set(await admin.list_topics())
        wanted = [topic for topic in topics if topic in there]
        described = await admin.describe_topics(wanted) if wanted else []
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in described
        for partition in sorted(topic["partitions"], key=lambda one: one["partition"])
    ]


async def end_offsets(
    consumer: AIOKafkaConsumer, partitions: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], int]:
    """The next offset of each partition (the embedded broker answers the last batch's base + 1)."""
    asked = [TopicPartition(topic, partition) for topic, partition in partitions]
    async with asyncio.timeout(REQUEST_TIMEOUT):
        answered = await consumer.end_offsets(asked) if asked else {}
    return {(tp.topic, tp.partition): offset for tp, offset in answered.items()}
