"""The page of results: what it says about goals, and about what wasn't measured."""

import statistics
from typing import Any

from benchmarks._consumer_peers import EXACT_STREAMS
from benchmarks._goals import GOALS
from benchmarks._machine import Rows
from benchmarks._render import render


def relay(*, relayed: list[float], sent: list[float]) -> dict[str, Any]:
    """What the relay's script prints."""
    rows = Rows("relay")
    for name, rates in (("relay", relayed), ("send", sent)):
        for rate in rates:
            rows.add(name, values={"per_second": rate, "cpu_us": 1e6 / rate})
    return {
        "benchmark": "relay",
        "broker": "Apache Kafka",
        "events": 1000,
        "to_send": round(statistics.median(relayed) / statistics.median(sent), 1),
        "rows": rows.stored,
    }


def page(results: dict[str, Any], missing: dict[str, str]) -> str:
    return render(
        machine={"Processor": "some, 2 cores"},
        versions={"Mitmach": "1"},
        results=results,
        missing=missing,
        seconds=dict.fromkeys([*results, *missing], 12.0),
        profiles="## What profiles found",
    )


def test_a_row_shows_the_median_and_the_spread_of_its_rounds() -> None:
    text = page({"relay": relay(relayed=[90_000, 70_000, 80_000], sent=[20_000])}, {})
    assert "| relay | 80,000 (70,000–90,000) |" in text
    assert "| send | 20,000 |" in text


def test_a_goal_that_is_missed_says_what_limits_it() -> None:
    (goal,) = [goal for goal in GOALS if "a `send` per record" in goal.text]
    met = page({"relay": relay(relayed=[80_000], sent=[20_000])}, {})
    missed = page({"relay": relay(relayed=[30_000], sent=[20_000])}, {})
    assert f"| {goal.text} | at least 2 | 4 | met | 4 |" in met
    assert f"| {goal.text} | at least 2 | 1.5 | **missed** | 1.5 |" in missed
    assert goal.limit in missed
    assert goal.limit not in met


def consumer(*, ours: float, streams: dict[str, float], **found: Any) -> dict[str, Any]:
    """What the consumer's script prints, by the processor time of an event in microseconds."""
    rows = Rows("consumer")
    for name, used in {"metrics": ours, **streams}.items():
        rows.add(name, values={"per_second": 1e6 / used, "cpu_us": used})
    circumstances = {"broker": "Apache Kafka", "events": 1000, "posts": 200, "bytes_per_event": 1}
    return {**circumstances, **found, "rows": rows.stored}


def test_the_goal_by_processor_time_is_held_against_the_row_that_uses_least() -> None:
    default, tuned = EXACT_STREAMS
    other = {"Kafka Streams at_least_once": 1.0}
    found = consumer(ours=5.0, streams={default: 20.0, tuned: 12.0, **other}, to_kafka_streams=3)
    text = page({"consumer": found}, {})
    assert "both warmed up | at least 2 | 3 | met | 2.4 |" in text
    assert "| The same by processor time | at least 2 | 2.4 | met |  |" in text


def test_where_every_fifth_event_makes_a_post_kafka_streams_has_a_goal_of_its_own() -> None:
    (goal,) = [goal for goal in GOALS if "Times Kafka Streams where every fifth" in goal.text]
    default, _ = EXACT_STREAMS
    found = consumer(ours=20.0, streams={default: 30.0}, to_kafka_streams=0.9)
    text = page({"consumer, many posts": found}, {})
    assert f"| {goal.text} | at least 1 | 0.9 | **missed** | 1.5 |" in text
    assert goal.limit in text


def test_kafka_streams_has_no_figure_where_it_was_left_out() -> None:
    found = consumer(ours=20.0, streams={}, to_kafka_streams=None)
    text = page({"consumer": found}, {})
    assert "| The same by processor time | at least 2 | – | not measured |  |" in text


def test_a_part_that_failed_is_there_with_the_reason() -> None:
    text = page({}, {"freshness": "given up after 300 s"})
    assert "## Freshness\n\nNot measured: given up after 300 s" in text
    assert "| not measured |" in text
