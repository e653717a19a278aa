"""Contributions as KPIs look at them: how many each person made."""

from array import array
from collections.abc import Iterable
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap


def bitmap(people: NDArray[np.uint32]) -> BitMap:
    """A set of the numbers in a column."""
    return BitMap(array("I", people.tobytes()))


class Contributions(NamedTuple):
    """Who contributed, and how often.

    Attributes:
        people: The numbers of those who did, in order.
        counts: How many contributions each of them made: posts, comments and entries of contests.
    """

    people: NDArray[np.uint32]
    counts: NDArray[np.integer]

    @classmethod
    def added(cls, people: NDArray[np.uint32], counts: NDArray[np.integer]) -> Self:
        """The contributions of people who may be named repeatedly."""
        # Numbers are dense, and sums of counts exact below 2 ** 53.
        sums = np.bincount(people, counts)
        found = np.flatnonzero(sums)
        return cls(found.astype(np.uint32), sums[found].astype(np.int64))

    @classmethod
    def total(cls, days: Iterable["Contributions"]) -> Self:
        """Those of several days."""
        nobody = (np.zeros(0, np.uint32), np.zeros(0, np.int64))
        people, counts = zip(nobody, *days, strict=True)
        return cls.added(np.concatenate(people), np.concatenate(counts))

    def among(self, people: BitMap) -> "Contributions":
        """Those of some people alone."""
        if bitmap(self.people).issubset(people):
            return self
        wanted = np.isin(self.people, np.fromiter(people, np.uint32, len(people)))
        return Contributions(self.people[wanted], self.counts[wanted])

    def descending(self) -> NDArray[np.integer]:
        """How many each contributor made, the most first."""
        return np.sort(self.counts)[::-1]
