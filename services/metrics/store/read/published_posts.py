"""The posts of any window in columns, kept up to date with what consumers store.

A day is read once; what happens to its posts later comes with the journal. The sums of a day are
kept until something happens to one of its posts (sums.py), so a year, which is a million posts at
the reference size, takes milliseconds.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import methodcaller
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.metrics.kpis.content import Answers, Attention, AttentionBreakdown
from services.metrics.kpis.definitions import ATTENTION, Filters
from services.metrics.kpis.measures import SMALLEST
from services.metrics.kpis.windows import Window
from services.metrics.store.columns.day_table import DayTable
from services.metrics.store.columns.dictionary import Dictionary
from services.metrics.store.columns.layout import (
    MILLISECOND,
    RETRACTED,
    Column,
    day_of,
    day_of_id,
    id_of,
    key_of,
    keys_bytes,
)
from services.metrics.store.columns.post_columns import PostColumns, VisiblePosts, concatenated
from services.metrics.store.columns.sums import (
    NO_CODES,
    SUMMED,
    PostBatch,
    SumsByCode,
    add_sums,
    counted,
    split_at,
    united,
)
from services.metrics.store.columns.topic_bounds import DEFAULT_BOUNDS, TopicBounds
from services.metrics.store.documents import DAY_COLUMNS, STRAYS
from services.metrics.store.journal_entry import JournalEntry
from services.metrics.store.read.follower import Follower
from services.metrics.store.read.posts import PostFigures, merged_figures

# Days in memory: two windows of a year. A day of 2,740 posts takes 680 KiB, as tables and merged,
# so 500 MiB at most.
CAPACITY = 750
# Entries of the dictionary before those that are out of use are looked for. With fewer, the search
# would cost more than it frees.
MANY_ENTRIES = 10_000
# Topics in one answer: more than that nobody reads.
MOST_TOPICS = 50


class PublishedPosts:
    """The posts of any day, and those that can be seen of any window.

    Args:
        follower: Tells what happens to posts.
        bounds: How many topics of a day are counted.
    """

    def __init__(self, follower: Follower, bounds: TopicBounds = DEFAULT_BOUNDS) -> None:
        self._follower = follower
        self._bounds = bounds
        self._lock = asyncio.Lock()
        self._dictionary = Dictionary()
        self._most_entries = MANY_ENTRIES
        self._tables: dict[date, dict[str, DayTable]] = {}
        self._days: dict[date, PostBatch] = {}
        self._visible: dict[date, VisiblePosts] = {}
        # Rows that have changed since the sums of their day were made, by partition.
        self._touched: dict[date, dict[str, set[int]]] = {}
        follower.tell(self)

    async def of(self, *windows: Window) -> list["PostSelection"]:
        """The posts of windows, all as of the same moment."""
        async with self._lock:
            await self._load({day for window in windows for day in window.each_day()})
            self._drop_unused_entries()
            return [
                PostSelection([self._day(day) for day in window.each_day()], self._dictionary)
                for window in windows
            ]

    async def find(self, ids: Sequence[str]) -> list[PostFigures]:
        """What posts came to, in this order; those that nobody has heard of are left out."""
        keys = {key_of(post_id): None for post_id in ids}
        async with self._lock:
            await self._follower.follow()
            days = {key: day for key in keys if (day := day_of_id(key)) is not None}
            await self._load(await self._with_posts(set(days.values())), follow=False)
            found = {key: self._figures(key, days[key]) for key in days}
            elsewhere = [key for key in keys if found.get(key) is None]
            if elsewhere:
                days = await self._strays(elsewhere)
                await self._load(set(days.values()), follow=False)
                found |= {key: self._figures(key, day) for key, day in days.items()}
        return [figures for key in keys if (figures := found.get(key)) is not None]

    async def _with_posts(self, days: set[date]) -> set[date]:
        """Those of these days that have posts: whoever asks for any id has no other day loaded."""
        missing = days - self._tables.keys()
        if not missing:
            return days
        wanted = {"day": {"$in": [str(day) for day in missing]}}
        pages = await self._follower.database.find(DAY_COLUMNS, wanted, fields=("day",))
        there = {date.fromisoformat(page["day"]) for page in pages}
        for entry in self._follower.all_behind():
            there.update(day for day, _ in entry.posts.by_day)
        return days - (missing - there)

    async def _strays(self, keys: Sequence[bytes]) -> dict[bytes, date]:
        """On which days posts were published whose ids don't say it."""
        stored = await self._follower.database.find(STRAYS, {"_id": {"$in": [*map(id_of, keys)]}})
        days = {key_of(stray["_id"]): date.fromisoformat(stray["day"]) for stray in stored}
        for key in keys:
            for entry in self._follower.all_behind():
                if (published := entry.posts.published(key)) is not None:
                    days[key] = day_of(published)
        return days

    def _figures(self, key: bytes, day: date) -> PostFigures | None:
        tables = self._tables.get(day, {}).values()
        return merged_figures(
            [(table, row) for table in tables if (row := table.row(key)) is not None]
        )

    def take(self, entry: JournalEntry) -> None:
        """Takes in an entry of the journal."""
        for day, at in entry.posts.by_day:
            if day in self._tables:
                changed = self._table(day, entry.partition).apply(entry.posts, entry.flush, at)
                touched = self._touched.setdefault(day, {})
                touched.setdefault(entry.partition, set()).update(changed)

    def forget(self) -> None:
        """Forgets all posts."""
        self._tables, self._days, self._visible = {}, {}, {}
        self._touched = {}

    def _table(self, day: date, partition: str) -> DayTable:
        tables = self._tables[day]
        if partition not in tables:
            tables[partition] = DayTable()
        return tables[partition]

    async def _load(self, days: set[date], *, follow: bool = True) -> None:
        """Reads days that weren't asked for before, and what was stored since the last time."""
        if follow:
            await self._follower.follow()
        while missing := days - self._tables.keys():
            surplus = len(self._tables) + len(missing) - CAPACITY
            for day in sorted(self._tables.keys() - days)[: max(surplus, 0)]:
                del self._tables[day]
                self._days.pop(day, None)
                self._visible.pop(day, None)
                self._touched.pop(day, None)
            wanted = {"day": {"$in": [str(day) for day in missing]}}
            pages = await self._follower.load(DAY_COLUMNS, wanted)
            # Nothing is awaited from here on: an entry that comes goes to what is loaded.
            self._tables |= {day: {} for day in missing}
            for (day, partition), stored in _by_table(pages).items():
                self._tables[day][partition] = DayTable(stored)
            for entry in self._follower.all_behind():
                for day, at in entry.posts.by_day:
                    if day in missing:
                        self._table(day, entry.partition).apply(entry.posts, entry.flush, at)

    def _day(self, day: date) -> PostBatch:
        batch, touched = self._days.get(day), self._touched.get(day)
        if batch is not None and touched is None:
            return batch
        tables, visible = self._tables[day], self._visible.get(day)
        if visible is None or not visible.is_of(list(tables.values())):
            visible = VisiblePosts(list(tables.values()), self._dictionary, self._bounds)
            self._visible[day] = visible
            batch = None
        if batch is None or touched is None:
            batch = PostBatch.of_day(day, visible.counted())
        elif any(touched.values()):
            rows, values = visible.changes([[*touched.get(name, ())] for name in tables])
            batch = batch.changed(rows, values)
        self._days[day] = batch
        self._touched.pop(day, None)
        return batch

    def _drop_unused_entries(self) -> None:
        """Makes a new dictionary without what no day has any more, once that may be half of it.

        Answers that are being made keep the dictionary that they began with.
        """
        if len(self._dictionary) < self._most_entries:
            return
        codes_in_use = (batch.codes() for batch in self._days.values())
        used = np.unique(np.concatenate([NO_CODES, *codes_in_use]))
        dictionary = Dictionary()
        codes = np.zeros(len(self._dictionary), "i4")
        codes[used] = [dictionary.encode(self._dictionary[code]) for code in used.tolist()]
        self._days = {day: batch.recoded(codes) for day, batch in self._days.items()}
        self._visible = {}  # their codes are those of the old dictionary
        self._dictionary = dictionary
        self._most_entries = max(MANY_ENTRIES, 2 * len(dictionary))


def _by_table(
    pages: Iterable[Mapping[str, Any]],
) -> Mapping[tuple[date, str], list[Mapping[str, Any]]]:
    tables: dict[tuple[date, str], list[Mapping[str, Any]]] = {}
    for page in sorted(pages, key=lambda page: int(page["page"])):
        key = date.fromisoformat(page["day"]), page["partition"]
        tables.setdefault(key, []).append(page)
    return tables


class PostSelection:
    """The posts of a window, or some of them, and what they come to.

    Args:
        batches: The posts, a batch per day.
        dictionary: Tells what the codes of formats and topics stand for.
        partial: Whether these are some posts of each day only. Nobody keeps the sums of these, so
            they are summed as one batch.
    """

    def __init__(
        self, batches: Sequence[PostBatch], dictionary: Dictionary, *, partial: bool = False
    ) -> None:
        self._batches = batches
        self._dictionary = dictionary
        self._partial = partial

    def __len__(self) -> int:
        return sum(len(batch.posts) for batch in self._batches)

    def filtered(self, filters: Filters) -> "PostSelection":
        """The posts of the group, of the format and on the topic that filters name."""
        tests: list[Callable[[PostColumns], Column]] = []
        if filters.group is not None:
            tests.append(methodcaller("in_group", key_of(filters.group)))
        if filters.format is not None:
            tests.append(methodcaller("of_format", self._dictionary.find(filters.format)))
        if filters.topic is not None:
            tests.append(methodcaller("on_topic", self._dictionary.find(filters.topic)))
        if not tests:
            return self
        batches = (
            batch.where(np.all([passes(batch.posts) for passes in tests], 0))
            for batch in self._batches
        )
        return PostSelection(
            [batch for batch in batches if len(batch.posts)], self._dictionary, partial=True
        )

    def _split_at(self, moment: datetime) -> tuple[list[PostBatch], list[PostBatch]]:
        older, younger = split_at(self._batches, moment)
        return (united(older), united(younger)) if self._partial else (older, younger)

    def attention(self, as_of: datetime) -> AttentionBreakdown:
        """What these posts got: in all, by format, and by topic for the leading topics.

        Args:
            as_of: The present, in UTC: posts younger than seven days are still being counted.
        """
        older, younger = self._split_at(as_of - ATTENTION)
        formats = self._attention(
            [batch.formats for batch in older], [batch.formats for batch in younger]
        )
        topics = self._attention(
            [batch.topics for batch in older], [batch.topics for batch in younger]
        )
        leading = sorted(
            topics.items(), key=lambda item: (-item[1].interactors, -item[1].viewers, item[0])
        )
        # Every post has one format, so the sums of all formats are those of all posts.
        total = Attention(
            **{
                name: sum(getattr(sums, name) for sums in formats.values())
                for name in Attention.__struct_fields__
            }
        )
        return AttentionBreakdown(total=total, formats=formats, topics=dict(leading[:MOST_TOPICS]))

    def _attention(
        self, older: Sequence[SumsByCode], younger: Sequence[SumsByCode]
    ) -> dict[str, Attention]:
        unfinished = add_sums(younger)
        young = dict(zip(unfinished.codes.tolist(), unfinished.sums[0].tolist(), strict=True))
        total = add_sums([*older, unfinished])
        return {
            self._dictionary[code]: Attention(
                unfinished=int(young.get(code, 0)), **dict(zip(SUMMED, sums, strict=True))
            )
            for code, sums in zip(
                total.codes.tolist(), total.sums.T.astype(np.int64).tolist(), strict=True
            )
        }

    def answers(self, *, as_of: datetime, provisional: bool) -> Answers:
        """How these posts were answered.

        Args:
            as_of: The present, in UTC.
            provisional: Whether to judge posts that are younger than seven days, too.
        """
        judged, too_young = self._split_at(as_of if provisional else as_of - ATTENTION)
        found = [batch.answers for batch in judged]
        values, counts = counted([sums.waits for sums in found])
        return Answers(
            posts=sum(len(batch.posts) for batch in judged),
            too_young=sum(len(batch.posts) for batch in too_young),
            answered=sum(sums.answered for sums in found),
            appreciated=sum(sums.appreciated for sums in found),
            waits=dict(zip(values.tolist(), counts.tolist(), strict=True)),
        )

    def unanswered(self, since: datetime, *, closed: Collection[str] = ()) -> int:
        """How many of these posts wait for a comment by another person.

        Args:
            since: Posts that were published earlier are left out; UTC.
            closed: Ids of groups whose posts are left out, because nobody can answer there.
        """
        _, young = split_at(self._batches, since - MILLISECOND)
        keys = [key_of(group_id) for group_id in closed]
        waiting = 0
        for batch in young:
            posts = batch.posts.where(batch.posts["response"] <= RETRACTED)
            waiting += len(posts) - int(np.count_nonzero(posts.in_groups(keys)))
        return waiting

    def best(self, sort: str, limit: int) -> list[str]:
        """The ids of the posts that lead by a figure, among those with enough viewers to tell.

        Posts that hardly anyone saw would lead such a list by chance.

        Args:
            sort: The figure: `engagement`, `reach`, `interactors` or `viewers`.
            limit: The most ids to return.
        """
        posts = concatenated(
            [batch.posts.where(batch.posts["viewers"] >= SMALLEST) for batch in self._batches]
        )
        scores: dict[str, NDArray[Any]] = {
            "engagement": posts["interactors"] / np.maximum(posts["viewers"], 1),
            "reach": posts["reached"] / np.maximum(posts["audience"], 1),
            "interactors": posts["interactors"],
            "viewers": posts["viewers"],
        }
        score = scores[sort]
        if len(posts) > limit:
            least = np.partition(score, len(posts) - limit)[len(posts) - limit]
            posts, score = posts.where(score >= least), score[score >= least]
        order = np.lexsort((*posts["keys"].T[::-1], -posts["viewers"], -score))[:limit]
        return [id_of(keys_bytes(posts["keys"][[row]])) for row in order]
