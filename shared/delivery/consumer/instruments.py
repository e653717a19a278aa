"""Metrics and traces of a consumer."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from shared.contract.events.traces import TraceAliases
from shared.runtime.telemetry import Telemetry, Traced
from shared.runtime.telemetry.operations import processing


class ConsumerInstruments:
    """The consumer's part of the catalogue of metrics, with its labels.

    Args:
        telemetry: The process's metrics and traces.
        name: Label `consumer` of all metrics: the projection's name.
        topics: Names of the topics that are read: labels of what is told by topic.
        group: The consumer group, which spans name; the name of the projection when left out.
        traces: Turns back the traces that events tell; None: they are those of requests.
    """

    def __init__(
        self,
        telemetry: Telemetry,
        name: str,
        topics: Iterable[str],
        *,
        group: str = "",
        traces: TraceAliases | None = None,
    ) -> None:
        metrics = telemetry.metrics
        self._tracing = telemetry.tracing
        self._traces = traces
        self._processing = processing(group or name)
        self._topics = {
            topic: (
                metrics.consumer_events.labels(name, topic),
                metrics.duplicate_events.labels(name, topic),
                metrics.ahead_events.labels(name, topic),
                metrics.consumer_lag.labels(name, topic),
            )
            for topic in topics
        }
        self._flush_seconds = metrics.consumer_flush_seconds.labels(name)
        self._flush_documents = metrics.consumer_flush_documents.labels(name)
        self.lost_flushes = metrics.consumer_lost_flushes.labels(name)
        self.refused_flushes = metrics.consumer_refused_flushes.labels(name)
        self.gaps = metrics.consumer_gaps.labels(name)
        self.dead_letters = metrics.dead_letters.labels(name)
        self._followed: list[tuple[str | None, str]] = []
        self._exemplar: dict[str, str] | None = None

    def read(self, topic: str, *, counted: int, repeats: int, ahead: int) -> None:
        """Counts what became of the events of a fetch."""
        events, duplicates, early, _ = self._topics[topic]
        events.inc(counted)
        if repeats:
            duplicates.inc(repeats)
        if ahead:
            early.inc(ahead)

    def lag(self, waiting: Mapping[str, int]) -> None:
        """Sets how many records wait, by topic."""
        for topic, records in waiting.items():
            self._topics[topic][3].set(records)

    def follow(self, records: Iterable[Any], topic: str) -> None:
        """Remembers the traces of records, for the span of the flush that stores them."""
        if not self._tracing.on:
            return
        for record in records:
            self._followed.append((self._cause(record), topic))

    def _cause(self, record: Any) -> str | None:
        told = next((value for name, value in record.headers if name == "traceparent"), None)
        if told is None:
            return None
        trace: str = told.decode("latin-1")
        return trace if self._traces is None else self._traces.cause(trace, record.value or b"")

    @contextmanager
    def flushing(self, documents: int) -> Iterator[Traced]:
        """The span of a flush, a part of every trace that it stores."""
        followed, self._followed = self._followed, []
        self._flush_documents.observe(documents)
        with self._tracing.batch(self._processing, followed) as traced:
            self._exemplar = traced.exemplar
            yield traced

    def flushed(self, seconds: float) -> None:
        """Records how long a flush took."""
        self._flush_seconds.observe(seconds, self._exemplar)
