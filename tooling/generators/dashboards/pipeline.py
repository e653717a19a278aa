"""From the commit to the counter: is everything on its way, and is nothing missing?"""

from tooling.generators.dashboards.panels import Board, Row, curve, figure

BOARD = Board(
    "mitmach-pipeline",
    "Mitmach: pipeline",
    "Commits, relay, consumers, freshness. A panel links to its runbooks.",
    (
        Row(
            "At a glance",
            (
                figure(
                    "Gaps",
                    "Chains in which an event is missing for good: anything but 0 needs somebody"
                    " now.",
                    "sum(mitmach_consumer_gaps)",
                    alarm_above=1,
                    alerts=("MitmachEventsMissing",),
                ),
                figure(
                    "Dead letters in a day",
                    "Records that can't be decoded or applied.",
                    "sum(increase(mitmach_dead_letters_total[1d]))",
                    alarm_above=1,
                    alerts=("MitmachDeadLetters",),
                ),
                figure(
                    "Not yet in Kafka",
                    "Events in the logs that the broker hasn't acknowledged.",
                    "sum(max by (service) (mitmach_relay_lag_events))",
                    alerts=("MitmachLogNotRelayed",),
                ),
                figure(
                    "Oldest of them",
                    "Its age.",
                    "max(mitmach_relay_lag_seconds)",
                    unit="s",
                    alarm_above=60,
                    alerts=("MitmachLogNotRelayed",),
                ),
                figure(
                    "Not yet read",
                    "Records in the topics that consumers haven't read.",
                    "sum(mitmach_consumer_lag_events)",
                    alerts=("MitmachLagGrows",),
                ),
                figure(
                    "Freshness (p99)",
                    "From an event until its effect is stored and visible.",
                    "max(mitmach:event_delay_seconds:p99_5m)",
                    unit="s",
                    alarm_above=5,
                    alerts=("MitmachFiguresLate",),
                ),
            ),
        ),
        Row(
            "Flow",
            (
                curve(
                    "Events per second, at each station",
                    "The lines lie on each other when all is well. Kafka carries repeats too; the"
                    " counter leaves them out.",
                    ("sum(rate(mitmach_commit_events_total[1m]))", "committed"),
                    ("sum(rate(mitmach_relay_published_events_total[1m]))", "in Kafka"),
                    (
                        'sum(rate(mitmach_consumer_events_total{consumer="mitmach.metrics"}[1m]))',
                        "counted",
                    ),
                    unit="eps",
                    alerts=("MitmachPipelineStalled",),
                ),
                curve(
                    "Freshness",
                    "From an event's time until its effect is stored.",
                    (
                        (
                            "histogram_quantile(0.5, sum by (le)"
                            " (rate(mitmach_event_delay_seconds_bucket[5m])))"
                        ),
                        "p50",
                    ),
                    ("max(mitmach:event_delay_seconds:p99_5m)", "p99"),
                    unit="s",
                    alarm_above=5,
                    alerts=("MitmachFiguresLate",),
                ),
            ),
        ),
        Row(
            "Commit",
            (
                curve(
                    "Time of a transaction (p99)",
                    "First read to acknowledged commit.",
                    (
                        (
                            "histogram_quantile(0.99, sum by (le, service)"
                            " (rate(mitmach_commit_seconds_bucket[5m])))"
                        ),
                        "{{service}}",
                    ),
                    unit="s",
                    alerts=("MitmachCommitsSlow",),
                ),
                curve(
                    "Commands per transaction",
                    "Grows with the load: that is what makes commits cheap.",
                    (
                        (
                            "sum by (service) (rate(mitmach_commit_commands_sum[5m]))"
                            " / sum by (service) (rate(mitmach_commit_commands_count[5m]))"
                        ),
                        "{{service}}",
                    ),
                ),
                curve(
                    "Trouble",
                    "Conflicts are normal in small numbers; lost answers mean a database that"
                    " fails over.",
                    (
                        "sum by (service) (rate(mitmach_commit_conflicts_total[5m]))",
                        "conflicts {{service}}",
                    ),
                    (
                        "sum by (service) (rate(mitmach_commit_splits_total[5m]))",
                        "splits {{service}}",
                    ),
                    (
                        "sum by (service) (rate(mitmach_commit_unknown_total[5m]))",
                        "answers lost {{service}}",
                    ),
                    unit="ops",
                ),
                curve(
                    "Commands that wait",
                    "Above the limit of its process a new one is refused.",
                    ("sum by (service) (mitmach_commit_waiting)", "{{service}}"),
                    ("sum by (service) (mitmach_commit_waiting_limit)", "limit {{service}}"),
                    alerts=(
                        "MitmachCommandsPileUp",
                        "MitmachTurnsAway",
                    ),
                ),
            ),
        ),
        Row(
            "Relay",
            (
                curve(
                    "Published, by topic",
                    "Events that the broker acknowledged, repeats included.",
                    (
                        "sum by (topic) (rate(mitmach_relay_published_events_total[1m]))",
                        "{{topic}}",
                    ),
                    unit="eps",
                ),
                curve(
                    "Age of the oldest event not in Kafka",
                    "Grows while the broker is away; must fall afterwards.",
                    ("max by (service) (mitmach_relay_lag_seconds)", "{{service}}"),
                    unit="s",
                    alarm_above=60,
                    alerts=("MitmachLogNotRelayed",),
                ),
                curve(
                    "Who leads",
                    "Exactly one process per service publishes.",
                    ("sum by (service) (mitmach_relay_leader)", "{{service}}"),
                    alerts=("MitmachNoRelay",),
                ),
                curve(
                    "Lost logs and rebuilt producers",
                    "In an hour. A lost log was filled again from the database; find out why.",
                    (
                        "sum by (service) (increase(mitmach_relay_lost_logs_total[1h]))",
                        "lost logs {{service}}",
                    ),
                    (
                        "sum by (service) (increase(mitmach_relay_rebuilt_producers_total[1h]))",
                        "rebuilt {{service}}",
                    ),
                    alerts=("MitmachBrokerLostLog",),
                ),
            ),
        ),
        Row(
            "Consumers",
            (
                curve(
                    "Lag",
                    "Records that wait, by consumer and topic.",
                    (
                        "sum by (consumer, topic) (mitmach_consumer_lag_events)",
                        "{{consumer}} {{topic}}",
                    ),
                    alerts=("MitmachLagGrows",),
                ),
                curve(
                    "Applied",
                    "Events per second, each counted once.",
                    ("sum by (consumer) (rate(mitmach_consumer_events_total[1m]))", "{{consumer}}"),
                    unit="eps",
                ),
                curve(
                    "Recorded later",
                    "Events that were counted and had happened before they were recorded, per"
                    " second: an import. Freshness leaves them out.",
                    ("sum by (service) (rate(mitmach_imported_events_total[5m]))", "{{service}}"),
                    unit="eps",
                ),
                curve(
                    "Left out",
                    "Repeats, and what came before its predecessor: harmless, and the reason why"
                    " counts are right.",
                    (
                        "sum by (consumer) (rate(mitmach_duplicate_events_total[5m]))",
                        "repeats {{consumer}}",
                    ),
                    (
                        "sum by (consumer) (rate(mitmach_ahead_events_total[5m]))",
                        "ahead {{consumer}}",
                    ),
                    unit="eps",
                ),
                curve(
                    "Time of a flush (p99)",
                    "State, marks and offsets in one transaction.",
                    (
                        (
                            "histogram_quantile(0.99, sum by (le, consumer)"
                            " (rate(mitmach_consumer_flush_seconds_bucket[5m])))"
                        ),
                        "{{consumer}}",
                    ),
                    unit="s",
                ),
                curve(
                    "Documents per flush",
                    "Median.",
                    (
                        (
                            "histogram_quantile(0.5, sum by (le, consumer)"
                            " (rate(mitmach_consumer_flush_documents_bucket[5m])))"
                        ),
                        "{{consumer}}",
                    ),
                ),
                curve(
                    "Gaps, dead letters, lost partitions",
                    "A flush that was lost found another process owning the partition; one that was"
                    " refused holds a record that can't be stored.",
                    ("sum by (consumer) (mitmach_consumer_gaps)", "gaps {{consumer}}"),
                    (
                        "sum by (consumer) (increase(mitmach_dead_letters_total[1h]))",
                        "dead letters {{consumer}}",
                    ),
                    (
                        "sum by (consumer) (increase(mitmach_consumer_lost_flushes_total[1h]))",
                        "lost flushes {{consumer}}",
                    ),
                    (
                        "sum by (consumer) (increase(mitmach_consumer_refused_flushes_total[1h]))",
                        "refused flushes {{consumer}}",
                    ),
                    alarm_above=1,
                    alerts=(
                        "MitmachEventsMissing",
                        "MitmachDeadLetters",
                        "MitmachFlushesRefused",
                    ),
                ),
            ),
        ),
    ),
)
