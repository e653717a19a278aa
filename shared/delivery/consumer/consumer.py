"""The exact consumer: a FastStream subscriber, a fold in memory, and a flush beside it.

Assume that every record arrives twice, late, or before its assignment has finished: the chain
(chain.py) leaves out repeats and what is ahead, records of unassigned partitions are left out by
the reader (processor.py), and the seek brings them again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.contract.errors import Unavailable
from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.chain import Gap
from shared.delivery.consumer.flusher import MOST_DOCUMENTS, Flusher
from shared.delivery.consumer.housekeeping import TICK, Housekeeping
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.marks import FlushFenced, taken_by_others
from shared.delivery.consumer.processor import RecordProcessor, TooManyDeadLetters
from shared.delivery.consumer.quarantine import NotStorable, Quarantine
from shared.delivery.consumer.subscription import Subscription
from shared.delivery.dead_letters import DeadLetterTopic
from shared.delivery.failpoints import failpoint
from shared.delivery.kafka import KafkaConnection, build_broker, ensure_topics
from shared.delivery.mongo import CommitUnknown, Database, Session, SessionRegistry
from shared.delivery.projections import Projection
from shared.runtime.telemetry import Telemetry

log = logging.getLogger(__name__)

RESTART_PAUSE = 0.5  # seconds before starting over
# Seconds before starting over while the record is looked for that makes flushes fail: nobody needs
# time to recover, and it takes some twenty turns.
NARROWING_PAUSE = 0.02


class Consumer(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """Runs one projection. See `build_consumer`.

    `group` names its members and its marks; the projection's name unless it is built twice.

    Attributes:
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
        self.failure: str | None = "not started"
        self.stopped = False
        self.restarts = 0
        self.dead_letters = DeadLetterTopic(kafka, service=service)
        self._database = database
        self._kafka = kafka
        self._topics = topics
        self._failed: asyncio.Future[None] | None = None
        self._instruments = ConsumerInstruments(
            telemetry or Telemetry(service), projection.name, projection.topics
        )
        self._assigned = Assignment(
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
        self._quarantine = Quarantine()
        self._reader = RecordProcessor(
            projection,
            self._assigned,
            group=self.group,
            database=database,
            dead_letters=self.dead_letters,
            instruments=self._instruments,
            broken=self._broken,
            quarantine=self._quarantine,
            flush=self.flush,
        )
        self._flusher = Flusher(
            projection,
            self._assigned,
            group=self.group,
            registry=sessions,
            instruments=self._instruments,
            quarantine=self._quarantine,
        )
        self._housekeeping = Housekeeping(
            self._assigned, self._subscription, self._flusher, self._reader, self._instruments
        )

    # --- what others may ask

    @property
    def gaps(self) -> list[Gap]:
        """What is missing now; not empty means: not ready."""
        return self._housekeeping.gaps

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
            except Exception as failure:  # noqa: BLE001 - whatever it is, the next turn reads it again
                if isinstance(failure, FlushFenced):
                    self._instruments.lost_flushes.inc()
                self._tell(failure)
            await asyncio.sleep(RESTART_PAUSE)

    def _tell(self, failure: Exception) -> None:
        self.failure = f"{type(failure).__name__}: {failure}"
        self.restarts += 1
        log.warning("the consumer starts over", extra={"group": self.group}, exc_info=failure)

    async def _run_once(self) -> None:
        """One membership of the group, from joining it to leaving it."""
        self._failed = asyncio.get_running_loop().create_future()
        await self._flusher.begin()
        await ensure_topics(self._kafka, self._topics | {self.dead_letters.topic: 1})
        broker = build_broker(self._kafka)
        self._subscription.open(broker, handle=self._handle, listener=self)
        try:
            await self._subscription.join(broker)
            while True:
                try:
                    await self._work(self._failed)
                except (Unavailable, CommitUnknown, NotStorable) as failure:
                    await self._start_over(failure)
        finally:
            self.failure = self.failure or "stopping"
            await self._stop(broker)

    async def _work(self, failed: asyncio.Future[None]) -> None:
        """Reads and flushes until something fails."""
        housekeeping = asyncio.create_task(
            self._keep_house(), name=f"{self.projection.name} flushes"
        )
        try:
            self.failure = None
            # Not awaited itself: being cancelled would cancel it, and the last flush be left out.
            await asyncio.wait([failed])
            failed.result()
        finally:
            housekeeping.cancel()
            with suppress(asyncio.CancelledError):
                await housekeeping

    async def _start_over(self, failure: Exception) -> None:
        """Goes on from what is stored, without leaving the group.

        That the database was away is no reason for its other members to share everything anew.
        """
        while True:
            self._tell(failure)
            narrows = isinstance(failure, NotStorable) and self._quarantine.narrows
            await asyncio.sleep(NARROWING_PAUSE if narrows else RESTART_PAUSE)
            try:
                await self._flusher.begin()
                self._failed = asyncio.get_running_loop().create_future()
                only = failure.partitions if isinstance(failure, NotStorable) else None
                await self._assigned.start_over(*self._ours(), only=only)
                return
            except (Unavailable, CommitUnknown) as again:
                failure = again

    async def _stop(self, broker: KafkaBroker) -> None:
        if not self._broken():
            with suppress(Exception):  # what isn't stored is read again
                await self.flush()
        await self._subscription.close(broker)
        await self._assigned.let_go_of_all()

    def _ours(self) -> tuple[AIOKafkaConsumer, Session]:
        client, session = self._subscription.client, self._flusher.session
        if client is None or session is None:
            raise RuntimeError("assigned before it was started")
        return client, session

    def _fail(self, error: BaseException) -> None:
        if self._failed is not None and not self._failed.done():
            self._failed.set_exception(error)

    def _broken(self) -> bool:
        return self._failed is not None and self._failed.done()

    # --- assignment

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Takes each new partition over from its last owner."""
        self._subscription.agreed()
        try:
            await self._assigned.take_over(assigned, *self._ours())
        except Exception as error:  # noqa: BLE001 - any failure means: start over
            self._fail(error)

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Stores what was folded, and lets go."""
        try:
            await self.flush()
        except Exception as error:  # noqa: BLE001 - the next owner reads it again
            self._fail(error)
        await self._assigned.let_go(list(revoked))
        self._subscription.asks()

    # --- work

    async def _handle(self, message: KafkaMessage) -> None:
        # FastStream swallows what a handler raises, and the next batch would pass the failed
        # records
        try:
            await failpoint("consumer.fetched")
            if self._broken():  # nothing will be folded until all has started over
                await asyncio.sleep(TICK)
                return
            await self._reader.take_all(message.raw_message)
            while self._assigned.size() > MOST_DOCUMENTS:
                await self.flush()
        except Exception as error:  # noqa: BLE001 - any failure means: start over
            self._fail(error)

    async def _keep_house(self) -> None:
        try:
            await self._housekeeping.run(self.flush)
        except Exception as error:  # noqa: BLE001 - any failure means: start over
            self._fail(error)

    async def flush(self) -> None:
        """Stores what has gathered since the last flush, and how far that goes, in one transaction.

        Raises:
            FlushFenced: A partition belongs to another consumer now.
            Unavailable: It couldn't be stored in time. The consumer must start over from what is
                stored.
            NotStorable: It failed for what was in it. The same.
        """
        if progress := await self._flusher.flush():
            await self._subscription.commit(progress)


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
