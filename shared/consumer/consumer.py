"""The exact consumer: a FastStream subscriber, a fold in memory, and a flush beside it.

Assume that every record arrives twice, late, or before its assignment has finished: the chain
(chain.py) leaves out repeats and what is ahead, records of unassigned partitions are left out by
the reader (reading.py), and the seek brings them again.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from itertools import groupby
from typing import Any

from aiokafka import ConsumerRebalanceListener
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.consumer.assigned import Assigned
from shared.consumer.chain import Gap
from shared.consumer.flushing import MOST_DOCUMENTS, Flusher
from shared.consumer.gaps import find_gaps, tell
from shared.consumer.instruments import Instruments
from shared.consumer.marks import Fenced, taken_by_others
from shared.consumer.projection import Projection
from shared.consumer.reading import Reader, TooManyDeadLetters
from shared.consumer.subscription import Subscription
from shared.dead_letters import DeadLetters
from shared.errors import Unavailable
from shared.failpoints import failpoint
from shared.kafka import KafkaConnection, build_broker, ensure_topics
from shared.mongo import Database, SessionRegistry
from shared.telemetry import Telemetry

log = logging.getLogger(__name__)

TICK = 0.02  # seconds between looks whether a flush is due
CHECK_EVERY = 0.5  # seconds between looks for gaps
WISHES_EVERY = 1.0  # seconds between looks whether somebody wants a dead letter to be tried again
RESTART_PAUSE = 0.5  # seconds before starting over


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
        self.restarts = 0
        self.dead_letters = DeadLetters(kafka, service=service)
        self._database = database
        self._kafka = kafka
        self._topics = topics
        self._failed: asyncio.Future[None] | None = None
        self._instruments = Instruments(
            telemetry or Telemetry(service), projection.name, projection.topics
        )
        self._assigned = Assigned(
            projection,
            group=self.group,
            kafka=kafka,
            database=database,
            registry=sessions,
            allow_incomplete=allow_incomplete,
        )
        self._subscription = Subscription(
            kafka, projection.topics, group=self.group, instance=instance
        )
        self._reader = Reader(
            projection,
            self._assigned,
            group=self.group,
            database=database,
            dead_letters=self.dead_letters,
            instruments=self._instruments,
            broken=self._broken,
        )
        self._flusher = Flusher(
            projection,
            self._assigned,
            group=self.group,
            registry=sessions,
            instruments=self._instruments,
        )

    # --- what others may ask

    @property
    def counted(self) -> int:
        """Events folded in by this process."""
        return self._assigned.counted

    @property
    def repeats(self) -> int:
        """Events that came again and were left out."""
        return self._assigned.repeats

    @property
    def partitions(self) -> list[str]:
        """What is assigned to this process."""
        return [p.name for p in self._assigned.values()]

    @property
    def flushes(self) -> int:
        """How many flushes have been stored."""
        return self._flusher.flushes

    def lag(self) -> dict[str, int]:
        """Records that wait, by topic, as the last fetch knew it."""
        return self._assigned.lag(self._subscription.client)

    async def ready(self) -> None:
        """A check for readiness.

        Raises:
            Unavailable: It isn't running, or events are missing.
        """
        if self.failure is not None:
            raise Unavailable(f"the consumer isn't running: {self.failure}")
        if self.gaps:
            raise Unavailable(f"events are missing: {self.gaps[0]}")

    def between_flushes(self) -> AbstractAsyncContextManager[None]:
        """No flush is under way while the block runs."""
        return self._flusher.paused()

    async def alone(self) -> bool:
        """Whether no other process has taken partitions of this group over from us."""
        session = self._flusher.session
        return session is None or not await taken_by_others(self._database, self.group, session)

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
        await self._flusher.begin()
        await ensure_topics(self._kafka, self._topics | {self.dead_letters.topic: 1})
        broker = build_broker(self._kafka)
        self._subscription.open(broker, handle=self._handle, listener=self)
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
        if not self._broken():
            with suppress(Exception):  # what isn't stored is read again
                await self.flush()
        with suppress(Exception):
            async with asyncio.timeout(10):
                await broker.stop()
        self._assigned.let_go(list(self._assigned))
        self._subscription.close()

    def _fail(self, error: BaseException) -> None:
        if self._failed is not None and not self._failed.done():
            self._failed.set_exception(error)

    def _broken(self) -> bool:
        return self._failed is not None and self._failed.done()

    # --- assignment

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Takes each new partition over from its last owner."""
        try:
            client, session = self._subscription.client, self._flusher.session
            if client is None or session is None:
                raise RuntimeError("assigned before it was started")
            await self._assigned.take_over(assigned, client, session)
        except Exception as error:  # noqa: BLE001 - any failure means: start over
            self._fail(error)

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Stores what was folded, and lets go."""
        try:
            await self.flush()
        except Exception as error:  # noqa: BLE001 - the next owner reads it again
            self._fail(error)
        self._assigned.let_go([(tp.topic, tp.partition) for tp in revoked])

    # --- work

    async def _handle(self, message: KafkaMessage) -> None:
        # FastStream swallows what a handler raises, and the next batch would pass the failed
        # records
        try:
            await failpoint("consumer.fetched")
            for (topic, number), records in groupby(
                message.raw_message, lambda r: (r.topic, r.partition)
            ):
                await self._reader.take(topic, number, list(records))
            while self._assigned.size() > MOST_DOCUMENTS:
                await self.flush()
        except Exception as error:  # noqa: BLE001 - any failure means: start over
            self._fail(error)

    async def _tend(self) -> None:
        checked = looked = 0.0
        while True:
            await asyncio.sleep(TICK)
            try:
                now = time.monotonic()
                if self._flusher.due(now, sum(self.lag().values())):
                    await self.flush()
                if now - looked > WISHES_EVERY:
                    looked = now
                    await self._reader.replay()
                if now - checked > CHECK_EVERY:
                    checked = now
                    await self._check(now)
            except Exception as error:  # noqa: BLE001 - any failure means: start over
                self._fail(error)
                return

    async def flush(self) -> None:
        """Stores what has gathered since the last flush, and how far that goes, in one transaction.

        Raises:
            Fenced: A partition belongs to another consumer now.
            Unavailable: It couldn't be stored in time. The consumer must start over from what is
                stored.
        """
        if progress := await self._flusher.flush():
            await self._subscription.commit(progress)

    async def _check(self, now: float) -> None:
        gaps = await find_gaps(self._assigned, self._subscription.client, now)
        for gap in gaps:
            if gap not in self.gaps:
                tell(gap)
        self.gaps = gaps
        self._instruments.gaps.set(len(gaps))
        self._instruments.lag(self.lag())


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
