"""What a process tells about itself: metrics, traces, logs. One `Telemetry` per process.

    telemetry = Telemetry("posts")                      # tests, tracing off
    telemetry = telemetry_from(settings, "posts")
    telemetry.metrics.dead_letters.labels("metrics").inc()
    with telemetry.tracing.batch(COMMIT, ((job.traceparent, "mitmach_posts") for job in jobs)): ...

metrics.py  the one catalogue of technical metrics
tracing.py  W3C trace context, spans of steps and of batches
operations.py   what spans of batches are called
environment.py  what the environment says about tracing
memory.py   how much memory the process may use
logs.py     JSON lines that carry the trace id
outages.py  pauses that grow, and lines that get rarer, in loops that try again
"""

from dataclasses import dataclass, field

from shared.runtime.settings import TelemetrySettings
from shared.runtime.telemetry.environment import tracing_from
from shared.runtime.telemetry.logs import ACCESS, configure_logs
from shared.runtime.telemetry.memory import memory_limit
from shared.runtime.telemetry.metrics import Metrics
from shared.runtime.telemetry.outages import FIRST_PAUSE, LONGEST_PAUSE, Outage
from shared.runtime.telemetry.tracing import (
    Traced,
    Tracing,
    current_trace,
    is_traceparent,
    new_traceparent,
    request_traceparent,
    trace_id,
)


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Metrics and traces of one process.

    Attributes:
        service: Name of the service, or of the platform where all run in one process.
        metrics: The technical metrics, on a registry of their own.
        tracing: Makes spans; switched off unless given.
    """

    service: str
    metrics: Metrics = field(default_factory=Metrics)
    tracing: Tracing = field(default_factory=lambda: Tracing(""))

    def close(self) -> None:
        """Sends the spans that wait; blocking, a few seconds at most."""
        self.tracing.close()


def telemetry_from(settings: TelemetrySettings, service: str) -> Telemetry:
    """Sets up the process's logs as the settings say, and its metrics and traces."""
    configure_logs(
        service,
        level=settings.log_level,
        form=settings.log_format,
        access=settings.access_log,
    )
    telemetry = Telemetry(
        service,
        tracing=tracing_from(service, endpoint=settings.otlp_endpoint, ratio=_ratio(settings)),
    )
    telemetry.metrics.memory_limit.set(memory_limit())
    return telemetry


def _ratio(settings: TelemetrySettings) -> float | None:
    """The share of traces that somebody has set; None where the default would say nothing."""
    return settings.trace_ratio if "trace_ratio" in settings.model_fields_set else None


__all__ = [
    "ACCESS",
    "FIRST_PAUSE",
    "LONGEST_PAUSE",
    "Metrics",
    "Outage",
    "Telemetry",
    "Traced",
    "Tracing",
    "configure_logs",
    "current_trace",
    "is_traceparent",
    "new_traceparent",
    "request_traceparent",
    "telemetry_from",
    "trace_id",
]
