"""Tables of participation that grow with the journal."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.metrics.store.columns.participation import (
    ParticipationNews,
    ParticipationTable,
    read_table,
)
from services.metrics.store.documents import PARTICIPATION
from services.metrics.store.read.follower import Follower
from shared.contract.errors import Unavailable

# News that are taken in together; until then they wait.
_WAITING = 100
# Readings that find pages of two stores: the day must have been stored during each of them.
_TRIES = 5


class GrowingTable:
    """A table, and what has come since it was stored.

    Args:
        table: The table.
        flush: The flush through which it goes.
    """

    __slots__ = ("_flush", "_news", "_table")

    def __init__(self, table: ParticipationTable, flush: int) -> None:
        self._table = table
        self._flush = flush
        self._news: list[ParticipationNews] = []

    @classmethod
    def empty(cls) -> "GrowingTable":
        """A table of which nothing was heard yet."""
        return cls(ParticipationTable.empty(), 0)

    def __len__(self) -> int:
        return len(self._table) + sum(map(len, self._news))

    def take(self, flush: int, news: ParticipationNews) -> None:
        """Takes in what a flush adds, unless it is in the table already."""
        if flush > self._flush:
            self._news.append(news)
            self._flush = flush
            if len(self._news) >= _WAITING:
                self.current()

    def current(self) -> ParticipationTable:
        """The table as it is now."""
        if self._news:
            self._table, self._news = self._table.changed(self._news), []
        return self._table


async def load_tables(
    follower: Follower, wanted: Mapping[str, Any]
) -> dict[tuple[str, date], GrowingTable]:
    """Tables of the base by partition and day; until something is awaited, the journal fits.

    Args:
        follower: Reads the database.
        wanted: Which pages: by whole days or partitions.

    Raises:
        Unavailable: Each time it was looked, pages were being stored.
    """
    for _ in range(_TRIES):
        pages: defaultdict[tuple[str, date], list[Mapping[str, Any]]] = defaultdict(list)
        for page in await follower.load(PARTICIPATION, wanted):
            pages[page["partition"], date.fromisoformat(page["day"])].append(page)
        if all(map(_of_one_store, pages.values())):
            return {key: GrowingTable(*read_table(found)) for key, found in pages.items()}
    raise Unavailable("the days that are asked for change too often")


def _of_one_store(pages: list[Mapping[str, Any]]) -> bool:
    first = pages[0]
    return len(pages) == first["pages"] and all(page["flush"] == first["flush"] for page in pages)
