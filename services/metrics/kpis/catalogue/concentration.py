"""How much hangs on a few."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.metrics.kpis.definitions import Definition, Fact, Facts, Gauge, Kpi, Words
from services.metrics.kpis.measures import Measure, is_few, ratio

# The most active whose share is told. Beyond 70 % a community is fragile: it stands with them.
LEADING = 10
# From here on ten people are few enough among all to tell how even the rest is.
SMALL = 50


def _concentration(now: Facts, _before: Facts | None) -> Measure:
    descending = now.contributions.descending()
    people = len(descending)
    few = is_few(people)
    parts = {
        "contributors": None if few else people,
        "gini": _gini(descending) if not few and 0 < people < SMALL else None,
    }
    # What the ten made, taken from all, is what the others made.
    if few or is_few(people - LEADING):
        return Measure(suppressed=True, parts=parts)
    return ratio(int(descending[:LEADING].sum()), int(descending.sum()), **parts)


def _gini(descending: NDArray[np.integer]) -> float:
    """The Gini coefficient: 0 if all made as many, towards 1 if one made them all.

    Source: C. Gini, Variabilità e mutabilità (1912), as the mean difference of ordered values.
    """
    people, total = len(descending), int(descending.sum())
    weighted = int((np.arange(people, 0, -1) * descending).sum())
    return 2 * weighted / (people * total) - (people + 1) / people


def _contributors(parts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], float]]:
    if (people := parts["contributors"]) is not None:
        yield (), people


KPI = Kpi(
    Definition(
        name="concentration",
        order=70,
        title=Words("Concentration", "Konzentration"),
        version=1,
        question=Words(
            "Does it all hang on a few people?",
            "Hängt alles an wenigen Menschen?",
        ),
        formula="contributions of the ten most active / all contributions",
        explanation="All of it of active humans: posts, comments and contest entries of w, also"
        " those that are gone since. 30 to 55 % is usual, above 70 % a community is fragile; up to"
        " ten contributors it is 1; of eleven to fourteen it isn't told, since that would say what"
        " one to four of them did. With fewer than 50 contributors the Gini coefficient says it"
        " too: 0 where all made as many, towards 1 where one made nearly all.",
        numerator="contributions of the ten most active",
        denominator="contributions",
        filters=("group", "department"),
    ),
    _concentration,
    needs=frozenset({Fact.CONTRIBUTIONS}),
    gauges=(
        Gauge(
            "mitmach_contributors",
            "Active humans who contributed in the window; absent where these are few",
            (),
            _contributors,
        ),
    ),
)
