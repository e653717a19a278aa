"""docs/metrics.md: every name that Prometheus can read, with its meaning and its labels."""

from collections.abc import Iterable, Iterator
from typing import Any

from services.metrics.instruments import BusinessFigures
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


def generate() -> dict[str, bytes]:
    """The page, by path."""
    described = (
        (collector.describe()[0], collector._labelnames)  # noqa: SLF001 - nothing public says them
        for collector in vars(Metrics()).values()
        if hasattr(collector, "describe") and hasattr(collector, "_labelnames")
    )
    business = ((family, family._labelnames) for family in BusinessFigures().families())  # type: ignore[attr-defined]  # noqa: SLF001
    parts = [_HEAD, *_table("Business figures", business), "", *_table("Technical", described)]
    return {PATH: "\n".join([*parts, ""]).encode()}


def _table(title: str, families: Iterable[tuple[Any, tuple[str, ...]]]) -> Iterator[str]:
    yield from (f"## {title}", "", "| name | type | labels | what |", "|---|---|---|---|")
    for family, labels in sorted(families, key=lambda row: row[0].name):
        name = family.name + ("_total" if family.type == "counter" else "")
        shown = ", ".join(f"`{label}`" for label in labels)
        yield f"| `{name}` | {family.type} | {shown} | {family.documentation} |"
