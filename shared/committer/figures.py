"""What the committer of one service tells Prometheus."""

from shared.telemetry import Metrics


class CommitFigures:
    """The service's series, looked up once: a commit is no place for dictionaries of labels.

    Each counter exists from the start, at 0: only so does Prometheus see the first increase.

    Args:
        metrics: Of the process.
        service: The label.
    """

    def __init__(self, metrics: Metrics, service: str) -> None:
        self.conflicts = metrics.commit_conflicts.labels(service)
        self.splits = metrics.commit_splits.labels(service)
        self.unknown = metrics.commit_unknown.labels(service)
        self._commands = metrics.commit_commands.labels(service)
        self._seconds = metrics.commit_seconds.labels(service)
        self._events = metrics.commit_events.labels(service)
        self._waiting = metrics.commit_waiting.labels(service)
        self._told = 0

    def committed(self, commands: int, events: int, seconds: float) -> None:
        """A transaction has been acknowledged."""
        self._commands.observe(commands)
        self._seconds.observe(seconds)
        self._events.inc(events)

    def waits(self, commands: int) -> None:
        """How many wait now. Several committers of a process may share the series."""
        self._waiting.inc(commands - self._told)
        self._told = commands
