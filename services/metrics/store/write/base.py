"""The base: what all entries of the journal up to some flush come to, in pages and sets.

Whoever owns a partition folds its entries into the base, many at once: a post that a thousand
flushes have changed is stored once. That happens in the transaction of one of its flushes, which
says, too, through which flush the base goes from now on. So both are as exact as a flush is: two
owners never fold the same entries, and none is left out. Days of many years take several flushes;
what each has stored says how far it goes, so whoever goes on with it adds nothing twice.

Entries stay for a while after they are in the base: readers take them in one by one, and one that
comes too late for that begins with the base again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pyroaring import BitMap

from services.metrics.store.columns.day_table import DayTable
from services.metrics.store.documents import (
    BITMAPS,
    DAY_COLUMNS,
    JOURNAL,
    PARTICIPATION,
    TOTALS,
    bitmap_id,
)
from services.metrics.store.journal_entry import JournalEntry, SetKey, changed, entry_id
from services.metrics.store.write import statements
from services.metrics.store.write.participation import ParticipationBase, pages_of_days
from shared.delivery.mongo import Database

# Entries of a partition, and things changed in them, after which they are folded into the base.
# With fewer the same posts are stored more often; with more a new owner, and a reader that begins,
# have more to read.
MOST_ENTRIES = 256
MOST_CHANGES = 40_000
# Days that one flush stores, 0.5 MB of pages at the reference size; more of them where all days
# would take more flushes than this.
MOST_DAYS = 8
MOST_FLUSHES = 64
# Entries that stay behind the base: at least this many times 0.1 s.
KEPT_ENTRIES = 3_000
# Days of a partition in memory: a year of six partitions. At the reference size one of them takes
# 60 KiB, so 150 MB.
CAPACITY = 2_500
# Sets of people in memory; the largest (100,000 people, half of them in it) take 12 KiB.
SETS_CAPACITY = 4_000
# Documents in one query: 15 MB of pages, 12 MB of sets.
_AT_ONCE = 500


class _Owned:
    """What is known of a partition.

    Attributes:
        through: The last flush that is in the base.
        entries: Those behind it, in their order.
        changes: How many things they change.
        folding: How many of the entries are being folded; 0: none are.
        days: The days of these that the base doesn't have yet.
    """

    __slots__ = ("changes", "days", "entries", "folding", "through")

    def __init__(self, through: int, entries: Iterable[JournalEntry]) -> None:
        self.through = through
        self.entries = list(entries)
        self.changes = sum(entry.size for entry in self.entries)
        self.folding = 0
        self.days: list[list[date]] = []

    @property
    def due(self) -> bool:
        """Whether there is enough to fold, or some of it is being folded."""
        return self.folding > 0 or len(self.entries) >= MOST_ENTRIES or self.changes >= MOST_CHANGES

    def begin(self) -> None:
        """Has all entries that are there be folded, some days with each flush."""
        self.folding = len(self.entries)
        days = sorted({day for entry in self.entries for day in entry.days})
        size = max(MOST_DAYS, -(-len(days) // MOST_FLUSHES))
        self.days = [days[at : at + size] for at in range(0, len(days), size)]


class Base:
    """The bases of the partitions that this process owns.

    Args:
        database: The database of the figures.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owned: dict[str, _Owned] = {}
        self._tables: dict[tuple[str, date], DayTable] = {}
        self._sets: dict[tuple[str, SetKey], BitMap] = {}
        self._participation = ParticipationBase(database)

    async def own(self, partition: str, *, through: int) -> None:
        """Reads the entries of a partition that aren't in its base.

        Args:
            partition: The partition.
            through: The last flush that is in the base.
        """
        newer = {"partition": partition, "flush": {"$gt": through}}
        stored = await self._database.find(JOURNAL, newer, sort=(("flush", 1),))
        self._owned[partition] = _Owned(through, map(JournalEntry.read, stored))

    def journalled(self, entry: JournalEntry) -> None:
        """Takes note of an entry that is stored."""
        owned = self._owned[entry.partition]
        owned.entries.append(entry)
        owned.changes += entry.size

    def most_due(self) -> str | None:
        """The partition that has most to be folded; None if none has enough."""

        def waits(name: str) -> tuple[bool, int]:
            return self._owned[name].folding > 0, self._owned[name].changes

        return max((name for name, one in self._owned.items() if one.due), key=waits, default=None)

    async def fold(self, partition: str) -> list[tuple[str, list[statements.Statement]]]:
        """Folds entries of a partition into some days of its base, in memory.

        The base goes through these entries when all of their days have them. Until then each page,
        set and table of those days says by itself how far it goes.

        Returns:
            The updates that store it, by collection. If they aren't stored, `drop` must be called.
        """
        owned = self._owned[partition]
        if not owned.folding:
            owned.begin()
        entries = owned.entries[: owned.folding]
        through = entries[-1].flush
        days = set(owned.days.pop(0)) if owned.days else set()
        updates = [
            *await self._fold_posts(partition, entries, days, through),
            (BITMAPS, await self._fold_sets(partition, entries, days, through)),
            (PARTICIPATION, await self._participation.fold(partition, entries, days, through)),
        ]
        if not owned.days:
            self._owned[partition] = _Owned(through, owned.entries[owned.folding :])
            reached = {"q": {"_id": partition}, "u": {"$set": {"through": through}}}
            updates.append((TOTALS, [reached]))
        return updates

    async def tidy(self, partition: str) -> None:
        """Deletes entries that are in the base for so long that no reader needs them."""
        last = self._owned[partition].through - KEPT_ENTRIES
        if last > 0:
            old = {"_id": {"$gt": entry_id(partition, 0), "$lte": entry_id(partition, last)}}
            await self._database.delete(JOURNAL, old)

    def drop(self, partition: str) -> None:
        """Forgets a partition that someone else owns now."""
        self._owned.pop(partition, None)
        self._tables = {key: at for key, at in self._tables.items() if key[0] != partition}
        self._sets = {key: at for key, at in self._sets.items() if key[0] != partition}
        self._participation.drop(partition)

    # --- posts ---------------------------------------------------------------------------------

    async def _fold_posts(
        self, partition: str, entries: Sequence[JournalEntry], days: set[date], through: int
    ) -> list[tuple[str, list[statements.Statement]]]:
        told = [
            (day, at, entry) for entry in entries for day, at in entry.posts.by_day if day in days
        ]
        touched = {day for day, *_ in told}
        await self._load_days(partition, touched)
        for day, at, entry in told:
            self._tables[partition, day].apply(entry.posts, entry.flush, at)
        return [
            update
            for day in sorted(touched)
            for update in statements.table(partition, day, through, self._tables[partition, day])
        ]

    async def _load_days(self, partition: str, days: set[date]) -> None:
        """Reads the days that aren't in memory yet; makes room for them first."""
        wanted = {(partition, day) for day in days}
        _make_room(self._tables, wanted, CAPACITY)
        missing = sorted(day for day in days if (partition, day) not in self._tables)
        async for day, pages in pages_of_days(self._database, DAY_COLUMNS, partition, missing):
            ordered = sorted(pages, key=lambda page: page["page"])
            self._tables[partition, day] = DayTable(ordered)

    # --- people --------------------------------------------------------------------------------

    async def _fold_sets(
        self, partition: str, entries: Sequence[JournalEntry], days: set[date], through: int
    ) -> list[statements.Statement]:
        told = [
            (key, news) for entry in entries for key, news in entry.sets.items() if key.day in days
        ]
        touched = {key for key, _ in told}
        await self._load_sets(partition, touched)
        after: dict[SetKey, BitMap] = {key: self._sets[partition, key] for key in touched}
        # Where another owner was ended in the midst of it, some have all of that already: again it
        # comes to the same, since of each person the last word counts.
        for key, news in told:
            after[key] = changed(after[key], news)
        updates = list(self._set_statements(partition, after, through))
        self._sets |= {(partition, key): people for key, people in after.items()}
        return updates

    def _set_statements(
        self, partition: str, after: Mapping[SetKey, BitMap], through: int
    ) -> Iterator[statements.Statement]:
        for key, people in after.items():
            if people == self._sets[partition, key]:
                continue
            stored = {
                "partition": partition,
                "day": str(key.day),
                "name": key.name,
                "flush": through,
                "people": people.serialize(),
            }
            yield {
                "q": {"_id": bitmap_id(partition, key.day, key.name)},
                "u": {"$set": stored},
                "upsert": True,
            }

    async def _load_sets(self, partition: str, keys: set[SetKey]) -> None:
        wanted = {(partition, key) for key in keys}
        _make_room(self._sets, wanted, SETS_CAPACITY)
        missing = [key for key in keys if (partition, key) not in self._sets]
        for start in range(0, len(missing), _AT_ONCE):
            part = {
                bitmap_id(partition, key.day, key.name): key
                for key in missing[start : start + _AT_ONCE]
            }
            self._sets |= {(partition, key): BitMap() for key in part.values()}
            for stored in await self._database.find(BITMAPS, {"_id": {"$in": list(part)}}):
                people = BitMap.deserialize(stored["people"])
                self._sets[partition, part[stored["_id"]]] = people


def _make_room(cache: dict[Any, Any], wanted: set[Any], capacity: int) -> None:
    """Forgets what was met first, but for what is wanted now."""
    surplus = len(cache) + len(wanted - cache.keys()) - capacity
    for key in [key for key in cache if key not in wanted][: max(surplus, 0)]:
        del cache[key]
