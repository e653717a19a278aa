"""From increments to update statements: pure.

Where the last word counts, it is stored together with the sequence of the event that said it, which
comes first; `$max` compares that first. So the newest wins, in whatever order partitions are
stored: a topic may be given more of them, and then what is known of a thing comes from several.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

from services.metrics.projection.increments import (
    ContestIncrement,
    GroupIncrement,
    PartitionIncrements,
)
from services.metrics.projection.meanings import ABOUT_CONTESTS
from services.metrics.store.columns.day_table import DayTable
from services.metrics.store.columns.participation import ParticipationTable
from services.metrics.store.documents import (
    DAY_COLUMNS,
    STRAYS,
    counter_name,
    page_id,
    view_key,
)
from services.metrics.store.journal_entry import JournalEntry

Statement = dict[str, Any]

# Bytes of what one command stores, as `_weight` knows them. The driver refuses a command of more
# than 16 MiB; a page, the largest document, has 64 KiB at the reference size, and 3 MB where each
# of its posts has as many and as long topics as may be.
_MOST_BYTES = 8_000_000

_CONTEST_COUNTS = {count.name for meaning in ABOUT_CONTESTS for count in meaning.counts}
_GROUP_COUNTS = ("joined", "members", "posts", "comments", "entries")


def portions(updates: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Updates of a collection in their order, in commands that the driver sends."""
    portion: list[Statement] = []
    weight = 0
    for update in updates:
        more = _weight(update)
        if portion and weight + more > _MOST_BYTES:
            yield portion
            portion, weight = [], 0
        portion.append(update)
        weight += more
    if portion:
        yield portion


def _weight(update: Statement) -> int:
    """About how many bytes it has: columns and sets, words, and a little for the rest."""
    values = update["u"].get("$set", {}).values()
    binary = sum(len(value) for value in values if isinstance(value, bytes))
    words = sum(4 * len(word) + 12 for word in update["u"].get("$set", {}).get("words", ()))
    return binary + words + 1_000


def totals(partition: str, flush: int, increments: PartitionIncrements) -> Statement:
    """The update that adds a partition's increments to its totals."""
    counts = {f"events.{counter_name(tally)}": count for tally, count in increments.tallies.items()}
    counts |= {f"views.{view_key(name)}": count for name, count in increments.views.items()}
    if increments.recorded:
        counts["recorded"] = increments.recorded
    change: dict[str, Any] = {"$set": {"flush": flush}}
    if counts:
        change["$inc"] = counts
    if increments.newest is not None:
        change["$max"] = {"newest": increments.newest}
    return _upsert(partition, change)


def table(
    partition: str, day: date, flush: int, stored: DayTable
) -> list[tuple[str, list[Statement]]]:
    """The updates that store what has changed in the posts of a day, by collection.

    Args:
        partition: The partition that the table is of.
        day: The UTC day on which its posts were published.
        flush: The last flush that is in it.
        stored: The posts; afterwards they count as stored.
    """
    about = {"partition": partition, "day": str(day), "flush": flush}
    pages = [
        _upsert(
            page_id(partition, day, page.number),
            {"$set": {**about, "page": page.number, **page.fields}},
        )
        for page in stored.pages()
    ]
    strays = [_upsert(post, {"$set": {"day": str(day)}}) for post in stored.take_strays()]
    return [(DAY_COLUMNS, pages), (STRAYS, strays)]


def participation(
    partition: str, day: date, flush: int, stored: ParticipationTable
) -> list[Statement]:
    """The updates that store who took part where on a day: all of its pages.

    Args:
        partition: The partition that the table is of.
        day: The UTC day on which they took part.
        flush: The last flush that is in it.
        stored: The rows of that day.
    """
    pages = stored.pages()
    about = {"partition": partition, "day": str(day), "flush": flush, "pages": len(pages)}
    return [
        _upsert(page_id(partition, day, number), {"$set": {**about, "body": body}})
        for number, body in enumerate(pages)
    ]


def entry(stored: JournalEntry) -> Statement:
    """The update that adds an entry to the journal."""
    document = stored.document()
    return {"q": {"_id": document.pop("_id")}, "u": {"$set": document}, "upsert": True}


def group(
    partition: str, group_id: str, increment: GroupIncrement, *, without: AbstractSet[str]
) -> Statement:
    """The update of the part of a group's figures that this partition keeps.

    Args:
        partition: The partition that the increment is from.
        group_id: The id of the group.
        increment: What happened to the group since the last flush.
        without: People who were erased: whether they led it isn't stored any more.
    """
    newest: dict[str, Any] = {
        f"roles.{person}": {"said": told.said, "is": told.role}
        for person, told in increment.roles.items()
        if person not in without
    }
    if increment.said:
        newest["about"] = {
            "said": increment.said,
            "kind": increment.kind,
            "visibility": increment.visibility,
        }
    if increment.status_said:
        newest["status"] = {"said": increment.status_said, "is": increment.status}
    if increment.contributed_at is not None:
        newest["contributed_at"] = increment.contributed_at
    change: dict[str, Any] = {"$max": newest, "$set": {"group_id": group_id}}
    if increment.created_at is not None:
        change["$set"]["created_at"] = increment.created_at
    if counts := {name: count for name in _GROUP_COUNTS if (count := getattr(increment, name))}:
        change["$inc"] = counts
    return _upsert(f"{group_id}|{partition}", change)


def contest(contest_id: str, increment: ContestIncrement, numbers: Mapping[str, int]) -> Statement:
    """The update of a contest's figures; its organiser is kept by number, as a post's author is.

    Of a contest that is gone nothing stays but that it was deleted.
    """
    if increment.deleted:
        return {"q": {"_id": contest_id}, "u": {"_id": contest_id, "deleted": True}, "upsert": True}
    news: dict[str, Any] = {}
    if increment.eligible_entrants is not None:
        news["eligible_entrants"] = increment.eligible_entrants
    if increment.organiser is not None and increment.organiser in numbers:
        news["organiser"] = numbers[increment.organiser]
    if increment.results is not None:
        news["eligible_in_result"] = increment.results.eligible_entrants
        news["results"] = {
            "entries": increment.results.entries,
            "entrants": increment.results.entrants,
            "few_ballots": increment.results.few_ballots,
            "ballots": increment.results.ballots,
            "votes": increment.results.votes,
            "void_votes": increment.results.void_votes,
            "ranking": [
                {
                    "entry_id": placed.entry_id,
                    "rank": placed.rank,
                    "winner": placed.winner,
                    "votes": placed.votes,
                    "result": placed.result,
                    "jury_points": placed.jury_points,
                }
                for placed in increment.results.ranking
            ],
        }
    about = {
        "said": increment.said,
        "kind": increment.kind,
        "group_id": increment.group_id,
        "phase": increment.phase,
    }
    change: dict[str, Any] = {"$max": {"about": about}}
    if increment.voters_said:
        voters = {"said": increment.voters_said, "eligible": increment.eligible_voters}
        change["$max"]["voters"] = voters
    if news:
        change["$set"] = news
    if counts := {name: count for name in _CONTEST_COUNTS if (count := getattr(increment, name))}:
        change["$inc"] = counts
    return _upsert(contest_id, change)


def _upsert(key: str, change: dict[str, Any]) -> Statement:
    change = {operator: fields for operator, fields in change.items() if fields}
    return {"q": {"_id": key}, "u": change, "upsert": True}
