"""What posts come to, kept per day: an answer over a year adds 365 small tables, not all posts.

Only what depends on the moment of asking (which posts are younger than the attention window) isn't
kept. But a moment divides one day at most: all others are older or younger as a whole.

Rejected: tables per group, or per pair of format and topic. There are nearly as many of these as
posts, so filtered answers select the posts of each day instead.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from services.metrics.kpis.definitions import ATTENTION
from services.metrics.store.columns.layout import (
    DAY_MS,
    MILLISECOND,
    RETRACTED,
    Column,
    day_begins,
    milliseconds,
)
from services.metrics.store.columns.post_columns import PostColumns, concatenated

# What is summed, in the order of the rows of a table; all but the first are columns of posts.
SUMMED = ("posts", "viewers", "interactors", "audience", "reached")


class SumsByCode(NamedTuple):
    """A table of sums by format or by topic.

    Attributes:
        codes: The codes of the formats or topics that have a post: one per column of `sums`.
        sums: A row for each of `SUMMED`. Floats, exact below 2 ** 53.
    """

    codes: NDArray[np.int64]
    sums: NDArray[np.float64]

    @classmethod
    def of(cls, codes: Column, values: Iterable[Column]) -> Self:
        """Adds up what stands under the same code.

        Args:
            codes: Codes of formats or topics, each any number of times.
            values: For each of `SUMMED` a column with one value per entry of `codes`.
        """
        sums = np.array([np.bincount(codes, column) for column in values])
        found = np.flatnonzero(sums[0])
        return cls(found, sums[:, found])


def add_sums(tables: Sequence[SumsByCode]) -> SumsByCode:
    """The sums of several tables, as a single table."""
    codes = np.concatenate([NO_CODES, *(table.codes for table in tables)])
    return SumsByCode.of(codes, np.hstack([NO_SUMS, *(table.sums for table in tables)]))


NO_CODES = np.zeros(0, np.int64)
NO_SUMS = np.zeros((len(SUMMED), 0))


class AnswerSums(NamedTuple):
    """How posts were answered within seven days.

    Attributes:
        answered: How many posts have a comment by another person.
        appreciated: How many posts have a comment or a reaction by another person.
        waits: Seconds to the first response, for each answered post whose first response stands. A
            post has none where it was deleted later, and nothing else answered in time.
    """

    answered: int
    appreciated: int
    waits: Column


class PostBatch:
    """Posts of a span of time, and what they come to.

    Each sum is made when it is first asked for, and kept.

    Args:
        posts: The posts in columns.
        first: No post was published before; in milliseconds since 1970.
        last: No post was published after; in milliseconds since 1970.
    """

    def __init__(self, posts: PostColumns, first: int, last: int) -> None:
        self.posts = posts
        self.first = first
        self.last = last

    @classmethod
    def of_day(cls, day: date, posts: PostColumns) -> Self:
        """The batch of all posts of a day."""
        first = day_begins(day)
        return cls(posts, first, first + DAY_MS - 1)

    def where(self, wanted: Column) -> "PostBatch":
        """The posts whose rows are true in a column of booleans; nothing is summed yet."""
        return PostBatch(self.posts.where(wanted), self.first, self.last)

    def codes(self) -> Column:
        """The codes of the formats and topics of these posts."""
        return np.union1d(self.posts["format"], self.posts["topics"])

    def recoded(self, codes: Column) -> "PostBatch":
        """The same posts with other codes for formats and topics; sums that are known are kept.

        Args:
            codes: The new code of each old one.
        """
        batch = PostBatch(self.posts.recoded(codes).materialised(), self.first, self.last)
        for name in vars(self).keys() & {"formats", "topics"}:
            table: SumsByCode = vars(self)[name]
            vars(batch)[name] = SumsByCode(codes[table.codes].astype(np.int64), table.sums)
        if "answers" in vars(self):
            vars(batch)["answers"] = self.answers
        return batch

    @cached_property
    def formats(self) -> SumsByCode:
        """The sums of these posts by format."""
        posts = self.posts
        return SumsByCode.of(
            posts["format"], [np.ones(len(posts)), *(posts[name] for name in SUMMED[1:])]
        )

    @cached_property
    def topics(self) -> SumsByCode:
        """The sums of these posts by topic; a post counts for each of its topics."""
        posts, rows = self.posts, self.posts["topic_rows"]
        return SumsByCode.of(
            posts["topics"], [np.ones(len(rows)), *(posts[name][rows] for name in SUMMED[1:])]
        )

    @cached_property
    def answers(self) -> AnswerSums:
        """How these posts were answered, whatever their age."""
        posts = self.posts
        answered = posts["comments"] > 0
        waits = posts["response"][answered]
        return AnswerSums(
            answered=len(waits),
            appreciated=int(np.count_nonzero(answered | (posts["reactions"] > 0))),
            waits=waits[(waits > RETRACTED) & (waits < ATTENTION // MILLISECOND)] // 1000,
        )


def split_at(
    batches: Iterable[PostBatch], moment: datetime
) -> tuple[list[PostBatch], list[PostBatch]]:
    """The posts published up to a moment, and those published later."""
    limit = milliseconds(moment)
    older: list[PostBatch] = []
    younger: list[PostBatch] = []
    for batch in batches:
        if batch.last <= limit:
            older.append(batch)
        elif batch.first > limit:
            younger.append(batch)
        else:
            early = batch.posts["published"] <= limit
            older.append(batch.where(early))
            younger.append(batch.where(~early))
    return older, younger


def united(batches: Sequence[PostBatch]) -> list[PostBatch]:
    """The same posts as one batch, for sums that nobody will ask for again: quicker than adding."""
    if not batches:
        return []
    first, last = min(batch.first for batch in batches), max(batch.last for batch in batches)
    return [PostBatch(concatenated([batch.posts for batch in batches]), first, last)]
