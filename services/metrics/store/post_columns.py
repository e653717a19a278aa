"""The columns of posts as numpy columns: taken from storage, joined, selected."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import msgspec
import numpy as np

from services.metrics.store.column_page import (
    COUNTS,
    FACTS,
    GONE,
    NOT_SAID,
    UNANSWERED,
    UNHEARD,
    code_type,
    day_begins,
)
from services.metrics.store.topic_bounds import Column, TopicBounds, counted_topics

_TYPES = {"Q": "<u8", "I": "<u4", "H": "<u2", "i": "<i4", "b": "i1"}
_ADDED = ("viewers", "reached", "interactors", "comments", "reactions")

# What is kept of posts that can be seen.
_SEEN = (
    *("published", "format", "audience", "topics", "topic_rows", "keys", "groups", "author"),
    *("viewers", "reached", "interactors", "comments", "reactions", "response"),
)
_WORDS = ("format", "topics")
# What is needed beside that to merge the rows of a post.
_NEWS = ("status", "status_said", "facts_said")


class Dictionary:
    """Numbers for formats and topics, the same for all days in memory."""

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

    def __len__(self) -> int:
        return len(self._words)


class _Lazy(dict[str, Column]):
    """Columns that are made when they are first asked for: most answers need a few of them."""

    def __init__(self, make: Callable[[str], Column]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> Column:
        column = self[name] = self._make(name)
        return column


class PostColumns:
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

    def where(self, wanted: Column) -> "PostColumns":
        """Those that are true in a column of booleans."""
        return PostColumns(_Lazy(partial(self._selected, wanted)), int(np.count_nonzero(wanted)))

    def renumbered(self, numbers: Column) -> "PostColumns":
        """The same rows with other numbers for their formats and topics.

        Args:
            numbers: The new number of each old one.
        """
        return PostColumns(_Lazy(partial(self._renumbered, numbers)), len(self))

    def _renumbered(self, numbers: Column, name: str) -> Column:
        return numbers[self[name]] if name in _WORDS else self[name]

    def made(self) -> "PostColumns":
        """All that answers need of them, made at once: nothing it was made from stays in memory."""
        return PostColumns({name: self[name] for name in _SEEN if name != "author"}, len(self))

    def on_counted_topics(self, counted: Column) -> "PostColumns":
        """All of them, on some of their topics only.

        Args:
            counted: Which entries of `topics` stay: booleans.
        """
        columns = {name: self[name] for name in _SEEN}
        for name in ("topics", "topic_rows"):
            columns[name] = columns[name][counted]
        return PostColumns(columns, len(self))

    def _selected(self, wanted: Column, name: str) -> Column:
        if name == "topics":
            return self["topics"][wanted[self["topic_rows"]]]
        if name == "topic_rows":
            rows = self["topic_rows"]
            return (np.cumsum(wanted, dtype="i4") - 1)[rows[wanted[rows]]]
        return self[name][wanted]

    def seen(self) -> "PostColumns":
        """One row per post, hidden and deleted posts left out, audiences never below zero.

        A post has two rows where the topic's partitions were increased while it lived. The counts
        of both are added; how it is now, the row says that was told so last. Rows of a version that
        kept no sequences don't tell; there it is the one that hasn't heard of the publication,
        because it began later.
        """
        rows = self._merged()
        if not (shown := rows["status"] != GONE).all():
            rows = rows.where(shown)
        columns = {name: rows[name] for name in _SEEN}
        columns["audience"] = np.maximum(columns["audience"], 0)
        # Who joined a group after the publication may view the post; the audience is from then.
        columns["reached"] = np.minimum(columns["reached"], columns["audience"])
        # Where the beginning of the history is missing, people interact who were never seen to
        # view, and take back what was never heard of.
        columns["interactors"] = np.clip(columns["interactors"], 0, columns["viewers"])
        return PostColumns(columns, len(rows))

    def _merged(self) -> "PostColumns":
        low = np.sort(self["keys"][:, 1])
        if not (low[1:] == low[:-1]).any():  # hardly ever
            return self
        keys = self["keys"]
        order = np.lexsort((self["audience"] != UNHEARD, ~self["facts_said"], *keys.T))
        same = np.all(keys[order[1:]] == keys[order[:-1]], axis=1)
        if not same.any():
            return self
        same[:-1] &= ~same[1:]  # of several rows of a post, the last two
        return self._added(order[:-1][same], order[1:][same])._merged()  # noqa: SLF001 - our own

    def _added(self, later: Column, earlier: Column) -> "PostColumns":
        columns = {name: self[name].copy() for name in (*_SEEN, *_NEWS)}
        for name in _ADDED:
            columns[name][later] += columns[name][earlier]
        audience = columns["audience"]
        one, other = audience[later], audience[earlier]
        least = np.minimum(one, other)
        audience[later] = np.where(least == UNHEARD, np.maximum(one, other), least)
        response = columns["response"]
        silent = response[later] == UNANSWERED
        response[later] = np.where(silent, response[earlier], response[later])
        status, told = columns["status"], columns["status_said"]
        older = (told[earlier] > told[later]) | (status[later] == NOT_SAID)
        status[later] = np.where(older, status[earlier], status[later])
        for name in ("status_said", "author"):  # of the author one of them may know nothing
            columns[name][later] = np.maximum(columns[name][later], columns[name][earlier])
        rows = PostColumns(columns, len(self))
        kept = np.ones(len(self), bool)
        kept[earlier] = False
        return rows.where(kept)


class CachedPage(NamedTuple):
    """A page of a sheet as readers keep it.

    Attributes:
        rows: Its posts, their formats and topics as numbers of the page's own words.
        words: These, encoded: as objects they would take several times as much, and most of them
            may be words that nobody asks for.
    """

    rows: PostColumns
    words: bytes


_encode_words = msgspec.json.Encoder().encode
_decode_words = msgspec.json.Decoder(list[str]).decode


def decode_page(stored: Mapping[str, Any]) -> CachedPage:
    """What readers keep of a stored page."""
    facts, counts = stored["facts"], stored["counts"]
    length = len(counts["status"])
    words = _TYPES[code_type(facts)]
    columns: dict[str, Column] = {
        name: np.frombuffer(part[name], words if name == "format" else _TYPES[code])
        if name in part
        else np.zeros(length, _TYPES[code])
        for part, codes in ((facts, FACTS), (counts, COUNTS))
        for name, code in codes.items()
    }
    begins = day_begins(date.fromisoformat(stored["day"]))
    columns["published"] = columns["published"].astype("i8") + begins
    how_many = columns["topics"]
    columns["topic_rows"] = np.repeat(np.arange(length, dtype="i4"), how_many)
    columns["topics"] = np.frombuffer(facts["topic"], words)
    for name in ("keys", "groups"):
        columns[name] = np.frombuffer(facts[name], ">u8").astype("u8").reshape(-1, 2)
    return CachedPage(PostColumns(columns, length), _encode_words(facts["words"]))


def visible_posts(
    pages: Sequence[CachedPage], words: Dictionary, bounds: TopicBounds
) -> PostColumns:
    """The posts of a day that can be seen, on the topics that are counted.

    Args:
        pages: All of the day.
        words: Gets what isn't known yet of their formats and counted topics, and nothing else.
        bounds: How many topics are counted.
    """
    numbers: dict[str, int] = {}
    parts = []
    for page in pages:
        of_page = [numbers.setdefault(word, len(numbers)) for word in _decode_words(page.words)]
        parts.append(page.rows.renumbered(np.array(of_page, "i4")))
    rows = joined(parts).seen()
    counted = counted_topics(
        rows["keys"], rows["author"], rows["topics"], rows["topic_rows"], bounds
    )
    if not counted.all():
        rows = rows.on_counted_topics(counted)
    texts = list(numbers)
    used = np.flatnonzero(np.bincount(np.concatenate([rows["format"], rows["topics"]])))
    known = np.zeros(len(texts), "i4")
    known[used] = [words.number(texts[number]) for number in used.tolist()]
    return rows.renumbered(known).made()


def joined(parts: Sequence[PostColumns]) -> PostColumns:
    """All rows of several."""
    parts = [part for part in parts if len(part)] or [NONE]
    if len(parts) == 1:
        return parts[0]
    return PostColumns(_Lazy(partial(_joined, parts)), sum(map(len, parts)))


def _joined(parts: Sequence[PostColumns], name: str) -> Column:
    columns = [part[name] for part in parts]
    if name == "topic_rows":
        offsets = np.cumsum([0, *map(len, parts[:-1])], dtype="i4")
        columns = [column + offset for column, offset in zip(columns, offsets, strict=True)]
    return np.concatenate(columns)


NONE = PostColumns(
    dict.fromkeys((*COUNTS, *FACTS), np.zeros(0, "i4"))
    | dict.fromkeys(("keys", "groups"), np.zeros((0, 2), "u8"))
    | {"topic_rows": np.zeros(0, "i4")},
    0,
)
