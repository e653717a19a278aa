"""The exact consumer: a FastStream subscriber, a fold in memory, and a flush beside it.

The number of documents that a flush changes is what costs, not Kafka and not JSON. So a flush runs
while the fold goes on into fresh increments, soon when traffic is light, and less often when
flushes take much of the time.

Assume that every record arrives twice, late, or before its assignment has finished: the chain
(chain.py) leaves out repeats and what is ahead, records of unassigned partitions are left out here,
and the seek brings them again.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import groupby
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.consumer.chain import Gap, Partition
from shared.consumer.instruments import Instruments
from shared.consumer.marks import Fenced, Progress, claim, store, taken_by_others
from shared.consumer.projection import Projection
from shared.dead_letters import DeadLetters, refuse, wished
from shared.errors import Unavailable
from shared.failpoints import failpoint
from shared.kafka import KafkaConnection, build_broker, cluster_id, end_offsets, ensure_topics
from shared.mongo import CommitUnknown, Conflict, Database, Session, SessionRegistry, deadline
from shared.telemetry import Telemetry

log = logging.getLogger(__name__)

# seconds between flushes at the earliest: what a reader waits at most when traffic is light
SOONEST = 0.1
LATEST = 5.0  # seconds at the latest: what a crash makes us fold again
MOST_DOCUMENTS = 20_000  # that one flush should write: bounds the transaction on the server
SHARE = 0.3  # of the time that flushes may take before they become rarer

# Of an idle fetch. Apache Kafka answers as soon as there is something; the embedded broker only at
# the end, so this is added to what a reader waits there. Shorter costs idle requests.
FETCH_WAIT_MS = 100
TICK = 0.02  # seconds between looks whether a flush is due
FLUSH_DEADLINE = (
    30.0  # seconds for one flush with its retries, below the server's limit for a transaction (60)
)
MOST_RECORDS = 2000  # of one fetch: bounds how long the event loop is held by a fold (about 10 ms)
MOST_DEAD = (
    100  # records in a row that fail; then the fault is ours, and dumping the topic would hide it
)
CHECK_EVERY = 0.5  # seconds between looks for gaps
WISHES_EVERY = 1.0  # seconds between looks whether somebody wants a dead letter to be tried again
COMMIT_EVERY = 1.0  # seconds between offset commits to Kafka, which only lag tools read
RESTART_PAUSE = 0.5  # seconds before starting over
SEEK_TIMEOUT = 5.0  # seconds to find the start of a partition: one request to the broker


class TooManyDeadLetters(Exception):  # noqa: N818
    """One failure after the other.

    The consumer stops instead of emptying the topic into the dead letters.
    """


class Consumer(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """Runs one projection. See `build_consumer`.

    `group` names its members and its marks; the projection's name unless it is built twice.

    Attributes:
        gaps: What is missing now; not empty means: not ready.
        failure: Why it isn't running, or None.
    """

    def __init__(
        self,
        projection: Projection,
        *,
        service: str,
        database: Database,
        sessions: SessionRegistry,
        kafka: KafkaConnection,
        topics: dict[str, int],
        telemetry: Telemetry | None = None,
        allow_incomplete: bool = False,
        instance: str | None = None,
        group: str | None = None,
    ) -> None:
        self.projection = projection
        self.group = group or projection.name
        self.gaps: list[Gap] = []
        self.failure: str | None = "not started"
        self.stopped = False
        self.flushes = 0
        self.flush_seconds = 0.0
        self.restarts = 0
        self.dead_letters = DeadLetters(kafka, service=service)
        self._instruments = Instruments(
            telemetry or Telemetry(service), projection.name, projection.topics
        )
        self._database = database
        self._registry = sessions
        self._kafka = kafka
        self._topics = topics
        self._allow_incomplete = allow_incomplete
        self._instance = instance
        self._assigned: dict[tuple[str, int], Partition] = {}
        self._counted_before = 0
        self._repeats_before = 0
        self._session: Session | None = None
        self._subscriber: Any = None
        self._failed: asyncio.Future[None] | None = None
        self._lock = asyncio.Lock()
        self._torn = False  # changes were taken and not stored: no later flush may move the marks
        self._flushed_at = 0.0
        self._committed_at = 0.0
        self._dead_in_a_row = 0

    # --- what others may ask

    @property
    def counted(self) -> int:
        """Events folded in by this process."""
        return self._counted_before + sum(p.counted for p in self._assigned.values())

    @property
    def repeats(self) -> int:
        """Events that came again and were left out."""
        return self._repeats_before + sum(p.repeats for p in self._assigned.values())

    @property
    def partitions(self) -> list[str]:
        """What is assigned to this process."""
        return [p.name for p in self._assigned.values()]

    def lag(self) -> dict[str, int]:
        """Records that wait, by topic, as the last fetch knew it."""
        waiting: dict[str, int] = {}
        consumer = self._consumer
        for (topic, number), partition in self._assigned.items():
            end = None
            if consumer is not None:
                with suppress(Exception):  # asked between assignment and first fetch
                    end = consumer.highwater(TopicPartition(topic, number))
            waiting[topic] = waiting.get(topic, 0) + max((end or 0) - partition.next, 0)
        return waiting

    async def ready(self) -> None:
        """A check for readiness.

        Raises:
            Unavailable: It isn't running, or events are missing.
        """
        if self.failure is not None:
            raise Unavailable(f"the consumer isn't running: {self.failure}")
        if self.gaps:
            raise Unavailable(f"events are missing: {self.gaps[0]}")

    @asynccontextmanager
    async def between_flushes(self) -> AsyncIterator[None]:
        """No flush is under way while the block runs."""
        async with self._lock:
            yield

    async def alone(self) -> bool:
        """Whether no other process has taken partitions of this group over from us."""
        if self._session is None:
            return True
        return not await taken_by_others(self._database, self.group, self._session)

    # --- life

    async def run(self) -> None:
        """Reads until it is cancelled, starting over after every failure from what is stored."""
        while not self.stopped:
            try:
                await self._run_once()
            except TooManyDeadLetters as stop:
                self.failure, self.stopped = str(stop), True
                log.error(
                    "the consumer has stopped",
                    extra={"group": self.group, "reason": str(stop)},
                )
            except Exception as failure:
                if isinstance(failure, Fenced):
                    self._instruments.lost_flushes.inc()
                self.failure = f"{type(failure).__name__}: {failure}"
                self.restarts += 1
                log.warning(
                    "the consumer starts over",
                    extra={"group": self.group},
                    exc_info=failure,
                )
            await asyncio.sleep(RESTART_PAUSE)

    async def _run_once(self) -> None:
        self._failed = asyncio.get_running_loop().create_future()
        self._torn = False
        if self._session is None:
            self._session = await self._registry.open()
        await ensure_topics(self._kafka, self._topics | {self.dead_letters.topic: 1})
        broker = build_broker(self._kafka)
        self._subscriber = self._subscribe(broker)
        tending = asyncio.create_task(self._tend(), name=f"{self.projection.name} flushes")
        try:
            await broker.start()
            self.failure = None
            # Not awaited itself: being cancelled would cancel it, and the last flush be left out.
            await asyncio.wait([self._failed])
            self._failed.result()
        finally:
            self.failure = self.failure or "stopping"
            tending.cancel()
            with suppress(asyncio.CancelledError):
                await tending
            await self._stop(broker)

    async def _stop(self, broker: KafkaBroker) -> None:
        if self._failed is not None and not self._failed.done():
            with suppress(Exception):  # what isn't stored is read again
                await self.flush()
        with suppress(Exception):
            async with asyncio.timeout(10):
                await broker.stop()
        self._drop(list(self._assigned))
        self._subscriber = None

    def _subscribe(self, broker: KafkaBroker) -> Any:
        async def untouched(records: Any) -> KafkaMessage:
            # FastStream's own parser decodes every header of every record: half of the time of a
            # fold.
            return KafkaMessage(
                body=b"",
                headers={},
                raw_message=records,
                message_id="",
                correlation_id="-",
                consumer=self._consumer,  # type: ignore[arg-type]  # never None while records come
            )

        async def as_it_is(message: KafkaMessage) -> Any:
            return message.raw_message

        subscriber = broker.subscriber(
            *self.projection.topics,
            batch=True,
            group_id=self.group,
            auto_offset_reset="earliest",
            max_records=MOST_RECORDS,
            max_partition_fetch_bytes=4 << 20,
            fetch_max_bytes=32 << 20,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            session_timeout_ms=int(self._kafka.session_timeout * 1000),
            heartbeat_interval_ms=int(self._kafka.session_timeout * 100),
            ack_policy=AckPolicy.MANUAL,
            parser=untouched,
            decoder=as_it_is,
            listener=self,
            group_instance_id=self._instance,
        )
        subscriber(self._handle)
        return subscriber

    @property
    def _consumer(self) -> AIOKafkaConsumer | None:
        return None if self._subscriber is None else self._subscriber.consumer

    def _fail(self, error: BaseException) -> None:
        if self._failed is not None and not self._failed.done():
            self._failed.set_exception(error)

    # --- assignment

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Loads what is stored of each new partition, fences its last owner.

        And goes where that one was.
        """
        try:
            await self._assign(
                [tp for tp in assigned if (tp.topic, tp.partition) not in self._assigned]
            )
        except Exception as error:  # noqa: BLE001 - any failure means: start over
            self._fail(error)

    async def _assign(self, assigned: Sequence[TopicPartition]) -> None:
        consumer, session = self._consumer, self._session
        if consumer is None or session is None:
            raise RuntimeError("assigned before it was started")
        cluster = await cluster_id(self._kafka)
        ends = await end_offsets(consumer, [(tp.topic, tp.partition) for tp in assigned])
        for tp in assigned:
            name = f"{tp.topic}/{tp.partition}"
            partition = await claim(
                self._database,
                self.group,
                name,
                registry=self._registry,
                session=session,
                cluster=cluster,
                fold=self.projection.fold(name),
                allow_incomplete=self._allow_incomplete,
            )
            if partition.next > ends[tp.topic, tp.partition]:
                # The log is shorter than what we read: a new one. (Or an embedded broker, which
                # answers a little less than the end: then all of it is read again, and left out as
                # repeats.)
                partition.next = 0
                await _to_beginning(consumer, tp)
            else:
                consumer.seek(tp, partition.next)
            self._assigned[tp.topic, tp.partition] = partition

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Stores what was folded, and lets go."""
        try:
            await self.flush()
        except Exception as error:  # noqa: BLE001 - the next owner reads it again
            self._fail(error)
        self._drop([(tp.topic, tp.partition) for tp in revoked])

    def _drop(self, places: Sequence[tuple[str, int]]) -> None:
        for place in places:
            if (partition := self._assigned.pop(place, None)) is not None:
                self._counted_before += partition.counted
                self._repeats_before += partition.repeats
                self.projection.revoked(partition.name)

    # --- fold

    async def _handle(self, message: KafkaMessage) -> None:
        # FastStream swallows what a handler raises, and the next batch would pass the failed
        # records
        try:
            await failpoint("consumer.fetched")
            for (topic, number), records in groupby(
                message.raw_message, lambda r: (r.topic, r.partition)
            ):
                await self._take(topic, number, list(records))
            while self._size() > MOST_DOCUMENTS:
                await self.flush()
        except Exception as error:  # noqa: BLE001 - any failure means: start over
            self._fail(error)

    async def _take(self, topic: str, number: int, records: Sequence[Any]) -> None:
        partition = self._assigned.get((topic, number))
        if partition is None or (self._failed is not None and self._failed.done()):
            return
        before, repeats, ahead = partition.counted, partition.repeats, partition.ahead
        dead = partition.take(records, self.projection.decode)
        self._instruments.read(
            topic,
            counted=partition.counted - before,
            repeats=partition.repeats - repeats,
            ahead=partition.ahead - ahead,
        )
        self._instruments.follow(records)
        if not dead:
            self._dead_in_a_row = 0
            return
        self._dead_in_a_row = len(dead) + (
            self._dead_in_a_row if partition.counted == before else 0
        )
        partition.held = True
        if self._dead_in_a_row > MOST_DEAD:
            raise TooManyDeadLetters(
                f"{self._dead_in_a_row} records in a row failed: {dead[-1].reason}"
            )
        await self.dead_letters.keep(dead)
        self._instruments.dead_letters.inc(len(dead))
        partition.held = False

    async def _replay(self) -> None:
        """Tries dead letters again that somebody wants; the next flush settles it."""
        names = {p.name: p for p in self._assigned.values()}
        for letter in await wished(self._database, self.group, list(names)):
            partition = self._assigned.get(_place(letter.partition))
            if partition is not names[letter.partition] or partition.aside.settled(letter.id):
                continue
            if self._failed is not None and self._failed.done():
                return
            fold = partial(self.projection.fold, partition.name)
            reason = partition.replay(letter, self.projection.decode, self.projection.late, fold)
            if reason is not None:
                await refuse(self._database, letter.id, reason)

    def _size(self) -> int:
        return sum(p.fold.size() for p in self._assigned.values())

    # --- flush

    async def _tend(self) -> None:
        checked = looked = 0.0
        while True:
            await asyncio.sleep(TICK)
            try:
                now = time.monotonic()
                if self._due(now):
                    await self.flush()
                if now - looked > WISHES_EVERY:
                    looked = now
                    await self._replay()
                if now - checked > CHECK_EVERY:
                    checked = now
                    await self._check(now)
            except Exception as error:  # noqa: BLE001 - any failure means: start over
                self._fail(error)
                return

    def _due(self, now: float) -> bool:
        if not any(p.changed for p in self._assigned.values()):
            return False
        if self._size() >= MOST_DOCUMENTS:
            return True
        return now - self._flushed_at >= min(LATEST, max(SOONEST, self.flush_seconds / SHARE))

    async def flush(self) -> None:
        """Stores what has gathered since the last flush, and how far that goes, in one transaction.

        Raises:
            Fenced: A partition belongs to another consumer now.
            Unavailable: It couldn't be stored in time. The consumer must start over from what is
                stored.
        """
        async with self._lock:
            if self._torn:
                raise Unavailable("an earlier flush wasn't stored: start over from what is")
            began = time.monotonic()
            progress = [
                Progress(p, p.next, dict(p.marks), dict(p.seen), p.aside.take())
                for p in self._assigned.values()
                if p.changed and not p.held
            ]
            if not progress:
                self._flushed_at = began
                return
            self._torn = True
            documents = self._size()
            taken = [
                (p.name, fold.take())
                for p, *_, turned in progress
                for fold in (p.fold, *turned.late)
            ]
            with self._instruments.flushing(documents):
                await self._store(progress, taken)
            self._torn = False
            for one in progress:
                one.partition.stored = one.next
            self._flushed_at = time.monotonic()
            self.flush_seconds = self._flushed_at - began
            self._instruments.flushed(self.flush_seconds)
            self.flushes += 1
        await self._commit_offsets(progress)

    async def _store(self, progress: Sequence[Progress], taken: Sequence[tuple[str, Any]]) -> None:
        until = time.monotonic() + FLUSH_DEADLINE
        conflicts = 0
        await self.projection.prepare(taken)
        while True:
            try:
                with deadline(max(until - time.monotonic(), 0.01)):
                    await self._transact(progress, taken)
                return
            except Conflict:
                conflicts += 1
                if time.monotonic() > until:
                    raise Unavailable("a flush kept conflicting") from None
                if conflicts % 5 == 0:
                    await self._registry.end_silent()
                await asyncio.sleep(random.uniform(0.005, 0.05))

    async def _transact(
        self, progress: Sequence[Progress], taken: Sequence[tuple[str, Any]]
    ) -> None:
        if self._session is None:
            raise RuntimeError("a flush before the start")
        async with self._session.transaction() as transaction:
            await store(transaction, self.group, progress)
            await self.projection.write(taken, transaction)
            await failpoint("consumer.before_flush_commit")
            for attempt in range(4):
                try:
                    await transaction.commit()
                    break
                except CommitUnknown:
                    if attempt == 3:  # the marks tell what happened: start over from them
                        raise
                    await asyncio.sleep(0.2)
                except Conflict:
                    if (
                        attempt
                    ):  # after a lost answer this may mean "committed": only the marks know
                        raise CommitUnknown(
                            "the commit's outcome must be read from the marks"
                        ) from None
                    raise
        await failpoint("consumer.flushed")

    async def _commit_offsets(self, progress: Sequence[Progress]) -> None:
        consumer = self._consumer
        if consumer is None or time.monotonic() - self._committed_at < COMMIT_EVERY:
            return
        self._committed_at = time.monotonic()
        offsets = {}
        for one in progress:
            offsets[TopicPartition(*_place(one.partition.name))] = one.next
        with suppress(
            KafkaError, TimeoutError, ValueError
        ):  # for lag tools only: the truth is in the marks
            async with asyncio.timeout(5):
                await consumer.commit(offsets)

    async def _check(self, now: float) -> None:
        gaps: list[Gap] = []
        for (topic, number), partition in list(self._assigned.items()):
            reread, missing = partition.check(now)
            gaps += missing
            consumer, place = self._consumer, TopicPartition(topic, number)
            if consumer is None:
                continue
            # The embedded broker never says "out of range": it would leave us waiting beyond the
            # end of a new log, and then skip its beginning.
            end = consumer.highwater(place)
            shorter = end is not None and partition.next > end
            if reread or shorter:
                log.warning(
                    "reading a partition again from its start", extra={"partition": partition.name}
                )
                partition.next = 0
                await _to_beginning(consumer, place)
        for gap in gaps:
            if gap not in self.gaps:
                service = gap.source.split("/")[2] if gap.source.count("/") > 2 else gap.source
                log.error(
                    "events are missing",
                    extra={
                        **gap._asdict(),
                        "mend": f"mitmach relay rewind {service} --from {int(gap.after or 0) + 1}",
                    },
                )
        self.gaps = gaps
        self._instruments.gaps.set(len(gaps))
        self._instruments.lag(self.lag())


async def _to_beginning(consumer: AIOKafkaConsumer, place: TopicPartition) -> None:
    """Reads a partition from its start.

    Raises:
        TimeoutError: The client doesn't get there; then all is started over. Without a limit of
            ours it would wait for its own, and no flush would happen meanwhile.
    """
    async with asyncio.timeout(SEEK_TIMEOUT):
        await consumer.seek_to_beginning(place)


def _place(partition: str) -> tuple[str, int]:
    topic, _, number = partition.rpartition("/")
    return topic, int(number)


@asynccontextmanager
async def build_consumer(projection: Projection, **options: Any) -> AsyncIterator[Consumer]:
    """A consumer that reads while the block runs. Takes the arguments of `Consumer`."""
    consumer = Consumer(projection, **options)
    running = asyncio.create_task(consumer.run(), name=projection.name)
    try:
        yield consumer
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
