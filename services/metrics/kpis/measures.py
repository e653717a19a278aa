"""Measures: pooled ratios, null for "nothing to divide by", and few people suppressed."""

import math
from collections.abc import Mapping
from typing import Any

import msgspec

# People. A value over fewer could be read as what one known colleague did; a larger bound would
# blank small groups.
SMALLEST = 5


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What a KPI comes to: a ratio with both of its numbers, and the numbers behind it.

    Attributes:
        numerator: The sum above the line; None if suppressed.
        denominator: The sum below the line; None if suppressed.
        value: Their ratio; None if there is nothing to divide by, or too few people to tell.
        suppressed: Whether there are too few people. Then numerator and denominator are left out
            too, because they give the value away.
        parts: Numbers that explain the ratio, by name; each KPI has its own.
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
        numerator: The sum above the line.
        denominator: The sum below the line; with 0 there is no value.
        people: How many people stand behind the denominator, where that isn't the denominator
            itself. One to four: neither value nor sums are told.
        **parts: Numbers that explain the ratio; they are told even where it is suppressed.
    """
    behind = denominator if people is None else people
    if is_few(behind):
        return Measure(suppressed=True, parts=parts)
    value = numerator / denominator if denominator else None
    return Measure(numerator=numerator, denominator=denominator, value=value, parts=parts)


def suppressed_cells(people: Mapping[str, int], *, disjoint: bool) -> frozenset[str]:
    """Which cells of a table are suppressed: small ones, and those that a subtraction would reveal.

    Args:
        people: How many people stand behind each cell, by its name.
        disjoint: Whether the cells add up to the total that is shown beside them. Then at least two
            cells with together five people or more are suppressed, or none: the difference between
            the total and the shown cells tells nothing about fewer.
    """
    small = {name for name, count in people.items() if is_few(count)}
    if small and disjoint:
        larger = sorted((count, name) for name, count in people.items() if count >= SMALLEST)
        for _, name in larger:
            if len(small) >= 2 and sum(people[cell] for cell in small) >= SMALLEST:
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
    # The 97.5 % quantile of the normal distribution.
    z = 1.959963984540054
    share = min(successes / trials, 1.0)
    spread = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / spread
    half = z / spread * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, centre - half), min(1.0, centre + half)


def quantile(counts: Mapping[int, int], share: float) -> int | None:
    """The smallest value with at least this share of all at or below it; None without values.

    Args:
        counts: How often each value occurs.
        share: Between 0 and 1; 0.5 for the median.
    """
    # 0.9 * 110 is a little more than 99.
    rank = math.ceil(share * sum(counts.values()) - 1e-9)
    for value in sorted(counts):
        rank -= counts[value]
        if rank <= 0:
            return value
    return None
