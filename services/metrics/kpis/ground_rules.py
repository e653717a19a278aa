"""What every KPI obeys: half-open windows, pooled ratios, null for "nothing", few people hidden.

A KPI is a pure function from what happened in a window (and in the one before) to a `Measure`. What
it means, its formula and its version stand beside it as a `Definition`, so that no surface can
describe it differently.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

# People. A value over fewer could be read as what one known colleague did; a larger bound would
# blank small groups.
SMALLEST = 5
# Days. A longer window would have to read more than a year of bitmaps for one answer.
LONGEST = 366
# How long a post is counted for rates. Most of a post's attention comes within its first days; a
# fixed time makes posts of different age comparable.
ATTENTION = timedelta(days=7)

TRAILING = {"7d": 7, "30d": 30}
_BETWEEN = re.compile(r"(2[0-9]{3}-[0-9]{2}-[0-9]{2})/(2[0-9]{3}-[0-9]{2}-[0-9]{2})")


class Window(NamedTuple):
    """The UTC days from `start` up to, without, `end`."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days

    @property
    def previous(self) -> "Window":
        """The window of the same length that ends where this one starts."""
        return Window(self.start - (self.end - self.start), self.start)

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.start, time(), UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.end, time(), UTC)

    def each_day(self) -> Iterator[date]:
        """Its days in order."""
        return (self.start + timedelta(days=n) for n in range(self.days))


def window(text: str, today: date) -> Window:
    """Reads `7d`, `30d` or `FROM/TO`, e.g. `2026-11-01/2026-11-08`; TO isn't part of it.

    The first two are whole days and end with yesterday.
    TO may be tomorrow: the answer then reaches into the running day and is marked provisional.

    Raises:
        ValueError: It is none of these, holds no day or too many, or reaches beyond today.
    """
    if text in TRAILING:
        return Window(today - timedelta(days=TRAILING[text]), today)
    if (between := _BETWEEN.fullmatch(text)) is None:
        raise ValueError("a window is 7d, 30d or FROM/TO with dates such as 2026-11-01/2026-11-08")
    found = Window(date.fromisoformat(between[1]), date.fromisoformat(between[2]))
    if not 1 <= found.days <= LONGEST:
        raise ValueError(f"a window holds between 1 and {LONGEST} days; TO isn't part of it")
    if found.end > today + timedelta(days=1):
        raise ValueError("a window can't end later than tomorrow (TO isn't part of it)")
    return found


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What a KPI comes to: a ratio with both of its numbers, and the numbers behind it.

    Attributes:
        value: None if there is nothing to divide by, or too few people to tell.
        suppressed: Too few people; numerator and denominator are left out too, because they give
            the value away.
    """

    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    suppressed: bool = False
    parts: Mapping[str, Any] = msgspec.field(default_factory=dict)


SUPPRESSED = Measure(suppressed=True)


def is_few(people: float) -> bool:
    """Whether this is somebody, and too few to say how many."""
    return 0 < people < SMALLEST


def ratio(
    numerator: float, denominator: float, *, people: float | None = None, **parts: Any
) -> Measure:
    """A ratio of sums under the ground rules.

    Args:
        numerator: What is counted.
        denominator: Of how many.
        people: How many people stand behind the denominator, where that isn't the denominator
            itself.
        **parts: The numbers behind it.
    """
    behind = denominator if people is None else people
    if is_few(behind):
        return Measure(suppressed=True, parts=parts)
    value = numerator / denominator if denominator else None
    return Measure(numerator=numerator, denominator=denominator, value=value, parts=parts)


def suppressed_cells(people: Mapping[str, int], *, disjoint: bool) -> frozenset[str]:
    """Which cells of a table stay hidden: small ones, and what a subtraction would reveal.

    Args:
        people: How many people stand behind each cell.
        disjoint: Whether the cells add up to the total that is shown beside them. Then at least two
            cells with together five people or more are hidden, or none: the difference between
            total and shown cells tells nothing about fewer.
    """
    small = {name for name, count in people.items() if is_few(count)}
    if small and disjoint:
        larger = sorted((count, name) for name, count in people.items() if count >= SMALLEST)
        for _, name in larger:
            if len(small) >= 2 and sum(people[one] for one in small) >= SMALLEST:
                break
            small.add(name)
    return frozenset(small)


def wilson(successes: int, trials: int) -> tuple[float, float] | None:
    """The 95 % interval of a share (Wilson's score interval); None without trials.

    It stays within 0..1 and is honest for few trials, which the usual normal approximation isn't.
    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if trials == 0:
        return None
    z = 1.959963984540054  # the 97.5 % quantile of the normal distribution
    share = min(successes / trials, 1.0)
    spread = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / spread
    half = z / spread * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, centre - half), min(1.0, centre + half)


def quantile(counts: Mapping[int, int], share: float) -> int | None:
    """The smallest value with at least this share of all at or below it; None without values.

    Args:
        counts: How often each value occurs.
        share: 0.5 for the median.
    """
    rank = math.ceil(share * sum(counts.values()) - 1e-9)  # 0.9 * 110 is a little more than 99
    for value in sorted(counts):
        rank -= counts[value]
        if rank <= 0:
            return value
    return None


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What a KPI means, for everyone who reads its numbers.

    Attributes:
        version: Grows when the same events would give another number.
        filters: By what it can be narrowed down.
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
    """A definition and its function of a window's facts and those of the window before."""

    definition: Definition
    measure: Callable[[Facts, Facts | None], Measure]


class KpiValue(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI for one window, as every surface shows it.

    Attributes:
        window: `FROM/TO`, half-open, UTC.
        previous: The value of the window before.
        as_of: Up to when events had been counted.
        provisional: The window isn't over: the number will change.
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


def report(
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
        kpi: Which.
        span: The window.
        now: What happened in it.
        before: What happened in the window before.
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
