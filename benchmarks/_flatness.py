"""Whether what an event costs, and the memory of who handles it, stays the same over a long run."""

import statistics
from typing import Any, NamedTuple

from benchmarks._machine import Rows

WITHIN = 1.2  # times what it was
WINDOW = 20_000  # events at least: a second or two


class Sample(NamedTuple):
    """What a process had done and used by some moment."""

    events: int
    cpu: float
    memory_mib: float
    database_cpu: float = 0.0


def windows(events: int) -> dict[int, tuple[int, int]]:
    """Where to measure, by the size of the state: the first after the start's own cost."""
    width = max(events // 100, WINDOW)
    early = events // 1000
    return {
        early: (early, early + width),
        events // 10: (events // 10, events // 10 + width),
        events: (events - width, events),
    }


def cost(samples: list[Sample], window: tuple[int, int]) -> dict[str, float]:
    """Per event between two moments, which lie between samples."""
    before, after = (at(samples, events) for events in window)
    memory = [sample.memory_mib for sample in samples if window[0] <= sample.events <= window[1]]
    number = window[1] - window[0]
    return {
        "cpu_us": 1e6 * (after.cpu - before.cpu) / number,
        "database_cpu_us": 1e6 * (after.database_cpu - before.database_cpu) / number,
        "memory_mib": statistics.median(memory) if memory else after.memory_mib,
    }


def at(samples: list[Sample], events: int) -> Sample:
    """What had been used by then, in a straight line between two samples."""
    later = next(sample for sample in samples if sample.events >= events)
    earlier = [sample for sample in samples if sample.events < events]
    if not earlier:
        return later
    share = (events - earlier[-1].events) / (later.events - earlier[-1].events)
    return Sample(
        events, *(a + share * (b - a) for a, b in zip(earlier[-1][1:], later[1:], strict=True))
    )


def judged(samples: dict[str, list[Sample]], events: int) -> dict[str, Any]:
    """How much more late events cost than early ones, by part, and whether that is flat."""
    rows = Rows("growth")
    grown: dict[str, dict[str, float]] = {}
    for part, found in samples.items():
        costs = {state: cost(found, window) for state, window in windows(events).items()}
        for state, values in costs.items():
            rows.add(part, values=values, events=state)
        early, tenth, late = costs.values()
        # The highest and not the last: a cost that rises and falls again isn't flat either.
        most = {name: max(measured[name] for measured in costs.values()) for name in early}
        grown[part] = {
            "cost": round(most["cpu_us"] / early["cpu_us"], 2),
            "memory": round(late["memory_mib"] / tenth["memory_mib"], 2),
        }
    return {
        "grown": grown,
        "cost_is_flat": all(growth["cost"] <= WITHIN for growth in grown.values()),
        "memory_is_flat": all(growth["memory"] <= WITHIN for growth in grown.values()),
        "rows": rows.stored,
    }
