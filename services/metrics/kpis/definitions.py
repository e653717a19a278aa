"""Definitions: what a KPI means, beside the pure function that computes it.

A KPI is a pure function from what happened in a window (and in the one before) to a `Measure`. What
it means, its formula and its version stand beside it as a `Definition`, so that no surface can
describe it differently.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from services.metrics.kpis.measures import Measure
from services.metrics.kpis.windows import TRAILING, Window

# How long a post is counted for rates. Most of a post's attention comes within its first days; a
# fixed time makes posts of different age comparable.
ATTENTION = timedelta(days=7)


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What a KPI means, for everyone who reads its numbers.

    Attributes:
        name: The KPI in addresses and labels.
        version: Grows when the same events would give another number.
        question: What somebody who looks at it wants to know.
        formula: How it is computed, in the terms of the explanation.
        explanation: What the terms mean, and what is left out.
        numerator: What stands above the line.
        denominator: What stands below the line.
        windows: The windows that it is computed for.
        filters: What its posts can be narrowed down by; none for a KPI about people.
    """

    name: str
    version: int
    question: str
    formula: str
    explanation: str
    numerator: str
    denominator: str
    windows: tuple[str, ...] = (*TRAILING, "FROM/TO")
    filters: tuple[str, ...] = ()


Facts = TypeVar("Facts")


class Kpi(NamedTuple, Generic[Facts]):
    """A KPI: its definition and its function.

    Attributes:
        definition: What the KPI means, in words.
        measure: Computes it from the facts of a window, and of the window before where somebody
            wants to know what has moved; of that one itself nothing before it is asked.
    """

    definition: Definition
    measure: Callable[[Facts, Facts | None], Measure]


class KpiValue(msgspec.Struct, frozen=True, kw_only=True):
    """A KPI computed for a window, as every surface shows it.

    Attributes:
        name: The KPI's name in the catalogue.
        window: `FROM/TO`, half-open, UTC.
        numerator: The sum above the line; None if suppressed.
        denominator: The sum below the line; None if suppressed.
        value: Their ratio; None if there is nothing to divide by, or if suppressed.
        suppressed: Whether too few people stand behind it.
        previous: The value of the window before.
        parts: Numbers that explain the value, by name.
        definition_version: The version of the definition that it was computed by.
        as_of: Up to when events had been counted.
        provisional: Whether the window isn't over, so that the number will change.
        complete_from: Set when the stored history starts later than the first event did.
    """

    name: str
    window: str
    numerator: float | None
    denominator: float | None
    value: float | None
    suppressed: bool
    previous: float | None
    parts: Mapping[str, Any]
    definition_version: int
    as_of: datetime
    provisional: bool
    complete_from: datetime | None


def compute_kpi(
    kpi: Kpi[Facts],
    span: Window,
    *,
    now: Facts,
    before: Facts,
    as_of: datetime,
    provisional: bool,
    complete_from: datetime | None = None,
) -> KpiValue:
    """Computes a KPI for a window.

    Args:
        kpi: The KPI to compute.
        span: The UTC days to compute it for.
        now: The facts of the window, of the sort that this KPI looks at.
        before: The same facts of the window before.
        as_of: Up to when events had been counted.
        provisional: Whether the number may still change.
        complete_from: Since when the stored history is complete, if it isn't from the start.
    """
    measure = kpi.measure(now, before)
    return KpiValue(
        name=kpi.definition.name,
        window=str(span),
        numerator=measure.numerator,
        denominator=measure.denominator,
        value=measure.value,
        suppressed=measure.suppressed,
        previous=kpi.measure(before, None).value,
        parts=measure.parts,
        definition_version=kpi.definition.version,
        as_of=as_of,
        provisional=provisional,
        complete_from=complete_from,
    )
