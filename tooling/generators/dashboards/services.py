"""Rate, errors, duration and saturation of each service, and the work that the clock starts."""

from tooling.generators.dashboards.panels import Board, Row, curve, figure

BOARD = Board(
    "mitmach-services",
    "Mitmach: services",
    "What callers get, and how full the processes are.",
    (
        Row(
            "At a glance",
            (
                figure(
                    "Processes up",
                    "That answer Prometheus.",
                    'sum(up{job="mitmach"})',
                    alerts=("MitmachRoleAbsent",),
                ),
                figure(
                    "Processes down",
                    "That should answer and don't.",
                    'count(up{job="mitmach"} == 0) or vector(0)',
                    alarm_above=1,
                    alerts=("MitmachDown",),
                ),
                figure(
                    "Requests",
                    "Per second, over five minutes.",
                    "sum(mitmach:http_requests:rate5m)",
                    unit="reqps",
                ),
                figure(
                    "Errors",
                    "Share of requests answered with 5xx, of the worst service, over an hour.",
                    "max(mitmach:http_errors:ratio1h)",
                    unit="percentunit",
                    alarm_above=0.001,
                    alerts=(
                        "MitmachErrorBudgetBurnsFast",
                        "MitmachErrorBudgetBurnsSlowly",
                    ),
                ),
                figure(
                    "Slowest service (p99)",
                    "Time from a request's arrival to the end of its answer.",
                    "max(mitmach:http_request_seconds:p99_5m)",
                    unit="s",
                    alarm_above=1,
                    alerts=("MitmachRequestsSlow",),
                ),
            ),
        ),
        Row(
            "Requests",
            (
                curve(
                    "Rate",
                    "By service.",
                    ("mitmach:http_requests:rate5m", "{{service}}"),
                    unit="reqps",
                ),
                curve(
                    "Share of errors",
                    "5xx, over five minutes. The goal is less than one in a thousand over 30 days.",
                    ("mitmach:http_errors:ratio5m", "{{service}}"),
                    unit="percentunit",
                    alerts=(
                        "MitmachErrorBudgetBurnsFast",
                        "MitmachErrorBudgetBurnsSlowly",
                    ),
                ),
                curve(
                    "Share of slow answers",
                    "Half a second and more, over five minutes; streams left out. The goal is less"
                    " than one in a hundred over 30 days.",
                    ("mitmach:http_slow:ratio5m", "{{service}}"),
                    unit="percentunit",
                    alerts=("MitmachLatencyBudgetBurns",),
                ),
                curve(
                    "Duration (p99)",
                    "By service; reads and writes apart, streams left out.",
                    ("mitmach:http_request_seconds:p99_5m", "{{service}} {{class}}"),
                    unit="s",
                    alerts=("MitmachRequestsSlow",),
                ),
                curve(
                    "Slowest routes (p99)",
                    "The ten slowest.",
                    (
                        (
                            "topk(10, histogram_quantile(0.99, sum by (le, service, method, route)"
                            " (rate(mitmach_http_request_seconds_bucket[5m]))))"
                        ),
                        "{{method}} {{route}}",
                    ),
                    unit="s",
                    alerts=("MitmachRequestsSlow",),
                ),
                curve(
                    "By status",
                    "503 with Retry-After is how a process says that it is full.",
                    (
                        "sum by (status) (rate(mitmach_http_request_seconds_count[5m]))",
                        "{{status}}",
                    ),
                    unit="reqps",
                    alerts=("MitmachTurnsAway",),
                ),
                curve(
                    "Refused, by reason",
                    "Refusals are answers, not errors; a sudden one is a client that changed.",
                    (
                        "sum by (service, reason) (rate(mitmach_refusals_total[5m]))",
                        "{{service}} {{reason}}",
                    ),
                    unit="reqps",
                    alerts=("MitmachTurnsAway",),
                ),
            ),
        ),
        Row(
            "Saturation",
            (
                curve(
                    "Roles",
                    "How many processes run each role.",
                    (
                        "sum by (service, role) (mitmach_role_running)",
                        "{{service}} {{role}}",
                    ),
                    alerts=("MitmachRoleAbsent", "MitmachRestarts"),
                ),
                curve(
                    "Requests being served",
                    "Above the limit of its process a new one gets 503.",
                    ("sum by (service) (mitmach_http_in_flight)", "{{service}}"),
                    ("sum by (service) (mitmach_http_in_flight_limit)", "limit {{service}}"),
                    alerts=("MitmachRequestsPileUp",),
                ),
                curve(
                    "Processor",
                    "Cores in use, by process; one process can use one.",
                    ('rate(process_cpu_seconds_total{job="mitmach"}[5m])', "{{instance}}"),
                    alerts=("MitmachProcessorFull",),
                ),
                curve(
                    "Memory",
                    "Resident, by process; and what it may use, where something limits it.",
                    ('process_resident_memory_bytes{job="mitmach"}', "{{instance}}"),
                    ("mitmach_memory_limit_bytes < Inf", "limit {{instance}}"),
                    unit="bytes",
                    alerts=("MitmachMemoryFull",),
                ),
                curve(
                    "Open files",
                    "Connections are most of them.",
                    ('process_open_fds{job="mitmach"}', "{{instance}}"),
                    alerts=("MitmachFilesFull",),
                ),
            ),
        ),
        Row(
            "By the clock",
            (
                curve(
                    "Things done because they were due",
                    "In an hour: phases of contests, clearing up.",
                    (
                        "sum by (service, job) (increase(mitmach_worker_runs_total[1h]))",
                        "{{service}} {{job}}",
                    ),
                ),
                curve(
                    "Failures",
                    "Tried again; one that stays needs somebody.",
                    (
                        "sum by (service, job) (increase(mitmach_worker_failures_total[1h]))",
                        "{{service}} {{job}}",
                    ),
                    alerts=("MitmachWorkFails",),
                ),
            ),
        ),
    ),
)
