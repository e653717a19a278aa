"""Reading who could take part and who did: bitmaps of all partitions, merged, kept up to date.

A reader remembers the number of each partition's last flush and asks only for bitmaps that were
stored since. Sets of deeds only grow, so a newer version is merged into what is known; what
happened to accounts is replaced as a whole.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pyroaring import BitMap

from services.metrics.kpis.eligibility import AccountChanges, Eligibility
from services.metrics.kpis.people import DayActivity, Population
from services.metrics.kpis.windows import Window
from services.metrics.store.documents import ACCOUNT_SETS, BITMAPS
from services.metrics.store.totals import Totals, read_totals
from shared.contract.events.topics import PEOPLE, POSTS
from shared.delivery.mongo import Database

# Days in memory: two windows of a year. A day of 100,000 people takes 60 KiB at most.
CAPACITY = 750


class Populations:
    """Who could take part and who did, for any window.

    Args:
        database: The database of the figures.

    Attributes:
        totals: The gross totals, as they were at the last look.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = asyncio.Lock()
        self._seen: dict[str, int] = {}
        self._accounts: dict[tuple[str, date], dict[str, BitMap]] = {}
        self._eligibility = Eligibility({})
        self._deeds: dict[date, dict[tuple[bool, str], BitMap]] = {}
        self._days: dict[date, DayActivity] = {}
        self.totals = Totals()

    async def of(self, *windows: Window) -> list[Population]:
        """The population of each window, all as of the same moment."""
        async with self._lock:
            await self._refresh()
            await self._load({day for window in windows for day in window.each_day()})
            return [
                Population(
                    [self._day(day) for day in window.each_day()],
                    self._eligibility.accounts(window.end),
                )
                for window in windows
            ]

    async def _refresh(self) -> None:
        """Takes in what was stored since the last time."""
        self.totals = await read_totals(self._database)
        changed = {
            partition: flush
            for partition, flush in self.totals.flushes.items()
            if flush != self._seen.get(partition, 0)
        }
        if not changed:
            return
        newer: list[dict[str, Any]] = [
            {"partition": partition, "flush": {"$gt": self._seen.get(partition, 0)}}
            | ({} if _about_accounts(partition) else self._only_loaded())
            for partition in changed
        ]
        self._take(await self._database.find(BITMAPS, {"$or": newer}))
        self._seen |= changed

    def _only_loaded(self) -> dict[str, Any]:
        return {"day": {"$in": [str(day) for day in self._deeds]}}

    def _take(self, stored: Iterable[Mapping[str, Any]]) -> None:
        accounts_changed = False
        for bitmap in stored:
            day, partition = date.fromisoformat(bitmap["day"]), bitmap["partition"]
            people = BitMap.deserialize(bitmap["people"])
            if _about_accounts(partition):
                self._accounts.setdefault((partition, day), {})[bitmap["name"]] = people
                accounts_changed = True
            elif day in self._deeds:
                key = (partition.startswith(POSTS), bitmap["name"])
                deeds = self._deeds[day]
                deeds[key] = deeds[key] | people if key in deeds else people
                self._days.pop(day, None)
        if accounts_changed:
            self._eligibility = Eligibility(self._account_changes())
            self._days.clear()

    def _account_changes(self) -> dict[date, AccountChanges]:
        sets: dict[date, dict[str, BitMap]] = {}
        for (_, day), stored in self._accounts.items():
            merged = sets.setdefault(day, {})
            for name, people in stored.items():
                merged[name] = merged[name] | people if name in merged else people
        return {
            day: AccountChanges(*(merged.get(name, BitMap()) for name in ACCOUNT_SETS))
            for day, merged in sets.items()
        }

    async def _load(self, days: set[date]) -> None:
        """Reads the deeds of days that weren't asked for before."""
        missing = days - self._deeds.keys()
        surplus = len(self._deeds) + len(missing) - CAPACITY
        for day in sorted(self._deeds.keys() - days)[: max(surplus, 0)]:
            del self._deeds[day]
            self._days.pop(day, None)
        if missing:
            self._deeds |= {day: {} for day in missing}
            wanted = {"day": {"$in": [str(day) for day in missing]}}
            stored = await self._database.find(BITMAPS, wanted)
            self._take(bitmap for bitmap in stored if not _about_accounts(bitmap["partition"]))

    def _day(self, day: date) -> DayActivity:
        activity = self._days.get(day)
        if activity is None:
            activity = self._days[day] = self._activity(day)
        return activity

    def _activity(self, day: date) -> DayActivity:
        deeds = self._deeds[day]

        def who(*names: str, posts_only: bool = False) -> BitMap:
            sources = (True,) if posts_only else (True, False)
            found = (deeds.get((source, name)) for name in names for source in sources)
            return BitMap.union(BitMap(), *(people for people in found if people is not None))

        return DayActivity(
            eligible=self._eligibility.on(day),
            read=who("viewed", "interacted", posts_only=True),
            viewed=who("viewed", "interacted"),
            interacted=who("interacted"),
            contributed=who("contributed"),
            created=who("created"),
        )


def _about_accounts(partition: str) -> bool:
    return partition.startswith(PEOPLE)
