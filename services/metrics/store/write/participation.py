"""Who took part where, in the base: a table for each partition and day, stored in pages.

All pages of a day are stored together, with the flush through which they go and how many they are:
a reader that met pages of two stores sees it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any

from services.metrics.store.columns.participation import ParticipationTable, read_table
from services.metrics.store.documents import PARTICIPATION
from services.metrics.store.journal_entry import JournalEntry
from services.metrics.store.write import statements
from shared.delivery.mongo import Database

# Rows in memory, of the days that change: 45 MB. At the reference size a day has 100,000.
CAPACITY = 5_000_000
# Days in one query.
_AT_ONCE = 100


class ParticipationBase:
    """The tables of the partitions that this process owns.

    Args:
        database: The database of the figures.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # Each with the flush through which it goes.
        self._tables: dict[tuple[str, date], tuple[ParticipationTable, int]] = {}

    async def fold(
        self, partition: str, entries: Sequence[JournalEntry], days: set[date], through: int
    ) -> list[statements.Statement]:
        """Folds entries into the tables of some days, in memory.

        Returns:
            The updates that store it. If they aren't stored, `drop` must be called.
        """
        touched = {day for entry in entries for day in entry.participation.keys() & days}
        await self._load(partition, touched)
        updates: list[statements.Statement] = []
        for day in sorted(touched):
            table, known = self._tables[partition, day]
            news = [
                entry.participation[day]
                for entry in entries
                if entry.flush > known and day in entry.participation
            ]
            if news:
                table = table.changed(news)
                self._tables[partition, day] = table, through
                updates += statements.participation(partition, day, through, table)
        return updates

    def drop(self, partition: str) -> None:
        """Forgets a partition that someone else owns now."""
        self._tables = {key: known for key, known in self._tables.items() if key[0] != partition}

    async def _load(self, partition: str, days: set[date]) -> None:
        """Reads the days that aren't in memory yet; forgets others if there are too many rows."""
        wanted = {(partition, day) for day in days}
        rows = sum(len(table) for table, _ in self._tables.values())
        for key in [key for key in self._tables if key not in wanted]:
            if rows <= CAPACITY:
                break
            rows -= len(self._tables.pop(key)[0])
        missing = sorted(day for day in days if (partition, day) not in self._tables)
        async for day, pages in pages_of_days(self._database, PARTICIPATION, partition, missing):
            self._tables[partition, day] = read_table(pages)


async def pages_of_days(
    database: Database, collection: str, partition: str, days: Sequence[date]
) -> AsyncIterator[tuple[date, list[Mapping[str, Any]]]]:
    """The stored pages of a partition by day, also of days that have none.

    Args:
        database: The database of the figures.
        collection: Name of the collection that holds pages of days.
        partition: The partition whose pages are read.
        days: The UTC days that are read; each is handed over once.
    """
    for start in range(0, len(days), _AT_ONCE):
        stored: dict[str, list[Mapping[str, Any]]]
        stored = {str(day): [] for day in days[start : start + _AT_ONCE]}
        query = {"partition": partition, "day": {"$in": list(stored)}}
        async for page in database.stream(collection, query):
            stored[page["day"]].append(page)
        for day, pages in stored.items():
            yield date.fromisoformat(day), pages
