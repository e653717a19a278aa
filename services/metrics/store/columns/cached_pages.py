"""Pages as readers take them: stored columns without copies, and the posts of a day from them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
import numpy as np

from services.metrics.store.columns.column_page import COUNTS, FACTS, code_type, day_begins
from services.metrics.store.columns.dictionary import Dictionary
from services.metrics.store.columns.post_columns import PostColumns, concatenated
from services.metrics.store.columns.topic_bounds import Column, TopicBounds, counted_topics

# What numpy calls the types of stored columns.
_TYPES = {"Q": "<u8", "I": "<u4", "H": "<u2", "i": "<i4", "b": "i1"}


class CachedPage(NamedTuple):
    """A page of a day's columns as readers keep it.

    Attributes:
        posts: The posts on the page; their formats and topics are codes of the page's own values.
        values: These values, encoded: as objects they would take several times as much, and most
            of them may be topics that nobody asks for.
    """

    posts: PostColumns
    values: bytes


_encode_values = msgspec.json.Encoder().encode
_decode_values = msgspec.json.Decoder(list[str]).decode


def decode_page(stored: Mapping[str, Any]) -> CachedPage:
    """What readers keep of a page.

    Args:
        stored: The page's document. One of an earlier version lacks columns; there they are 0.
    """
    facts, counts = stored["facts"], stored["counts"]
    length = len(counts["status"])
    codes = _TYPES[code_type(facts)]
    columns: dict[str, Column] = {
        name: np.frombuffer(part[name], codes if name == "format" else _TYPES[type_])
        if name in part
        else np.zeros(length, _TYPES[type_])
        for part, types in ((facts, FACTS), (counts, COUNTS))
        for name, type_ in types.items()
    }
    begins = day_begins(date.fromisoformat(stored["day"]))
    columns["published"] = columns["published"].astype("i8") + begins
    how_many = columns["topics"]
    columns["topic_rows"] = np.repeat(np.arange(length, dtype="i4"), how_many)
    columns["topics"] = np.frombuffer(facts["topic"], codes)
    for name in ("keys", "groups"):
        columns[name] = np.frombuffer(facts[name], ">u8").astype("u8").reshape(-1, 2)
    return CachedPage(PostColumns(columns, length), _encode_values(facts["words"]))


def visible_posts(
    pages: Sequence[CachedPage], dictionary: Dictionary, bounds: TopicBounds
) -> PostColumns:
    """The posts of a day that can be seen, on the topics that are counted.

    Args:
        pages: All pages of the day, of all partitions.
        dictionary: Gets what it doesn't know yet of their formats and counted topics, and nothing
            else.
        bounds: How many topics are counted.
    """
    day_codes: dict[str, int] = {}
    parts = []
    for page in pages:
        values = _decode_values(page.values)
        codes = [day_codes.setdefault(value, len(day_codes)) for value in values]
        parts.append(page.posts.recoded(np.array(codes, "i4")))
    posts = concatenated(parts).visible()
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
