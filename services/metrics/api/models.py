"""What several routes answer with: a share, and a cell of a table by format or topic."""

from collections.abc import Mapping
from typing import Any

from services.metrics.kpis.definitions import KpiValue
from services.metrics.kpis.measures import Measure
from shared.web.http import OutputModel


class ShareView(OutputModel):
    """A share with both of its numbers; all null where there is nothing, or too few people."""

    numerator: float | None
    denominator: float | None
    value: float | None
    suppressed: bool


def share(measure: Measure | KpiValue) -> ShareView:
    """A share as clients see it."""
    return ShareView(
        numerator=measure.numerator,
        denominator=measure.denominator,
        value=measure.value,
        suppressed=measure.suppressed,
    )


class CellView(OutputModel):
    """One format or topic of a window's posts."""

    posts: int
    viewers: int | None
    interactors: int | None
    engagement: float | None
    lift: float | None
    interval: tuple[float, float] | None
    suppressed: bool


def cell_fields(cell: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `CellView`, from a cell of `engagement`; a suppressed cell lacks some."""
    return {
        "posts": cell["posts"],
        "viewers": cell.get("viewers"),
        "interactors": cell.get("interactors"),
        "engagement": cell["value"],
        "lift": cell.get("lift"),
        "interval": cell.get("interval"),
        "suppressed": cell["suppressed"],
    }
