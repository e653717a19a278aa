"""Metrics and traces of a committer."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from shared.contract.events.envelope import Sealed
from shared.delivery.committer.queue import Job
from shared.runtime.telemetry import Telemetry
from shared.runtime.telemetry.operations import COMMIT


class CommitterInstruments:
    """The committer's part of the catalogue of metrics, with its labels.

    Args:
        telemetry: The process's metrics and traces.
        service: Label `service` of all metrics: the service that executes commands.
        waiting: Gives the number of commands that wait.
        most_waiting: How many commands may wait.
        database: The name of the database that transactions change.
    """

    def __init__(
        self,
        telemetry: Telemetry,
        service: str,
        waiting: Callable[[], int],
        most_waiting: int,
        database: str,
    ) -> None:
        metrics = telemetry.metrics
        self._tracing = telemetry.tracing
        self._database = database
        self._commands = metrics.commit_commands.labels(service)
        self._seconds = metrics.commit_seconds.labels(service)
        self._events = metrics.commit_events.labels(service)
        self.conflicts = metrics.commit_conflicts.labels(service)
        self.splits = metrics.commit_splits.labels(service)
        self.unknown = metrics.commit_unknown.labels(service)
        metrics.commit_waiting.labels(service).set_function(waiting)
        metrics.commit_waiting_limit.labels(service).set(most_waiting)

    @contextmanager
    def commit(self, jobs: Sequence[Job], events: Sequence[Sealed]) -> Iterator[None]:
        """Measures a transaction when it ends well, and makes a span of it in every trace."""
        began = time.perf_counter()
        commands = ((job.traceparent, self._database) for job in jobs)
        with self._tracing.batch(COMMIT, commands) as traced:
            yield
        self._seconds.observe(time.perf_counter() - began, traced.exemplar)
        self._commands.observe(len(jobs))
        self._events.inc(len(events))
