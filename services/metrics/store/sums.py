"""What posts come to, kept per day: an answer over a year adds 365 small tables, not all posts.

Only what depends on the moment of asking (which posts are younger than the attention window) isn't
kept. But a moment divides one day at most: all others are older or younger as a whole.

Rejected: tables per group, or per pair of format and topic. There are nearly as many of these as
posts, so narrowed answers select rows of each day instead.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from services.metrics.kpis.definitions import ATTENTION
from services.metrics.store.column_page import DAY_MS, RETRACTED, day_begins, milliseconds
from services.metrics.store.post_columns import PostColumns, joined
from services.metrics.store.topic_bounds import Column

SUMMED = ("posts", "viewers", "interactors", "audience", "reached")
"""The rows of a table of sums, all of them columns of posts but for the first."""


class SumsByCode(NamedTuple):
    """Sums by format or by topic.

    Attributes:
        words: The numbers of formats or topics that have a post.
        sums: For each of `SUMMED`: the sum for each of these. Floats, exact below 2 ** 53.
    """

    words: NDArray[np.int64]
    sums: NDArray[np.float64]

    @classmethod
    def of(cls, words: Column, values: Iterable[Column]) -> Self:
        """Adds up what stands under the same word.

        Args:
            words: Any number of times each.
            values: For each of `SUMMED`: one for each of these.
        """
        sums = np.array([np.bincount(words, each) for each in values])
        found = np.flatnonzero(sums[0])
        return cls(found, sums[:, found])


def added(tables: Sequence[SumsByCode]) -> SumsByCode:
    """The sums of several tables."""
    words = np.concatenate([NO_CODES, *(table.words for table in tables)])
    return SumsByCode.of(words, np.hstack([NO_SUMS, *(table.sums for table in tables)]))


NO_CODES = np.zeros(0, np.int64)
NO_SUMS = np.zeros((len(SUMMED), 0))


class AnswerSums(NamedTuple):
    """How posts were answered.

    Attributes:
        answered: How many have a comment by another person.
        appreciated: How many have a comment or a reaction by another person.
        waits: Of the answered: seconds to the first response. One of which that was deleted later,
            and nothing else within seven days answered it, has none.
    """

    answered: int
    appreciated: int
    waits: Column


class PostBatch:
    """Posts, and what they come to; each sum is made when it is first asked for, and kept.

    Args:
        rows: The posts.
        first: None is published before; in milliseconds since 1970.
        last: And none after.
    """

    def __init__(self, rows: PostColumns, first: int, last: int) -> None:
        self.rows = rows
        self.first = first
        self.last = last

    @classmethod
    def of_day(cls, day: date, rows: PostColumns) -> Self:
        """The posts of a day."""
        first = day_begins(day)
        return cls(rows, first, first + DAY_MS - 1)

    def where(self, wanted: Column) -> "PostBatch":
        """Some of them."""
        return PostBatch(self.rows.where(wanted), self.first, self.last)

    def words(self) -> Column:
        """The numbers of their formats and topics."""
        return np.union1d(self.rows["format"], self.rows["topics"])

    def renumbered(self, numbers: Column) -> "PostBatch":
        """The same posts with other numbers for formats and topics; sums that are known are kept.

        Args:
            numbers: The new number of each old one.
        """
        lot = PostBatch(self.rows.renumbered(numbers).made(), self.first, self.last)
        for name in vars(self).keys() & {"formats", "topics"}:
            table: SumsByCode = vars(self)[name]
            vars(lot)[name] = SumsByCode(numbers[table.words].astype(np.int64), table.sums)
        if "answers" in vars(self):
            vars(lot)["answers"] = self.answers
        return lot

    @cached_property
    def formats(self) -> SumsByCode:
        """Their sums by format."""
        rows = self.rows
        return SumsByCode.of(
            rows["format"], [np.ones(len(rows)), *(rows[name] for name in SUMMED[1:])]
        )

    @cached_property
    def topics(self) -> SumsByCode:
        """Their sums by topic."""
        rows, at = self.rows, self.rows["topic_rows"]
        return SumsByCode.of(
            rows["topics"], [np.ones(len(at)), *(rows[name][at] for name in SUMMED[1:])]
        )

    @cached_property
    def answers(self) -> AnswerSums:
        """How they were answered, whatever their age."""
        rows = self.rows
        answered = rows["comments"] > 0
        waits = rows["response"][answered]
        return AnswerSums(
            answered=len(waits),
            appreciated=int(np.count_nonzero(answered | (rows["reactions"] > 0))),
            waits=waits[(waits > RETRACTED) & (waits < ATTENTION.total_seconds())],
        )


def divided(lots: Iterable[PostBatch], moment: datetime) -> tuple[list[PostBatch], list[PostBatch]]:
    """The posts published up to a moment, and those published later."""
    limit = milliseconds(moment)
    older: list[PostBatch] = []
    younger: list[PostBatch] = []
    for lot in lots:
        if lot.last <= limit:
            older.append(lot)
        elif lot.first > limit:
            younger.append(lot)
        else:
            early = lot.rows["published"] <= limit
            older.append(lot.where(early))
            younger.append(lot.where(~early))
    return older, younger


def together(lots: Sequence[PostBatch]) -> list[PostBatch]:
    """The same posts as one lot, for sums that nobody will ask for again: quicker than adding."""
    if not lots:
        return []
    first, last = min(lot.first for lot in lots), max(lot.last for lot in lots)
    return [PostBatch(joined([lot.rows for lot in lots]), first, last)]
