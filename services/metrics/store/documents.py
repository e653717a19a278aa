"""What the metrics database holds: collections, indexes, ids, and names of counters.

    totals     per partition: gross counts since the beginning, the number of its last flush, and
               through which flush the base goes
    journal    per partition and flush: what it added to posts and sets of people
    sheets     per partition, day of publication and page: columns of posts, all that they came to
    counters   the next number of a person, and since when it is kept who took part where
    strays     per post whose id was made on another day than it was published: that day
    bitmaps    per partition, day and deed, department or location: who did it, or is told to be
               there, as people's numbers (roaring)
    participation
               per partition, day and page: who took part in which group, on which topics, and who
               came into groups and left them, as columns of people's numbers
    people     per person: their number
    forgotten  per erasure: that it is done, so that late events don't number the person again
    to_forget  while figures are rebuilt: people whose erasure was read before their deeds, perhaps
    groups     per group and partition: how many members, who owns and who moderates, contributions
    contests   per contest: its organiser's number, entries, ballots, published results

Everything is written by the consumer, in the transaction that stores how far it has read. Each
document belongs to one partition (or is written outside, idempotently), so two consumers never
fight over the same.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from services.metrics.projection.increments import Surface, TallyKey
from shared.delivery.mongo import Index

TOTALS = "totals"
POSTS = "posts"  # of versions before the journal
JOURNAL = "journal"
STRAYS = "strays"
DAY_COLUMNS = "sheets"
BITMAPS = "bitmaps"
PARTICIPATION = "participation"
PEOPLE = "people"
COUNTERS = "counters"
FORGOTTEN = "forgotten"
TO_FORGET = "to_forget"
GROUPS = "groups"
CONTESTS = "contests"

# Seconds after which an erasure isn't known any more. Late events about an erased person come
# within the log's retention (90 days) or never.
_FORGOTTEN_FOR = 100 * 24 * 60 * 60

COLLECTIONS: Mapping[str, Sequence[Index]] = {
    TOTALS: (),
    JOURNAL: (Index((("partition", 1), ("flush", 1))),),
    DAY_COLUMNS: (Index((("day", 1), ("partition", 1))),),
    STRAYS: (),
    BITMAPS: (Index((("day", 1), ("partition", 1))), Index((("partition", 1),))),
    PARTICIPATION: (Index((("day", 1), ("partition", 1))), Index((("partition", 1),))),
    PEOPLE: (),
    COUNTERS: (),
    FORGOTTEN: (
        Index((("at", 1),), expire_after=_FORGOTTEN_FOR),
        # Erasures of which the service hasn't said yet that it is done with them.
        Index((("person", 1),), partial={"person": {"$type": "string"}}),
    ),
    TO_FORGET: (),
    GROUPS: (Index((("group_id", 1),)),),
    CONTESTS: (),
}

# Names of bitmaps about people's accounts; those about deeds have the names of the deeds.
ACCOUNT_SETS = ("invited", "was_active", "switched_on", "switched_off", "erased", "programs")

_TYPE = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")
_WORD = re.compile(r"[a-z_]{0,40}")
# What stands for a word that no vocabulary has: it is counted, and never a name in the database.
_OTHER = "other"


def counter_name(key: TallyKey) -> str:
    """The name of a counter in the totals: a field name, so without a dot."""
    type_ = key.type.removeprefix("mitmach.")
    type_ = type_.replace(".", "/") if _TYPE.fullmatch(type_) else _OTHER
    return f"{type_}|{known_word(key.kind)}|{known_word(key.format)}|{key.surface}"


def parse_counter_name(name: str) -> TallyKey:
    """What a counter in the totals counts."""
    type_, kind, format_, surface = name.split("|")
    known: Surface = surface  # type: ignore[assignment]  # written by `counter_name`
    return TallyKey(f"mitmach.{type_.replace('/', '.')}", kind, format_, known)


def known_word(text: str) -> str:
    """The text, where it can be a word of a closed vocabulary; else `other`."""
    return text if _WORD.fullmatch(text) else _OTHER


def view_key(format_: str) -> str:
    """The name of the counter of first views of posts of a format: a field name, so never empty."""
    return known_word(format_) or _OTHER


def page_id(partition: str, day: date, number: int) -> str:
    """The id of a page's document."""
    return f"{partition}|{day}|{number}"


def bitmap_id(partition: str, day: date, name: str) -> str:
    """The id of a bitmap's document."""
    return f"{partition}|{day}|{name}"
