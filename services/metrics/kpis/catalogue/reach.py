"""Whom posts reach."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.metrics.kpis.content import FORMATS, Attention, reach_of
from services.metrics.kpis.definitions import Definition, Fact, Facts, Gauge, Kpi, Words
from services.metrics.kpis.measures import Measure, ratio, suppressed_cells


def _unreached(cells: Mapping[str, Attention]) -> frozenset[str]:
    """Whose reach stays hidden: small audiences, and what would tell a small number of viewers.

    Reached people and spill add up to the viewers, so where engagement hides these, so must reach.
    """
    by_audience = suppressed_cells(
        {name: cell.audience for name, cell in cells.items()}, disjoint=True
    )
    return by_audience | suppressed_cells(
        {name: cell.viewers for name, cell in cells.items()}, disjoint=True
    )


def _reach_cells(cells: Mapping[str, Attention]) -> dict[str, Any]:
    suppressed = _unreached(cells)
    return {
        name: {"posts": cell.posts, "value": None, "suppressed": True}
        if name in suppressed
        else {
            "posts": cell.posts,
            "audience": cell.audience,
            "reached": cell.reached,
            "spill": cell.spill,
            "value": reach_of(cell.audience, cell.reached).value,
            "suppressed": False,
        }
        for name, cell in cells.items()
    }


def _reach(now: Facts, _before: Facts | None) -> Measure:
    people, total = now.people, now.attention.total
    posts = _reach_cells({"all": total})["all"]
    return ratio(
        len(people.readers),
        len(people.eligible),
        posts=posts | {"posts_still_counted": total.unfinished},
        formats=_reach_cells(now.attention.formats),
    )


def _rates(parts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], float]]:
    formats = parts["formats"]
    for name in FORMATS & formats.keys():
        if (share := formats[name]["value"]) is not None:
            yield (name,), share


KPI = Kpi(
    Definition(
        name="reach",
        order=30,
        title=Words("Reach", "Reichweite"),
        version=2,
        question=Words(
            "Whom do posts reach, and which format reaches most?",
            "Wen erreichen die Posts, und welches Format die meisten?",
        ),
        formula="|viewed at least one post| / |E_w|; of posts: sum of viewers within the audience"
        " / sum of audiences",
        explanation="A post's audience is the active humans who could see it when it was"
        " published, without its author; posts of programs are out, and deleted and hidden ones."
        " Viewers within seven days count, without the author; those who belonged to the audience"
        " when they first saw it were reached, the others are its spill. Pooled by format too;"
        " hidden where fewer than five could see its posts, or did.",
        numerator="people who viewed at least one post",
        denominator="eligible people",
        filters=("group",),
        card="formats",
    ),
    _reach,
    needs=frozenset({Fact.PEOPLE, Fact.ATTENTION}),
    gauges=(
        Gauge(
            "mitmach_format_reach_ratio",
            "Reached people by audience, over a format's posts; absent where few are behind it",
            ("format",),
            _rates,
        ),
    ),
)
