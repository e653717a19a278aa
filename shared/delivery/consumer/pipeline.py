"""The way from fetched records to stored changes, until something on it fails.

One object has all parts that need each other: the subscription hands fetches over, the processor
folds them into the assigned partitions, the flusher stores what gathers there, and housekeeping
says when. Whichever fails, all of it has failed: what was folded may not be stored any more.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.flusher import MOST_DOCUMENTS, Flusher
from shared.delivery.consumer.housekeeping import TICK, Housekeeping
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.processor import RecordProcessor
from shared.delivery.consumer.quarantine import Quarantine
from shared.delivery.consumer.subscription import Subscription
from shared.delivery.dead_letters import DeadLetterTopic
from shared.delivery.failpoints import failpoint
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Database, Session, SessionRegistry
from shared.delivery.projections import Projection


class Pipeline(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """The parts of a consumer, and the failure that stops them all.

    Args:
        projection: What is read, and what its events change.
        group: Id of the consumer group, and prefix of the stored marks.
        database: Where marks, changes and what becomes of dead letters are stored.
        sessions: Where this process's transactions are written down.
        kafka: The broker.
        dead_letters: The topic that keeps what can't be counted.
        instruments: Metrics and traces.
        allow_incomplete: Whether a source may be read from the middle of its chain when its
            beginning is gone.
        instance: Name of a static member of the group; None for an ordinary member.
    """

    def __init__(
        self,
        projection: Projection,
        *,
        group: str,
        database: Database,
        sessions: SessionRegistry,
        kafka: KafkaConnection,
        dead_letters: DeadLetterTopic,
        instruments: ConsumerInstruments,
        allow_incomplete: bool,
        instance: str | None,
    ) -> None:
        self._name = projection.name
        self._failed: asyncio.Future[None] | None = None
        self.assignment = Assignment(
            projection,
            group=group,
            kafka=kafka,
            database=database,
            registry=sessions,
            allow_incomplete=allow_incomplete,
        )
        self.subscription = Subscription(kafka, projection.topics, group=group, instance=instance)
        self.quarantine = Quarantine()
        self.flusher = Flusher(
            projection,
            self.assignment,
            group=group,
            registry=sessions,
            instruments=instruments,
            quarantine=self.quarantine,
        )
        self._processor = RecordProcessor(
            projection,
            self.assignment,
            group=group,
            database=database,
            dead_letters=dead_letters,
            instruments=instruments,
            broken=self._broken,
            will_read=self.subscription.will_read,
            quarantine=self.quarantine,
            flush=self.flush,
        )
        self.housekeeping = Housekeeping(
            self.assignment, self.subscription, self.flusher, self._processor, instruments
        )

    async def join(self, broker: KafkaBroker) -> None:
        """Subscribes, and joins the group.

        Raises:
            NotJoined: The group doesn't answer.
            Unavailable: The database doesn't answer.
        """
        self.subscription.open(broker, handle=self._handle, listener=self)
        await self.subscription.join(broker)

    async def run(self) -> None:
        """Reads and flushes until something fails; raises that."""
        if self._failed is None:
            raise RuntimeError("run before reset")
        housekeeping = asyncio.create_task(self._keep_house(), name=f"{self._name} flushes")
        try:
            # Not awaited itself: being cancelled would cancel it, and the last flush be left out.
            await asyncio.wait([self._failed])
            self._failed.result()
        finally:
            housekeeping.cancel()
            await asyncio.wait([housekeeping])

    async def reset(self) -> None:
        """Forgets the last failure, before partitions are taken over from what is stored."""
        await self.flusher.begin()
        self._failed = asyncio.get_running_loop().create_future()

    async def start_over(self, *, only: Collection[str] | None = None) -> None:
        """Takes the assigned partitions over again from what is stored; see `Assignment`."""
        await self.reset()
        await self.assignment.start_over(*self._client_and_session(), only=only)

    async def leave(self, broker: KafkaBroker) -> None:
        """Stores what was folded unless something has failed, and leaves the group."""
        if not self._broken():
            with suppress(Exception):  # what isn't stored is read again
                await self.flush()
        await self.subscription.close(broker)
        await self.assignment.release_all()

    async def flush(self) -> None:
        """Stores what has gathered since the last flush, and tells Kafka how far that goes.

        Raises:
            FlushFenced: A partition belongs to another consumer now.
            Unavailable: It couldn't be stored in time. The consumer must start over from what is
                stored.
            NotStorable: It failed for what was in it. The same.
        """
        if progress := await self.flusher.flush():
            await self.subscription.commit(progress)

    def _client_and_session(self) -> tuple[AIOKafkaConsumer, Session]:
        client, session = self.subscription.client, self.flusher.session
        if client is None or session is None:
            raise RuntimeError("assigned before it was started")
        return client, session

    def _fail(self, error: BaseException) -> None:
        if self._failed is not None and not self._failed.done():
            self._failed.set_exception(error)
            # Who has been told to end doesn't look at it, which asyncio would take for a mistake.
            self._failed.exception()

    def _broken(self) -> bool:
        return self._failed is not None and self._failed.done()

    # --- what Kafka and the clock bring; any failure means: start over

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Takes each new partition over from its last owner."""
        self.subscription.rebalance_ended()
        try:
            await self.assignment.take_over(assigned, *self._client_and_session())
        except Exception as error:  # noqa: BLE001 - see above
            self._fail(error)

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Stores what was folded, and lets the partitions go."""
        try:
            await self.flush()
        except Exception as error:  # noqa: BLE001 - the next owner reads it again
            self._fail(error)
        await self.assignment.release(list(revoked))
        self.subscription.rebalance_began()

    async def _handle(self, message: KafkaMessage) -> None:
        # FastStream swallows what a handler raises, and the next batch would pass the failed
        # records.
        try:
            await failpoint("consumer.fetched")
            if self._broken():  # nothing will be folded until all has started over
                await asyncio.sleep(TICK)
                return
            await self._processor.process(message.raw_message)
            while self.assignment.size() > MOST_DOCUMENTS:
                await self.flush()
        except Exception as error:  # noqa: BLE001 - see above
            self._fail(error)

    async def _keep_house(self) -> None:
        try:
            await self.housekeeping.run(self.flush)
        except Exception as error:  # noqa: BLE001 - see above
            self._fail(error)
