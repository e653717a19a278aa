"""Reading sheets: the posts of any window in columns, kept up to date, and sums over them.

A reader remembers the number of each partition's last flush and asks only for pages of sheets that
were stored since. The sums of a day are kept until one of its pages changes (sums.py), so a year,
which is a million rows at the reference size, takes milliseconds.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import methodcaller
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.metrics.kpis.content import Answers, Attention, AttentionBreakdown
from services.metrics.kpis.definitions import ATTENTION
from services.metrics.kpis.measures import SMALLEST
from services.metrics.kpis.windows import Window
from services.metrics.store.column_page import MILLISECOND, RETRACTED, key_of
from services.metrics.store.documents import SHEETS, TOTALS
from services.metrics.store.post_columns import (
    CachedPage,
    Dictionary,
    PostColumns,
    decode_page,
    joined,
    visible_posts,
)
from services.metrics.store.sums import (
    NO_CODES,
    SUMMED,
    PostBatch,
    SumsByCode,
    added,
    divided,
    together,
)
from services.metrics.store.topic_bounds import DEFAULT_BOUNDS, Column, TopicBounds
from shared.delivery.mongo import Database

# Days in memory: two windows of a year. A day of 2,740 posts takes 460 KiB, as pages and merged, so
# 340 MiB at most.
CAPACITY = 750
# Entries of the dictionary before those that are out of use are looked for. With fewer, the search
# would cost more than it frees.
MANY_ENTRIES = 10_000
# Topics in one answer; more wouldn't be read.
MOST_TOPICS = 50

NO_WAITS = np.zeros(0, np.int32)


class PostFilter(NamedTuple):
    """Which posts to look at; None for all."""

    group: str | None = None
    format: str | None = None
    topic: str | None = None


class PublishedPosts:
    """The posts that can be seen, by day of publication.

    Args:
        database: Of the figures.
        bounds: How many topics of a day are counted.
    """

    def __init__(self, database: Database, bounds: TopicBounds = DEFAULT_BOUNDS) -> None:
        self._database = database
        self._bounds = bounds
        self._lock = asyncio.Lock()
        self._seen: dict[str, int] = {}
        self._words = Dictionary()
        self._most_words = MANY_ENTRIES
        self._sheets: dict[date, dict[str, CachedPage]] = {}
        self._days: dict[date, PostBatch] = {}

    async def of(self, *windows: Window) -> list["PostSelection"]:
        """The posts of windows, all as of the same moment."""
        async with self._lock:
            await self._refresh()
            await self._load({day for window in windows for day in window.each_day()})
            self._forget_unused()
            return [
                PostSelection([self._day(day) for day in window.each_day()], self._words)
                for window in windows
            ]

    async def _refresh(self) -> None:
        """Takes in what was stored since the last time.

        The numbers are read first: what a flush stores in between is asked for again.
        """
        stored = await self._database.find(TOTALS, {}, fields=["flush"])
        flushes = {one["_id"]: one["flush"] for one in stored}
        changed = [name for name, flush in flushes.items() if flush != self._seen.get(name, 0)]
        loaded = {"$in": [str(day) for day in self._sheets]}
        if changed and self._sheets:
            newer = [
                {"partition": name, "flush": {"$gt": self._seen.get(name, 0)}, "day": loaded}
                for name in changed
            ]
            self._take(await self._database.find(SHEETS, {"$or": newer}))
        self._seen = flushes

    async def _load(self, days: set[date]) -> None:
        """Reads days that weren't asked for before."""
        missing = days - self._sheets.keys()
        surplus = len(self._sheets) + len(missing) - CAPACITY
        for day in sorted(self._sheets.keys() - days)[: max(surplus, 0)]:
            del self._sheets[day]
            self._days.pop(day, None)
        if missing:
            self._sheets |= {day: {} for day in missing}
            wanted = {"day": {"$in": [str(day) for day in missing]}}
            self._take(await self._database.find(SHEETS, wanted))

    def _take(self, stored: Iterable[Mapping[str, Any]]) -> None:
        for one in stored:
            day = date.fromisoformat(one["day"])
            self._sheets[day][one["_id"]] = decode_page(one)
            self._days.pop(day, None)

    def _day(self, day: date) -> PostBatch:
        made = self._days.get(day)
        if made is None:
            pages = list(self._sheets[day].values())
            rows = visible_posts(pages, self._words, self._bounds)
            made = self._days[day] = PostBatch.of_day(day, rows)
        return made

    def _forget_unused(self) -> None:
        """Takes words out of memory that no day uses any more, once they may be half of all.

        Answers that are being made have the words that they began with.
        """
        if len(self._words) < self._most_words:
            return
        used = np.unique(np.concatenate([NO_CODES, *(lot.words() for lot in self._days.values())]))
        words = Dictionary()
        numbers = np.zeros(len(self._words), "i4")
        numbers[used] = [words.number(self._words[number]) for number in used.tolist()]
        self._days = {day: lot.renumbered(numbers) for day, lot in self._days.items()}
        self._words = words
        self._most_words = max(MANY_ENTRIES, 2 * len(words))


class PostSelection:
    """Posts, and what they come to.

    Args:
        lots: The posts, by day.
        words: What the numbers of formats and topics mean.
        narrowed: These are some posts of each day, whose sums nobody keeps.
    """

    def __init__(
        self, lots: Sequence[PostBatch], words: Dictionary, *, narrowed: bool = False
    ) -> None:
        self._lots = lots
        self._words = words
        self._narrowed = narrowed

    def __len__(self) -> int:
        return sum(len(lot.rows) for lot in self._lots)

    def filtered(self, post_filter: PostFilter) -> "PostSelection":
        """Only some of them."""
        tests: list[Callable[[PostColumns], Column]] = []
        if post_filter.group is not None:
            tests.append(methodcaller("in_group", key_of(post_filter.group)))
        if post_filter.format is not None:
            tests.append(methodcaller("of_format", self._words.known(post_filter.format)))
        if post_filter.topic is not None:
            tests.append(methodcaller("on_topic", self._words.known(post_filter.topic)))
        if not tests:
            return self
        lots = (lot.where(np.all([passes(lot.rows) for passes in tests], 0)) for lot in self._lots)
        return PostSelection([lot for lot in lots if len(lot.rows)], self._words, narrowed=True)

    def _divided(self, moment: datetime) -> tuple[list[PostBatch], list[PostBatch]]:
        older, younger = divided(self._lots, moment)
        return (together(older), together(younger)) if self._narrowed else (older, younger)

    def attention(self, as_of: datetime) -> AttentionBreakdown:
        """What they got, in all, by format and by topic."""
        older, younger = self._divided(as_of - ATTENTION)
        formats = self._attention([lot.formats for lot in older], [lot.formats for lot in younger])
        topics = self._attention([lot.topics for lot in older], [lot.topics for lot in younger])
        leading = sorted(
            topics.items(), key=lambda item: (-item[1].interactors, -item[1].viewers, item[0])
        )
        total = Attention(  # every post has one format
            **{
                name: sum(getattr(one, name) for one in formats.values())
                for name in Attention.__struct_fields__
            }
        )
        return AttentionBreakdown(total=total, formats=formats, topics=dict(leading[:MOST_TOPICS]))

    def _attention(
        self, older: Sequence[SumsByCode], younger: Sequence[SumsByCode]
    ) -> dict[str, Attention]:
        unfinished = added(younger)
        young = dict(zip(unfinished.words.tolist(), unfinished.sums[0].tolist(), strict=True))
        total = added([*older, unfinished])
        return {
            self._words[word]: Attention(
                unfinished=int(young.get(word, 0)), **dict(zip(SUMMED, sums, strict=True))
            )
            for word, sums in zip(
                total.words.tolist(), total.sums.T.astype(np.int64).tolist(), strict=True
            )
        }

    def answers(self, *, as_of: datetime, provisional: bool) -> Answers:
        """How they were answered.

        Args:
            as_of: Now.
            provisional: Judge posts younger than seven days too.
        """
        judged, too_young = self._divided(as_of if provisional else as_of - ATTENTION)
        found = [lot.answers for lot in judged]
        waits = np.concatenate([NO_WAITS, *(one.waits for one in found)])
        values, counts = np.unique(waits, return_counts=True)
        return Answers(
            posts=sum(len(lot.rows) for lot in judged),
            too_young=sum(len(lot.rows) for lot in too_young),
            answered=sum(one.answered for one in found),
            appreciated=sum(one.appreciated for one in found),
            waits=dict(zip(values.tolist(), counts.tolist(), strict=True)),
        )

    def unanswered(self, since: datetime, *, closed: Collection[str] = ()) -> int:
        """How many, published since then, wait for a comment by another person.

        Args:
            since: When the oldest of them was published.
            closed: Ids of groups in which nobody waits: nobody can answer there.
        """
        _, young = divided(self._lots, since - MILLISECOND)
        keys = [key_of(one) for one in closed]
        waiting = 0
        for lot in young:
            rows = lot.rows.where(lot.rows["response"] <= RETRACTED)
            waiting += len(rows) - int(np.count_nonzero(rows.in_groups(keys)))
        return waiting

    def best(self, sort: str, limit: int) -> list[str]:
        """Ids of those that lead by a figure, among those with enough viewers to tell.

        Args:
            sort: `engagement`, `reach`, `interactors` or `viewers`.
            limit: How many.
        """
        rows = joined([lot.rows.where(lot.rows["viewers"] >= SMALLEST) for lot in self._lots])
        # Interactors per viewer; posts that hardly anyone saw would lead such a list by chance.
        scores: dict[str, NDArray[Any]] = {
            "engagement": rows["interactors"] / np.maximum(rows["viewers"], 1),
            "reach": rows["reached"] / np.maximum(rows["audience"], 1),
            "interactors": rows["interactors"],
            "viewers": rows["viewers"],
        }
        score = scores[sort]
        if len(rows) > limit:
            least = np.partition(score, len(rows) - limit)[len(rows) - limit]
            rows, score = rows.where(score >= least), score[score >= least]
        order = np.lexsort((*rows["keys"].T[::-1], -rows["viewers"], -score))[:limit]
        return [_id(*rows["keys"][one].tolist()) for one in order]


def _id(high: int, low: int) -> str:
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
