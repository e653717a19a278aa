"""The flush: what was folded, how far that goes and which events it was, in one transaction.

The number of documents that a flush changes is what costs, not Kafka and not JSON. So it runs
while the fold goes on into fresh increments, soon when traffic is light, and less often when
flushes take much of the time. While more waits in the topic than was folded since the last flush,
they are rarer still: figures from the middle of a backlog help nobody, and its end comes sooner.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from shared.contract.errors import Unavailable
from shared.contract.moments import utc_now
from shared.delivery.command import SETTLED
from shared.delivery.consistency import store_applied
from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.chain import Partition
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.marks import PartitionProgress, store_progress
from shared.delivery.consumer.quarantine import NotStorable, Quarantine, cause_of
from shared.delivery.failpoints import failpoint
from shared.delivery.mongo import CommitUnknown, Conflict, Session, SessionRegistry, deadline
from shared.delivery.projections import Projection

# Seconds from one flush to the next, at the earliest: what a reader waits when traffic is light.
SOONEST = 0.1
# Seconds from one flush to the next, at the latest: what a crash makes us fold again.
LATEST = 5.0
# Documents that one flush should write: bounds the transaction on the server.
MOST_DOCUMENTS = 20_000
# Share of the time that flushes may take before they become rarer.
SHARE = 0.5
# The same share while much waits.
SHARE_BEHIND = 0.05
# Seconds for one flush with its retries, from before it looks at anything: below the server's limit
# for a transaction, which is 60.
FLUSH_DEADLINE = 30.0
# Seconds after a change until no flush can be stored any more that didn't see it. Servers' clocks
# differ a little, the change was noted shortly before its commit, and a commit may have left in the
# last moment. With less, what was taken away may come back; each erasure waits as long.
FLUSHED = FLUSH_DEADLINE + SETTLED


class Flusher:
    """Stores the changes of the assigned partitions.

    Args:
        projection: Writes its changes.
        assignment: The partitions whose changes are stored.
        group: Id of the consumer group; the stored marks carry it as a prefix.
        registry: Opens the session, and ends those of silent processes that are in the way.
        instruments: Get the time and size of every flush.
        quarantine: Says what is flushed together, and is told how that ended.

    Attributes:
        session: The session of all flushes, which the claims of partitions name. None before the
            first start.
        flushes: How many flushes have been stored.
        seconds: How long the last flush took.
    """

    def __init__(
        self,
        projection: Projection,
        assignment: Assignment,
        *,
        group: str,
        registry: SessionRegistry,
        instruments: ConsumerInstruments,
        quarantine: Quarantine,
    ) -> None:
        self.session: Session | None = None
        self.flushes = 0
        self.seconds = 0.0
        self._projection = projection
        self._assignment = assignment
        self._group = group
        self._registry = registry
        self._instruments = instruments
        self._quarantine = quarantine
        self._lock = asyncio.Lock()
        self._torn = False  # changes were taken and not stored: no later flush may move the marks
        self._began = 0.0
        self._folded = 0  # events, when the last flush began

    async def begin(self) -> None:
        """Makes flushes possible again, before partitions are taken over from what is stored."""
        async with self._lock:  # what is under way ends first, one way or the other
            self._torn = False
            if self.session is None:
                self.session = await self._registry.open()

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """No flush is under way while the block runs."""
        async with self._lock:
            yield

    def due(self, now: float, waiting: Callable[[], int]) -> bool:
        """Whether it is time for a flush.

        Args:
            now: Seconds on a steady clock.
            waiting: Counts the records in the topics that haven't been read yet.
        """
        if not self._assignment.changed:
            return False
        if self._assignment.size() >= MOST_DOCUMENTS:
            return True
        behind = waiting() > self._assignment.counted - self._folded
        share = SHARE_BEHIND if behind else SHARE
        return now - self._began >= min(LATEST, max(SOONEST, self.seconds / share))

    async def flush(self) -> Sequence[PartitionProgress]:
        """Stores what has gathered since the last flush, and how far that goes.

        Returns:
            How far each partition was read that had something to store.

        Raises:
            FlushFenced: A partition belongs to another consumer now.
            Unavailable: It couldn't be stored in time. The consumer must start over from what is
                stored.
            NotStorable: It failed for what was in it. The same, and the quarantine has been told.
        """
        async with self._lock:
            if self._torn:
                raise Unavailable("an earlier flush wasn't stored: start over from what is")
            self._began, self._folded = time.monotonic(), self._assignment.counted
            changed = [p for p in self._assignment.partitions.values() if p.changed and not p.held]
            progress: list[PartitionProgress] = []
            for partitions in self._quarantine.groups(changed):
                progress += await self._flush_together(partitions)
            if progress:
                self.seconds = time.monotonic() - self._began
        return progress

    async def _flush_together(self, partitions: Sequence[Partition]) -> Sequence[PartitionProgress]:
        """Stores all that has gathered in some partitions, in one transaction."""
        progress = [
            PartitionProgress(
                p,
                p.next,
                dict(p.marks),
                dict(p.seen),
                p.open_letters.take_changes(),
                p.touched,
                p.take_applied(),
            )
            for p in partitions
        ]
        if not progress:
            return progress
        began = time.monotonic()
        self._torn = True
        documents = sum(p.fold.size() for p in partitions)
        for partition in partitions:
            partition.touched = False
        try:
            taken = [
                (reached.partition.name, fold.take())
                for reached in progress
                for fold in (reached.partition.fold, *reached.letter_changes.late)
            ]
            with self._instruments.flushing(documents):
                await self._store(progress, taken)
        except Exception as error:
            if (cause := cause_of(error)) is None:
                raise
            self._quarantine.failed(progress, cause)
            self._instruments.refused_flushes.inc()
            names = [partition.name for partition in partitions]
            raise NotStorable(f"{type(error).__name__}: {error}", names) from error
        self._torn = False
        for reached in progress:
            reached.partition.stored = reached.next
        self._quarantine.stored(progress)
        self._instruments.flushed(time.monotonic() - began)
        self.flushes += 1
        return progress

    async def _store(
        self, progress: Sequence[PartitionProgress], taken: Sequence[tuple[str, Any]]
    ) -> None:
        until = time.monotonic() + FLUSH_DEADLINE
        conflicts = 0
        with deadline(FLUSH_DEADLINE):
            await self._projection.prepare(taken)
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
        self, progress: Sequence[PartitionProgress], taken: Sequence[tuple[str, Any]]
    ) -> None:
        if self.session is None:
            raise RuntimeError("a flush before the start")
        async with self.session.transaction() as transaction:
            await store_progress(transaction, self._group, progress)
            await self._projection.write(taken, transaction)
            applied = [event_id for reached in progress for event_id in reached.applied]
            await store_applied(transaction, self._group, applied, utc_now())
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
                    # After a lost answer this may mean "committed": only the marks know.
                    if attempt:
                        raise CommitUnknown(
                            "the commit's outcome must be read from the marks"
                        ) from None
                    raise
        await failpoint("consumer.flushed")
