"""Metrics and traces of a relay."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from shared.contract.events.traces import TraceAliases, traceparent_of
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import Database
from shared.runtime.telemetry import Telemetry, Traced
from shared.runtime.telemetry.operations import SEND

Documents = Sequence[Mapping[str, Any]]


class RelayInstruments:
    """The relay's part of the catalogue of metrics, with its labels.

    Args:
        telemetry: The process's metrics and traces.
        service: Label `service` of all metrics: the service whose log is published.
        traces: Turns back the traces that events tell; None: they are those of requests.
    """

    def __init__(
        self, telemetry: Telemetry, service: str, traces: TraceAliases | None = None
    ) -> None:
        metrics = telemetry.metrics
        self._tracing = telemetry.tracing
        self._service = service
        self._traces = traces
        self._published = metrics.relay_published
        self._lag = metrics.relay_lag.labels(service)
        self._age = metrics.relay_age.labels(service)
        self.leader = metrics.relay_leader.labels(service)
        self.lost_logs = metrics.relay_lost_logs.labels(service)
        self.rebuilt = metrics.relay_rebuilt_producers.labels(service)

    def sending(self, documents: Documents) -> AbstractContextManager[Traced]:
        """The span of a send, a part of every trace in it."""
        return self._tracing.batch(SEND, self._members(documents))

    def sent(self, documents: Documents) -> None:
        """Counts what was acknowledged, by topic."""
        topics = Counter(topic for document in documents for topic in document["topics"])
        for topic, events in topics.items():
            self._published.labels(self._service, topic).inc(events)

    async def measure_lag(self, database: Database, sent_through: int) -> None:
        """Sets how much of the log isn't acknowledged, and how old its oldest document is."""
        numbered = {"first_sequence": {"$gt": sent_through}}
        waiting = {"$or": [{"first_sequence": None}, numbered]}
        total = {"_id": None, "events": {"$sum": "$count"}, "oldest": {"$min": "$at"}}
        totals = await database.aggregate(LOG, [{"$match": waiting}, {"$group": total}])
        self._lag.set(totals[0]["events"] if totals else 0)
        self._age.set(max(time.time() - totals[0]["oldest"].time, 0) if totals else 0)

    def _members(self, documents: Documents) -> Iterator[tuple[str | None, str]]:
        """Trace and topic of each event in log documents; only asked for where tracing is on."""
        for document in documents:
            for event in logged_events(document):
                yield self._cause(event.body), event.topic

    def _cause(self, body: bytes) -> str | None:
        told = traceparent_of(body)
        if told is None:
            return None
        trace = told.decode("ascii")
        return trace if self._traces is None else self._traces.cause(trace, body)
