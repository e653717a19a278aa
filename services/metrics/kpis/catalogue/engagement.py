"""What moves people to do something."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.metrics.kpis.content import FORMATS, Attention, engagement_of
from services.metrics.kpis.definitions import Definition, Fact, Facts, Gauge, Kpi, Words
from services.metrics.kpis.measures import Measure, ratio, suppressed_cells, wilson


def _engagement_cells(
    cells: Mapping[str, Attention], overall: float | None, *, disjoint: bool
) -> dict[str, Any]:
    suppressed = suppressed_cells(
        {name: cell.viewers for name, cell in cells.items()}, disjoint=disjoint
    )
    shown: dict[str, Any] = {}
    for name, cell in cells.items():
        if name in suppressed:
            shown[name] = {"posts": cell.posts, "value": None, "suppressed": True}
            continue
        rate = engagement_of(cell.viewers, cell.interactors).value
        shown[name] = {
            "posts": cell.posts,
            "viewers": cell.viewers,
            "interactors": cell.interactors,
            "value": rate,
            "lift": rate / overall if rate is not None and overall else None,
            "interval": wilson(cell.interactors, cell.viewers),
            "suppressed": False,
        }
    return shown


def _engagement(facts: Facts, _before: Facts | None) -> Measure:
    now = facts.attention
    total = now.total
    overall = engagement_of(total.viewers, total.interactors)
    parts: dict[str, Any] = {"posts": total.posts, "posts_still_counted": total.unfinished}
    if not overall.suppressed:
        parts["interval"] = wilson(total.interactors, total.viewers)
    parts["formats"] = _engagement_cells(now.formats, overall.value, disjoint=True)
    parts["topics"] = _engagement_cells(now.topics, overall.value, disjoint=False)
    return ratio(total.interactors, total.viewers, **parts)


def _shown(parts: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    formats = parts["formats"]
    for name in FORMATS & formats.keys():
        if formats[name]["value"] is not None:
            yield name, formats[name]


def _rates(parts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], float]]:
    for name, cell in _shown(parts):
        yield (name,), cell["value"]


def _bounds(parts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], float]]:
    for name, cell in _shown(parts):
        for bound, share in zip(("low", "high"), cell["interval"], strict=True):
            yield (name, bound), share


def _lifts(parts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], float]]:
    for name, cell in _shown(parts):
        if cell["lift"] is not None:
            yield (name,), cell["lift"]


KPI = Kpi(
    Definition(
        name="engagement",
        order=40,
        title=Words("Engagement", "Engagement"),
        version=2,
        question=Words(
            "Which formats and topics move people to do something?",
            "Was bringt Menschen dazu, etwas zu tun?",
        ),
        formula="IR = sum of interactors / sum of viewers over the posts published in w; lift = IR"
        " of a format / IR of all",
        explanation="Distinct active humans per post of an active human, its author left out, each"
        " post counted for seven days from its publication; younger posts count so far."
        " Interactions: comment, reaction, share, poll vote, as they stood at the end of the seven"
        " days: one that was taken back, deleted or hidden before doesn't count, one that was taken"
        " back later does. Deleted and hidden posts are out. With the number of posts and a Wilson"
        " interval of 95 %.",
        numerator="interactors",
        denominator="viewers",
        filters=("group", "format", "topic"),
    ),
    _engagement,
    needs=frozenset({Fact.ATTENTION}),
    gauges=(
        Gauge(
            "mitmach_format_engagement_ratio",
            "Interactors by viewers, over a format's posts; absent where few are behind it",
            ("format",),
            _rates,
        ),
        Gauge(
            "mitmach_format_engagement_bound_ratio",
            "Both ends of the 95 % interval of a format's engagement",
            ("format", "bound"),
            _bounds,
        ),
        Gauge(
            "mitmach_format_engagement_lift",
            "A format's engagement by that of all posts: above 1 it moves more people than others",
            ("format",),
            _lifts,
        ),
    ),
)
