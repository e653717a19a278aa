"""The columns of a day: the posts published on it, one row each, with what rates need of them.

A rate over a month sums 80,000 posts, far too many to read one by one for each answer. So what it
needs stands in columns, per partition and day: a reader takes a month in 180 documents, and keeps
it. The records in `posts` stay what tells about a single post.

Like bitmaps, the sheets of owned partitions are read once, changed in memory and stored. A day of
many posts has several pages, filled one after the other, and a flush stores those that changed, so
that what it costs depends on the posts that people look at, not on all that the day has. A page is
stored in two parts: facts, which change when a post is published or edited, and counts. A flush
that fails leaves them wrong in memory; the consumer then starts over and forgets them.

Rejected: sums per day, format, topic and group. At 500 posts per day and partition there are more
sums than posts; and a change needs the post's earlier state anyway, to know whether it is now
answered, and where it counted before it was edited.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date
from typing import Any, NamedTuple

from services.metrics.projection.increments import PartitionIncrements, PostIncrement
from services.metrics.store.column_page import ColumnPage, key_of
from services.metrics.store.documents import SHEETS
from shared.delivery.mongo import Database

# Sheets in memory: a year of six partitions. At the reference size one takes 30 KiB, so 75 MB.
CAPACITY = 2_500
_AT_ONCE = 500  # sheets in one query: 15 MB
PAGE = 512  # rows; at the reference size a day of one partition has 460


class DayColumnsKey(NamedTuple):
    """Where a sheet belongs, with all its pages."""

    partition: str
    day: date


class DayColumns:
    """The posts of one day and partition, on pages.

    Args:
        pages: Those that are stored, in their order.
    """

    def __init__(self, pages: Iterable[ColumnPage] = ()) -> None:
        self._pages = list(pages)

    def apply(self, key: bytes, taken: PostIncrement) -> None:
        """Adds what happened to a post; a new one goes on the last page."""
        for page in reversed(self._pages):  # people look at what is new
            if (row := page.row(key)) is not None:
                return page.apply(row, taken)
        if not self._pages or len(self._pages[-1]) >= PAGE:
            self._pages.append(ColumnPage())
        return self._pages[-1].add(key, taken)

    def changes(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """What must be stored of which page; afterwards it counts as stored."""
        for number, page in enumerate(self._pages):
            if change := page.change():
                yield number, {"page": number, **change}


class DayColumnsCache:
    """A cache of the sheets of owned partitions."""

    def __init__(self, database: Database, *, capacity: int = CAPACITY) -> None:
        self._database = database
        self._capacity = capacity
        self._loaded: dict[DayColumnsKey, DayColumns] = {}

    async def load(self, places: Collection[DayColumnsKey]) -> None:
        """Reads what isn't in memory yet; makes room first."""
        missing = [place for place in places if place not in self._loaded]
        surplus = len(self._loaded) + len(missing) - self._capacity
        for place in [place for place in self._loaded if place not in places][: max(surplus, 0)]:
            del self._loaded[place]
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            stored: dict[DayColumnsKey, dict[int, ColumnPage]] = {place: {} for place in part}
            wanted = {
                "day": {"$in": sorted({str(place.day) for place in part})},
                "partition": {"$in": sorted({place.partition for place in part})},
            }
            async for one in self._database.stream(SHEETS, wanted):
                place = DayColumnsKey(one["partition"], date.fromisoformat(one["day"]))
                if place in stored:
                    stored[place][one.get("page", 0)] = ColumnPage(one)
            for place, pages in stored.items():
                self._loaded[place] = DayColumns(pages[number] for number in sorted(pages))

    def merge(
        self, partition: str, increments: PartitionIncrements, flush: int
    ) -> Iterator[dict[str, Any]]:
        """Adds increments to loaded sheets; the updates that store those that changed.

        Args:
            partition: Whose.
            increments: What to add.
            flush: Number of the partition's flush: readers ask for what is newer than they know.
        """
        touched: dict[DayColumnsKey, DayColumns] = {}
        for post_id, taken in increments.posts:
            place = _place(partition, taken)
            sheet = touched[place] = self._loaded[place]
            sheet.apply(key_of(post_id), taken)
        for place, sheet in touched.items():
            for number, change in sheet.changes():
                about = {"partition": partition, "day": str(place.day), "flush": flush}
                yield {
                    "q": {"_id": page_id(place, number)},
                    "u": {"$set": about | change},
                    "upsert": True,
                }

    def drop(self, partition: str) -> None:
        """Forgets a partition that someone else owns now."""
        for place in [place for place in self._loaded if place.partition == partition]:
            del self._loaded[place]


def day_columns_keys(partition: str, increments: PartitionIncrements) -> Iterable[DayColumnsKey]:
    """Every sheet that increments touch."""
    return {_place(partition, taken) for _, taken in increments.posts}


def _place(partition: str, taken: PostIncrement) -> DayColumnsKey:
    return DayColumnsKey(partition, taken.published_at.astimezone(UTC).date())


def page_id(place: DayColumnsKey, number: int) -> str:
    """The id of a page; the first has that of the sheets that had no pages yet."""
    return f"{place.partition}|{place.day}" + (f"|{number}" if number else "")
