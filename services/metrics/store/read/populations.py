"""Reading who could take part and who did: sets of people of all partitions, merged.

What became of accounts is read once, for all days; deeds are read by day, once each. What happens
later comes with the journal.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from pyroaring import BitMap

from services.metrics.kpis.eligibility import AccountChanges, Eligibility, Whereabouts
from services.metrics.kpis.people import DayActivity, Population
from services.metrics.kpis.windows import Window
from services.metrics.store.documents import ACCOUNT_SETS, BITMAPS
from services.metrics.store.journal_entry import JournalEntry, SetKey, attribute_set, changed
from services.metrics.store.read.follower import Follower
from shared.contract.events.topics import PEOPLE, POSTS

# Days in memory: two windows of a year. A day of 100,000 people takes 60 KiB at most.
CAPACITY = 750


class _Stored(NamedTuple):
    """A set of people, and the last flush of its partition that has changed it, or may have."""

    people: BitMap
    flush: int


_DEPARTMENT = attribute_set("department", "")
_NOBODY = _Stored(BitMap(), 0)


class Populations:
    """Who could take part and who did, for any window.

    Args:
        follower: Tells what people do.
    """

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._lock = asyncio.Lock()
        # Sets by partition: of all days those of accounts, of days that were asked for the deeds.
        self._accounts: dict[str, dict[SetKey, _Stored]] = {}
        # Both are made when they are asked for.
        self._eligibility: Eligibility | None = None
        self._departments: Whereabouts | None = None
        self._deeds: dict[date, dict[str, dict[SetKey, _Stored]]] = {}
        self._days: dict[date, DayActivity] = {}
        follower.tell(self)

    async def of(self, *windows: Window) -> list[Population]:
        """The population of each window, all as of the same moment."""
        async with self._lock:
            await self._follower.follow()
            await self._load({day for window in windows for day in window.each_day()})
            return [
                Population(
                    [self._day(day) for day in window.each_day()],
                    self._eligible().accounts(window.end),
                )
                for window in windows
            ]

    async def accounts(self) -> tuple[Eligibility, Whereabouts]:
        """Who could take part on any day, and in which department they were."""
        async with self._lock:
            await self._follower.follow()
            await self._load(set())
            return self._eligible(), self._in_departments()

    def take(self, entry: JournalEntry) -> None:
        """Takes in an entry of the journal."""
        if _about_accounts(entry.partition):
            if entry.sets and entry.partition in self._accounts:
                self._change(self._accounts[entry.partition], entry)
                self._accounts_changed()
            return
        for day in {key.day for key in entry.sets} & self._deeds.keys():
            self._change(self._deeds[day].setdefault(entry.partition, {}), entry, day)
            self._days.pop(day, None)

    def forget(self) -> None:
        """Forgets all sets."""
        self._accounts, self._deeds = {}, {}
        self._accounts_changed()

    @staticmethod
    def _change(sets: dict[SetKey, _Stored], entry: JournalEntry, day: date | None = None) -> None:
        for key, news in entry.sets.items():
            if day is not None and key.day != day:
                continue
            known = sets.get(key, _NOBODY)
            if known.flush < entry.flush:
                sets[key] = _Stored(changed(known.people, news), entry.flush)

    def _accounts_changed(self) -> None:
        self._eligibility = self._departments = None
        self._days.clear()

    def _eligible(self) -> Eligibility:
        if self._eligibility is None:
            self._eligibility = Eligibility(self._account_changes())
        return self._eligibility

    def _in_departments(self) -> Whereabouts:
        if self._departments is None:
            told: defaultdict[date, dict[str, BitMap]] = defaultdict(dict)
            for day, sets in self._account_sets().items():
                for name, people in sets.items():
                    if name.startswith(_DEPARTMENT):
                        told[day][name.removeprefix(_DEPARTMENT)] = people
            self._departments = Whereabouts(told)
        return self._departments

    def _missing_accounts(self) -> list[str]:
        return [
            name
            for name in self._follower.partitions
            if _about_accounts(name) and name not in self._accounts
        ]

    async def _load_accounts(self, missing: Sequence[str]) -> None:
        """Reads what became of accounts, on all days."""
        stored = await self._follower.load(BITMAPS, {"partition": {"$in": missing}})
        # Nothing is awaited from here on: an entry that comes goes to what is loaded.
        self._accounts |= {name: {} for name in missing}
        for one in stored:
            self._accounts[one["partition"]][_key(one)] = _read(one)
        for name in missing:
            for entry in self._follower.behind(name):
                self._change(self._accounts[name], entry)
        self._accounts_changed()

    def _account_sets(self) -> dict[date, dict[str, BitMap]]:
        """All sets about accounts, of all partitions."""
        sets: dict[date, dict[str, BitMap]] = {}
        for partition in self._accounts.values():
            for key, stored in partition.items():
                merged = sets.setdefault(key.day, {})
                known = merged.get(key.name)
                merged[key.name] = stored.people if known is None else known | stored.people
        return sets

    def _account_changes(self) -> dict[date, AccountChanges]:
        return {
            day: AccountChanges(*(merged.get(name, BitMap()) for name in ACCOUNT_SETS))
            for day, merged in self._account_sets().items()
        }

    async def _load(self, days: set[date]) -> None:
        """Reads what wasn't asked for before, until nothing of it was forgotten meanwhile."""
        while True:
            if accounts := self._missing_accounts():
                await self._load_accounts(accounts)
            elif missing := days - self._deeds.keys():
                await self._load_deeds(days, missing)
            else:
                return

    async def _load_deeds(self, days: set[date], missing: set[date]) -> None:
        """Reads the deeds of days that weren't asked for before."""
        surplus = len(self._deeds) + len(missing) - CAPACITY
        for day in sorted(self._deeds.keys() - days)[: max(surplus, 0)]:
            del self._deeds[day]
            self._days.pop(day, None)
        wanted = {"day": {"$in": [str(day) for day in missing]}}
        stored = await self._follower.load(BITMAPS, wanted)
        # Nothing is awaited from here on: an entry that comes goes to what is loaded.
        self._deeds |= {day: {} for day in missing}
        for one in stored:
            if not _about_accounts(one["partition"]):
                key = _key(one)
                self._deeds[key.day].setdefault(one["partition"], {})[key] = _read(one)
        for entry in self._follower.all_behind():
            if _about_accounts(entry.partition):
                continue
            for day in {key.day for key in entry.sets} & missing:
                self._change(self._deeds[day].setdefault(entry.partition, {}), entry, day)

    def _day(self, day: date) -> DayActivity:
        activity = self._days.get(day)
        if activity is None:
            activity = self._days[day] = self._activity(day)
        return activity

    def _activity(self, day: date) -> DayActivity:
        deeds = self._deeds[day]

        def who(*names: str, posts_only: bool = False) -> BitMap:
            found = (
                sets[key].people
                for partition, sets in deeds.items()
                if not posts_only or partition.startswith(POSTS)
                for name in names
                if (key := SetKey(day, name)) in sets
            )
            return BitMap.union(BitMap(), *found)

        return DayActivity(
            eligible=self._eligible().on(day),
            read=who("viewed", "interacted", posts_only=True),
            viewed=who("viewed", "interacted"),
            interacted=who("interacted"),
            contributed=who("contributed"),
            created=who("created"),
        )


def _about_accounts(partition: str) -> bool:
    return partition.startswith(PEOPLE)


def _key(stored: Mapping[str, Any]) -> SetKey:
    return SetKey(date.fromisoformat(stored["day"]), stored["name"])


def _read(stored: Mapping[str, Any]) -> _Stored:
    return _Stored(BitMap.deserialize(stored["people"]), stored["flush"])
