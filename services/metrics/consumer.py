"""The consumer's projection: hands what was folded to the writer, and observes the delay."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from services.metrics.projection import (
    ADDITIVE_TYPES,
    FOLDS,
    FlatEvent,
    MetricsFold,
    PartitionIncrements,
    decode,
    fold,
)
from services.metrics.store.write.writer import Writer
from shared.delivery.mongo import Database, Transaction
from shared.runtime.telemetry import Metrics

NAME = "mitmach.metrics"


class MetricsProjection:
    """Everything that metrics keep, as a projection for `shared.delivery.consumer`.

    Repeats and gaps are none of its business: it is told each event once.

    Args:
        database: The database of the figures.
        metrics: The technical metrics of the process: they get the delay of events.
        clock: Tells the time, in UTC.
        generation: The number of the generation that is counted into.
        rebuilding: Whether history is read anew. Erasures wait until `rebuilt` is called.
        person: Whom a name in an event stands for: turns aliases back into the ids of people. Left
            out: nobody has an alias.
    """

    name = NAME
    topics: Sequence[str] = tuple(FOLDS)
    # Called for every event: a method around it would cost 40 ns.
    decode = staticmethod(decode)

    def __init__(
        self,
        database: Database,
        metrics: Metrics,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        generation: int = 1,
        rebuilding: bool = False,
        person: Callable[[str], str] = str,
    ) -> None:
        self._writer = Writer(database, generation=generation, rebuilding=rebuilding, person=person)
        self._delay = metrics.event_delay.labels(NAME)
        self._clock = clock
        self._oldest: list[datetime] = []

    def fold(self, partition: str) -> MetricsFold:
        """An empty fold for a partition."""
        return fold(partition)

    def late(self, event: FlatEvent) -> bool:
        """Whether an event only adds, as nearly all do that people cause with posts.

        An event that also says which comment answers a post first doesn't: there the last word
        counts. What mustn't be counted late, a rebuild (`mitmach replay`) counts in its order.
        """
        return event.type in ADDITIVE_TYPES and not event.data.first_response

    async def prepare(self, taken: Sequence[tuple[str, PartitionIncrements]]) -> None:
        """Numbers people, loads what is changed, builds the updates."""
        await self._writer.prepare(taken)
        self._oldest = [
            increments.oldest for _, increments in taken if increments.oldest is not None
        ]

    async def write(self, taken: Sequence[tuple[str, Any]], transaction: Transaction) -> None:
        """Writes what `prepare` built for the same increments."""
        del taken
        await self._writer.write(transaction)
        self._observe_delays()

    def revoked(self, partition: str) -> None:
        """Forgets what was cached of a partition that somebody else owns now."""
        self._writer.revoked(partition)

    async def rebuilt(self) -> None:
        """Ends the rebuilding: all history was read, so what waited for that is done."""
        await self._writer.forget_noted()

    def _observe_delays(self) -> None:
        """Observes how long the oldest event of each partition has waited; no other waited longer.

        The commit that follows, a few milliseconds, isn't in it. It is observed once per flush,
        however often the flush's transaction is tried.
        """
        now = self._clock()
        for moment in self._oldest:
            self._delay.observe(max((now - moment).total_seconds(), 0.0))
        self._oldest = []
