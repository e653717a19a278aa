"""Rows of sheets as numpy columns: taken from storage, joined, selected."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.metrics.store.pages import (
    COUNTS,
    FACTS,
    GONE,
    NOT_SAID,
    UNANSWERED,
    UNHEARD,
    day_begins,
)

_TYPES = {"I": "<u4", "H": "<u2", "i": "<i4", "b": "i1"}
_ADDED = ("viewers", "reached", "interactors", "comments", "reactions")

# What is kept of posts that can be seen.
_SEEN = (
    *("published", "format", "audience", "topics", "topic_rows", "keys", "groups"),
    *("viewers", "reached", "interactors", "comments", "reactions", "response"),
)

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


class _Lazy(dict[str, Column]):
    """Columns that are made when they are first asked for: most answers need a few of them."""

    def __init__(self, make: Callable[[str], Column]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> Column:
        column = self[name] = self._make(name)
        return column


class Rows:
    """Posts in columns, each with a value per post but for two.

    `keys` and `groups` are the ids of posts and of their groups, as two numbers each. `topics` has
    a number for each topic of each post, and `topic_rows` that post's row.

    Args:
        columns: By name.
        length: How many posts.
    """

    __slots__ = ("_columns", "_length")

    def __init__(self, columns: Mapping[str, Column], length: int) -> None:
        self._columns = columns
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def in_group(self, key: bytes) -> Column:
        """Which are of a group."""
        high, low = int.from_bytes(key[:8]), int.from_bytes(key[8:])
        groups = self["groups"]
        wanted: Column = (groups[:, 1] == low) & (groups[:, 0] == high)
        return wanted

    def in_groups(self, keys: Sequence[bytes]) -> Column:
        """Which are of one of several groups."""
        wanted = np.frombuffer(b"".join(keys), ">u8").astype("u8").reshape(-1, 2)
        # The low halves are random, so what agrees in them is worth a closer look.
        found: Column = np.isin(self["groups"][:, 1], wanted[:, 1])
        known = set(keys)
        for row in np.flatnonzero(found):
            found[row] = self["groups"][row].astype(">u8").tobytes() in known
        return found

    def of_format(self, number: int) -> Column:
        """Which are of a format."""
        wanted: Column = self["format"] == number
        return wanted

    def on_topic(self, number: int) -> Column:
        """Which are on a topic."""
        wanted = np.zeros(len(self), bool)
        wanted[self["topic_rows"][self["topics"] == number]] = True
        return wanted

    def where(self, wanted: Column) -> "Rows":
        """Those that are true in a column of booleans."""
        return Rows(_Lazy(partial(self._selected, wanted)), int(np.count_nonzero(wanted)))

    def _selected(self, wanted: Column, name: str) -> Column:
        if name == "topics":
            return self["topics"][wanted[self["topic_rows"]]]
        if name == "topic_rows":
            rows = self["topic_rows"]
            return (np.cumsum(wanted, dtype="i4") - 1)[rows[wanted[rows]]]
        return self[name][wanted]

    def seen(self) -> "Rows":
        """One row per post, hidden and deleted posts left out, audiences never below zero.

        A post has two rows where the topic's partitions were increased while it lived. The counts
        of both are added; how it is now, the row says that hasn't heard of its publication: it
        began later.
        """
        rows = self._merged()
        if not (shown := rows["status"] != GONE).all():
            rows = rows.where(shown)
        columns = {name: rows[name] for name in _SEEN}
        columns["audience"] = np.maximum(columns["audience"], 0)
        # Who joined a group after the publication may view the post; the audience is from then.
        columns["reached"] = np.minimum(columns["reached"], columns["audience"])
        return Rows(columns, len(rows))

    def _merged(self) -> "Rows":
        low = np.sort(self["keys"][:, 1])
        if not (low[1:] == low[:-1]).any():  # hardly ever
            return self
        keys = self["keys"]
        order = np.lexsort((self["audience"] != UNHEARD, *keys.T))
        same = np.all(keys[order[1:]] == keys[order[:-1]], axis=1)
        if not same.any():
            return self
        same[:-1] &= ~same[1:]  # of several rows of a post, the last two
        return self._added(order[:-1][same], order[1:][same])._merged()  # noqa: SLF001 - our own

    def _added(self, later: Column, earlier: Column) -> "Rows":
        columns = {name: self[name].copy() for name in (*_SEEN, "status")}
        for name in _ADDED:
            columns[name][later] += columns[name][earlier]
        audience = columns["audience"]
        one, other = audience[later], audience[earlier]
        least = np.minimum(one, other)
        audience[later] = np.where(least == UNHEARD, np.maximum(one, other), least)
        for name, silent in (("response", UNANSWERED), ("status", NOT_SAID)):
            said = columns[name]
            said[later] = np.where(said[later] == silent, said[earlier], said[later])
        rows = Rows(columns, len(self))
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
    begins = day_begins(date.fromisoformat(stored["day"]))
    columns["published"] = columns["published"].astype("i8") + begins
    columns["format"] = numbers[columns["format"]]
    how_many = columns["topics"]
    columns["topic_rows"] = np.repeat(np.arange(len(how_many), dtype="i4"), how_many)
    columns["topics"] = numbers[np.frombuffer(facts["topic"], "<u2")]
    for name in ("keys", "groups"):
        columns[name] = np.frombuffer(facts[name], ">u8").astype("u8").reshape(-1, 2)
    return Rows(columns, len(how_many))


def joined(parts: Sequence[Rows]) -> Rows:
    """All rows of several."""
    parts = [part for part in parts if len(part)] or [NONE]
    if len(parts) == 1:
        return parts[0]
    return Rows(_Lazy(partial(_joined, parts)), sum(map(len, parts)))


def _joined(parts: Sequence[Rows], name: str) -> Column:
    columns = [part[name] for part in parts]
    if name == "topic_rows":
        offsets = np.cumsum([0, *map(len, parts[:-1])], dtype="i4")
        columns = [column + offset for column, offset in zip(columns, offsets, strict=True)]
    return np.concatenate(columns)


NONE = Rows(
    dict.fromkeys((*COUNTS, *FACTS), np.zeros(0, "i4"))
    | dict.fromkeys(("keys", "groups"), np.zeros((0, 2), "u8"))
    | {"topic_rows": np.zeros(0, "i4")},
    0,
)
