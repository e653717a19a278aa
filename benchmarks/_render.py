"""From lines of JSON to `RESULTS.md`."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks._consumer_peers import CACHE, LARGE_CACHE
from benchmarks._goals import GOALS

_LABELS = {
    "per_second": "per second",
    "cold_per_second": "per second, not warmed up",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "most_ms": "slowest ms",
    "cpu_us": "CPU µs",
    "database_cpu_us": "database CPU µs",
    "memory_mib": "peak MiB",
    "reading_ms": "a reading, ms",
    "writes_per_second": "writes/s",
    "broker_cpu_us": "broker CPU µs",
    "commit_ms": "ms per commit",
    "flushes": "flushes",
    "repeats_left_out": "repeats left out",
    "late_requests": "late requests",
    "acts_per_second": "acts/s",
    "figures_compared": "figures compared",
    "platform_cpu_ms_per_act": "platform CPU ms per act",
    "importer_peak_mib": "importer's peak MiB",
    "live_answer_p99_ms": "the living: answer p99 ms",
    "live_fresh_p50_ms": "fresh p50 ms",
    "live_fresh_p99_ms": "fresh p99 ms",
}
_INTRODUCTION = (
    "Written by `make bench`, which runs every script of this folder and all baselines in one go; "
    "`RESULTS.jsonl` has each round. Figures are medians of the rounds, with the lowest and the "
    "highest in brackets. Server, database, broker and load generator share the machine, so ratios "
    "say more than rates."
)
_PROCESSOR = (
    "*By processor time* is the same ratio of what a request or an event costs the process itself, "
    "its database and broker left out: other work on the machine hardly changes it."
)
_NOTES = {
    "write_path": "CPU is per request, of the server and of the database. All servers answer the "
    "same route with the same token check. A request of `views:batch` carries {views_per_request} "
    "views. `faststream-outbox` publishes in the caller's SQLAlchemy transaction on PostgreSQL; it "
    "does fewer reads than ours.",
    "relay": "{events:,} events, on {broker}; CPU is per event, of the client alone.",
    "consumer": "{events:,} events of {bytes_per_event} bytes on {posts:,} posts in 6 partitions, "
    "on {broker}, after three quarters as many to warm up; CPU is per event (seconds per million), "
    "of the client alone. Kafka Streams counts per post and type in RocksDB with a changelog on "
    "this broker, on one thread; tuned, it commits as rarely as `metrics` flushes, with "
    f"{LARGE_CACHE} MiB of cache instead of {CACHE}. The bare loops and FastStream keep nothing; "
    "Faust keeps a table in memory with a changelog, Bytewax snapshots in SQLite, Quix RocksDB "
    "with a changelog. FastStream and Quix read 30 % of the events, Faust 3 %.",
    "freshness": "On {broker}, every role a process of its own; what a reading of `/metrics` takes "
    "and the pause of 20 ms between two readings are part of the time.",
}
_NOTES["import"] = _NOTES["import, among people"] = (
    "`mitmach import` of a made-up Mattermost export into `mitmach up`, all on this machine, while "
    "{live:g} comments a second are written by somebody else. `lead` is how many acts may be "
    "recorded and not yet counted. Afterwards all counts are the file's, and everything that the "
    "platform shows is what the queries of `docs/sql` come to over its log."
)
_NOTES["growth"] = (
    "{events:,} events at {rate:,.0f} a second, relay and consumer as processes of their own, "
    "on {broker}. Rows are by the events so far; CPU is per event."
)
_NOTES["consumer, many posts"] = _NOTES["consumer"].partition(" The bare loops")[0]


def render(
    *,
    machine: Mapping[str, str],
    versions: Mapping[str, str],
    results: Mapping[str, Mapping[str, Any]],
    missing: Mapping[str, str],
    seconds: Mapping[str, float],
    profiles: str,
) -> str:
    """The page.

    Args:
        machine: What it was measured on and when.
        versions: Of everything that takes part.
        results: A line of JSON per part.
        missing: Parts that gave none, and why.
        seconds: How long each part took, in seconds, by its name.
        profiles: The findings of profiles, in Markdown.
    """
    page = [
        "# Results",
        _INTRODUCTION,
        _table(("", ""), machine.items()),
        "## Goals",
        _table(("Goal", "wanted", "measured", "", "by processor time"), _goals(results)),
        _PROCESSOR,
        *_limits(results),
    ]
    for part in seconds:
        page.append(f"## {part.capitalize().replace('_', ' ').replace('Kpis', 'KPIs')}")
        if part in missing:
            page.append(f"Not measured: {missing[part]}")
            continue
        page += _part(part, results[part])
        page.append(f"This part took {seconds[part]:.0f} s.")
    page += [profiles.strip(), "## Versions", _table(("", ""), versions.items())]
    return "\n\n".join(page) + "\n"


def _goals(results: Mapping[str, Mapping[str, Any]]) -> Iterable[Sequence[str]]:
    for goal in GOALS:
        value, verdict = goal.judge(results)
        used = goal.by_processor(results)
        bound = "at most" if goal.at_most else "at least"
        yield (
            goal.text,
            f"{bound} {goal.wanted:g}{goal.unit}",
            "–" if value is None else f"{_number(value)}{goal.unit}",
            f"**{verdict}**" if verdict == "missed" else verdict,
            "" if used is None else _number(used),
        )


def _limits(results: Mapping[str, Mapping[str, Any]]) -> list[str]:
    missed = [goal for goal in GOALS if goal.judge(results)[1] == "missed"]
    if not missed:
        return []
    lines = [f"- {goal.text}: {goal.limit}" for goal in missed]
    return ["What limits those that are missed:", "\n".join(lines)]


def _part(part: str, result: Mapping[str, Any]) -> Iterable[str]:
    if part in _NOTES:
        yield _NOTES[part].format(**result)
    if "rows" in result:
        yield _rows(result["rows"])
    if "quiet_ms" in result:
        yield from _kpis(result)
    elif "rows" not in result:
        yield _table(("", ""), ((name, _value(value)) for name, value in result.items()))
    for name, reason in (result.get("skipped") or {}).items():
        yield f"Left out: {name}. {reason.capitalize()}."


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    circumstances = list(dict.fromkeys(key for row in rows for key in row))
    circumstances.remove("rounds")
    measures = list(dict.fromkeys(key for row in rows for key in row["rounds"]))
    head = [_LABELS.get(name, name) for name in (*circumstances, *measures)]
    head[0] = ""
    # By circumstance: what is compared stands together.
    ordered = sorted(rows, key=lambda row: [row.get(name, 0) for name in circumstances[1:]])
    return _table(
        head,
        (
            [
                *(_value(row.get(name, "")) for name in circumstances),
                *(_spread(row["rounds"].get(name, ())) for name in measures),
            ]
            for row in ordered
        ),
    )


def _kpis(result: Mapping[str, Any]) -> Iterable[str]:
    yield (
        "100,000 people, 2,000 groups, 1,000,000 posts in 365 days"
        + (f", times {result['scale']:g}." if result["scale"] != 1 else ".")
        + " Milliseconds of an answer over HTTP."
    )
    quiet, live = result["quiet_ms"], result["while_counting_ms"]
    yield _table(
        ("", "p50", "p99", "p50 while counting", "p99 while counting"),
        (
            (
                name,
                *(_number(answers[name][q]) for answers in (quiet, live) for q in ("p50", "p99")),
            )
            for name in quiet
        ),
    )
    flush = result["consumer"]
    yield (
        f"A flush of {flush['events_per_flush']:,} events took {flush['flush_ms']['p50']:.0f} ms "
        f"(p99 {flush['flush_ms']['p99']:.0f} ms); the consumer had {flush['memory_mib']} MiB at "
        f"most. The first answer after the start took {result['first_answer_ms']} ms."
    )


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [
        head,
        ["---", *["---:" if head[0] == "" and len(head) > 2 else "---"] * (len(head) - 1)],
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [*rows, *lines])


def _spread(values: Sequence[float]) -> str:
    if not values:
        return ""
    middle = _number(statistics.median(values))
    low, high = _number(min(values)), _number(max(values))
    return middle if low == high else f"{middle} ({low}–{high})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return _number(value) if isinstance(value, int | float) else str(value)
