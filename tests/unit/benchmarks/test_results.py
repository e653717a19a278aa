"""The page of results: what it says about goals, and about what wasn't measured."""

import statistics
from typing import Any

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


def test_a_part_that_failed_is_there_with_the_reason() -> None:
    text = page({}, {"freshness": "given up after 300 s"})
    assert "## Freshness\n\nNot measured: given up after 300 s" in text
    assert "| not measured |" in text
