"""The columns of a day: the posts published on it, one row each, with what rates need of them.

A rate over a month sums 80,000 posts, far too many to read one by one for each answer. So what it
needs stands in columns, per partition and day: a reader takes a month in 180 documents, and keeps
it. The records in `posts` stay what tells about a single post; those that programs publish are
there, and not in columns.

Like bitmaps, the days of owned partitions are read once, changed in memory and stored. A day of
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
from services.metrics.store.columns.column_page import ColumnPage, key_of
from services.metrics.store.documents import DAY_COLUMNS
from shared.delivery.mongo import Database

# Days of a partition in memory: a year of six partitions. At the reference size one of them takes
# 30 KiB, so 75 MB.
CAPACITY = 2_500
# Days of a partition in one query: 15 MB.
_AT_ONCE = 500
# Posts on a page. At the reference size a day of one partition has 460, so it fills one page; of
# larger pages a flush would store more that didn't change, of smaller ones a reader reads more.
ROWS_PER_PAGE = 512


class PartitionDay(NamedTuple):
    """A partition and a day (UTC): what the posts in a `DayColumns` have in common."""

    partition: str
    day: date


class DayColumns:
    """The posts of one day and partition, in columns on pages.

    Args:
        pages: The pages that are stored, in their order.
    """

    def __init__(self, pages: Iterable[ColumnPage] = ()) -> None:
        self._pages = list(pages)

    def apply(self, key: bytes, increment: PostIncrement) -> None:
        """Adds what happened to a post; a new one goes on the last page."""
        # People look at what is new, so a post is most often on the last page.
        for page in reversed(self._pages):
            if (row := page.row(key)) is not None:
                return page.apply(row, increment)
        if not self._pages or len(self._pages[-1]) >= ROWS_PER_PAGE:
            self._pages.append(ColumnPage())
        return self._pages[-1].add(key, increment)

    def changes(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Numbers of pages with the fields that must be stored; afterwards they count as stored."""
        for number, page in enumerate(self._pages):
            if change := page.change():
                yield number, {"page": number, **change}


class DayColumnsCache:
    """The columns of days of the partitions that this process owns.

    Args:
        database: The database of the figures.
        capacity: How many days, each of one partition, may be in memory. With less, a backlog that
            spans more days is read again with each flush.
    """

    def __init__(self, database: Database, *, capacity: int = CAPACITY) -> None:
        self._database = database
        self._capacity = capacity
        self._loaded: dict[PartitionDay, DayColumns] = {}

    async def load(self, days: Collection[PartitionDay]) -> None:
        """Reads the days that aren't in memory yet; makes room for them first."""
        missing = [day for day in days if day not in self._loaded]
        surplus = len(self._loaded) + len(missing) - self._capacity
        for day in [day for day in self._loaded if day not in days][: max(surplus, 0)]:
            del self._loaded[day]
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            stored: dict[PartitionDay, dict[int, ColumnPage]] = {day: {} for day in part}
            wanted = {
                "day": {"$in": sorted({str(day.day) for day in part})},
                "partition": {"$in": sorted({day.partition for day in part})},
            }
            async for page in self._database.stream(DAY_COLUMNS, wanted):
                day = PartitionDay(page["partition"], date.fromisoformat(page["day"]))
                if day in stored:
                    stored[day][page.get("page", 0)] = ColumnPage(page)
            for day, pages in stored.items():
                self._loaded[day] = DayColumns(pages[number] for number in sorted(pages))

    def merge(
        self, partition: str, increments: PartitionIncrements, flush: int
    ) -> Iterator[dict[str, Any]]:
        """Adds increments to loaded days, and makes the updates that store what has changed.

        Args:
            partition: The partition that the increments come from.
            increments: What its events since the last flush add; their days must be loaded.
            flush: Number of the partition's flush: readers ask for what is newer than they know.
        """
        touched: dict[PartitionDay, DayColumns] = {}
        for post_id, increment in _of_people(increments):
            day = _partition_day(partition, increment)
            day_columns = touched[day] = self._loaded[day]
            day_columns.apply(key_of(post_id), increment)
        for day, day_columns in touched.items():
            for number, change in day_columns.changes():
                about = {"partition": partition, "day": str(day.day), "flush": flush}
                yield {
                    "q": {"_id": page_id(day, number)},
                    "u": {"$set": about | change},
                    "upsert": True,
                }

    def drop(self, partition: str) -> None:
        """Forgets a partition that someone else owns now."""
        for day in [day for day in self._loaded if day.partition == partition]:
            del self._loaded[day]


def touched_days(partition: str, increments: PartitionIncrements) -> Iterable[PartitionDay]:
    """The days whose columns increments of a partition change."""
    return {_partition_day(partition, increment) for _, increment in _of_people(increments)}


def _of_people(increments: PartitionIncrements) -> Iterator[tuple[str, PostIncrement]]:
    """The posts that KPIs are about: those that human beings wrote."""
    return (post for post in increments.posts if post[1].author_human)


def _partition_day(partition: str, increment: PostIncrement) -> PartitionDay:
    return PartitionDay(partition, increment.published_at.astimezone(UTC).date())


def page_id(day: PartitionDay, number: int) -> str:
    """The id of a page's document.

    The first page of a day has no number in it: it stands where earlier versions had all of a day.
    """
    return f"{day.partition}|{day.day}" + (f"|{number}" if number else "")
