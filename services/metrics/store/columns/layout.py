"""What is kept of each post: a value per column, and how each column changes.

The same columns stand in three places: what a flush adds to posts (`PostNews`), the posts of a day
as they are in memory (`DayTable`), and pages of these as they are stored. Whatever changes a post
changes a column here, and in no other place.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.metrics.projection.meanings import COLUMNS_OF_ACTS

Column = NDArray[Any]

# Bytes of an id: posts and groups are kept by these.
KEY = 16

# What a row knows of the status of its post. The last two aren't seen.
NOT_SAID, SHOWN, HIDDEN, DELETED = 0, 1, 2, 3
STATUSES = {"published": SHOWN, "hidden": HIDDEN, "deleted": DELETED}
# The size of an audience whose post's publication wasn't heard of.
UNHEARD = -1
# Milliseconds to the first response, where there is none.
UNANSWERED = -(1 << 62)
# The same, where what was the first response is gone and no other is there.
RETRACTED = UNANSWERED + 1

# What a post is. `published` are milliseconds since 1970, `author` is the number of a person and
# one more, 0 if nobody is known. `facts_said` is the sequence of the event that told the rest.
FACTS = {
    "published": "<i8",
    "format": "<u4",
    "kind": "<u4",
    "topics": "<u2",
    "author": "<u4",
    "human": "i1",
    "facts_said": "<u8",
}
# What changes as a whole: the last word counts. Each has the sequence of the event that said it.
STATES = {
    "audience": "<i4",
    "status": "i1",
    "status_said": "<u8",
    "response": "<i8",
    "response_said": "<u8",
}
# What is added up, its author left out where people are counted; after people, acts. `_7d`: as
# things stood seven days after the publication.
COUNTS = dict.fromkeys(
    (
        "viewed",
        "viewers",
        "viewers_7d",
        "reached_7d",
        "interactors",
        "interactors_7d",
        *COLUMNS_OF_ACTS,
    ),
    "<i4",
)
# Columns of codes: what they stand for, the dictionary of their table knows.
CODED = ("format", "kind")
# Two numbers for each post: its id, and that of its group.
IDS = ("keys", "groups")
COLUMNS = {**FACTS, **STATES, **COUNTS}
NEW = {"audience": UNHEARD, "response": UNANSWERED}

_LAST_SEQUENCE = (1 << 64) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
DAY_MS = 24 * 60 * 60 * 1000


def key_of(id_: str) -> bytes:
    """The bytes of an id.

    Raises:
        ValueError: The text is no id.
    """
    key = bytes.fromhex(id_.replace("-", ""))
    if len(key) != KEY:
        raise ValueError("not an id")
    return key


def id_of(key: bytes) -> str:
    """The id with these bytes."""
    text = key.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def keys_column(keys: bytes) -> Column:
    """Ids one after the other, as a column of two numbers each."""
    return np.frombuffer(keys, ">u8").astype("<u8").reshape(-1, 2)


def keys_bytes(column: Column) -> bytes:
    """The ids of such a column, one after the other."""
    return column.astype(">u8").tobytes()


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970: what the database keeps of a moment."""
    return (moment - _EPOCH) // MILLISECOND


def moment_of(milliseconds_: int) -> datetime:
    """The moment so many milliseconds after the beginning of 1970, in UTC."""
    return _EPOCH + milliseconds_ * MILLISECOND


def day_begins(day: date) -> int:
    """The first millisecond of a UTC day, counted since 1970."""
    return milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))


def day_of(milliseconds_: int) -> date:
    """The UTC day of a millisecond since 1970."""
    return moment_of(milliseconds_).date()


def day_of_id(key: bytes) -> date | None:
    """The UTC day on which an id was made; None for one that says none.

    It begins with the milliseconds since 1970 (RFC 9562, version 7).
    """
    made = int.from_bytes(key[:6])
    return day_of(made) if key[6] >> 4 == 7 and made < _LAST_DAY else None


_LAST_DAY = milliseconds(datetime(9999, 12, 31, tzinfo=UTC))


def sequence_number(sequence: str) -> int:
    """An event's sequence as columns keep it: a number, 0 if it has none."""
    return min(int(sequence or 0), _LAST_SEQUENCE)
