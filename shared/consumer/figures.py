"""What one consumer tells Prometheus."""

from collections.abc import Mapping, Sequence

from shared.telemetry import Metrics


class ConsumerFigures:
    """The consumer's series. Each exists from the start, at 0.

    Args:
        metrics: Of the process.
        consumer: Its group.
        topics: What it reads.
    """

    def __init__(self, metrics: Metrics, consumer: str, topics: Sequence[str]) -> None:
        self._counted = {one: metrics.consumer_events.labels(consumer, one) for one in topics}
        self._repeats = {one: metrics.duplicate_events.labels(consumer, one) for one in topics}
        self._ahead = {one: metrics.ahead_events.labels(consumer, one) for one in topics}
        self._lag = {one: metrics.consumer_lag.labels(consumer, one) for one in topics}
        self._gaps = metrics.consumer_gaps.labels(consumer)
        self._dead = metrics.dead_letters.labels(consumer)
        self._seconds = metrics.consumer_flush_seconds.labels(consumer)
        self._documents = metrics.consumer_flush_documents.labels(consumer)
        self.lost = metrics.consumer_lost_flushes.labels(consumer)

    def took(self, topic: str, *, counted: int, repeats: int, records: int, dead: int) -> None:
        """Some records of a partition were looked at."""
        self._counted[topic].inc(counted)
        self._repeats[topic].inc(repeats)
        self._ahead[topic].inc(max(records - counted - repeats - dead, 0))
        self._dead.inc(dead)

    def flushed(self, seconds: float, documents: int) -> None:
        """A flush has been acknowledged."""
        self._seconds.observe(seconds)
        self._documents.observe(documents)

    def waiting(self, lag: Mapping[str, int], *, gaps: int) -> None:
        """What the last look showed; a topic without a partition here has no lag here."""
        for topic, gauge in self._lag.items():
            gauge.set(lag.get(topic, 0))
        self._gaps.set(gaps)
