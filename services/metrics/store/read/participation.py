"""Reading who took part in a group or on a topic: tables of the days that are asked for.

A day is read once and then gets what happens later. So many rows are kept; of more than that, those
of other days are read again when they are asked for.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from pyroaring import BitMap

from services.metrics.kpis.contributions import Contributions
from services.metrics.store.columns.participation import (
    INTERACTED,
    ON_ANY_TOPIC,
    ScopeRows,
)
from services.metrics.store.journal_entry import JournalEntry
from services.metrics.store.read.follower import Follower
from services.metrics.store.read.growing_tables import GrowingTable, load_tables
from shared.contract.events.topics import GROUPS, POSTS

# Rows in memory, of five bytes: 225 MB. At the reference size a year has 40 million.
CAPACITY = 45_000_000
# Days that are read together.
_AT_ONCE = 31
# Days of which it is kept who contributed and who took up a topic: six windows of a year. A day of
# 100,000 people takes 100 KiB.
_SUMMARIES = 2_200

T = TypeVar("T")
_Tables = dict[str, GrowingTable]


class RowsOfDay(NamedTuple):
    """The rows of a scope on a day: some for each partition, in each of which a person is once.

    Attributes:
        posts: What was done with posts.
        others: What was done with entries of contests.
    """

    posts: Sequence[ScopeRows]
    others: Sequence[ScopeRows]

    def who(self, deeds: int) -> BitMap:
        """Who did at least one of these deeds."""
        return who_of([*self.posts, *self.others], deeds)

    @property
    def contributions(self) -> Contributions:
        """How many contributions each person made."""
        return contributions_of([*self.posts, *self.others])


class DaySummary(NamedTuple):
    """What a day's tables come to in all.

    Attributes:
        contributions: How many contributions each person made.
        on_topics: Who interacted with a post that has a topic.
    """

    contributions: Contributions
    on_topics: BitMap


class Participation:
    """Who took part in groups and on topics, on any day.

    Args:
        follower: Tells what people do.
    """

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._lock = asyncio.Lock()
        self._days: dict[date, _Tables] = {}
        self._summaries: dict[date, DaySummary] = {}
        follower.tell(self)

    async def in_scope(self, days: Iterable[date], scope: int) -> Mapping[date, RowsOfDay]:
        """Who did what in a scope, by UTC day."""

        def rows(_day: date, tables: _Tables) -> RowsOfDay:
            posts: list[ScopeRows] = []
            others: list[ScopeRows] = []
            for name, table in tables.items():
                found = table.current().rows(scope)
                if len(found.people):
                    (posts if name.startswith(POSTS) else others).append(found)
            return RowsOfDay(posts, others)

        async with self._lock:
            await self._follower.follow()
            return await self._of_days(days, rows)

    async def summaries(self, days: Iterable[date]) -> Mapping[date, DaySummary]:
        """Who contributed and who took up a topic on each of these days, in whatever group."""

        def made(day: date, tables: _Tables) -> DaySummary:
            self._summaries[day] = found = _summary(tables)
            return found

        async with self._lock:
            await self._follower.follow()
            wanted = set(days)
            found = {day: self._summaries[day] for day in wanted & self._summaries.keys()}
            found |= await self._of_days(wanted - found.keys(), made)
            surplus = max(len(self._summaries) - _SUMMARIES, 0)
            for day in sorted(self._summaries.keys() - wanted)[:surplus]:
                del self._summaries[day]
            return found

    def take(self, entry: JournalEntry) -> None:
        """Takes in an entry of the journal."""
        for day in entry.participation.keys() & self._days.keys():
            self._take(entry, day)
        for day in entry.participation:
            self._summaries.pop(day, None)

    def _take(self, entry: JournalEntry, day: date) -> None:
        if not entry.partition.startswith(GROUPS):
            table = self._days[day].setdefault(entry.partition, GrowingTable.empty())
            table.take(entry.flush, entry.participation[day])

    def forget(self) -> None:
        """Forgets all tables."""
        self._days, self._summaries = {}, {}

    async def _of_days(
        self, days: Iterable[date], view: Callable[[date, _Tables], T]
    ) -> dict[date, T]:
        """What tables of each day come to; those of few days need to be in memory together."""
        wanted = sorted(days)
        found: dict[date, T] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            while missing := {day for day in part if day not in self._days}:
                await self._load(missing, keep=set(part))
            # Nothing is awaited from here on.
            found |= {day: view(day, self._days[day]) for day in part}
        return found

    async def _load(self, missing: set[date], keep: set[date]) -> None:
        rows = sum(_size(tables) for tables in self._days.values())
        for day in sorted(self._days.keys() - keep):
            if rows <= CAPACITY:
                break
            rows -= _size(self._days.pop(day))
        stored = await load_tables(self._follower, {"day": {"$in": [str(day) for day in missing]}})
        # Nothing is awaited from here on: an entry that comes goes to what is loaded.
        self._days |= {day: {} for day in missing}
        for (partition, day), table in stored.items():
            if not partition.startswith(GROUPS):
                self._days[day][partition] = table
        for entry in self._follower.all_behind():
            for day in entry.participation.keys() & missing:
                self._take(entry, day)


def who_of(rows: Iterable[ScopeRows], deeds: int) -> BitMap:
    """Who did at least one of some deeds, of rows in which a person may be repeatedly."""
    return BitMap.union(BitMap(), *(part.who(deeds) for part in rows))


def contributions_of(rows: Iterable[ScopeRows]) -> Contributions:
    """Who contributed, and how often, of rows in which a person may be repeatedly."""
    return Contributions.total(Contributions(of.contributors, of.counts) for of in rows)


def _summary(tables: _Tables) -> DaySummary:
    current = [table.current() for table in tables.values()]
    return DaySummary(
        contributions_of([table.all_rows() for table in current]),
        BitMap.union(BitMap(), *(table.rows(ON_ANY_TOPIC).who(INTERACTED) for table in current)),
    )


def _size(tables: _Tables) -> int:
    return sum(map(len, tables.values()))
