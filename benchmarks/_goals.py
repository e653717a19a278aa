"""The goals, each with the figure that it is about and what limits it where it is missed."""

import statistics
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from benchmarks._consumer_peers import EXACT_STREAMS

Results = Mapping[str, Mapping[str, Any]]
"""The lines of JSON by the name of the part that printed them."""


class Goal(NamedTuple):
    """One promise about speed.

    Attributes:
        text: The promise in words, for the page.
        wanted: The bound that the figure is held to.
        figure: Finds the measured value; a missing part or row gives None.
        limit: What stands in the way, if the goal is missed.
        at_most: Whether the bound is an upper bound; otherwise the figure must reach it.
        unit: Unit of the figure, written behind it; empty for a ratio.
        processor: The same ratio of processor time, which other work on the machine hardly changes:
            part, our row, their row; of several of theirs the one that uses least.
    """

    text: str
    wanted: float
    figure: Callable[[Results], float | None]
    limit: str
    at_most: bool = False
    unit: str = ""
    processor: tuple[str, ...] | None = None

    def by_processor(self, results: Results) -> float | None:
        """How many times as much a unit of processor time does; see `processor`."""
        if self.processor is None or self.processor[0] not in results:
            return None
        return by_processor(*self.processor)(results)

    def judge(self, results: Results) -> tuple[float | None, str]:
        """The measured value, and the verdict in a word."""
        try:
            value = self.figure(results)
        except (KeyError, IndexError, TypeError, ValueError):
            value = None
        if value is None:
            return None, "not measured"
        met = value <= self.wanted if self.at_most else value >= self.wanted
        return value, "met" if met else "missed"


def median(part: str, row: str, measure: str, **circumstances: object) -> Any:
    """Finds the median of a measure in a row of results, for `Goal.figure`."""

    def find(results: Results) -> float | None:
        for stored in results[part]["rows"]:
            if {**stored, "row": row, **circumstances} == stored:
                ordered = sorted(stored["rounds"][measure])
                return float(ordered[len(ordered) // 2])
        return None

    return find


def by_processor(part: str, ours: str, *theirs: str) -> Callable[[Results], float | None]:
    """How many times as much our row does with a unit of processor time; see `Goal.processor`."""

    def find(results: Results) -> float | None:
        # The last row of a name is the one with most connections.
        used = {
            row["row"]: statistics.median(row["rounds"]["cpu_us"]) for row in results[part]["rows"]
        }
        least = min((used[name] for name in theirs if name in used), default=None)
        return None if least is None or ours not in used else float(least / used[ours])

    return find


def best_peer(results: Results) -> float | None:
    """Our metrics consumer against the fastest of the peers in Python."""
    rates = {
        row["row"]: sorted(row["rounds"]["per_second"])[len(row["rounds"]["per_second"]) // 2]
        for row in results["consumer"]["rows"]
    }
    ours = rates.pop("metrics")
    others = [
        rate
        for name, rate in rates.items()
        if not name.startswith(("bare", "totals", "Kafka Streams"))
    ]
    return float(ours / max(others)) if others else None


def grown(what: str) -> Callable[[Results], float | None]:
    """How much more late events cost than early ones, of relay or consumer, whichever grew more."""
    return lambda results: max(
        float(growth[what]) for growth in results["growth"]["grown"].values()
    )


def slowest_answer(which: str) -> Callable[[Results], float | None]:
    """The highest p99 of the KPI answers."""
    return lambda results: max(float(answer["p99"]) for answer in results["kpis"][which].values())


_RECORDS = (
    "An event costs the relay six tenths of the processor time of a `send`, half of that for the "
    "record and its headers. Little waiting is left, since numbers are stored while the broker is "
    "waited for (see the profiles)."
)
_STREAMS = (
    "Ours keeps sums, columns per day and bitmaps of people too, Kafka Streams one number per post "
    "and type; and one is Python."
)
GOALS = (
    Goal(
        "Write path, 256 connections, motor: to the empty endpoint",
        0.8,
        lambda results: results["write_path"]["to_empty_endpoint"],
        "Motor hands every call to a thread and back, a third of the time. The driver is a "
        "setting; PyMongo's asyncio API doesn't.",
        processor=("write_path", "ours, motor", "empty endpoint"),
    ),
    Goal(
        "The same with PyMongo's asyncio API (moonshot: above 1.0)",
        1.0,
        lambda results: results["write_path"]["to_empty_endpoint_pymongo"],
        "The server shares two cores with the database and the load generator, which an empty "
        "endpoint leaves idle in part.",
        processor=("write_path", "ours, PyMongo", "empty endpoint"),
    ),
    Goal(
        "Write path: times the textbook's one transaction per request",
        6.0,
        lambda results: results["write_path"]["to_textbook"],
        "The batches are too small to share the cost of a commit.",
        processor=("write_path", "ours, motor", "one transaction per request"),
    ),
    Goal(
        "Write path: times the nearest peer, faststream-outbox on PostgreSQL",
        6.0,
        lambda results: results["write_path"]["to_outbox_peer"],
        "The peer does fewer reads and checks no rule (see its script).",
        processor=("write_path", "ours, motor", "faststream-outbox"),
    ),
    Goal(
        "Relay, numbers and marks included: times a `send` per record",
        2.0,
        lambda results: results["relay"]["to_send"],
        _RECORDS,
        processor=("relay", "relay", "send"),
    ),
    Goal(
        "The same, and the `send`s go in batches as large as the relay's",
        2.0,
        lambda results: results["relay"]["to_send_in_large_batches"],
        _RECORDS,
        processor=("relay", "relay", "send, large batches"),
    ),
    Goal(
        "Consumer, exact durable sums: to the bare loop with the same fold",
        0.8,
        lambda results: results["consumer"]["to_bare_loop"],
        "The chain of sequences is checked per record, in Python.",
        processor=("consumer", "totals", "bare"),
    ),
    Goal(
        "Consumer, the whole metrics service, 5,000 posts: to the bare loop",
        0.9,
        lambda results: results["consumer"]["to_bare_loop_metrics"],
        "Beside the fold a third of the time goes into checking the chain of each record and into "
        "making columns of what was folded.",
        processor=("consumer", "metrics", "bare"),
    ),
    Goal(
        "The same where every fifth event makes a post",
        0.6,
        lambda results: results["consumer, many posts"]["to_bare_loop_metrics"],
        "Beside the fold each post that is new makes a row, with its id, its group and its words.",
        processor=("consumer, many posts", "metrics", "bare"),
    ),
    Goal(
        "Metrics consumer: times Kafka Streams with exactly_once_v2, both warmed up",
        2.0,
        lambda results: results["consumer"]["to_kafka_streams"],
        _STREAMS,
        processor=("consumer", "metrics", *EXACT_STREAMS),
    ),
    Goal(
        "The same by processor time",
        2.0,
        by_processor("consumer", "metrics", *EXACT_STREAMS),
        _STREAMS,
    ),
    Goal(
        "Times Kafka Streams where every fifth event makes a post (wished for: 2)",
        1.0,
        lambda results: results["consumer, many posts"]["to_kafka_streams"],
        "A flush writes a row per changed post, and shares the processor with the fold.",
        processor=("consumer, many posts", "metrics", *EXACT_STREAMS),
    ),
    Goal(
        "Metrics consumer: times the fastest peer in Python",
        1.0,
        best_peer,
        "The peer counts per post and type only.",
    ),
    Goal(
        "Freshness at 500 writes/s: p99 from the 2xx to `/metrics`",
        200.0,
        median("freshness", "2xx to /metrics", "p99_ms", writes_per_second=500),
        "The relay's look at the log (50 ms apart), the flush (100 ms apart, as long as it takes) "
        "and the readings (20 ms apart) add up, and seven processes share two cores.",
        at_most=True,
        unit=" ms",
    ),
    Goal(
        "KPI answers at the reference size, nothing else going on: slowest p99",
        50.0,
        slowest_answer("quiet_ms"),
        "The largest group of all, over a year: two years of what 28,000 people a day did in it.",
        at_most=True,
        unit=" ms",
    ),
    Goal(
        "The same while 2,000 events are counted with each flush",
        60.0,
        slowest_answer("while_counting_ms"),
        "Counting and answering share two cores and the database.",
        at_most=True,
        unit=" ms",
    ),
    Goal(
        "A flush of these 2,000 events: p99",
        60.0,
        lambda results: results["kpis"]["consumer"]["flush_ms"]["p99"],
        "It takes eight days of pages into the base, beside an API that answers as fast as it can.",
        at_most=True,
        unit=" ms",
    ),
    Goal(
        "Consumer memory at the reference size",
        1024.0,
        lambda results: results["kpis"]["consumer"]["memory_mib"],
        "Posts of a year are kept in memory once touched.",
        at_most=True,
        unit=" MiB",
    ),
    Goal(
        "Memory of the API with a year loaded, at the reference size",
        1024.0,
        lambda results: results["kpis"]["api_memory_mib"],
        "Posts of two years, and who took part in one, are kept in memory once asked for.",
        at_most=True,
        unit=" MiB",
    ),
    Goal(
        "Growth: what an event costs at the end, times what it costs at the start",
        1.2,
        grown("cost"),
        "Flushes may take half of the time, and each writes all posts that people look at.",
        at_most=True,
    ),
    Goal(
        "Growth: memory at the end, times that after a tenth",
        1.2,
        grown("memory"),
        "Sheets in memory have a row of 75 bytes for each post, and people a number.",
        at_most=True,
    ),
    Goal(
        "Import of a history: acts a second, from the file to the figures",
        1_100.0,
        median("import", "mattermost", "acts_per_second"),
        "Importer, services, database and broker share two cores: an act costs the platform more "
        "than a millisecond of one.",
    ),
    Goal(
        "What people do during an import: p99 from the 2xx to the figures",
        250.0,
        median("import, among people", "mattermost", "live_fresh_p99_ms"),
        "What is recorded in one go is counted in one go; the living are counted behind it.",
        at_most=True,
        unit=" ms",
    ),
)
