"""Posts as numpy columns: selected, recoded, merged, concatenated.

Columns are made when they are first asked for, so a filter over a year costs what its answer needs.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from services.metrics.store.columns.day_table import DayTable
from services.metrics.store.columns.dictionary import Dictionary
from services.metrics.store.columns.layout import (
    COUNTS,
    DELETED,
    HIDDEN,
    NOT_SAID,
    UNANSWERED,
    UNHEARD,
    Column,
)
from services.metrics.store.columns.topic_bounds import TopicBounds, counted_topics

# What rates count, and the columns of a table that say it.
_RATES = {
    "viewers": "viewers_7d",
    "reached": "reached_7d",
    "interactors": "interactors_7d",
    "comments": "comments_7d",
    "reactions": "reactions_7d",
}
_PLACES_OF_RATES = [[*COUNTS].index(name) for name in _RATES.values()]
# Columns of counts: of two rows of the same post they are added.
_SUMMED = tuple(_RATES)

# Columns that answers need of posts that can be seen.
_KEPT = (
    *("published", "format", "audience", "topics", "topic_rows", "keys", "groups", "author"),
    *("viewers", "reached", "interactors", "comments", "reactions", "response"),
)
# Columns of codes.
_CODED = ("format", "topics")
# Columns that tell, beside these, how two rows of the same post are merged.
_MERGED_BY = ("status", "status_said", "facts_said", "response_said", "human")


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
        """One row per post that a human being wrote, without those that are hidden or deleted.

        A post has two rows where the topic's partitions were increased while it lived. The counts
        of both are added; how it is now, the row says that was told so last. Rows of a version that
        kept no sequences don't tell; there it is the one that hasn't heard of the publication,
        because it began later.
        """
        rows = self._without_duplicates()
        if not (shown := rows.shown()).all():
            rows = rows.where(shown)
        columns = {name: rows[name] for name in _KEPT}
        columns["audience"] = np.maximum(columns["audience"], 0)
        return PostColumns(_within_bounds(columns, columns["audience"]), len(rows))

    def shown(self) -> Column:
        """Which rows are of posts that human beings wrote and everybody may see."""
        hidden = (self["status"] == HIDDEN) | (self["status"] == DELETED)
        shown: Column = ~hidden & (self["human"] > 0)
        return shown

    def has_each_once(self) -> bool:
        """Whether no two rows are of the same post, for all that a quick look can tell."""
        low = np.sort(self["keys"][:, 1])
        return not (low[1:] == low[:-1]).any()

    def with_columns(self, columns: Mapping[str, Column]) -> "PostColumns":
        """The same posts with some columns in the place of theirs."""
        return PostColumns({**self._columns, **columns}, len(self))

    def with_values(self, rows: Column, values: Mapping[str, Column]) -> "PostColumns":
        """The same posts with other values in some columns of some rows."""
        columns = {}
        for name, now in values.items():
            columns[name] = self[name].copy()
            columns[name][rows] = now
        return self.with_columns(columns)

    def topics_of(self, rows: Column) -> tuple[Column, Column]:
        """The entries of `topics` of some rows, one row after the other, and how many each has."""
        begins = np.searchsorted(self["topic_rows"], rows)
        times = np.searchsorted(self["topic_rows"], rows, "right") - begins
        starts = np.cumsum(times) - times
        return np.repeat(begins - starts, times) + np.arange(times.sum()), times

    def _without_duplicates(self) -> "PostColumns":
        if self.has_each_once():  # nearly always
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
        response, heard = columns["response"], columns["response_said"]
        outdated = (heard[earlier] > heard[later]) | (response[later] == UNANSWERED)
        response[later] = np.where(outdated, response[earlier], response[later])
        status, told = columns["status"], columns["status_said"]
        outdated = (told[earlier] > told[later]) | (status[later] == NOT_SAID)
        status[later] = np.where(outdated, status[earlier], status[later])
        # Of the author one of two rows may know nothing, which is 0.
        for name in ("status_said", "response_said", "author"):
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
    dict.fromkeys((*_KEPT, *_MERGED_BY), np.zeros(0, "i4"))
    | dict.fromkeys(("keys", "groups"), np.zeros((0, 2), "u8")),
    0,
)


def _columns_of(table: DayTable) -> PostColumns:
    """The posts of a table; formats and topics are its own codes."""
    names = {*_KEPT, *_MERGED_BY} - {"topic_rows", *_RATES}
    columns = {name: table[name] for name in names}
    columns |= {name: table[of] for name, of in _RATES.items()}
    columns["topic_rows"] = np.repeat(np.arange(len(table), dtype="i4"), table["topics"])
    columns["topics"] = table.topics
    return PostColumns(columns, len(table))


class VisiblePosts:
    """The posts of a day that can be seen, on the topics that are counted.

    Mostly nothing changes but counts: then all else is taken over.

    Args:
        tables: Those of the day, of all partitions.
        dictionary: Gets what it doesn't know yet of their formats and counted topics, and nothing
            else.
        bounds: How many topics are counted.
    """

    def __init__(
        self, tables: Sequence[DayTable], dictionary: Dictionary, bounds: TopicBounds
    ) -> None:
        self._tables = tables
        self._shapes = [table.shape for table in tables]
        parts = [*map(_columns_of, tables)]
        self._posts = _visible(parts, tables, dictionary, bounds)
        rows = concatenated(parts)
        # Where a post has several rows, they are merged anew each time.
        self._shown = rows.shown() if rows.has_each_once() else None
        self._places: Sequence[Column] = ()  # of the rows of each table, -1 where one isn't shown
        if self._shown is not None:
            places = np.where(self._shown, np.cumsum(self._shown) - 1, -1)
            self._places = np.split(places, np.cumsum([*map(len, tables)])[:-1])

    def is_of(self, tables: Sequence[DayTable]) -> bool:
        """Whether nothing but counts has changed since, in these tables."""
        return (
            self._shown is not None
            and len(tables) == len(self._tables)
            and all(a is b for a, b in zip(tables, self._tables, strict=True))
            and self._shapes == [table.shape for table in tables]
        )

    def counted(self) -> PostColumns:
        """The posts, with what they have come to by now."""
        if self._shown is None:
            return self._posts
        rows = concatenated([*map(_columns_of, self._tables)]).where(self._shown)
        counts = {name: rows[name] for name in (*_RATES, "response")}
        return self._posts.with_columns(_within_bounds(counts, self._posts["audience"]))

    def changes(self, touched: Sequence[Sequence[int]]) -> tuple[Column, dict[str, Column]]:
        """What some posts have come to by now, while `is_of` holds.

        Args:
            touched: Rows of each table.

        Returns:
            Rows of `counted`, each once, and what stands there now, by column.
        """
        looked_at = [
            (table, list(rows), places)
            for table, rows, places in zip(self._tables, touched, self._places, strict=True)
            if rows
        ]
        counts = np.hstack([table.counts(rows) for table, rows, _ in looked_at])
        response = np.hstack([table["response"][rows] for table, rows, _ in looked_at])
        places = np.hstack([places[rows] for _, rows, places in looked_at])
        if not (shown := places >= 0).all():
            counts, response, places = counts[:, shown], response[shown], places[shown]
        values = dict(zip(_RATES, counts[_PLACES_OF_RATES], strict=True))
        values["response"] = response
        return places, _within_bounds(values, self._posts["audience"][places])


def _within_bounds(counts: Mapping[str, Column], audience: Column) -> dict[str, Column]:
    """Counts, of which none is more than it can be."""
    viewers = counts["viewers"]
    # Who joined a group after the publication may view the post; the audience is from then. Where
    # the beginning of the history is missing, people interact who were never seen to view, and take
    # back what was never heard of.
    return {
        **counts,
        "reached": np.minimum(counts["reached"], audience),
        "interactors": np.minimum(np.maximum(counts["interactors"], 0), viewers),
    }


def visible_posts(
    tables: Sequence[DayTable], dictionary: Dictionary, bounds: TopicBounds
) -> PostColumns:
    """The posts of a day that can be seen, as they are now; see `VisiblePosts`."""
    return VisiblePosts(tables, dictionary, bounds).counted()


def _visible(
    parts: Sequence[PostColumns],
    tables: Sequence[DayTable],
    dictionary: Dictionary,
    bounds: TopicBounds,
) -> PostColumns:
    day_codes: dict[str, int] = {}
    recoded = []
    for part, table in zip(parts, tables, strict=True):
        codes = [day_codes.setdefault(word, len(day_codes)) for word in table.words]
        recoded.append(part.recoded(np.array(codes, "i4")))
    posts = concatenated(recoded).visible()
    counted = counted_topics(
        posts["keys"], posts["author"], posts["topics"], posts["topic_rows"], bounds
    )
    if not counted.all():
        posts = posts.on_counted_topics(counted)
    values = list(day_codes)
    used = np.flatnonzero(np.bincount(np.concatenate([posts["format"], posts["topics"]])))
    codes_of_all = np.zeros(len(values), "i4")
    codes_of_all[used] = [dictionary.encode(values[code]) for code in used.tolist()]
    return posts.recoded(codes_of_all).materialised()
