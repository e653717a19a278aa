"""docs/metrics.md: every name that Prometheus can read with its labels, and what is counted."""

from collections.abc import Iterable, Iterator
from typing import Any

from services.metrics.instruments import BusinessFigures
from services.metrics.projection.meanings import (
    CONTRIBUTIONS,
    INTERACTIONS,
    MEANINGS,
    Count,
    Meaning,
)
from shared.runtime.telemetry import Metrics

PATH = "docs/metrics.md"

_HEAD = """# Metrics

Generated from the catalogues in code. Each process exports the technical metrics at `/metrics`; the
business figures come from one API process of the metrics service, the holder of a lease, and from
stored state: no restart resets a counter. Times are seconds. No label names a person, a post or a
free topic; `route` is a template, never a path. Beside these each process exports the usual
`process_` and `python_` metrics.

The dashboards and rules in `observability/` show and watch them.
"""

_MEANINGS = """
## What counts as what

What each event about posts and contests does to the figures, when a human being caused it: an act
begins or ends with it, the person has done deeds on that day, counts of the post or contest change
(one or another, as the event says: a reply is a comment on a comment). Behind a count stands the
surface that the act is counted under. An interaction is in `mitmach_interactions_total`, but for
the surface `changed`, a contribution in `mitmach_contributions_total`; the `kind` of both is the
act. The last word tells how something is now. Every event is in `mitmach_events_total`.

| event | act | deeds | adds to | takes from | what it is |
|---|---|---|---|---|---|
"""


def generate() -> dict[str, bytes]:
    """The page, by path."""
    described = (
        (collector.describe()[0], collector._labelnames)  # noqa: SLF001 - nothing public says them
        for collector in vars(Metrics()).values()
        if hasattr(collector, "describe") and hasattr(collector, "_labelnames")
    )
    business = ((family, family._labelnames) for family in BusinessFigures().families())  # type: ignore[attr-defined]  # noqa: SLF001
    parts = [_HEAD, *_table("Business figures", business), "", *_table("Technical", described)]
    meanings = [_MEANINGS, *map(_meaning, MEANINGS)]
    return {PATH: "".join(["\n".join([*parts, ""]), *meanings]).encode()}


def _meaning(meaning: Meaning) -> str:
    begins_or_ends = {"begins": meaning.begins, "ends": meaning.ends}
    acts = [f"{word} `{act}`" for word, act in begins_or_ends.items() if act]
    type_ = meaning.event.type
    counted = {
        "an interaction": type_ in INTERACTIONS,
        "a contribution": type_ in CONTRIBUTIONS,
        "the last word": meaning.state,
    }
    cells = (
        f"`{type_}`",
        "".join(acts),
        ", ".join(meaning.deeds),
        ", ".join(_count(count) for count in meaning.counts if count.by > 0),
        ", ".join(_count(count) for count in meaning.counts if count.by < 0),
        ", ".join(word for word, holds in counted.items() if holds),
    )
    return f"| {' | '.join(cells)} |\n"


def _count(count: Count) -> str:
    return f"`{count.name}`" + (f" ({count.surface})" if count.surface else "")


def _table(title: str, families: Iterable[tuple[Any, tuple[str, ...]]]) -> Iterator[str]:
    yield from (f"## {title}", "", "| name | type | labels | what |", "|---|---|---|---|")
    for family, labels in sorted(families, key=lambda row: row[0].name):
        name = family.name + ("_total" if family.type == "counter" else "")
        shown = ", ".join(f"`{label}`" for label in labels)
        yield f"| `{name}` | {family.type} | {shown} | {family.documentation} |"
