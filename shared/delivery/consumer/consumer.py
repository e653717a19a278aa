"""The exact consumer: a FastStream subscriber, a fold in memory, and a flush beside it.

Assume that every record arrives twice, late, or before its assignment has finished: the chain
(chain.py) leaves out repeats and what is ahead, records of unassigned partitions are left out by
the processor (processor.py), and the seek brings them again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from shared.contract.errors import Unavailable
from shared.contract.events.traces import TraceAliases
from shared.delivery.cancellation import end_if_cancelled
from shared.delivery.consumer.chain import Gap
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.marks import FlushFenced, count_taken_by_others
from shared.delivery.consumer.pipeline import Pipeline
from shared.delivery.consumer.processor import TooManyDeadLetters
from shared.delivery.consumer.quarantine import NotStorable
from shared.delivery.dead_letters import DeadLetterTopic
from shared.delivery.kafka import (
    BrokerUnavailable,
    KafkaConnection,
    build_broker,
    ensure_topics,
    require_broker,
    short_reason,
)
from shared.delivery.mongo import CommitUnknown, Database, SessionRegistry, why_unavailable
from shared.delivery.projections import Projection
from shared.runtime.telemetry import Outage, Telemetry

log = logging.getLogger(__name__)

RESTART_PAUSE = 0.5  # seconds before starting over; the next time twice as long
SETTLED = 3.0  # seconds without a failure until an outage counts as over
# Seconds before starting over while the record is looked for that makes flushes fail: nobody needs
# time to recover, and it takes some twenty turns.
NARROWING_PAUSE = 0.02


class Consumer:
    """Runs one projection. See `build_consumer`.

    Args:
        projection: What is read, and what its events change.
        service: Name of the service: its dead letters go to `dlq.mitmach.<service>`.
        database: Where changes and marks are stored; its collections exist.
        sessions: Where this process's transactions are written down.
        kafka: The broker.
        topics: Partitions of the topics that are read; created where they are missing.
        telemetry: The process's metrics and traces; a throwaway when left out.
        traces: Turns back the traces that events tell; None: they are those of requests.
        allow_incomplete: Whether a source may be read from the middle of its chain when its
            beginning is gone.
        instance: Name of a static member of the group; None for an ordinary member.
        group: Id of the consumer group, and prefix of the stored marks; the projection's name
            unless the projection is built twice.

    Attributes:
        failure: Why it isn't running, or None.
        stopped: Whether it has given up: too many records in a row can't be counted.
        restarts: How often it has started over.
        dead_letters: The topic that keeps what can't be counted.
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
        traces: TraceAliases | None = None,
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
        self._outage = Outage(
            log, "the consumer starts over", first=RESTART_PAUSE, facts={"group": self.group}
        )
        self._instruments = ConsumerInstruments(
            telemetry or Telemetry(service),
            projection.name,
            projection.topics,
            group=self.group,
            traces=traces,
        )
        self._pipeline = Pipeline(
            projection,
            group=self.group,
            database=database,
            sessions=sessions,
            kafka=kafka,
            dead_letters=self.dead_letters,
            instruments=self._instruments,
            allow_incomplete=allow_incomplete,
            instance=instance,
        )

    # --- what others may ask

    @property
    def gaps(self) -> list[Gap]:
        """Events that are missing now; while there are any the consumer isn't ready."""
        return self._pipeline.housekeeping.gaps

    @property
    def counted(self) -> int:
        """Events folded in by this process."""
        return self._pipeline.assignment.counted

    @property
    def repeats(self) -> int:
        """Events that came again and were left out."""
        return self._pipeline.assignment.repeats

    @property
    def partitions(self) -> list[str]:
        """Names of the partitions that are assigned to this process."""
        return [p.name for p in self._pipeline.assignment.partitions.values()]

    @property
    def flushes(self) -> int:
        """How many flushes have been stored."""
        return self._pipeline.flusher.flushes

    def lag(self) -> dict[str, int]:
        """Records that wait, by topic, as the last fetch knew it."""
        return self._pipeline.assignment.lag(self._pipeline.subscription.client)

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
        return self._pipeline.flusher.paused()

    async def alone(self) -> bool:
        """Whether no other process has taken partitions of this group over."""
        session = self._pipeline.flusher.session
        if session is None:
            return True
        return not await count_taken_by_others(self._database, self.group, session)

    # --- life

    async def run(self) -> None:
        """Reads until it is cancelled, starting over after every failure from what is stored."""
        while not self.stopped:
            pause = RESTART_PAUSE
            try:
                await self._run_once()
            except TooManyDeadLetters as stop:
                self.failure, self.stopped = str(stop), True
                log.error(
                    "the consumer has stopped", extra={"group": self.group, "reason": str(stop)}
                )
            except Exception as failure:  # noqa: BLE001 - whatever it is, the next turn reads it again
                if isinstance(failure, FlushFenced):
                    self._instruments.lost_flushes.inc()
                pause = self._note_restart(failure)
            end_if_cancelled()
            await asyncio.sleep(pause)

    def _note_restart(self, failure: Exception, *, progress: bool = False) -> float:
        """Notes why it starts over; returns how long to wait before that.

        Args:
            failure: The error that ended the last turn.
            progress: Whether the search for a record that can't be stored has got further.
        """
        database = isinstance(failure, Unavailable)
        self.failure = why_unavailable(failure) if database else short_reason(failure)
        self.restarts += 1
        expected = isinstance(failure, Unavailable | BrokerUnavailable)
        where = isinstance(failure, BrokerUnavailable)
        return self._outage.failed(
            str(failure) if where else self.failure,
            error=None if expected else failure,
            progress=progress,
        )

    async def _run_once(self) -> None:
        """One membership of the group, from joining it to leaving it."""
        await self._pipeline.reset()
        await require_broker(self._kafka)
        await ensure_topics(self._kafka, self._topics | {self.dead_letters.topic: 1})
        broker = build_broker(self._kafka)
        try:
            await self._pipeline.join(broker)
            while True:
                self.failure = None
                well = asyncio.get_running_loop().call_later(SETTLED, self._outage.over)
                try:
                    await self._pipeline.run()
                except (Unavailable, CommitUnknown, NotStorable) as failure:
                    well.cancel()
                    await self._start_over(failure)
                finally:
                    well.cancel()
        finally:
            self.failure = self.failure or "stopping"
            await self._pipeline.leave(broker)

    async def _start_over(self, failure: Exception) -> None:
        """Goes on from what is stored, without leaving the group.

        That the database was away is no reason for the group to share everything out anew.
        """
        while True:
            end_if_cancelled()
            narrows = isinstance(failure, NotStorable) and self._pipeline.quarantine.narrows
            pause = self._note_restart(failure, progress=narrows)
            await asyncio.sleep(NARROWING_PAUSE if narrows else pause)
            try:
                only = failure.partitions if isinstance(failure, NotStorable) else None
                await self._pipeline.start_over(only=only)
                return
            except (Unavailable, CommitUnknown) as again:
                failure = again

    async def flush(self) -> None:
        """Stores what has gathered since the last flush, and how far that goes, in one transaction.

        Raises:
            FlushFenced: A partition belongs to another consumer now.
            Unavailable: It couldn't be stored in time. The consumer must start over from what is
                stored.
            NotStorable: It failed for what was in it. The same.
        """
        await self._pipeline.flush()


@asynccontextmanager
async def build_consumer(projection: Projection, **options: Any) -> AsyncIterator[Consumer]:
    """A consumer that reads while the block runs. Takes the arguments of `Consumer`."""
    consumer = Consumer(projection, **options)
    running = asyncio.create_task(consumer.run(), name=projection.name)
    try:
        yield consumer
    finally:
        running.cancel()
        await asyncio.wait([running])
