"""Sheets: the posts of one day of publication, one row each, with what rates need of them.

A rate over a month sums 80,000 posts, far too many to read one by one for each answer. So what it
needs stands in columns, per partition and day: a reader takes a month in 180 documents, and keeps
it. The records in `posts` stay what tells about a single post.

Like bitmaps, the sheets of owned partitions are read once, changed in memory and stored whole, in
two parts: facts, which change when a post is published or edited, and counts. A flush that fails
leaves them wrong in memory; the consumer then starts over and forgets them.

Rejected: sums per day, format, topic and group. At 500 posts per day and partition there are more
sums than posts; and a change needs the post's earlier state anyway, to know whether it is now
answered, and where it counted before it was edited.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from services.metrics.projection.increments import Increments, PostIncrement
from services.metrics.store.documents import SHEETS
from shared.mongo import Database

# Sheets in memory: a year of six partitions. At the reference size one takes 30 KiB, so 75 MB.
CAPACITY = 2_500
_AT_ONCE = 500  # sheets in one query: 15 MB

KEY = 16  # bytes of an id
NOT_SAID, SHOWN, GONE = 0, 1, 2  # what a row knows of a post's status
UNHEARD = -1  # an audience before the publication is heard of
UNANSWERED = -(1 << 31)  # seconds to the first response, without one

# Array type codes, all little-endian as everything this runs on. A topic is one of the sheet's
# words, and each post has a number of them.
FACTS = {
    "published": "I",  # milliseconds of the day
    "format": "H",  # one of the sheet's words
    "audience": "i",
    "topics": "H",  # how many of the next column belong to this row
}
COUNTS = {
    "viewers": "i",
    "reached": "i",
    "interactors": "i",
    "comments": "i",
    "reactions": "i",
    "response": "i",
    "status": "b",
}
_NEW = {"audience": UNHEARD, "response": UNANSWERED}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
DAY_MS = 24 * 60 * 60 * 1000


class SheetPlace(NamedTuple):
    """Where a sheet belongs."""

    partition: str
    day: date


def key_of(id_: str) -> bytes:
    """The bytes of an id.

    Raises:
        ValueError: It is none.
    """
    key = bytes.fromhex(id_.replace("-", ""))
    if len(key) != KEY:
        raise ValueError("not an id")
    return key


def milliseconds(moment: datetime) -> int:
    """Since 1970, as the database keeps moments."""
    return (moment - _EPOCH) // _MILLISECOND


class Sheet:
    """The rows of one day and partition.

    Attributes:
        facts: Whether facts have changed since they were stored.
        counts: The same for counts.
    """

    __slots__ = ("_groups", "_keys", "_topics", "_words", "columns", "counts", "facts")

    def __init__(self, stored: Mapping[str, Any] | None = None) -> None:
        facts = stored["facts"] if stored else {}
        counts = stored["counts"] if stored else {}
        self._keys = bytearray(facts.get("keys", b""))
        self._groups = bytearray(facts.get("groups", b""))
        self._words: list[str] = list(facts.get("words", ()))
        self._topics = array("H", facts.get("topic", b""))
        self.columns: dict[str, array[int]] = {
            name: array(code, part.get(name, b""))
            for part, codes in ((facts, FACTS), (counts, COUNTS))
            for name, code in codes.items()
        }
        self.facts = self.counts = False

    def apply(self, key: bytes, taken: PostIncrement) -> None:
        """Adds what happened to a post."""
        row = self._row(key)
        if row is None:
            row = self._new(key, taken)
        elif taken.facts_changed:
            self._describe(row, taken)
        columns = self.columns
        if taken.audience_size is not None:
            columns["audience"][row] = taken.audience_size
            self.facts = True
        if taken.status is not None:
            columns["status"][row] = SHOWN if taken.status == "published" else GONE
            self.counts = True
        early = taken.viewers - taken.viewers_own - taken.viewers_late
        for name, change in (
            ("viewers", early),
            ("reached", early - taken.viewers_spill),
            ("interactors", taken.interactors_7d),
            ("comments", taken.comments_7d),
            ("reactions", taken.reactions_7d),
        ):
            if change:
                columns[name][row] += change
                self.counts = True
        if taken.first_response_at is not None:
            self._responded(row, taken)

    def _row(self, key: bytes) -> int | None:
        at = self._keys.find(key)
        while at % KEY and at >= 0:  # across two ids
            at = self._keys.find(key, at + 1)
        return None if at < 0 else at // KEY

    def _new(self, key: bytes, taken: PostIncrement) -> int:
        row = len(self._keys) // KEY
        self._keys += key
        self._groups += bytes(KEY)
        for name, column in self.columns.items():
            column.append(_NEW.get(name, 0))
        self._describe(row, taken)
        self.counts = True
        return row

    def _describe(self, row: int, taken: PostIncrement) -> None:
        columns = self.columns
        self._groups[row * KEY : (row + 1) * KEY] = key_of(taken.group_id)
        columns["published"][row] = milliseconds(taken.published_at) % DAY_MS
        columns["format"][row] = self._word(taken.format)
        words = array("H", [self._word(topic) for topic in taken.topics])
        start = len(self._topics) - sum(columns["topics"][row:])
        self._topics[start : start + columns["topics"][row]] = words
        columns["topics"][row] = len(words)
        self.facts = True

    def _word(self, text: str) -> int:
        try:
            return self._words.index(text)
        except ValueError:
            self._words.append(text)
            return len(self._words) - 1

    def _responded(self, row: int, taken: PostIncrement) -> None:
        if taken.first_response_at is None:
            return
        waited = milliseconds(taken.first_response_at) - milliseconds(taken.published_at)
        before = self.columns["response"][row]
        after = waited // 1000 if before == UNANSWERED else min(before, waited // 1000)
        if after != before:
            self.columns["response"][row] = after
            self.counts = True

    def change(self) -> dict[str, Any]:
        """What must be stored; afterwards it counts as stored."""
        change: dict[str, Any] = {}
        if self.facts:
            change["facts"] = {
                "keys": bytes(self._keys),
                "groups": bytes(self._groups),
                "words": list(self._words),
                "topic": self._topics.tobytes(),
            } | {name: self.columns[name].tobytes() for name in FACTS}
        if self.counts:
            change["counts"] = {name: self.columns[name].tobytes() for name in COUNTS}
        self.facts = self.counts = False
        return change


class Sheets:
    """A cache of the sheets of owned partitions."""

    def __init__(self, database: Database, *, capacity: int = CAPACITY) -> None:
        self._database = database
        self._capacity = capacity
        self._loaded: dict[SheetPlace, Sheet] = {}

    async def load(self, places: Collection[SheetPlace]) -> None:
        """Reads what isn't in memory yet; makes room first."""
        missing = [place for place in places if place not in self._loaded]
        surplus = len(self._loaded) + len(missing) - self._capacity
        for place in [place for place in self._loaded if place not in places][: max(surplus, 0)]:
            del self._loaded[place]
        for start in range(0, len(missing), _AT_ONCE):
            part = {sheet_id(place): place for place in missing[start : start + _AT_ONCE]}
            self._loaded |= {place: Sheet() for place in part.values()}
            for one in await self._database.find(SHEETS, {"_id": {"$in": list(part)}}):
                self._loaded[part[one["_id"]]] = Sheet(one)

    def merge(self, partition: str, increments: Increments, flush: int) -> Iterator[dict[str, Any]]:
        """Adds increments to loaded sheets; the updates that store those that changed.

        Args:
            partition: Whose.
            increments: What to add.
            flush: Number of the partition's flush: readers ask for what is newer than they know.
        """
        touched: dict[SheetPlace, None] = {}
        for post_id, taken in increments.posts:
            place = _place(partition, taken)
            self._loaded[place].apply(key_of(post_id), taken)
            touched[place] = None
        for place in touched:
            if change := self._loaded[place].change():
                about = {"partition": partition, "day": str(place.day), "flush": flush}
                change = {"$set": about | change}
                yield {"q": {"_id": sheet_id(place)}, "u": change, "upsert": True}

    def drop(self, partition: str) -> None:
        """Forgets a partition that someone else owns now."""
        for place in [place for place in self._loaded if place.partition == partition]:
            del self._loaded[place]


def sheets_of(partition: str, increments: Increments) -> Iterable[SheetPlace]:
    """Every sheet that increments touch."""
    return {_place(partition, taken) for _, taken in increments.posts}


def _place(partition: str, taken: PostIncrement) -> SheetPlace:
    return SheetPlace(partition, taken.published_at.astimezone(UTC).date())


def sheet_id(place: SheetPlace) -> str:
    """The id of a sheet."""
    return f"{place.partition}|{place.day}"
