"""What happened to posts between two flushes, in columns: small to store, quick to take in."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, Self

import numpy as np

from services.metrics.projection.increments import PostIncrement
from services.metrics.projection.meanings import COLUMNS_OF_ACTS
from services.metrics.store.columns.layout import (
    COLUMNS,
    COUNTS,
    DAY_MS,
    IDS,
    KEY,
    NEW,
    NOT_SAID,
    RETRACTED,
    STATES,
    STATUSES,
    UNANSWERED,
    UNHEARD,
    Column,
    day_of,
    keys_bytes,
    keys_column,
    milliseconds,
    sequence_number,
)

# What a page has room for if each of its posts has as much: more than the posts service lets in.
MOST_TOPICS = 50
LONGEST_WORD = 100

# Counts of people that increments have under the same name.
_SAME = ("interactors", "interactors_7d")
# Whether the facts replace those that are stored; a post that has none gets them in any case.
_DESCRIBED = "described"
_TYPES = {**COLUMNS, _DESCRIBED: "i1"}
# Milliseconds to a first response that can be told from `UNANSWERED`: many ages of the world.
_LONGEST = 1 << 60


class PostNews:
    """A row for each post to which something happened, in the order of the events.

    A post may have several rows: then the later ones come after its facts have changed.

    Args:
        columns: Those of `layout`, and `described`: whether its facts were told. Formats and kinds
            are codes.
        topics: Codes of the topics of all rows, one after the other.
        words: What the codes stand for.
    """

    def __init__(self, columns: Mapping[str, Column], topics: Column, words: Sequence[str]) -> None:
        self.columns = columns
        self.topics = topics
        self.words = words

    def __len__(self) -> int:
        return len(self.columns["published"])

    @classmethod
    def of(cls, posts: Sequence[tuple[str, PostIncrement]], numbers: Mapping[str, int]) -> Self:
        """What increments say.

        Args:
            posts: Ids of posts, and what happened to them.
            numbers: People's numbers by id or alias; who was erased has none.

        Raises:
            OverflowError: A post has more topics, or larger numbers, than a page has room for.
        """
        happened = [post for _, post in posts]
        codes = _Codes()

        def each(name: str) -> Column:
            return np.fromiter(map(attrgetter(name), happened), _INT, len(happened))

        def summed(counts: Mapping[str, int]) -> Column:
            total = np.zeros(len(happened), _INT)
            for name, sign in counts.items():
                total += sign * each(name)
            return total

        if max((len(post.topics) for post in happened), default=0) > MOST_TOPICS:
            raise OverflowError(f"a post has at most {MOST_TOPICS} topics")
        code = codes.__getitem__
        topics = array("I", map(code, chain.from_iterable(post.topics for post in happened)))
        others = each("viewers") - each("viewers_own")
        early = others - each("viewers_late")
        columns: dict[str, Column] = {
            "keys": _ids(map(itemgetter(0), posts)),
            "groups": _ids(post.group_id for post in happened),
            "published": _numbers("<i8", (milliseconds(post.published_at) for post in happened)),
            "format": _numbers("<u4", map(code, map(attrgetter("format"), happened))),
            "kind": _numbers("<u4", map(code, map(attrgetter("kind"), happened))),
            "topics": _numbers("<u2", (len(post.topics) for post in happened)),
            "human": each("author_human"),
            _DESCRIBED: each("facts_changed"),
            **{name: each(name) for name in _SAME},
            "viewers": others,
            "viewers_7d": early,
            "reached_7d": early - each("viewers_spill"),
            **{name: summed(counts) for name, counts in COLUMNS_OF_ACTS.items()},
            **_states(happened, numbers),
        }
        return cls.from_values(columns, topics, list(codes))

    @classmethod
    def from_values(
        cls, columns: Mapping[str, Any], topics: Sequence[int], words: Sequence[str]
    ) -> Self:
        """News of values in any form that numpy takes; ids are columns already."""
        return cls(
            {name: np.asarray(columns[name]).astype(type_) for name, type_ in _TYPES.items()}
            | {name: columns[name] for name in IDS},
            np.asarray(topics, "<u4"),
            words,
        )

    def published(self, key: bytes) -> int | None:
        """When a post was published, in milliseconds since 1970; None if nothing happened to it."""
        high, low = int.from_bytes(key[:8]), int.from_bytes(key[8:])
        keys = self.columns["keys"]
        rows = np.flatnonzero((keys[:, 1] == low) & (keys[:, 0] == high))
        return int(self.columns["published"][rows[-1]]) if len(rows) else None

    @cached_property
    def by_day(self) -> Sequence[tuple[date, Column]]:
        """The UTC days of publication, each with the places of its rows."""
        days = self.columns["published"] // DAY_MS
        found = np.unique(days)
        if not len(found):
            return []
        if len(found) == 1:
            return [(day_of(int(found[0]) * DAY_MS), np.arange(len(self)))]
        order = np.argsort(days, kind="stable")
        places = np.split(order, np.searchsorted(days[order], found[1:]))
        return [(day_of(day * DAY_MS), at) for day, at in zip(found.tolist(), places, strict=True)]

    @cached_property
    def keys(self) -> Sequence[bytes]:
        """The id of the post of each row."""
        keys = keys_bytes(self.columns["keys"])
        return [keys[at : at + KEY] for at in range(0, len(keys), KEY)]

    @cached_property
    def counts(self) -> Mapping[str, Column]:
        """Columns of counts in which any row says something."""
        return {name: self.columns[name] for name in COUNTS if self.columns[name].any()}

    @cached_property
    def all_counts(self) -> Column:
        """The counts of all rows: a row for each of `COUNTS`."""
        return np.array([self.columns[name] for name in COUNTS])

    @cached_property
    def only_counts(self) -> Sequence[bool]:
        """Whether a row tells nothing else of a post that is known."""
        told = self.described.copy()
        for _, said in self.states:
            told |= said
        only: list[bool] = (~told).tolist()
        return only

    @cached_property
    def states(self) -> Sequence[tuple[Sequence[str], Column]]:
        """Columns of last words that any row says, each with the rows that do."""
        told = (
            (("audience",), self.columns["audience"] != UNHEARD),
            (("status", "status_said"), self.columns["status"] != NOT_SAID),
            (("response", "response_said"), self.columns["response"] != UNANSWERED),
        )
        return [(names, said) for names, said in told if said.any()]

    @cached_property
    def described(self) -> Column:
        """Which rows tell the facts of their post."""
        return self.columns["described"].astype(bool)

    @cached_property
    def ends(self) -> Column:
        """Where the topics of each row end."""
        return np.cumsum(self.columns["topics"], dtype=np.int64)

    def topics_of(self, at: int) -> Column:
        """The codes of the topics of a row."""
        end = int(self.ends[at])
        return self.topics[end - int(self.columns["topics"][at]) : end]

    def stored(self) -> dict[str, Any]:
        """What a document keeps: columns that say anything."""
        return {name: column.tobytes() for name, column in self.columns.items() if column.any()} | {
            "rows": len(self),
            "topic": self.topics.tobytes(),
            "words": list(self.words),
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """What was stored so."""
        rows = stored["rows"]

        def column(name: str, type_: str) -> Column:
            if name not in stored:
                return np.zeros(rows, type_)
            return np.frombuffer(stored[name], type_)

        columns = {name: column(name, type_) for name, type_ in _TYPES.items()}
        for name in IDS:
            flat = column(name, "<u8") if name in stored else np.zeros(2 * rows, "<u8")
            columns[name] = flat.reshape(-1, 2)
        return cls(columns, np.frombuffer(stored["topic"], "<u4"), stored["words"])


class _Codes(dict[str, int]):
    """A code for each word, in the order in which words come."""

    def __missing__(self, word: str) -> int:
        if len(word) > LONGEST_WORD:
            raise OverflowError(f"a word of {len(word)} characters is no topic, format or kind")
        self[word] = code = len(self)
        return code


_INT = np.dtype("<i8")


def _numbers(type_: str, values: Iterator[int]) -> Column:
    return np.fromiter(values, type_)


def _ids(ids: Iterable[str]) -> Column:
    return keys_column(bytes.fromhex("".join(ids).replace("-", "")))


def _states(happened: Sequence[PostIncrement], numbers: Mapping[str, int]) -> dict[str, Column]:
    """What only some increments say: the last words about posts, and who wrote them."""
    rows = len(happened)
    states = {name: np.full(rows, NEW.get(name, 0), type_) for name, type_ in STATES.items()}
    states["author"] = np.zeros(rows, "<u4")
    states["facts_said"] = np.zeros(rows, "<u8")
    for row, post in enumerate(happened):
        if post.facts_changed:
            states["facts_said"][row] = sequence_number(post.facts_said)
            states["author"][row] = numbers.get(post.author, -1) + 1
        if post.audience_size is not None:
            states["audience"][row] = post.audience_size
        if post.status is not None:
            states["status"][row] = STATUSES[post.status]
            states["status_said"][row] = sequence_number(post.status_said)
        if post.response_told:
            states["response"][row] = _response(post)
            states["response_said"][row] = sequence_number(post.response_told)
    return states


def _response(post: PostIncrement) -> int:
    if post.first_response_at is None:
        return RETRACTED
    waited = milliseconds(post.first_response_at) - milliseconds(post.published_at)
    return max(min(waited, _LONGEST), -_LONGEST)
