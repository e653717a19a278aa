"""Definitions: what a KPI means, beside the pure function that computes it.

A KPI is a pure function from what happened in a window (and in the one before) to a `Measure`. What
it means, its formula and its version stand beside it as a `Definition`, so that no surface can
describe it differently.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec

from services.metrics.kpis.content import Answers, AttentionBreakdown
from services.metrics.kpis.contributions import Contributions
from services.metrics.kpis.demand import TopicDemand
from services.metrics.kpis.measures import SUPPRESSED, Measure
from services.metrics.kpis.people import Population
from services.metrics.kpis.windows import TRAILING, Window

# How long a post is counted for rates. Most of a post's attention comes within its first days; a
# fixed time makes posts of different age comparable.
ATTENTION = timedelta(days=7)


class Words(NamedTuple):
    """The same in both languages."""

    en: str
    de: str


class Fact(Enum):
    """Something that happened in a window, as KPIs look at it; see `Facts`."""

    PEOPLE = auto()
    CONTRIBUTIONS = auto()
    DEMAND = auto()
    ATTENTION = auto()
    ANSWERS = auto()


# Facts that are sets of people, or made of them.
ABOUT_PEOPLE = frozenset({Fact.PEOPLE, Fact.CONTRIBUTIONS, Fact.DEMAND})


class Filters(NamedTuple):
    """What a KPI is narrowed down to.

    Attributes:
        group: The id of a group: what happens in it, and of people its members; None for all.
        format: A format, such as `video`: posts of this format alone; None for all.
        topic: A topic: posts on it alone, and who took it up; None for all.
        department: People of this department alone; None for all.
    """

    group: str | None = None
    format: str | None = None
    topic: str | None = None
    department: str | None = None

    @property
    def of_people(self) -> bool:
        """Whether not all people are asked about."""
        return self.group is not None or self.department is not None


class Facts:
    """The facts of a window; only those are there that somebody needs.

    Args:
        people: Sets of those who could take part, and of those who did.
        contributions: How many contributions each of them made.
        demand: Who took up the topic, or any.
        attention: Views and interactions of the posts, in their first seven days.
        answers: Comments and reactions of others, in their first seven days.

    Attributes:
        hidden: Whether the people who are asked about must stay hidden, so that nothing is told.
    """

    def __init__(
        self,
        *,
        hidden: bool = False,
        people: Population | None = None,
        contributions: Contributions | None = None,
        demand: TopicDemand | None = None,
        attention: AttentionBreakdown | None = None,
        answers: Answers | None = None,
    ) -> None:
        self.hidden = hidden
        self._people = people
        self._contributions = contributions
        self._demand = demand
        self._attention = attention
        self._answers = answers

    @property
    def people(self) -> Population:
        """Who could take part, and who did."""
        return _needed(self._people, Fact.PEOPLE)

    @property
    def contributions(self) -> Contributions:
        """How many contributions each of the people made."""
        return _needed(self._contributions, Fact.CONTRIBUTIONS)

    @property
    def demand(self) -> TopicDemand:
        """Who took up the topic that is asked about, or any topic."""
        return _needed(self._demand, Fact.DEMAND)

    @property
    def attention(self) -> AttentionBreakdown:
        """What the posts got within seven days of their publication."""
        return _needed(self._attention, Fact.ATTENTION)

    @property
    def answers(self) -> Answers:
        """How the posts were answered within seven days."""
        return _needed(self._answers, Fact.ANSWERS)


F = TypeVar("F")


def _needed(found: F | None, fact: Fact) -> F:
    if found is None:
        raise LookupError(f"a KPI looks at {fact.name} and doesn't say that it needs it")
    return found


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What a KPI means, for everyone who reads its numbers.

    Attributes:
        name: The KPI in addresses and labels.
        order: Where it stands among the others, the smallest first.
        title: Its name on the board, in both languages.
        version: Grows when the same events would give another number.
        question: What somebody who looks at it wants to know.
        formula: How it is computed, in the terms of the explanation.
        explanation: What the terms mean, and what is left out.
        numerator: What stands above the line.
        denominator: What stands below the line.
        windows: The windows that it is computed for.
        filters: What it can be narrowed down by.
        card: Which parts the board lists under it: how the eligible are divided (`shares`), the
            leading formats (`formats`), or none.
    """

    name: str
    order: int
    title: Words
    version: int
    question: Words
    formula: str
    explanation: str
    numerator: str
    denominator: str
    windows: tuple[str, ...] = (*TRAILING, "FROM/TO")
    filters: tuple[str, ...] = ()
    card: Literal["", "shares", "formats"] = ""


class Gauge(NamedTuple):
    """What Prometheus is shown of the parts of a KPI, beside its value.

    Attributes:
        name: The metric's.
        documentation: What it is, for whoever reads `/metrics`.
        labels: Names of its labels; the window is one more.
        samples: From the parts, the values of the labels and the number.
    """

    name: str
    documentation: str
    labels: tuple[str, ...]
    samples: Callable[[Mapping[str, Any]], Iterable[tuple[tuple[str, ...], float]]]


class Kpi(NamedTuple):
    """A KPI: its definition and its function.

    Attributes:
        definition: What the KPI means, in words.
        measure: Computes it from the facts of a window, and of the window before where somebody
            wants to know what has moved; of that one itself nothing before it is asked.
        needs: The facts that it looks at.
        gauges: What Prometheus is shown of its parts.
    """

    definition: Definition
    measure: Callable[[Facts, Facts | None], Measure]
    needs: frozenset[Fact]
    gauges: tuple[Gauge, ...] = ()


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
    kpi: Kpi,
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
        now: The facts of the window; at least those that this KPI needs.
        before: The same facts of the window before.
        as_of: Up to when events had been counted.
        provisional: Whether the number may still change.
        complete_from: Since when the stored history is complete, if it isn't from the start.
    """
    measure = _measured(kpi, now, before)
    return KpiValue(
        name=kpi.definition.name,
        window=str(span),
        numerator=measure.numerator,
        denominator=measure.denominator,
        value=measure.value,
        suppressed=measure.suppressed,
        previous=_measured(kpi, before, None).value,
        parts=measure.parts,
        definition_version=kpi.definition.version,
        as_of=as_of,
        provisional=provisional,
        complete_from=complete_from,
    )


def _measured(kpi: Kpi, now: Facts, before: Facts | None) -> Measure:
    if now.hidden:
        return SUPPRESSED
    return kpi.measure(now, None if before is None or before.hidden else before)
