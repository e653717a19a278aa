"""What posts come to, kept per day: an answer over a year adds 365 small tables, not all posts.

Only what depends on the moment of asking (which posts are younger than the attention window) isn't
kept. But a moment divides one day at most: all others are older or younger as a whole.

Rejected: tables per group, or per pair of format and topic. There are nearly as many of these as
posts, so filtered answers select the posts of each day instead.
"""

from collections.abc import Iterable, Mapping, Sequence
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
# Numbers that are no further from each other are counted in a column with a place for each, which
# is quicker than sorting them: seconds of a week are.
_NEAR = 1_000_000


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

    def plus(self, codes: Column, changes: Mapping[str, Column]) -> "SumsByCode":
        """The table after posts have come to something else; no post came or went.

        Args:
            codes: Their codes; all of them are in the table.
            changes: By how much, for those of `SUMMED` that have changed.
        """
        at = np.searchsorted(self.codes, codes)
        sums = self.sums.copy()
        for name, more in changes.items():
            sums[SUMMED.index(name)] += np.bincount(at, more, len(self.codes))
        return SumsByCode(self.codes, sums)


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


def counted(columns: Sequence[Column]) -> tuple[Column, Column]:
    """The values of columns of whole numbers in their order, and how often each occurs."""
    values = np.concatenate([NO_CODES, *columns])
    if not len(values) or (values.max() - (least := values.min())) > _NEAR:
        return np.unique(values, return_counts=True)
    times = np.bincount(values - least)
    found = np.flatnonzero(times)
    return found + least, times[found]


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
            new = codes[table.codes].astype(np.int64)
            order = np.argsort(new)
            vars(batch)[name] = SumsByCode(new[order], table.sums[:, order])
        if "answers" in vars(self):
            vars(batch)["answers"] = self.answers
        return batch

    def changed(self, rows: Column, values: Mapping[str, Column]) -> "PostBatch":
        """The same posts, of which some have come to something else; known sums follow.

        Args:
            rows: The rows of these posts, each once.
            values: What they have come to, by column.
        """
        posts = self.posts
        before = {name: posts[name][rows] for name in values}
        values = {name: now for name, now in values.items() if (now != before[name]).any()}
        if not values:
            return self
        batch = PostBatch(posts.with_values(rows, values), self.first, self.last)
        more = {name: values[name] - before[name] for name in SUMMED if name in values}
        known = vars(self)
        if "formats" in known:
            vars(batch)["formats"] = self.formats.plus(posts["format"][rows], more)
        if "topics" in known:
            entries, times = posts.topics_of(rows)
            counted = {name: np.repeat(each, times) for name, each in more.items()}
            vars(batch)["topics"] = self.topics.plus(posts["topics"][entries], counted)
        if "answers" in known and not values.keys() & {"comments", "reactions", "response"}:
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
