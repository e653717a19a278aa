"""Alerts about processes: whether they are there, and what callers get from them."""

from mitmach.services import SERVICES
from tooling.generators.rules.rule import Alert, RuleGroup

# A process that isn't there can't say so: each role of each service is asked for by name.
_ABSENT = "or\n".join(
    f'absent(mitmach_role_running{{service="{service.name}", role="{role}"}})\n'
    for service in SERVICES
    for role in service.roles
)

GROUP = RuleGroup(
    "mitmach-services",
    (
        Alert(
            "MitmachDown",
            'up{job="mitmach"} == 0',
            "2m",
            "critical",
            "{{ $labels.instance }} does not answer.",
            "Prometheus knows of the process and gets no answer from it.",
            "Its last log lines name a wrong setting, or what it waits for, in one sentence.",
        ),
        Alert(
            "MitmachRoleAbsent",
            _ABSENT,
            "5m",
            "critical",
            "Nothing runs the {{ $labels.role }} of {{ $labels.service }}.",
            "No process that Prometheus asks has this role: without an api its requests fail,"
            " without a relay its events wait in the database, without a worker or consumer what is"
            " due, copied or counted stands still.",
            "Start it, or let Prometheus find it; a service that isn't installed on purpose is"
            " silenced by its labels.",
        ),
        Alert(
            "MitmachRestarts",
            'changes(process_start_time_seconds{job="mitmach"}[1h]) > 3',
            "",
            "warning",
            "{{ $labels.instance }} has started {{ $value }} times in an hour.",
            "It ends again and again: a wrong setting, memory beyond its limit, a loop that stands"
            " still.",
            "Look at the last lines before each start, and at why the machine ended it.",
        ),
        # 99.9 % of requests without a 5xx over 30 days: at 14.4 times that rate of errors, 2 % of
        # the budget are gone in an hour; at 6 times, 5 % in six hours. The shorter window ends the
        # alarm.
        Alert(
            "MitmachErrorBudgetBurnsFast",
            "mitmach:http_errors:ratio1h > 0.0144 and mitmach:http_errors:ratio5m > 0.0144",
            "2m",
            "critical",
            "{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} fail.",
            "At this rate the month's budget of one failed request in a thousand is gone in two"
            " days.",
            "503 means full or without database, 500 a bug that the log names with its trace id. If"
            " it began with an upgrade, roll back first.",
        ),
        Alert(
            "MitmachErrorBudgetBurnsSlowly",
            "mitmach:http_errors:ratio6h > 0.006 and mitmach:http_errors:ratio30m > 0.006",
            "15m",
            "warning",
            "{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} fail.",
            "At this rate the month's budget of one failed request in a thousand is gone in five"
            " days.",
            "There is time to look during the day: by status, by route, in the log.",
        ),
        Alert(
            "MitmachRequestsSlow",
            "mitmach:http_request_seconds:p99_5m > 1\n"
            "and on (namespace, service) mitmach:http_requests:rate5m > 0.2\n",
            "10m",
            "warning",
            "One {{ $labels.class }} in a hundred of {{ $labels.service }} takes"
            " {{ $value | humanizeDuration }}.",
            "A second and more is felt. Reads are slow by a query or a full process, writes by the"
            " time of a transaction.",
            "Look at the slowest routes, then at the processor, and at the time of a transaction.",
        ),
        # 99 % of requests within half a second, over 30 days; the factor is that of the errors.
        Alert(
            "MitmachLatencyBudgetBurns",
            "mitmach:http_slow:ratio1h > 0.144 and mitmach:http_slow:ratio5m > 0.144",
            "2m",
            "critical",
            "{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} take longer"
            " than half a second.",
            "The goal is less than one in a hundred over a month; at this rate that budget is gone"
            " in two days.",
            "Is one resource full, more processes help; is the database slow, they make it worse.",
        ),
        Alert(
            "MitmachWorkFails",
            "sum by (namespace, service, job) (increase(mitmach_worker_failures_total[30m])) > 3",
            "",
            "warning",
            "{{ $labels.job }} of {{ $labels.service }} fails again and again.",
            "What is due by the clock fails and is tried again.",
            "The log of the service's worker names the thing that fails, and the error.",
        ),
        Alert(
            "MitmachWatchdog",
            "vector(1)",
            "",
            "none",
            "Alerts arrive.",
            "This alert always rings. Send it to something that calls you when it falls silent:"
            " then Prometheus, Alertmanager or the way between is broken, and no other alert would"
            " arrive.",
            "Nothing is to be done while it rings.",
        ),
    ),
)
