"""The consumer: hands what was folded to the writer, and says how fresh the figures are."""

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
from services.metrics.store.writer import Writer
from shared.delivery.mongo import Database, Transaction
from shared.runtime.telemetry import Metrics

NAME = "mitmach.metrics"


class MetricsProjection:
    """Everything that metrics keep, as a projection for `shared.delivery.consumer`.

    Repeats and gaps are none of its business: it is told each event once.

    Args:
        database: Of the figures.
        metrics: Technical metrics of the process.
        clock: UTC.
        generation: Of the figures.
        rebuilding: History is read anew; ends with `rebuilt`.
    """

    name = NAME
    topics: Sequence[str] = tuple(FOLDS)
    decode = staticmethod(decode)  # called for every event: a method around it costs 40 ns

    def __init__(
        self,
        database: Database,
        metrics: Metrics,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        generation: int = 1,
        rebuilding: bool = False,
    ) -> None:
        self._writer = Writer(database, generation=generation, rebuilding=rebuilding)
        self._delay = metrics.event_delay.labels(NAME)
        self._clock = clock
        self._oldest: list[datetime] = []

    def fold(self, partition: str) -> MetricsFold:
        """An empty fold."""
        return fold(partition)

    def late(self, event: FlatEvent) -> bool:
        """Whether it only adds: what people do with posts, nearly all there is.

        Not what says, beside what it adds, which comment answers a post first: there the last word
        counts.

        For what is left, a rebuild (`mitmach replay`) puts everything in its order.
        """
        return event.type in ADDITIVE_TYPES and not event.data.first_response

    async def prepare(self, taken: Sequence[tuple[str, PartitionIncrements]]) -> None:
        """Numbers people, loads bitmaps, builds the updates."""
        await self._writer.prepare(taken)
        self._oldest = [one.oldest for _, one in taken if one.oldest is not None]

    async def write(self, taken: Sequence[tuple[str, Any]], transaction: Transaction) -> None:
        """Writes what `prepare` built for the same."""
        del taken
        await self._writer.write(transaction)
        self._observe_delays()

    def revoked(self, partition: str) -> None:
        """Forgets what was cached of a partition."""
        self._writer.revoked(partition)

    async def rebuilt(self) -> None:
        """All history was read: from here on it is as if it had been counted when it happened."""
        await self._writer.forget_noted()

    def _observe_delays(self) -> None:
        """How long the oldest event of each partition has waited: none of the others longer.

        The commit that follows, a few milliseconds, isn't in it. Once per flush, however often its
        transaction is tried.
        """
        now = self._clock()
        for moment in self._oldest:
            self._delay.observe(max((now - moment).total_seconds(), 0.0))
        self._oldest = []
