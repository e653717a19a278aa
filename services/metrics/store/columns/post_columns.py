"""Posts as numpy columns: selected, recoded, merged, concatenated.

Columns are made when they are first asked for, so a filter over a year costs what its answer needs.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from services.metrics.store.columns.column_page import (
    COUNTS,
    FACTS,
    GONE,
    NOT_SAID,
    UNANSWERED,
    UNHEARD,
)
from services.metrics.store.columns.topic_bounds import Column

# Columns of counts: of two rows of the same post they are added.
_SUMMED = ("viewers", "reached", "interactors", "comments", "reactions")

# Columns that answers need of posts that can be seen.
_KEPT = (
    *("published", "format", "audience", "topics", "topic_rows", "keys", "groups", "author"),
    *("viewers", "reached", "interactors", "comments", "reactions", "response"),
)
# Columns of codes.
_CODED = ("format", "topics")
# Columns that tell, beside these, how two rows of the same post are merged.
_MERGED_BY = ("status", "status_said", "facts_said")


class _LazyColumns(dict[str, Column]):
    """Columns that are made when they are first asked for: most answers need a few of them."""

    def __init__(self, make: Callable[[str], Column]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> Column:
        column = self[name] = self._make(name)
        return column


class PostColumns:
    """Posts in columns: one row per post, and one value per row in all columns but two.

    `keys` and `groups` are the ids of posts and of their groups, as two numbers each. `format` is a
    code. `topics` has a code for each topic of each post, and `topic_rows` the row of that post.

    Args:
        columns: The columns by name.
        length: How many posts there are.
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
        """Which posts are in a group: a boolean per row."""
        high, low = int.from_bytes(key[:8]), int.from_bytes(key[8:])
        groups = self["groups"]
        wanted: Column = (groups[:, 1] == low) & (groups[:, 0] == high)
        return wanted

    def in_groups(self, keys: Sequence[bytes]) -> Column:
        """Which posts are in any of these groups: a boolean per row."""
        wanted = np.frombuffer(b"".join(keys), ">u8").astype("u8").reshape(-1, 2)
        # The low halves are random, so what agrees in them is worth a closer look.
        found: Column = np.isin(self["groups"][:, 1], wanted[:, 1])
        known = set(keys)
        for row in np.flatnonzero(found):
            found[row] = self["groups"][row].astype(">u8").tobytes() in known
        return found

    def of_format(self, code: int) -> Column:
        """Which posts are of the format with this code: a boolean per row."""
        wanted: Column = self["format"] == code
        return wanted

    def on_topic(self, code: int) -> Column:
        """Which posts are on the topic with this code: a boolean per row."""
        wanted = np.zeros(len(self), bool)
        wanted[self["topic_rows"][self["topics"] == code]] = True
        return wanted

    def where(self, wanted: Column) -> "PostColumns":
        """The posts whose rows are true in a column of booleans."""
        columns = _LazyColumns(partial(self._selected, wanted))
        return PostColumns(columns, int(np.count_nonzero(wanted)))

    def recoded(self, codes: Column) -> "PostColumns":
        """The same posts with other codes for their formats and topics.

        Args:
            codes: The new code of each old one.
        """
        return PostColumns(_LazyColumns(partial(self._recoded, codes)), len(self))

    def _recoded(self, codes: Column, name: str) -> Column:
        return codes[self[name]] if name in _CODED else self[name]

    def materialised(self) -> "PostColumns":
        """The same posts with all columns that answers need, made at once.

        Nothing that they were made from stays in memory.
        """
        return PostColumns({name: self[name] for name in _KEPT if name != "author"}, len(self))

    def on_counted_topics(self, counted: Column) -> "PostColumns":
        """The same posts, each on some of its topics only.

        Args:
            counted: Which entries of `topics` stay: a boolean per entry.
        """
        columns = {name: self[name] for name in _KEPT}
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

    def visible(self) -> "PostColumns":
        """One row per post, hidden and deleted posts left out, audiences never below zero.

        A post has two rows where the topic's partitions were increased while it lived. The counts
        of both are added; how it is now, the row says that was told so last. Rows of a version that
        kept no sequences don't tell; there it is the one that hasn't heard of the publication,
        because it began later.
        """
        rows = self._without_duplicates()
        if not (shown := rows["status"] != GONE).all():
            rows = rows.where(shown)
        columns = {name: rows[name] for name in _KEPT}
        columns["audience"] = np.maximum(columns["audience"], 0)
        # Who joined a group after the publication may view the post; the audience is from then.
        columns["reached"] = np.minimum(columns["reached"], columns["audience"])
        # Where the beginning of the history is missing, people interact who were never seen to
        # view, and take back what was never heard of.
        columns["interactors"] = np.clip(columns["interactors"], 0, columns["viewers"])
        return PostColumns(columns, len(rows))

    def _without_duplicates(self) -> "PostColumns":
        low = np.sort(self["keys"][:, 1])
        if not (low[1:] == low[:-1]).any():  # nearly always
            return self
        keys = self["keys"]
        order = np.lexsort((self["audience"] != UNHEARD, ~self["facts_said"], *keys.T))
        same = np.all(keys[order[1:]] == keys[order[:-1]], axis=1)
        if not same.any():
            return self
        # Of several rows of a post the last two are merged; what is left is looked at again.
        same[:-1] &= ~same[1:]
        merged = self._merge_rows(order[:-1][same], order[1:][same])
        return merged._without_duplicates()  # noqa: SLF001 - our own

    def _merge_rows(self, later: Column, earlier: Column) -> "PostColumns":
        columns = {name: self[name].copy() for name in (*_KEPT, *_MERGED_BY)}
        for name in _SUMMED:
            columns[name][later] += columns[name][earlier]
        audience = columns["audience"]
        newer, older = audience[later], audience[earlier]
        least = np.minimum(newer, older)
        audience[later] = np.where(least == UNHEARD, np.maximum(newer, older), least)
        response = columns["response"]
        silent = response[later] == UNANSWERED
        response[later] = np.where(silent, response[earlier], response[later])
        status, told = columns["status"], columns["status_said"]
        outdated = (told[earlier] > told[later]) | (status[later] == NOT_SAID)
        status[later] = np.where(outdated, status[earlier], status[later])
        # Of the author one of two rows may know nothing, which is 0.
        for name in ("status_said", "author"):
            columns[name][later] = np.maximum(columns[name][later], columns[name][earlier])
        rows = PostColumns(columns, len(self))
        kept = np.ones(len(self), bool)
        kept[earlier] = False
        return rows.where(kept)


def concatenated(parts: Sequence[PostColumns]) -> PostColumns:
    """The posts of several, one after the other; columns are joined when they are asked for."""
    parts = [part for part in parts if len(part)] or [NO_POSTS]
    if len(parts) == 1:
        return parts[0]
    return PostColumns(_LazyColumns(partial(_concatenated, parts)), sum(map(len, parts)))


def _concatenated(parts: Sequence[PostColumns], name: str) -> Column:
    columns = [part[name] for part in parts]
    if name == "topic_rows":
        offsets = np.cumsum([0, *map(len, parts[:-1])], dtype="i4")
        columns = [column + offset for column, offset in zip(columns, offsets, strict=True)]
    return np.concatenate(columns)


# What there is on a day without posts.
NO_POSTS = PostColumns(
    dict.fromkeys((*COUNTS, *FACTS), np.zeros(0, "i4"))
    | dict.fromkeys(("keys", "groups"), np.zeros((0, 2), "u8"))
    | {"topic_rows": np.zeros(0, "i4")},
    0,
)
