"""Whether people move from consuming to taking part."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.metrics.kpis.definitions import Definition, Fact, Facts, Gauge, Kpi, Words
from services.metrics.kpis.measures import Measure, ratio

# What the eligible are divided into.
PARTS = ("creators", "interactors", "viewers", "inactive")


def _participation(facts: Facts, facts_before: Facts | None) -> Measure:
    now = facts.people
    before = None if facts_before is None else facts_before.people
    cells = {
        "creators": len(now.creators),
        "interactors": len(now.interactors),
        "viewers": len(now.only_viewers),
    }
    active, eligible = sum(cells.values()), len(now.eligible)
    parts: dict[str, Any] = {}
    for name, people in cells.items():
        # A split of a handful of active people tells what each of them did, whatever it is divided
        # by.
        split = ratio(people, active)
        of_eligible = ratio(people, eligible)
        shown = not (split.suppressed or of_eligible.suppressed)
        parts[name] = {
            "people": people if shown else None,
            "of_eligible": of_eligible.value if shown else None,
            "of_active": split.value if shown else None,
            "suppressed": not shown,
        }
    rest = ratio(eligible - active, eligible)
    parts["inactive"] = {
        "people": rest.numerator,
        "of_eligible": rest.value,
        "suppressed": rest.suppressed,
    }
    if before is not None:
        watched = before.only_viewers & now.eligible
        moved = ratio(len(watched & (now.creators | now.interactors)), len(watched))
        parts["activation_flow"] = {
            "began_to_take_part": moved.numerator,
            "only_viewed_before": moved.denominator,
            "value": moved.value,
            "suppressed": moved.suppressed,
        }
    return ratio(cells["creators"] + cells["interactors"], eligible, **parts)


def _shares(parts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], float]]:
    for part in PARTS:
        if (share := parts[part]["of_eligible"]) is not None:
            yield (part,), share


KPI = Kpi(
    Definition(
        name="participation",
        order=50,
        title=Words("Participation", "Mitmachen"),
        version=1,
        question=Words(
            "Do people move from consuming to taking part?",
            "Werden aus Lesenden Mitmachende?",
        ),
        formula="(|C| + |I|) / |E_w|; C, I, V and the inactive are exclusive; activation flow ="
        " (only viewed in w-1, in I or C in w) / (only viewed in w-1, still in E_w)",
        explanation="All of it of active humans. C: published a post or entered a contest. I:"
        " commented, reacted, shared or voted, without C. V: viewed, without both. Inactive: the"
        " rest of E_w. w-1 is the window of the same length before. An act that is taken back later"
        " was taking part all the same.",
        numerator="people who created or interacted",
        denominator="eligible people",
        filters=("group", "department"),
        card="shares",
    ),
    _participation,
    needs=frozenset({Fact.PEOPLE}),
    gauges=(
        Gauge(
            "mitmach_participation_ratio",
            "Of the eligible: who created, else interacted, else viewed, else nothing (inactive)",
            ("who",),
            _shares,
        ),
    ),
)
