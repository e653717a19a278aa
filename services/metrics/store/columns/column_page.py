"""A page of a day's columns: as the consumer changes it in memory, and stores it.

A column store in small: the posts of a page stand in typed arrays, one value per post, and formats
and topics are codes of a dictionary that the page has for itself.
"""

from array import array
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from services.metrics.projection.increments import PostIncrement

# Bytes of an id: posts and groups are kept by these.
KEY = 16
# What a row knows of the status of its post.
NOT_SAID, SHOWN, GONE = 0, 1, 2
# The size of an audience whose post's publication wasn't heard of.
UNHEARD = -1
# Seconds to the first response, where there is none.
UNANSWERED = -(1 << 31)
# The same, where what was the first response is gone and no other is there.
RETRACTED = UNANSWERED + 1

# Types of columns, as `array` names them; all little-endian, as everything that this runs on.
# Codes of the page's dictionary: as they are, and as pages have them that are older and unchanged.
CODE, NARROW_CODE = "I", "H"
# What is known of a post:
#   published     milliseconds since the day began
#   format        code of its format
#   audience      people who could see it when it was published, or `UNHEARD`
#   topics        how many topics it has: so many entries of the column of topics are this row's
#   author        tells the authors of a day apart; 0: nobody is known
#   facts_said    sequence of the event that told format, topics and group
#   status_said   sequence of the event that told the status; 0: none has
FACTS = {
    "published": "I",
    "format": CODE,
    "audience": "i",
    "topics": "H",
    "author": "Q",
    "facts_said": "Q",
    "status_said": "Q",
}
# What it got within seven days, its author left out. `response` is the seconds to the first
# response, and `status` one of the three above.
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
# The most seconds to the first response that a column can hold: 68 years.
_LONGEST = (1 << 31) - 1
_LAST_SEQUENCE = (1 << 64) - 1

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
DAY_MS = 24 * 60 * 60 * 1000


def key_of(id_: str) -> bytes:
    """The bytes of an id.

    Raises:
        ValueError: The text is no id.
    """
    key = bytes.fromhex(id_.replace("-", ""))
    if len(key) != KEY:
        raise ValueError("not an id")
    return key


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970: what the database keeps of a moment."""
    return (moment - _EPOCH) // MILLISECOND


def day_begins(day: date) -> int:
    """The first millisecond of a UTC day, counted since 1970."""
    return milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))


def sequence_number(sequence: str) -> int:
    """An event's sequence as columns keep it: a number, 0 if it has none."""
    return min(int(sequence or 0), _LAST_SEQUENCE)


def author_hash(day: date, author: str) -> int:
    """What a row keeps of its author: the same number for all posts of a person on a day.

    It says nothing about other days, and nobody can read a person out of it. 0 for nobody.
    """
    if not author:
        return 0
    digest = blake2b(f"{day}|{author}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def code_type(facts: Mapping[str, Any]) -> str:
    """The type of the codes on a stored page: as wide as its column of formats says."""
    rows = len(facts["keys"]) // KEY
    return NARROW_CODE if len(facts["format"]) < 4 * rows else CODE


class ColumnPage:
    """Up to a few hundred posts of one day and partition, in columns.

    Args:
        stored: The page's document; None for a new page.

    Attributes:
        columns: The columns of `FACTS` and `COUNTS`, by name; one value per post.
        facts: Whether facts have changed since they were stored.
        counts: Whether counts have changed since they were stored.
    """

    __slots__ = (
        "_codes",
        "_edited",
        "_first",
        "_groups",
        "_keys",
        "_last",
        "_topics",
        "_values",
        "columns",
        "counts",
        "facts",
    )

    def __init__(self, stored: Mapping[str, Any] | None = None) -> None:
        facts = stored["facts"] if stored else {}
        counts = stored["counts"] if stored else {}
        self._keys = bytearray(facts.get("keys", b""))
        self._groups = bytearray(facts.get("groups", b""))
        self._values: list[str] = list(facts.get("words", ()))
        self._codes = {value: code for code, value in enumerate(self._values)}
        self._topics = array(CODE)
        self.columns: dict[str, array[int]] = {
            name: array(type_) for types in (FACTS, COUNTS) for name, type_ in types.items()
        }
        if stored:
            self._fill(facts, counts)
        keys = [bytes(self._keys[at : at + KEY]) for at in range(0, len(self._keys), KEY)]
        self._first, self._last = min(keys, default=b""), max(keys, default=b"")
        self.facts = self.counts = self._edited = False

    def _fill(self, facts: Mapping[str, Any], counts: Mapping[str, Any]) -> None:
        """Takes stored columns over; pages of an earlier version lack some, and some are narrow."""
        codes = code_type(facts)
        for part, types in ((facts, FACTS), (counts, COUNTS)):
            for name, type_ in types.items():
                stored = array(codes if name == "format" else type_)
                stored.frombytes(part.get(name, bytes(len(self) * stored.itemsize)))
                self.columns[name] = array(type_, stored)
        self._topics = array(CODE, array(codes, facts["topic"]))

    def __len__(self) -> int:
        return len(self._keys) // KEY

    def row(self, key: bytes) -> int | None:
        """The row of a post; None if it is on another page."""
        # Ids rise with time, so on most pages this is the end.
        if not self._first <= key <= self._last:
            return None
        at = self._keys.find(key)
        # What was found may lie across two ids.
        while at % KEY and at >= 0:
            at = self._keys.find(key, at + 1)
        return None if at < 0 else at // KEY

    def add(self, key: bytes, increment: PostIncrement) -> None:
        """A row for a post that has none yet."""
        row = len(self)
        self._first, self._last = min(self._first or key, key), max(self._last, key)
        self._keys += key
        self._groups += bytes(KEY)
        for name, column in self.columns.items():
            column.append(_NEW.get(name, 0))
        self._describe(row, increment)
        self.counts = True
        self._count(row, increment)

    def apply(self, row: int, increment: PostIncrement) -> None:
        """Adds what happened to a post."""
        if increment.facts_changed:
            self._describe(row, increment)
            self._edited = True
        self._count(row, increment)

    def _count(self, row: int, increment: PostIncrement) -> None:
        columns = self.columns
        if increment.audience_size is not None:
            columns["audience"][row] = increment.audience_size
            self.facts = True
        if increment.status is not None:
            columns["status"][row] = SHOWN if increment.status == "published" else GONE
            columns["status_said"][row] = sequence_number(increment.status_said)
            self.counts = self.facts = True
        early = increment.viewers - increment.viewers_own - increment.viewers_late
        for name, change in (
            ("viewers", early),
            ("reached", early - increment.viewers_spill),
            ("interactors", increment.interactors_7d),
            ("comments", increment.comments_7d),
            ("reactions", increment.reactions_7d),
        ):
            if change:
                columns[name][row] += change
                self.counts = True
        if increment.response_told:
            self._responded(row, increment)

    def _describe(self, row: int, increment: PostIncrement) -> None:
        columns = self.columns
        self._groups[row * KEY : (row + 1) * KEY] = key_of(increment.group_id)
        columns["published"][row] = milliseconds(increment.published_at) % DAY_MS
        columns["facts_said"][row] = sequence_number(increment.facts_said)
        if increment.author:
            day = increment.published_at.astimezone(UTC).date()
            columns["author"][row] = author_hash(day, increment.author)
        columns["format"][row] = self._encode(increment.format)
        codes = array(CODE, [self._encode(topic) for topic in increment.topics])
        start = len(self._topics) - sum(columns["topics"][row:])
        self._topics[start : start + columns["topics"][row]] = codes
        columns["topics"][row] = len(codes)
        self.facts = True

    def _encode(self, value: str) -> int:
        code = self._codes.setdefault(value, len(self._values))
        if code == len(self._values):
            self._values.append(value)
        return code

    def _drop_unused_values(self) -> None:
        """Takes values out of the dictionary that no row has any more.

        People edit topics as often as they like, and a page would keep all that they ever wrote.
        """
        used = {*self.columns["format"], *self._topics}
        if len(used) == len(self._values):
            return
        kept = sorted(used)
        codes = {before: code for code, before in enumerate(kept)}
        self._values = [self._values[before] for before in kept]
        self._codes = {value: code for code, value in enumerate(self._values)}
        for column in (self.columns["format"], self._topics):
            column[:] = array(CODE, [codes[before] for before in column])

    def _responded(self, row: int, increment: PostIncrement) -> None:
        if increment.first_response_at is None:
            after = RETRACTED
        else:
            answered_at = milliseconds(increment.first_response_at)
            waited = answered_at - milliseconds(increment.published_at)
            # What is less isn't a time: it stands for "unanswered" and "retracted".
            after = max(min(waited // 1000, _LONGEST), -_LONGEST + 1)
        if after != self.columns["response"][row]:
            self.columns["response"][row] = after
            self.counts = True

    def change(self) -> dict[str, Any]:
        """The fields of the document that must be stored; afterwards they count as stored."""
        change: dict[str, Any] = {}
        if self.facts:
            if self._edited:
                self._drop_unused_values()
            change["facts"] = {
                "keys": bytes(self._keys),
                "groups": bytes(self._groups),
                "words": list(self._values),
                "topic": self._topics.tobytes(),
            } | {name: self.columns[name].tobytes() for name in FACTS}
        if self.counts:
            change["counts"] = {name: self.columns[name].tobytes() for name in COUNTS}
        self.facts = self.counts = self._edited = False
        return change
