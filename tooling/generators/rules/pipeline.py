"""Alerts about the way of events: from the log over Kafka to the counter."""

from tooling.generators.rules.rule import Alert, RuleGroup

GROUP = RuleGroup(
    "mitmach-pipeline",
    (
        Alert(
            "MitmachPipelineStalled",
            "sum by (namespace) (increase(mitmach_commit_events_total[5m])) > 0\n"
            "unless on (namespace) sum by (namespace)\n"
            '  (increase(mitmach_consumer_events_total{consumer="mitmach.metrics"}[5m])) > 0\n',
            "5m",
            "critical",
            "Events are committed, but none is counted.",
            "People can go on; figures stand still. Nothing is lost: events wait in the database"
            " or in Kafka.",
            "Look at the board Mitmach: pipeline, where they wait: before Kafka the relay is the"
            " cause, behind it the consumer of the metrics service.",
        ),
        Alert(
            "MitmachLagGrows",
            "sum by (namespace, consumer, topic) (mitmach_consumer_lag_events) > 1000\n"
            "and sum by (namespace, consumer, topic)\n"
            "  (deriv(mitmach_consumer_lag_events[10m])) > 0\n",
            "10m",
            "warning",
            "{{ $labels.consumer }} falls behind on {{ $labels.topic }}:"
            " {{ $value | humanize }} records wait.",
            "The consumer gets more than it stores; what it makes is late, not wrong.",
            "Look at the time of a flush: is it high, the database is slow; otherwise start more"
            " consumers, up to the number of partitions.",
        ),
        Alert(
            "MitmachEventsMissing",
            "sum by (namespace, consumer) (mitmach_consumer_gaps) > 0",
            "",
            "critical",
            "{{ $labels.consumer }} misses events and has stopped there.",
            "An event names a predecessor that never came. The consumer counts nothing more of"
            " that partition, rather than count wrongly.",
            "Its log names topic, partition and sequence, and the command that sends the events"
            " again: mitmach relay rewind.",
        ),
        Alert(
            "MitmachDeadLetters",
            "sum by (namespace, consumer) (increase(mitmach_dead_letters_total[15m])) > 0",
            "",
            "warning",
            "{{ $labels.consumer }} put records aside that it could not read, apply or store.",
            "They are kept byte for byte in the dead-letter topic; everything else goes on without"
            " them.",
            "mitmach dlq list shows them with the reason; mitmach dlq replay counts them once they"
            " can be read.",
        ),
        # Finding a record that can't be stored takes some twenty refused flushes. More than a
        # hundred: it isn't found, or there is one after the other.
        Alert(
            "MitmachFlushesRefused",
            "sum by (namespace, consumer)"
            " (increase(mitmach_consumer_refused_flushes_total[15m])) > 100",
            "",
            "critical",
            "{{ $labels.consumer }} cannot store what it has read, and does not get on.",
            "Flush after flush fails for what is in it: what the consumer makes stands still,"
            " although records are read.",
            "Its log names the error. If it began with a new version, go back to the one before.",
        ),
        Alert(
            "MitmachFiguresLate",
            "mitmach:event_delay_seconds:p99_5m > 5",
            "10m",
            "warning",
            "{{ $labels.consumer }} shows events {{ $value | humanizeDuration }} late (p99).",
            "From an event to its effect it takes more than five seconds for one in a hundred.",
            "Compare the age of the oldest event that isn't in Kafka with the consumer's lag: one"
            " of them says which half of the way is slow.",
        ),
        Alert(
            "MitmachFiguresMissing",
            "absent(mitmach_eligible_people)",
            "10m",
            "critical",
            "No process exports the business figures.",
            "The dashboards of the community are empty. Counters come from stored state, so none"
            " is reset when they are back.",
            "Exactly one API of the metrics service exports them: is one ready, and does its"
            " database answer within four seconds?",
        ),
        Alert(
            "MitmachLogNotRelayed",
            "max by (namespace, service) (mitmach_relay_lag_seconds) > 60",
            "2m",
            "critical",
            "Events of {{ $labels.service }} have waited"
            " {{ $value | humanizeDuration }} for Kafka.",
            "Requests go on and events are safe in the database; copies and figures stand still.",
            "/health/ready of the relay says why; mitmach relay status shows who publishes.",
        ),
        Alert(
            "MitmachNoRelay",
            "sum by (namespace, service) (mitmach_relay_leader) != 1",
            "2m",
            "critical",
            "{{ $value }} relays of {{ $labels.service }} publish instead of one.",
            "With none, events wait in the database. With two, a fence there keeps the second from"
            " numbering anything, so counts stay right.",
            "None: does a relay run, and does its database answer? Two: restart the older one.",
        ),
        Alert(
            "MitmachBrokerLostLog",
            "sum by (namespace, service) (increase(mitmach_relay_lost_logs_total[1h])) > 0",
            "",
            "warning",
            "The broker had lost events of {{ $labels.service }}; they were sent again.",
            "The topic ended before what the broker had acknowledged. Readers leave out what they"
            " had.",
            "Find out why the broker lost it: a topic that was deleted, an unclean election, too"
            " few replicas in sync.",
        ),
    ),
)
