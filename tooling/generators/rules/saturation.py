"""Alerts about what runs full: before callers are refused, and when they are."""

from tooling.generators.rules.rule import Alert, RuleGroup

GROUP = RuleGroup(
    "mitmach-saturation",
    (
        Alert(
            "MitmachTurnsAway",
            "sum by (namespace, service)\n"
            '  (rate(mitmach_refusals_total{reason=~"too-busy|overloaded"}[5m])) > 0.1\n',
            "5m",
            "critical",
            "{{ $labels.service }} turns away {{ $value | humanize }} requests a second.",
            "More came at once than its processes take. Who is turned away gets 503 and tries"
            " again; nothing of it was begun.",
            "Start more of its APIs. If commands wait for transactions, look at the database"
            " first.",
        ),
        Alert(
            "MitmachRequestsPileUp",
            "mitmach_http_in_flight / (mitmach_http_in_flight_limit > 0) > 0.8",
            "5m",
            "warning",
            "{{ $labels.instance }} serves {{ $value | humanizePercentage }} of the requests of"
            " {{ $labels.service }} that it may at once.",
            "Above the limit new requests get 503 at once. So many wait for something that is"
            " slow, or come from a client without patience.",
            "Look at the slowest routes, and at the time of a transaction.",
        ),
        Alert(
            "MitmachCommandsPileUp",
            "mitmach_commit_waiting / (mitmach_commit_waiting_limit > 0) > 0.5",
            "2m",
            "warning",
            "{{ $value | humanizePercentage }} of the commands of {{ $labels.service }} that may"
            " wait do so in {{ $labels.instance }}.",
            "Commands come faster than transactions end. When as many wait as may, new ones are"
            " refused.",
            "Look at the time of a transaction: the database is slow, or many commands want the"
            " same thing.",
        ),
        Alert(
            "MitmachCommitsSlow",
            "histogram_quantile(0.99, sum by (le, namespace, service)\n"
            "  (rate(mitmach_commit_seconds_bucket[5m]))) > 1\n",
            "10m",
            "warning",
            "One transaction in a hundred of {{ $labels.service }} takes"
            " {{ $value | humanizeDuration }}.",
            "Every write waits for it. The database is slow, or fails over.",
            "Look at MongoDB: disks, memory, the delay of its secondaries.",
        ),
        Alert(
            "MitmachProcessorFull",
            'rate(process_cpu_seconds_total{job="mitmach"}[5m]) > 0.9',
            "15m",
            "warning",
            "{{ $labels.instance }} has used a whole processor for a quarter of an hour.",
            "A process uses one at most: it is as fast as it gets, and answers come later.",
            "Start more of the role. A relay can't be more than one: look at what it sends.",
        ),
        Alert(
            "MitmachMemoryFull",
            'process_resident_memory_bytes{job="mitmach"} / (mitmach_memory_limit_bytes > 0) > 0.9',
            "10m",
            "warning",
            "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of the memory that it"
            " may.",
            "At the limit the machine ends the process. Nothing that was acknowledged is lost, but"
            " requests that run are.",
            "Raise the limit of the role; if memory grows without end, restart it and report it.",
        ),
        Alert(
            "MitmachFilesFull",
            'process_open_fds{job="mitmach"} / process_max_fds{job="mitmach"} > 0.8',
            "5m",
            "warning",
            "{{ $labels.instance }} has {{ $value | humanizePercentage }} of the files open that it"
            " may.",
            "Connections are most of them: clients, live streams, the pools to MongoDB and Kafka."
            " At the limit no connection is accepted any more.",
            "Raise the limit of open files (ulimit -n), or start more of the role.",
        ),
    ),
)
