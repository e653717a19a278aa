"""A page of a sheet: posts in columns, one row each."""

from array import array
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from services.metrics.projection.increments import PostIncrement

KEY = 16  # bytes of an id
NOT_SAID, SHOWN, GONE = 0, 1, 2  # what a row knows of a post's status
UNHEARD = -1  # an audience before the publication is heard of
UNANSWERED = -(1 << 31)  # seconds to the first response, without one
RETRACTED = UNANSWERED + 1  # the same: what was the first response is gone, and no other is there

# Array type codes, all little-endian as everything this runs on. A topic is one of the page's
# words, and each post has a number of them.
WORD = "I"  # a word's number
NARROW_WORD = "H"  # what it was before; pages that haven't changed since still have it
FACTS = {
    "published": "I",  # milliseconds of the day
    "format": WORD,
    "audience": "i",
    "topics": "H",  # how many of the next column belong to this row
    "author": "Q",  # tells the authors of a day apart; 0: nobody is known
    "facts_said": "Q",  # sequence of the event that told format, topics and group
    "status_said": "Q",  # and of the one that told the status; 0: none has
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
_LONGEST = (1 << 31) - 1  # seconds to the first response that a column can hold: 68 years
_LAST_SAID = (1 << 64) - 1

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


def sequence_number(sequence: str) -> int:
    """An event's place among those of its service, as columns keep it."""
    return min(int(sequence or 0), _LAST_SAID)


def author_hash(day: date, pseudonym: str) -> int:
    """What a row keeps of its author: the same for all posts of a person on a day, and no other.

    It says nothing about other days, and nobody can read a person out of it.
    """
    if not pseudonym:
        return 0
    digest = blake2b(f"{day}|{pseudonym}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def code_type(facts: Mapping[str, Any]) -> str:
    """The type of the words' numbers on a stored page: as wide as its column of formats says."""
    rows = len(facts["keys"]) // KEY
    return NARROW_WORD if len(facts["format"]) < 4 * rows else WORD


class ColumnPage:
    """Rows of one day and partition.

    Attributes:
        facts: Whether facts have changed since they were stored.
        counts: The same for counts.
    """

    __slots__ = (
        "_edited",
        "_first",
        "_groups",
        "_keys",
        "_last",
        "_numbers",
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
        self._numbers = {word: number for number, word in enumerate(self._words)}
        self._topics = array(WORD)
        self.columns: dict[str, array[int]] = {
            name: array(code) for codes in (FACTS, COUNTS) for name, code in codes.items()
        }
        if stored:
            self._fill(facts, counts)
        keys = [bytes(self._keys[at : at + KEY]) for at in range(0, len(self._keys), KEY)]
        self._first, self._last = min(keys, default=b""), max(keys, default=b"")
        self.facts = self.counts = self._edited = False

    def _fill(self, facts: Mapping[str, Any], counts: Mapping[str, Any]) -> None:
        """Takes stored columns over; pages of an earlier version lack some, and some are narrow."""
        type_ = code_type(facts)
        for part, codes in ((facts, FACTS), (counts, COUNTS)):
            for name, code in codes.items():
                stored = array(type_ if name == "format" else code)
                stored.frombytes(part.get(name, bytes(len(self) * stored.itemsize)))
                self.columns[name] = array(code, stored)
        self._topics = array(WORD, array(type_, facts["topic"]))

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
            self._edited = True
        self._count(row, taken)

    def _count(self, row: int, taken: PostIncrement) -> None:
        columns = self.columns
        if taken.audience_size is not None:
            columns["audience"][row] = taken.audience_size
            self.facts = True
        if taken.status is not None:
            columns["status"][row] = SHOWN if taken.status == "published" else GONE
            columns["status_said"][row] = sequence_number(taken.status_said)
            self.counts = self.facts = True
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
        columns["facts_said"][row] = sequence_number(taken.facts_said)
        if taken.author:
            day = taken.published_at.astimezone(UTC).date()
            columns["author"][row] = author_hash(day, taken.author)
        columns["format"][row] = self._word(taken.format)
        words = array(WORD, [self._word(topic) for topic in taken.topics])
        start = len(self._topics) - sum(columns["topics"][row:])
        self._topics[start : start + columns["topics"][row]] = words
        columns["topics"][row] = len(words)
        self.facts = True

    def _word(self, text: str) -> int:
        number = self._numbers.setdefault(text, len(self._words))
        if number == len(self._words):
            self._words.append(text)
        return number

    def _forget_unused(self) -> None:
        """Takes words out that no row uses any more: people edit topics as often as they like."""
        used = {*self.columns["format"], *self._topics}
        if len(used) == len(self._words):
            return
        kept = sorted(used)
        numbers = {before: number for number, before in enumerate(kept)}
        self._words = [self._words[before] for before in kept]
        self._numbers = {word: number for number, word in enumerate(self._words)}
        for column in (self.columns["format"], self._topics):
            column[:] = array(WORD, [numbers[before] for before in column])

    def _responded(self, row: int, taken: PostIncrement) -> None:
        if taken.first_response_at is None:
            after = RETRACTED
        else:
            waited = milliseconds(taken.first_response_at) - milliseconds(taken.published_at)
            after = max(min(waited // 1000, _LONGEST), -_LONGEST + 1)  # what is less isn't a time
        if after != self.columns["response"][row]:
            self.columns["response"][row] = after
            self.counts = True

    def change(self) -> dict[str, Any]:
        """What must be stored; afterwards it counts as stored."""
        change: dict[str, Any] = {}
        if self.facts:
            if self._edited:
                self._forget_unused()
            change["facts"] = {
                "keys": bytes(self._keys),
                "groups": bytes(self._groups),
                "words": list(self._words),
                "topic": self._topics.tobytes(),
            } | {name: self.columns[name].tobytes() for name in FACTS}
        if self.counts:
            change["counts"] = {name: self.columns[name].tobytes() for name in COUNTS}
        self.facts = self.counts = self._edited = False
        return change
