"""The posts of a day and partition in columns, as a consumer and a reader have them in memory.

Both apply the same news with the same function: the consumer to what it stores, the reader to what
it has read. A table is stored in pages, filled one after the other, so that a change stores those
posts that people look at and not all that the day has. Each page says through which flush it goes:
news of before are in it, and a reader that knows an older flush leaves them out.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from services.metrics.store.columns.layout import (
    CODED,
    COLUMNS,
    COUNTS,
    DAY_MS,
    FACTS,
    IDS,
    KEY,
    NEW,
    Column,
    id_of,
    keys_bytes,
    keys_column,
)
from services.metrics.store.columns.post_news import PostNews

# Posts on a page. At the reference size a day of one partition has 460, so it fills one page; of
# larger pages more is stored that didn't change, of smaller ones a reader reads more.
ROWS_PER_PAGE = 512
# Entries of a dictionary before those that are out of use are looked for.
_MANY_WORDS = 1_000

_FIRST_ROWS = 64


class Page(NamedTuple):
    """A page to be stored.

    Attributes:
        number: Its place among the pages of the table.
        fields: Its columns, and what the codes in them stand for.
    """

    number: int
    fields: dict[str, Any]


class DayTable:
    """The posts of one day and partition.

    Args:
        pages: Stored pages, in their order.

    Attributes:
        shape: Grows when anything but counts and answers changes: which posts there are, what they
            are about, who can see them.
    """

    def __init__(self, pages: Sequence[Mapping[str, Any]] = ()) -> None:
        self.shape = 0
        self._length = 0
        self._ids = {name: np.zeros((_FIRST_ROWS, 2), "<u8") for name in IDS}
        # Counts are rows of one array, so that all of a post are changed at once.
        self._counts = np.zeros((len(COUNTS), _FIRST_ROWS), "<i4")
        others = {name: type_ for name, type_ in COLUMNS.items() if name not in COUNTS}
        self._columns = {name: np.zeros(_FIRST_ROWS, type_) for name, type_ in others.items()}
        self._columns |= zip(COUNTS, self._counts, strict=True)
        self._topics = array("I")
        self._codes: dict[str, int] = {}
        self._words: list[str] = []
        self._many = _MANY_WORDS
        self._rows: dict[bytes, int] | None = None  # by id; made when it is first needed
        self._changed: set[int] = set()  # pages
        self._strays: list[str] = []
        self._through: list[tuple[int, int]] = []  # first row behind a page, and its flush
        for page in pages:
            self._take(page)

    def __len__(self) -> int:
        return self._length

    def _take(self, page: Mapping[str, Any]) -> None:
        begin, rows = self._length, len(page["keys"]) // KEY
        self._grow(rows)
        place = slice(begin, self._length)
        codes = np.array([self._code(word) for word in page["words"]], "<u4")
        for name in IDS:
            self._ids[name][place] = keys_column(page[name])
        for name, type_ in COLUMNS.items():
            column = np.frombuffer(page[name], type_)
            self._columns[name][place] = codes[column] if name in CODED else column
        self._topics.frombytes(codes[np.frombuffer(page["topic"], "<u4")].tobytes())
        self._through.append((self._length, page["flush"]))

    def _grow(self, rows: int) -> None:
        self._length += rows
        room = len(self._columns["published"])
        if self._length <= room:
            return
        room = max(self._length, 2 * room) - room
        for columns in (self._ids, self._columns):
            for name, column in columns.items():
                if name not in COUNTS:
                    width = ((0, room), (0, 0))[: column.ndim]
                    columns[name] = np.pad(column, width)
        self._counts = np.pad(self._counts, ((0, 0), (0, room)))
        self._columns |= zip(COUNTS, self._counts, strict=True)

    def _code(self, word: str) -> int:
        code = self._codes.setdefault(word, len(self._words))
        if code == len(self._words):
            self._words.append(word)
        return code

    def row(self, key: bytes) -> int | None:
        """The row of a post; None if it isn't in this table."""
        return self._index().get(key)

    def _index(self) -> dict[bytes, int]:
        if self._rows is None:
            keys = keys_bytes(self["keys"])
            self._rows = {
                keys[at : at + KEY]: row for row, at in enumerate(range(0, len(keys), KEY))
            }
        return self._rows

    def __getitem__(self, name: str) -> Column:
        """A column: one value per post, or for ids two."""
        column = self._ids[name] if name in IDS else self._columns[name]
        return column[: self._length]

    def counts(self, rows: Sequence[int]) -> Column:
        """All counts of some posts: a row for each of `COUNTS`."""
        found: Column = self._counts[:, rows]
        return found

    @property
    def topics(self) -> Column:
        """The codes of the topics of all posts, one after the other."""
        return np.frombuffer(self._topics.tobytes(), "<u4")

    @property
    def words(self) -> Sequence[str]:
        """What codes stand for."""
        return self._words

    def topics_of(self, row: int) -> Sequence[str]:
        """The topics of a post."""
        counts = self["topics"]
        start = int(counts[:row].sum(dtype=np.int64))
        return [self._words[code] for code in self._topics[start : start + int(counts[row])]]

    # --- changes -------------------------------------------------------------------------------

    def apply(self, news: PostNews, flush: int, at: Column | None = None) -> Sequence[int]:
        """Takes in what happened to posts of this day.

        Args:
            news: What a flush of the partition has added; flushes come in their order.
            flush: The number of the flush.
            at: The places of the rows that are about this day; None: all are.

        Returns:
            The rows that have changed, some of them twice.
        """
        at = np.arange(len(news)) if at is None else at
        if self._through:
            at = self._unknown(news, flush, at)
        changed = self._count(news, at) if len(at) else ()
        if changed is None:
            changed = self._take_in(news, at)
            if len(self._words) > self._many:
                self._forget_words()
        self._changed.update(row // ROWS_PER_PAGE for row in changed)
        return changed

    def _count(self, news: PostNews, at: Column) -> Sequence[int] | None:
        """Adds counts where nothing else was told, which is nearly always; else None."""
        index, keys, only_counts = self._index(), news.keys, news.only_counts
        rows: dict[int, None] = {}
        for place in at.tolist():
            row = index.get(keys[place])
            if row is None or row in rows or not only_counts[place]:
                return None
            rows[row] = None
        changed = list(rows)
        self._counts[:, changed] += news.all_counts[:, at]
        return changed

    def _take_in(self, news: PostNews, at: Column) -> Sequence[int]:
        """Takes in anything."""
        rows, new = self._rows_of(news, at)
        columns = self._columns
        for name, counts in news.counts.items():
            np.add.at(columns[name], rows, counts[at])
        described = news.described[at] | new
        if described.any():
            self._describe(rows, described, new, news, at)
        for names, told in news.states:
            said = told[at]
            if said.any():
                for name in names:
                    columns[name][rows[said]] = news.columns[name][at[said]]
                self.shape += names[0] != "response"
        changed: list[int] = rows.tolist()
        return changed

    def _unknown(self, news: PostNews, flush: int, at: Column) -> Column:
        """Without what the stored pages have already."""
        flushes = [through for _, through in self._through]
        if flush > max(flushes):
            self._through = []
            return at
        index, ends = self._index(), [end for end, _ in self._through]

        def is_known(place: int) -> bool:
            row = index.get(news.keys[place])
            if row is None or row >= ends[-1]:
                return False
            page = next(number for number, end in enumerate(ends) if row < end)
            return flushes[page] >= flush

        return np.array([place for place in at.tolist() if not is_known(place)], np.int64)

    def _rows_of(self, news: PostNews, at: Column) -> tuple[Column, Column]:
        """The row of each of the news, and which of them come to a post that had none."""
        index, keys = self._index(), news.keys
        before = following = self._length
        rows: list[int] = []
        new: list[bool] = []
        for place in at.tolist():
            row = index.get(keys[place])
            new.append(row is None)
            if row is None:
                row = index[keys[place]] = following
                following += 1
            rows.append(row)
        found, came = np.array(rows, np.int64), np.array(new, bool)
        if following > before:
            self._grow(following - before)
            for name, value in NEW.items():
                self._columns[name][before:following] = value
            keys_of_new = news.columns["keys"][at[came]]
            self._ids["keys"][found[came]] = keys_of_new
            self._strays += strays(keys_of_new, news.columns["published"][at[came]])
        return found, came

    def _describe(
        self, rows: Column, described: Column, new: Column, news: PostNews, at: Column
    ) -> None:
        """Takes over what posts are."""
        codes = np.array([self._code(word) for word in news.words], "<u4")
        places, told, columns = rows[described], at[described], self._columns
        self._add_topics(rows[new], news, at[new], codes)
        edited = described & ~new
        self._edit_topics(rows[edited], news, at[edited], codes)
        for name in FACTS:
            if name in {"topics", "author"}:
                continue
            column = news.columns[name][told]
            columns[name][places] = codes[column] if name in CODED else column
        self._ids["groups"][places] = news.columns["groups"][told]
        authors = news.columns["author"][told]
        columns["author"][places[authors > 0]] = authors[authors > 0]
        self.shape += 1

    def _add_topics(self, rows: Column, news: PostNews, at: Column, codes: Column) -> None:
        """Adds those of new posts, whose rows are the last, in the order of the news."""
        self._columns["topics"][rows] = news.columns["topics"][at]
        topics = [news.topics_of(place) for place in at.tolist()]
        if topics and len(found := np.concatenate(topics)):
            self._topics.frombytes(codes[found].tobytes())

    def _edit_topics(self, rows: Column, news: PostNews, at: Column, codes: Column) -> None:
        stored = self._columns["topics"]
        for row, place in zip(rows.tolist(), at.tolist(), strict=True):
            topics = news.topics_of(place)
            behind = int(stored[row : self._length].sum(dtype=np.int64))
            start = len(self._topics) - behind
            edit = array("I", codes[topics].tolist() if len(topics) else ())
            self._topics[start : start + int(stored[row])] = edit
            stored[row] = len(topics)

    def _forget_words(self) -> None:
        """Takes values out of the dictionary that no row has any more.

        People edit topics as often as they like, and a table would keep all that they ever wrote.
        """
        used = np.unique(np.concatenate([self["format"], self["kind"], self.topics]))
        codes = np.zeros(len(self._words), "<u4")
        codes[used] = np.arange(len(used))
        self._words = [self._words[code] for code in used.tolist()]
        self._codes = {word: code for code, word in enumerate(self._words)}
        for name in CODED:
            self[name][:] = codes[self[name]]
        self._topics = array("I", codes[self.topics].tobytes())
        self._many = max(_MANY_WORDS, 2 * len(used))
        self.shape += 1

    def take_strays(self) -> list[str]:
        """Ids of posts that came since the last time and don't say on which day they are."""
        taken, self._strays = self._strays, []
        return taken

    # --- pages ---------------------------------------------------------------------------------

    def pages(self) -> Iterator[Page]:
        """The pages that have changed since they were stored."""
        topics = self.topics
        ends = np.cumsum(self["topics"], dtype=np.int64)
        for number in sorted(self._changed):
            begin, end = number * ROWS_PER_PAGE, min((number + 1) * ROWS_PER_PAGE, self._length)
            first = int(ends[begin - 1]) if begin else 0
            yield Page(number, self._page(begin, end, topics[first : int(ends[end - 1])]))
        self._changed = set()

    def _page(self, begin: int, end: int, topics: Column) -> dict[str, Any]:
        columns = {name: column[begin:end] for name, column in self._columns.items()}
        used, codes = np.unique(
            np.concatenate([*(columns[name] for name in CODED), topics]), return_inverse=True
        )
        codes = codes.astype("<u4")
        rows = end - begin
        for place, name in enumerate(CODED):
            columns[name] = codes[place * rows : (place + 1) * rows]
        return {
            **{name: keys_bytes(self._ids[name][begin:end]) for name in IDS},
            **{name: column.tobytes() for name, column in columns.items()},
            "topic": codes[len(CODED) * rows :].tobytes(),
            "words": [self._words[code] for code in used.tolist()],
        }


def strays(keys: Column, published: Column) -> list[str]:
    """The ids among these that weren't made on the day on which their post was published."""
    made = keys[:, 0] >> np.uint64(16)
    version = (keys[:, 0] >> np.uint64(12)) & np.uint64(15)
    elsewhere = (version != 7) | (made // np.uint64(DAY_MS) != published // DAY_MS)
    found = keys_bytes(keys[elsewhere])
    return [id_of(found[at : at + KEY]) for at in range(0, len(found), KEY)]
