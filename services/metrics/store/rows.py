"""Rows of sheets as numpy columns: taken from storage, joined, selected."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.metrics.store.pages import (
    COUNTS,
    DAY_MS,
    FACTS,
    GONE,
    NOT_SAID,
    UNANSWERED,
    UNHEARD,
)

_EPOCH = date(1970, 1, 1)
_TYPES = {"I": "<u4", "H": "<u2", "i": "<i4", "b": "i1"}
_ADDED = ("viewers", "reached", "interactors", "comments", "reactions")

Column = NDArray[Any]


class Words:
    """Numbers for formats and topics, the same for all sheets in memory."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words: list[str] = []

    def known(self, word: str) -> int:
        """The number of a word; -1 for one that no sheet has."""
        return self._numbers.get(word, -1)

    def number(self, word: str) -> int:
        """The number of a word."""
        found = self._numbers.get(word)
        if found is None:
            found = self._numbers[word] = len(self._words)
            self._words.append(word)
        return found

    def __getitem__(self, number: int) -> str:
        return self._words[number]


class Rows:
    """Posts in columns.

    Attributes:
        keys: Post ids, as two numbers each.
        groups: Group ids, likewise.
        topic_rows: For each topic of each post: the post's row.
        topics: And the topic's number.
    """

    __slots__ = ("_columns", "groups", "keys", "topic_rows", "topics")

    def __init__(
        self,
        columns: Mapping[str, Column],
        *,
        keys: Column,
        groups: Column,
        topic_rows: Column,
        topics: Column,
    ) -> None:
        self._columns = columns
        self.keys = keys
        self.groups = groups
        self.topic_rows = topic_rows
        self.topics = topics

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def in_group(self, key: bytes) -> "Rows":
        """Those of a group."""
        high, low = int.from_bytes(key[:8]), int.from_bytes(key[8:])
        return self.where((self.groups[:, 0] == high) & (self.groups[:, 1] == low))

    def of_format(self, number: int) -> "Rows":
        """Those of a format."""
        return self.where(self["format"] == number)

    def on_topic(self, number: int) -> "Rows":
        """Those on a topic."""
        wanted = np.zeros(len(self), bool)
        wanted[self.topic_rows[self.topics == number]] = True
        return self.where(wanted)

    def where(self, wanted: Column) -> "Rows":
        """Those that are true in a column of booleans."""
        places = np.cumsum(wanted) - 1
        kept = wanted[self.topic_rows]
        return Rows(
            {name: column[wanted] for name, column in self._columns.items()},
            keys=self.keys[wanted],
            groups=self.groups[wanted],
            topic_rows=places[self.topic_rows[kept]],
            topics=self.topics[kept],
        )

    def seen(self) -> "Rows":
        """One row per post, hidden and deleted posts left out, audiences never below zero.

        A post has two rows where the topic's partitions were increased while it lived. The counts
        of both are added; how it is now, the row says that hasn't heard of its publication: it
        began later.
        """
        rows = self._merged()
        if not (shown := rows["status"] != GONE).all():
            rows = rows.where(shown)
        columns = dict(rows._columns)  # noqa: SLF001 - our own
        columns["audience"] = np.maximum(columns["audience"], 0)
        # Who joined a group after the publication may view the post; the audience is from then.
        columns["reached"] = np.minimum(columns["reached"], columns["audience"])
        return Rows(
            columns,
            keys=rows.keys,
            groups=rows.groups,
            topic_rows=rows.topic_rows,
            topics=rows.topics,
        )

    def _merged(self) -> "Rows":
        low = np.sort(self.keys[:, 1])
        if not (low[1:] == low[:-1]).any():  # hardly ever
            return self
        order = np.lexsort((self["audience"] != UNHEARD, *self.keys.T))
        same = np.all(self.keys[order[1:]] == self.keys[order[:-1]], axis=1)
        if not same.any():
            return self
        same[:-1] &= ~same[1:]  # of several rows of a post, the last two
        return self._added(order[:-1][same], order[1:][same])._merged()  # noqa: SLF001 - our own

    def _added(self, later: Column, earlier: Column) -> "Rows":
        columns = {name: column.copy() for name, column in self._columns.items()}
        for name in _ADDED:
            columns[name][later] += columns[name][earlier]
        for name, silent in (("response", UNANSWERED), ("audience", UNHEARD)):
            one, other = columns[name][later], columns[name][earlier]
            least = np.minimum(one, other)
            columns[name][later] = np.where(least == silent, np.maximum(one, other), least)
        status = columns["status"]
        status[later] = np.where(status[later] == NOT_SAID, status[earlier], status[later])
        rows = Rows(
            columns,
            keys=self.keys,
            groups=self.groups,
            topic_rows=self.topic_rows,
            topics=self.topics,
        )
        kept = np.ones(len(self), bool)
        kept[earlier] = False
        return rows.where(kept)


def rows_of(stored: Mapping[str, Any], words: Words) -> Rows:
    """The rows of a stored sheet."""
    facts, counts = stored["facts"], stored["counts"]
    columns: dict[str, Column] = {
        name: np.frombuffer(part[name], _TYPES[code])
        for part, codes in ((facts, FACTS), (counts, COUNTS))
        for name, code in codes.items()
    }
    numbers = np.array([words.number(word) for word in facts["words"]], "i4")
    begins = (date.fromisoformat(stored["day"]) - _EPOCH).days * DAY_MS
    columns["published"] = columns["published"].astype("i8") + begins
    columns["format"] = numbers[columns["format"]]
    how_many = columns.pop("topics")
    return Rows(
        columns,
        keys=np.frombuffer(facts["keys"], ">u8").astype("u8").reshape(-1, 2),
        groups=np.frombuffer(facts["groups"], ">u8").astype("u8").reshape(-1, 2),
        topic_rows=np.repeat(np.arange(len(how_many)), how_many),
        topics=numbers[np.frombuffer(facts["topic"], "<u2")],
    )


_NONE = Rows(
    {
        "published": np.zeros(0, "i8"),
        "format": np.zeros(0, "i4"),
        **{name: np.zeros(0, "i4") for name in ("audience", *COUNTS)},
    },
    keys=np.zeros((0, 2), "u8"),
    groups=np.zeros((0, 2), "u8"),
    topic_rows=np.zeros(0, "i8"),
    topics=np.zeros(0, "i4"),
)


def joined(parts: Sequence[Rows]) -> Rows:
    """All rows of several."""
    parts = [part for part in parts if len(part)] or [_NONE]
    if len(parts) == 1:
        return parts[0]
    lengths = [len(part) for part in parts]
    offsets = np.cumsum([0, *lengths[:-1]])
    return Rows(
        {
            name: np.concatenate([part[name] for part in parts])
            for name in parts[0]._columns  # noqa: SLF001 - our own
        },
        keys=np.concatenate([part.keys for part in parts]),
        groups=np.concatenate([part.groups for part in parts]),
        topic_rows=np.concatenate(
            [part.topic_rows + offset for part, offset in zip(parts, offsets, strict=True)]
        ),
        topics=np.concatenate([part.topics for part in parts]),
    )
