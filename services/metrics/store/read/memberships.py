"""Reading who belonged to a group on any day: all changes of all groups are in memory.

At the reference size these are a million rows, 10 MB.
"""

import asyncio
from collections import defaultdict
from datetime import date

from pyroaring import BitMap

from services.metrics.kpis.eligibility import Changes, Presence
from services.metrics.store.columns.participation import BELONGED, BELONGS, members_of
from services.metrics.store.journal_entry import JournalEntry
from services.metrics.store.read.follower import Follower
from services.metrics.store.read.growing_tables import GrowingTable, load_tables
from shared.contract.events.topics import GROUPS

# Groups whose history is kept: some 10 KB each.
CAPACITY = 1_000


class Memberships:
    """Who was counted among the members of groups.

    Args:
        follower: Tells who comes and who goes.
    """

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._lock = asyncio.Lock()
        self._tables: dict[str, dict[date, GrowingTable]] = {}
        self._histories: dict[int, Presence] = {}  # by scope
        follower.tell(self)

    async def of(self, group_id: str) -> Presence:
        """When people belonged to a group."""
        async with self._lock:
            await self._follower.follow()
            while missing := [
                name
                for name in self._follower.partitions
                if name.startswith(GROUPS) and name not in self._tables
            ]:
                await self._load(missing)
            scope = members_of(group_id)
            history = self._histories.get(scope)
            if history is None:
                if len(self._histories) >= CAPACITY:
                    self._histories.clear()
                history = self._histories[scope] = self._history(scope)
            return history

    def take(self, entry: JournalEntry) -> None:
        """Takes in an entry of the journal."""
        tables = self._tables.get(entry.partition)
        if tables is None:
            return
        for day, news in entry.participation.items():
            tables.setdefault(day, GrowingTable.empty()).take(entry.flush, news)
            for scope in set(news.scopes.tolist()):
                self._histories.pop(scope, None)

    def forget(self) -> None:
        """Forgets all changes."""
        self._tables, self._histories = {}, {}

    async def _load(self, missing: list[str]) -> None:
        stored = await load_tables(self._follower, {"partition": {"$in": missing}})
        # Nothing is awaited from here on: an entry that comes goes to what is loaded.
        self._tables |= {name: {} for name in missing}
        for (partition, day), table in stored.items():
            self._tables[partition][day] = table
        for name in missing:
            for entry in self._follower.behind(name):
                self.take(entry)

    def _history(self, scope: int) -> Presence:
        days: defaultdict[date, Changes] = defaultdict(lambda: Changes(*map(BitMap, [()] * 3)))
        for tables in self._tables.values():
            for day, table in tables.items():
                rows = table.current().rows(scope)
                if len(rows.people):
                    known = days[day]
                    days[day] = Changes(
                        known.was_there | rows.who(BELONGED),
                        known.came | rows.who(BELONGS),
                        known.went | rows.who_did_not(BELONGS),
                    )
        return Presence(days)
