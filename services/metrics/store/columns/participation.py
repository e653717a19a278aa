"""Who took part where on a day, as columns of numbers: for groups and for topics.

A row is a person in a scope: in a group, on a topic, among the members of a group. A scope is the
first eight bytes of a digest of its name, so words that people make up take no more room than what
they do, and no list of them has to be kept. That any two of a million scopes are the same number
has a chance of 3 in 100,000,000.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple, Self

import msgspec
import numpy as np
import zstandard
from numpy.typing import NDArray
from pyroaring import BitMap

from services.metrics.kpis.contributions import bitmap
from services.metrics.projection.participants import Deed, MembershipChange, NumberedParticipants
from services.metrics.store.columns.layout import Column
from services.metrics.store.columns.post_news import MOST_TOPICS

# What a row says of its person, in bits. The last two are about members: that they were counted at
# some moment of the day, and whether they are at its end.
VIEWED, INTERACTED, CREATED, CONTRIBUTED, BELONGED, BELONGS = 1, 2, 4, 8, 16, 32
BITS: Mapping[Deed, int] = {
    "viewed": VIEWED,
    "interacted": INTERACTED,
    "created": CREATED,
    "contributed": CONTRIBUTED,
}

# Rows of a document: 4 MB.
MOST_ROWS = 250_000
_LEVEL = 3

_NEWS = {"scopes": "<u8", "deeds": "u1", "lengths": "<u4", "people": "<u4"}
# Only those who contributed have a count.
_TABLE = {"scopes": "<u8", "lengths": "<u4", "people": "<u4", "deeds": "u1", "counts": "<u4"}

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, bytes]).decode


@lru_cache(maxsize=100_000)
def _scope(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest())


def in_group(group_id: str) -> int:
    """The scope of what happens in a group."""
    return _scope(f"group {group_id}")


def members_of(group_id: str) -> int:
    """The scope of the members of a group."""
    return _scope(f"members {group_id}")


def on_topic(topic: str) -> int:
    """The scope of what happens on a topic."""
    return _scope(f"topic {topic}")


ON_ANY_TOPIC = _scope("topics")


class ParticipationNews(NamedTuple):
    """What a flush adds to a day: runs of people who did the same in the same scope.

    Attributes:
        scopes: The scope of each run.
        deeds: What the people of each run did.
        lengths: How many people each run has; who contributed twice is there twice.
        people: The numbers of all these people, run after run.
    """

    scopes: Column
    deeds: Column
    lengths: Column
    people: Column

    @classmethod
    def by_day(
        cls,
        participants: Iterable[NumberedParticipants],
        memberships: Iterable[MembershipChange],
        numbers: Mapping[str, int],
    ) -> dict[date, Self]:
        """The news of each day.

        Args:
            participants: Who took part, each in a group, on its topics, on a day.
            memberships: Who came into groups and who left them, in order.
            numbers: People's numbers by id or alias; who has none was erased, and is left out.
        """
        days: defaultdict[date, _Runs] = defaultdict(_Runs)
        for people in participants:
            days[people.day].add_participants(people)
        for change in memberships:
            if (number := numbers.get(change.member)) is not None:
                deeds = BELONGED | BELONGS if change.belongs else 0
                days[change.day].add(members_of(change.group_id), deeds, [number])
        return {day: cls(*runs.columns()) for day, runs in days.items() if runs.people}

    def stored(self) -> dict[str, bytes]:
        """As it is stored."""
        return _bytes(self, _NEWS)

    @classmethod
    def read(cls, stored: Mapping[str, bytes]) -> Self:
        """What was stored so."""
        return cls(*_columns(stored, _NEWS))

    def __len__(self) -> int:
        return len(self.people)


class _Runs:
    """Runs that become columns."""

    def __init__(self) -> None:
        self.scopes: list[int] = []
        self.deeds: list[int] = []
        self.lengths: list[int] = []
        self.people: list[int] = []

    def add(self, scope: int, deeds: int, people: Sequence[int]) -> None:
        """Adds a run."""
        if people:
            self.scopes.append(scope)
            self.deeds.append(deeds)
            self.lengths.append(len(people))
            self.people += people

    def add_participants(self, participants: NumberedParticipants) -> None:
        """Adds who took part in a group, and on topics."""
        if participants.group_id:
            group = in_group(participants.group_id)
            for deed, people in participants.did.items():
                self.add(group, BITS[deed], people)
        interacted = participants.did["interacted"]
        if participants.topics and interacted:
            self.add(ON_ANY_TOPIC, INTERACTED, interacted)
            for topic in participants.topics[:MOST_TOPICS]:
                self.add(on_topic(topic), INTERACTED, interacted)

    def columns(self) -> list[Column]:
        """The columns of news."""
        values = (self.scopes, self.deeds, self.lengths, self.people)
        return [np.array(column, kind) for column, kind in zip(values, _NEWS.values(), strict=True)]


class ScopeRows(NamedTuple):
    """The people of a scope on a day.

    Attributes:
        people: Their numbers; each once.
        deeds: In bits, what each of them did in the scope.
        counts: How many contributions each of those made who contributed, in their order.
    """

    people: NDArray[np.uint32]
    deeds: NDArray[np.uint8]
    counts: NDArray[np.uint32]

    @property
    def contributors(self) -> NDArray[np.uint32]:
        """Who contributed: each belongs to one of `counts`."""
        found: NDArray[np.uint32] = self.people[(self.deeds & CONTRIBUTED) != 0]
        return found

    def who(self, deeds: int) -> BitMap:
        """Who did at least one of these deeds."""
        return bitmap(self.people[(self.deeds & deeds) != 0])

    def who_did_not(self, deeds: int) -> BitMap:
        """Who did none of these deeds."""
        return bitmap(self.people[(self.deeds & deeds) == 0])


class ParticipationTable:
    """The rows of a partition and day: by scope, then by person. It never changes.

    Args:
        scopes: The scopes that have rows, in order.
        lengths: How many rows each scope has.
        people: The numbers of the people of all rows, scope after scope.
        deeds: In bits, what the person of each row did in the scope.
        counts: How many contributions were made in the scope by the person of each row that has
            `CONTRIBUTED`; the others have no entry.
    """

    __slots__ = ("_counts", "_counts_ends", "_deeds", "_ends", "_people", "_scopes")

    def __init__(
        self, scopes: Column, lengths: Column, people: Column, deeds: Column, counts: Column
    ) -> None:
        self._scopes = scopes
        self._ends = np.cumsum(lengths, dtype=np.int64)
        self._people = people
        self._deeds = deeds
        self._counts = counts
        contributed = np.cumsum((deeds & CONTRIBUTED) != 0, dtype=np.int64)
        self._counts_ends = contributed[self._ends - 1] if len(scopes) else self._ends

    @classmethod
    def empty(cls) -> Self:
        """Without a row."""
        return cls(*(np.zeros(0, kind) for kind in _TABLE.values()))

    def __len__(self) -> int:
        return len(self._people)

    def rows(self, scope: int) -> ScopeRows:
        """The rows of a scope."""
        at = int(np.searchsorted(self._scopes, np.uint64(scope)))
        if at == len(self._scopes) or int(self._scopes[at]) != scope:
            return _NO_ROWS
        rows = slice(int(self._ends[at - 1]) if at else 0, int(self._ends[at]))
        counts = slice(int(self._counts_ends[at - 1]) if at else 0, int(self._counts_ends[at]))
        return ScopeRows(self._people[rows], self._deeds[rows], self._counts[counts])

    def all_rows(self) -> ScopeRows:
        """Those of all scopes: a person may be in several."""
        return ScopeRows(self._people, self._deeds, self._counts)

    def changed(self, news: Sequence[ParticipationNews]) -> "ParticipationTable":
        """The table with what flushes have added to it, in their order."""
        if not news:
            return self
        deeds = np.concatenate([self._deeds, *(np.repeat(of.deeds, of.lengths) for of in news)])
        counts = np.zeros(len(deeds), "<u4")
        counts[: len(self)] = _of_rows(self._deeds, self._counts)
        counts[len(self) :] = (deeds[len(self) :] & CONTRIBUTED) != 0
        return _combined(
            np.concatenate(
                [
                    np.repeat(self._scopes, self._lengths()),
                    *(np.repeat(of.scopes, of.lengths) for of in news),
                ]
            ),
            np.concatenate([self._people, *(of.people for of in news)]),
            deeds,
            counts,
        )

    def _lengths(self) -> Column:
        return np.diff(self._ends, prepend=0)

    def pages(self) -> list[bytes]:
        """As it is stored: at least one page."""
        lengths = self._lengths()
        scopes, counts = np.repeat(self._scopes, lengths), _of_rows(self._deeds, self._counts)
        pages = []
        for start in range(0, len(self) or 1, MOST_ROWS):
            rows = slice(start, start + MOST_ROWS)
            found, of_each = np.unique(scopes[rows], return_counts=True)
            made = counts[rows]
            columns = (found, of_each, self._people[rows], self._deeds[rows], made[made > 0])
            body = _encode(_bytes(columns, _TABLE))
            pages.append(zstandard.ZstdCompressor(level=_LEVEL).compress(body))
        return pages

    @classmethod
    def read(cls, pages: Sequence[bytes]) -> "ParticipationTable":
        """What was stored so."""
        parts = [
            _columns(_decode(zstandard.ZstdDecompressor().decompress(page)), _TABLE)
            for page in pages
        ]
        if len(parts) == 1:
            return cls(*parts[0])
        scopes = [np.repeat(part[0], part[1]) for part in parts]
        counts = [_of_rows(deeds, counts) for *_, deeds, counts in parts]
        people, deeds = [part[2] for part in parts], [part[3] for part in parts]
        return _combined(*map(np.concatenate, (scopes, people, deeds, counts)))


_NO_ROWS = ScopeRows(*(np.zeros(0, kind) for kind in ("<u4", "u1", "<u4")))


def read_table(pages: Sequence[Mapping[str, Any]]) -> tuple[ParticipationTable, int]:
    """The table whose stored pages these are, and the flush through which it goes."""
    if not pages:
        return ParticipationTable.empty(), 0
    return ParticipationTable.read([page["body"] for page in pages]), pages[0]["flush"]


def _combined(scopes: Column, people: Column, deeds: Column, counts: Column) -> ParticipationTable:
    """The table of these rows; of several about a person in a scope the last says how it ended.

    Args:
        scopes: The scope of each row.
        people: The person of each row.
        deeds: In bits, what the person of each row did in its scope.
        counts: How many contributions each row stands for; 0 where it stands for none.
    """
    order = np.lexsort((people, scopes))
    scopes, people, deeds, counts = (of[order] for of in (scopes, people, deeds, counts))
    begins = np.ones(len(scopes), bool)
    begins[1:] = (scopes[1:] != scopes[:-1]) | (people[1:] != people[:-1])
    first = np.flatnonzero(begins)
    if not len(first):
        return ParticipationTable.empty()
    last = np.append(first[1:], len(scopes)) - 1
    said = np.bitwise_or.reduceat(deeds & ~np.uint8(BELONGS), first)
    made = np.add.reduceat(counts, first, dtype=np.uint32)
    found, lengths = np.unique(scopes[first], return_counts=True)
    deeds_of_rows = said | (deeds[last] & BELONGS)
    return ParticipationTable(found, lengths, people[first], deeds_of_rows, made[made > 0])


def _of_rows(deeds: Column, counts: Column) -> Column:
    """The counts of all rows: 0 for who didn't contribute."""
    found = np.zeros(len(deeds), "<u4")
    found[(deeds & CONTRIBUTED) != 0] = counts
    return found


def _bytes(columns: Iterable[Column], kinds: Mapping[str, str]) -> dict[str, bytes]:
    return {
        name: column.astype(kind, copy=False).tobytes()
        for (name, kind), column in zip(kinds.items(), columns, strict=True)
    }


def _columns(stored: Mapping[str, Any], kinds: Mapping[str, str]) -> list[Column]:
    return [np.frombuffer(stored[name], kind) for name, kind in kinds.items()]
