"""Reading sheets: the posts of any window in columns, kept up to date, and sums over them.

A reader remembers the number of each partition's last flush and asks only for sheets that were
stored since. A month of the reference size is 80,000 rows; summing them takes milliseconds.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.metrics.kpis.content import Answers, Attention, Posts
from services.metrics.kpis.ground_rules import ATTENTION, SMALLEST, Window
from services.metrics.store.documents import SHEETS, TOTALS
from services.metrics.store.pages import UNANSWERED, key_of, milliseconds
from services.metrics.store.rows import Rows, Words, joined, rows_of
from shared.mongo import Database

# Days in memory: two windows of a year. A day of 2,740 posts takes 200 KiB, so 150 MB at most.
CAPACITY = 750
# Topics in one answer; more wouldn't be read.
MOST_TOPICS = 50

Sums = NDArray[np.float64]

_SUMMED = ("viewers", "interactors", "audience", "reached")


class Narrowing(NamedTuple):
    """Which posts to look at; None for all."""

    group: str | None = None
    format: str | None = None
    topic: str | None = None


class Published:
    """The posts that can be seen, by day of publication."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = asyncio.Lock()
        self._seen: dict[str, int] = {}
        self._words = Words()
        self._sheets: dict[date, dict[str, Rows]] = {}
        self._days: dict[date, Rows] = {}

    async def of(self, *windows: Window) -> list["Selection"]:
        """The posts of windows, all as of the same moment."""
        async with self._lock:
            await self._refresh()
            await self._load({day for window in windows for day in window.each_day()})
            return [
                Selection(joined([self._day(day) for day in window.each_day()]), self._words)
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
            self._sheets[day][one["_id"]] = rows_of(one, self._words)
            self._days.pop(day, None)

    def _day(self, day: date) -> Rows:
        made = self._days.get(day)
        if made is None:
            made = self._days[day] = joined(list(self._sheets[day].values())).seen()
        return made


class Selection:
    """Posts, and what they come to.

    Args:
        rows: The posts.
        words: What the numbers of formats and topics mean.
    """

    def __init__(self, rows: Rows, words: Words) -> None:
        self._rows = rows
        self._words = words

    def __len__(self) -> int:
        return len(self._rows)

    def narrowed(self, narrowing: Narrowing) -> "Selection":
        """Only some of them."""
        rows = self._rows
        if narrowing.group is not None:
            rows = rows.in_group(key_of(narrowing.group))
        if narrowing.format is not None:
            rows = rows.of_format(self._words.known(narrowing.format))
        if narrowing.topic is not None:
            rows = rows.on_topic(self._words.known(narrowing.topic))
        return Selection(rows, self._words)

    def attention(self, as_of: datetime) -> Posts:
        """What they got, in all, by format and by topic."""
        rows = self._rows
        columns: list[Any] = [
            np.ones(len(rows), np.int8),
            rows["published"] > milliseconds(as_of - ATTENTION),
            *(rows[name] for name in _SUMMED),
        ]
        names = ("posts", "unfinished", *_SUMMED)
        formats = self._sums(rows["format"], columns, names)
        of_topics = [column[rows.topic_rows] for column in columns]
        topics = self._sums(rows.topics, of_topics, names)
        leading = sorted(
            topics.items(), key=lambda item: (-item[1].interactors, -item[1].viewers, item[0])
        )
        total = Attention(
            **{name: int(column.sum()) for name, column in zip(names, columns, strict=True)}
        )
        return Posts(total=total, formats=formats, topics=dict(leading[:MOST_TOPICS]))

    def _sums(
        self, cells: NDArray[Any], columns: list[NDArray[Any]], names: tuple[str, ...]
    ) -> dict[str, Attention]:
        sums = [np.bincount(cells, column) for column in columns]  # exact below 2 ** 53
        return {
            self._words[int(cell)]: Attention(
                **{name: int(one[cell]) for name, one in zip(names, sums, strict=True)}
            )
            for cell in np.flatnonzero(sums[0])
        }

    def answers(self, *, as_of: datetime, provisional: bool) -> Answers:
        """How they were answered.

        Args:
            as_of: Now.
            provisional: Judge posts younger than seven days too.
        """
        rows = self._rows
        latest = milliseconds(as_of if provisional else as_of - ATTENTION)
        judged = rows["published"] <= latest
        answered = judged & (rows["comments"] > 0)
        appreciated = judged & ((rows["comments"] > 0) | (rows["reactions"] > 0))
        waits = rows["response"][answered]
        values, counts = np.unique(waits[waits != UNANSWERED], return_counts=True)
        return Answers(
            posts=int(judged.sum()),
            too_young=int(len(rows) - judged.sum()),
            answered=int(answered.sum()),
            appreciated=int(appreciated.sum()),
            waits=dict(zip(values.tolist(), counts.tolist(), strict=True)),
        )

    def unanswered(self, since: datetime) -> int:
        """How many, published since then, have no comment by another person."""
        young = self._rows["published"] >= milliseconds(since)
        return int((young & (self._rows["response"] == UNANSWERED)).sum())

    def best(self, sort: str, limit: int) -> list[str]:
        """Ids of those that lead by a figure, among those with enough viewers to tell.

        Args:
            sort: `engagement`, `reach`, `interactors` or `viewers`.
            limit: How many.
        """
        rows = self._rows.where(self._rows["viewers"] >= SMALLEST)
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
        order = np.lexsort((*rows.keys.T[::-1], -rows["viewers"], -score))[:limit]
        return [_id(*rows.keys[one].tolist()) for one in order]


def _id(high: int, low: int) -> str:
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
