"""A share as clients see it."""

from services.metrics.kpis.ground_rules import KpiValue, Measure
from shared.web.http import OutputModel


class ShareView(OutputModel):
    """A share with both of its numbers; all null where there is nothing, or too few people."""

    numerator: float | None
    denominator: float | None
    value: float | None
    suppressed: bool


def share(measure: Measure | KpiValue) -> ShareView:
    """What a client sees of a share."""
    return ShareView(
        numerator=measure.numerator,
        denominator=measure.denominator,
        value=measure.value,
        suppressed=measure.suppressed,
    )
