"""Membership of a consumer group, through a FastStream subscriber that leaves records as they are.

What a fetch brought is handed on whole and undecoded.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.delivery.consumer.marks import PartitionProgress
from shared.delivery.kafka import KafkaConnection, place_of, replace_dead_leader

log = logging.getLogger(__name__)

# Milliseconds that a fetch waits for records. Apache Kafka answers as soon as there is something;
# the embedded broker only at the end, so this is added to what a reader waits there. Shorter costs
# idle requests.
FETCH_WAIT_MS = 100
MOST_RECORDS = 2000  # of one fetch: bounds how long the event loop is held by a fold (about 10 ms)
COMMIT_EVERY = 1.0  # seconds between offset commits to Kafka, which only lag tools read
LEAVE_WITHIN = 10.0  # seconds for leaving a group and closing connections
SEEK_TIMEOUT = 5.0  # seconds to find the start of a partition: one request to the broker

# A rebalance may last so many session time-outs. The group leaves out whoever is slower than a
# single session time-out, so a member that waits longer for its partitions has been forgotten.
REBALANCE_SESSIONS = 5

# Seconds between heartbeats at most, and how many there are in a session time-out at least. The
# next heartbeat is how a member hears that the group shares out anew.
HEARTBEAT = 3.0
HEARTBEATS = 5


class NotJoined(Exception):  # noqa: N818
    """The group doesn't say what this member is to read: it must leave and join anew."""


class Subscription:
    """A member of a consumer group.

    Args:
        kafka: The broker.
        topics: Names of the topics that are read.
        group: Id of the consumer group.
        instance: Name of a static member, who may be away for a session time-out without a
            rebalance; None for an ordinary member.
    """

    def __init__(
        self, kafka: KafkaConnection, topics: Sequence[str], *, group: str, instance: str | None
    ) -> None:
        self._kafka = kafka
        self._topics = topics
        self._group = group
        self._instance = instance
        self._subscriber: Any = None
        self._committed_at = 0.0
        self._rebalance_within = REBALANCE_SESSIONS * kafka.session_timeout
        self._rebalancing_since: float | None = None
        self._forgotten = False
        self._heartbeat = min(HEARTBEAT, kafka.session_timeout / HEARTBEATS)

    def open(
        self,
        broker: KafkaBroker,
        *,
        handle: Callable[[KafkaMessage], Awaitable[None]],
        listener: ConsumerRebalanceListener,
    ) -> None:
        """Subscribes; the broker isn't started yet.

        Args:
            broker: FastStream's broker that the subscriber is declared on.
            handle: Gets each fetch, its records in `raw_message`.
            listener: Is told what is assigned and revoked.
        """

        async def parse_nothing(records: Any) -> KafkaMessage:
            # FastStream's own parser decodes every header of every record: half of the time of a
            # fold.
            return KafkaMessage(
                body=b"",
                headers={},
                raw_message=records,
                message_id="",
                correlation_id="-",
                consumer=self.client,  # type: ignore[arg-type]  # never None while records come
            )

        async def decode_nothing(message: KafkaMessage) -> Any:
            return message.raw_message

        self._subscriber = broker.subscriber(
            *self._topics,
            batch=True,
            group_id=self._group,
            auto_offset_reset="earliest",
            max_records=MOST_RECORDS,
            max_partition_fetch_bytes=4 << 20,
            fetch_max_bytes=32 << 20,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            session_timeout_ms=int(self._kafka.session_timeout * 1000),
            heartbeat_interval_ms=int(self._heartbeat * 1000),
            ack_policy=AckPolicy.MANUAL,
            parser=parse_nothing,
            decoder=decode_nothing,
            listener=listener,
            group_instance_id=self._instance,
        )
        self._subscriber(handle)

    async def join(self, broker: KafkaBroker) -> None:
        """Starts the broker, and with it membership of the group.

        Raises:
            NotJoined: The group doesn't answer.
        """
        if self._forgotten:
            await replace_dead_leader(self._kafka, self._group, self._topics)
            self._forgotten = False
        self.rebalance_began()
        try:
            async with asyncio.timeout(self._rebalance_within):
                await broker.start()
        except TimeoutError as late:
            raise self._not_joined() from late

    def rebalance_began(self) -> None:
        """Notes that the group shares its partitions out anew."""
        self._rebalancing_since = time.monotonic()

    def rebalance_ended(self) -> None:
        """Notes that the group has said what this member is to read."""
        self._rebalancing_since = None

    def require_assignment(self, now: float) -> None:
        """Checks that the group hasn't forgotten this member.

        Args:
            now: Seconds on a steady clock.

        Raises:
            NotJoined: A rebalance has lasted too long.
        """
        since = self._rebalancing_since
        if since is not None and now - since > self._rebalance_within:
            raise self._not_joined()

    def _not_joined(self) -> NotJoined:
        self._forgotten = True
        return NotJoined(f"group {self._group} said nothing for {self._rebalance_within:g} s")

    async def close(self, broker: KafkaBroker) -> None:
        """Leaves the group and stops the broker; what hangs is given up."""
        client, self._subscriber = self.client, None
        try:
            async with asyncio.timeout(LEAVE_WITHIN):
                await broker.stop()
        except Exception:  # noqa: BLE001 - whatever it is, nothing of ours depends on it
            log.warning("a consumer group wasn't left in order", extra={"group": self._group})
            await _abandon(client, broker)

    @property
    def client(self) -> AIOKafkaConsumer | None:
        """The client itself; None before the start and after the end."""
        return None if self._subscriber is None else self._subscriber.consumer

    async def will_read(self, place: tuple[str, int], offset: int) -> bool:
        """Whether a record that was fetched comes again: reading was sent back since.

        Between a fetch and its handler a partition may be taken over, and the client be sent to
        where it is to be read on.

        Args:
            place: Topic and number of the record's partition.
            offset: The record's.

        Raises:
            TimeoutError: The client doesn't know where it is; see `seek_to_start`.
        """
        client = self.client
        if client is None:
            return True
        try:
            async with asyncio.timeout(SEEK_TIMEOUT):
                at: int = await client.position(TopicPartition(*place))
        except IllegalStateError:  # it is somebody else's, who reads it
            return True
        return at <= offset

    async def commit(self, progress: Sequence[PartitionProgress]) -> None:
        """Tells Kafka how far it was read. For lag tools only: the truth is in the marks."""
        client = self.client
        if client is None or time.monotonic() - self._committed_at < COMMIT_EVERY:
            return
        self._committed_at = time.monotonic()
        offsets = {
            TopicPartition(*place_of(reached.partition.name)): reached.next for reached in progress
        }
        with suppress(KafkaError, TimeoutError, ValueError):
            async with asyncio.timeout(5):
                await client.commit(offsets)


async def _abandon(client: AIOKafkaConsumer | None, broker: KafkaBroker) -> None:
    """Ends what a client leaves running when it can't leave its group.

    It closes its parts one after the other, and stays at the first that hangs.
    """
    parts = () if client is None else (client._fetcher, client._client)  # noqa: SLF001 - see above
    for close in (*(part.close for part in parts if part is not None), broker.stop):
        with suppress(Exception):
            async with asyncio.timeout(LEAVE_WITHIN):
                await close()


async def seek_to_start(client: AIOKafkaConsumer, place: TopicPartition) -> None:
    """Has the client read a partition from its start.

    Raises:
        TimeoutError: The client doesn't get there; then all is started over. Without a limit of
            ours it would wait for its own, and no flush would happen meanwhile.
    """
    async with asyncio.timeout(SEEK_TIMEOUT):
        await client.seek_to_beginning(place)
