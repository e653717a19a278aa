"""The one catalogue of technical metrics: name, help and labels of each, as attributes of a class.

A name that isn't here fails type checking. Business figures (interactions, people, ratios) aren't
here: `services.metrics` restores those from stored state, so that no restart resets them.

Labels never name a person, a post or a free topic; `route` is a template, never a path.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

# Seconds. From "a token was recalled" to the 3 s after which the committer gives up.
_LATENCY = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0)
# Seconds from the event's time until a reader shows it: a second is the promise, hours are outages.
_DELAY = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 600.0, 3600.0)
_BATCH = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_DOCUMENTS = (1, 10, 100, 1_000, 5_000, 20_000)


class Metrics:
    """All technical metrics of a process, on a registry of its own."""

    def __init__(self) -> None:
        # A `_created` series beside each counter would double their number for nobody.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)

        # The process
        self.role_running = Gauge(
            "mitmach_role_running",
            "1 while the role of the service runs in this process",
            ("service", "role"),
            registry=registry,
        )
        self.memory_limit = Gauge(
            "mitmach_memory_limit_bytes",
            "Memory that the process may use before it is ended; infinite where nothing limits it",
            registry=registry,
        )

        # The HTTP side
        self.http_seconds = Histogram(
            "mitmach_http_request_seconds",
            "Time from a request's arrival to the end of its answer",
            ("service", "method", "route", "status"),
            buckets=_LATENCY,
            registry=registry,
        )
        self.http_in_flight = Gauge(
            "mitmach_http_in_flight", "Requests being served", ("service",), registry=registry
        )
        self.http_in_flight_limit = Gauge(
            "mitmach_http_in_flight_limit",
            "Requests that a process serves at once at most",
            ("service",),
            registry=registry,
        )
        self.refusals = Counter(
            "mitmach_refusals",
            "Requests refused, by reason",
            ("service", "reason"),
            registry=registry,
        )

        # The committer
        self.commit_commands = Histogram(
            "mitmach_commit_commands",
            "Commands that shared a transaction",
            ("service",),
            buckets=_BATCH,
            registry=registry,
        )
        self.commit_seconds = Histogram(
            "mitmach_commit_seconds",
            "Time of a transaction, from its first read to the acknowledged commit",
            ("service",),
            buckets=_LATENCY,
            registry=registry,
        )
        self.commit_conflicts = Counter(
            "mitmach_commit_conflicts",
            "Transactions that were aborted and tried again",
            ("service",),
            registry=registry,
        )
        self.commit_splits = Counter(
            "mitmach_commit_splits",
            "Batches halved after conflicts",
            ("service",),
            registry=registry,
        )
        self.commit_unknown = Counter(
            "mitmach_commit_unknown",
            "Commits whose answer was lost and had to be found out",
            ("service",),
            registry=registry,
        )
        self.commit_waiting = Gauge(
            "mitmach_commit_waiting",
            "Commands that wait for a transaction",
            ("service",),
            registry=registry,
        )
        self.commit_waiting_limit = Gauge(
            "mitmach_commit_waiting_limit",
            "Commands that may wait in a process; above it they are refused",
            ("service",),
            registry=registry,
        )
        self.commit_events = Counter(
            "mitmach_commit_events", "Events committed to the log", ("service",), registry=registry
        )

        # The relay
        self.relay_published = Counter(
            "mitmach_relay_published_events",
            "Events that the broker acknowledged, repeats included",
            ("service", "topic"),
            registry=registry,
        )
        self.relay_lag = Gauge(
            "mitmach_relay_lag_events",
            "Events in the log that the broker hasn't acknowledged",
            ("service",),
            registry=registry,
        )
        self.relay_age = Gauge(
            "mitmach_relay_lag_seconds",
            "Age of the oldest event in the log that the broker hasn't acknowledged",
            ("service",),
            registry=registry,
        )
        self.relay_leader = Gauge(
            "mitmach_relay_leader",
            "1 in the process that publishes, 0 in a standby",
            ("service",),
            registry=registry,
        )
        self.relay_lost_logs = Counter(
            "mitmach_relay_lost_logs",
            "Times that the broker had lost its log and was filled again",
            ("service",),
            registry=registry,
        )
        self.relay_rebuilt_producers = Counter(
            "mitmach_relay_rebuilt_producers",
            "Producers dropped and built anew because they hung or died",
            ("service",),
            registry=registry,
        )

        # Consumers
        self.consumer_events = Counter(
            "mitmach_consumer_events",
            "Events applied, each counted once",
            ("consumer", "topic"),
            registry=registry,
        )
        self.duplicate_events = Counter(
            "mitmach_duplicate_events",
            "Events that arrived again and were left out",
            ("consumer", "topic"),
            registry=registry,
        )
        self.ahead_events = Counter(
            "mitmach_ahead_events",
            "Events that arrived before their predecessor and were left out until they came again",
            ("consumer", "topic"),
            registry=registry,
        )
        self.consumer_gaps = Gauge(
            "mitmach_consumer_gaps",
            "Chains in which an event is missing for good: the consumer stops there",
            ("consumer",),
            registry=registry,
        )
        self.consumer_flush_seconds = Histogram(
            "mitmach_consumer_flush_seconds",
            "Time of storing state, marks and offsets in one transaction",
            ("consumer",),
            buckets=_LATENCY,
            registry=registry,
        )
        self.consumer_flush_documents = Histogram(
            "mitmach_consumer_flush_documents",
            "Documents changed by one flush",
            ("consumer",),
            buckets=_DOCUMENTS,
            registry=registry,
        )
        self.consumer_lost_flushes = Counter(
            "mitmach_consumer_lost_flushes",
            "Flushes that found another process owning the partition",
            ("consumer",),
            registry=registry,
        )
        self.consumer_refused_flushes = Counter(
            "mitmach_consumer_refused_flushes",
            "Flushes that failed for what was in them; the record that causes it is looked for",
            ("consumer",),
            registry=registry,
        )
        self.consumer_lag = Gauge(
            "mitmach_consumer_lag_events",
            "Records in the topic that haven't been read",
            ("consumer", "topic"),
            registry=registry,
        )
        self.dead_letters = Counter(
            "mitmach_dead_letters",
            "Records that can't be decoded, applied or stored, kept in the dead-letter topic",
            ("consumer",),
            registry=registry,
        )
        self.event_delay = Histogram(
            "mitmach_event_delay_seconds",
            "Time from an event until its effect is stored and visible",
            ("consumer",),
            buckets=_DELAY,
            registry=registry,
        )

        # Work by the clock
        self.worker_runs = Counter(
            "mitmach_worker_runs",
            "Things done because they were due",
            ("service", "job"),
            registry=registry,
        )
        self.worker_failures = Counter(
            "mitmach_worker_failures",
            "Due things that failed and will be tried again",
            ("service", "job"),
            registry=registry,
        )
