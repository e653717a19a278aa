"""A page of a sheet: posts in columns, one row each."""

from array import array
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.metrics.projection.increments import PostIncrement

KEY = 16  # bytes of an id
NOT_SAID, SHOWN, GONE = 0, 1, 2  # what a row knows of a post's status
UNHEARD = -1  # an audience before the publication is heard of
UNANSWERED = -(1 << 31)  # seconds to the first response, without one
RETRACTED = UNANSWERED + 1  # the same: what was the first response is gone, and no other is there

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
MILLISECOND = timedelta(milliseconds=1)
DAY_MS = 24 * 60 * 60 * 1000


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
    return (moment - _EPOCH) // MILLISECOND


def day_begins(day: date) -> int:
    """The first millisecond of a day, since 1970."""
    return milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))


class Page:
    """Rows of one day and partition.

    Attributes:
        facts: Whether facts have changed since they were stored.
        counts: The same for counts.
    """

    __slots__ = (
        "_first",
        "_groups",
        "_keys",
        "_last",
        "_topics",
        "_words",
        "columns",
        "counts",
        "facts",
    )

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
        keys = [bytes(self._keys[at : at + KEY]) for at in range(0, len(self._keys), KEY)]
        self._first, self._last = min(keys, default=b""), max(keys, default=b"")
        self.facts = self.counts = False

    def __len__(self) -> int:
        return len(self._keys) // KEY

    def row(self, key: bytes) -> int | None:
        """The row of a post; None if it is on another page."""
        if not self._first <= key <= self._last:  # ids rise with time, so most pages end here
            return None
        at = self._keys.find(key)
        while at % KEY and at >= 0:  # across two ids
            at = self._keys.find(key, at + 1)
        return None if at < 0 else at // KEY

    def add(self, key: bytes, taken: PostIncrement) -> None:
        """A row for a post that has none yet."""
        row = len(self)
        self._first, self._last = min(self._first or key, key), max(self._last, key)
        self._keys += key
        self._groups += bytes(KEY)
        for name, column in self.columns.items():
            column.append(_NEW.get(name, 0))
        self._describe(row, taken)
        self.counts = True
        self._count(row, taken)

    def apply(self, row: int, taken: PostIncrement) -> None:
        """Adds what happened to a post."""
        if taken.facts_changed:
            self._describe(row, taken)
        self._count(row, taken)

    def _count(self, row: int, taken: PostIncrement) -> None:
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
        if taken.response_told:
            self._responded(row, taken)

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
            after = RETRACTED
        else:
            waited = milliseconds(taken.first_response_at) - milliseconds(taken.published_at)
            after = waited // 1000
        if after != self.columns["response"][row]:
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
