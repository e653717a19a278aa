"""From increments to update statements: pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.metrics.projection.increments import (
    ContestIncrement,
    GroupIncrement,
    Increments,
    PostIncrement,
)
from services.metrics.store.documents import tally_key, word

Statement = dict[str, Any]

_POST_COUNTS = (
    "viewed",
    "interactors",
    "interactors_7d",
    "comments_gone",
    "reactions",
    "reactions_gone",
    "shares",
    "poll_votes",
    "poll_votes_gone",
    "comments_7d",
    "reactions_7d",
)
_CONTEST_COUNTS = (
    "submitted",
    "withdrawn",
    "accepted",
    "rejected",
    "entrants",
    "late_entrants",
    "entry_views",
    "ballots",
    "ballots_changed",
)
_GROUP_COUNTS = ("joined", "members", "posts", "comments", "entries")


def totals(partition: str, flush: int, taken: Increments) -> Statement:
    """What a partition adds to its totals."""
    counts = {f"events.{tally_key(tally)}": count for tally, count in taken.tallies.items()}
    counts |= {f"views.{word(name)}": count for name, count in taken.views.items()}
    change: dict[str, Any] = {"$set": {"flush": flush}}
    if counts:
        change["$inc"] = counts
    if taken.newest is not None:
        change["$max"] = {"newest": taken.newest}
    return _upsert(partition, change)


def post(post_id: str, taken: PostIncrement, numbers: Mapping[str, int]) -> Statement:
    """What happened to a post.

    Args:
        post_id: The post.
        taken: What happened to it.
        numbers: People's numbers; who was erased has none. Authors are kept by number, so that an
            erasure, which takes the number's name away, leaves nobody's name at a post.
    """
    facts: dict[str, Any] = {
        "group_id": taken.group_id,
        "format": taken.format,
        "kind": taken.kind,
        "topics": list(taken.topics),
        "published_at": taken.published_at,
    }
    news: dict[str, Any] = {}
    if taken.audience_size is not None:
        news["audience_size"] = taken.audience_size
    if taken.status is not None:
        news["status"] = taken.status
    change: dict[str, Any] = {}
    if taken.facts_changed:
        news |= facts
        if taken.author in numbers:
            news["author"] = numbers[taken.author]
    else:  # known already, unless the history that is here begins in the middle
        change["$setOnInsert"] = facts
    if news:
        change["$set"] = news
    if counts := _post_counts(taken):
        change["$inc"] = counts
    if taken.response_told:
        # The last word counts, and their numbers say which it is, whatever partition it came from.
        response = {"told": taken.response_told, "at": taken.first_response_at}
        change["$max"] = {"first_response": response}
    return _upsert(post_id, change)


def _post_counts(taken: PostIncrement) -> dict[str, int]:
    others = taken.viewers - taken.viewers_own
    early = others - taken.viewers_late
    derived = {
        "viewers": others,
        "viewers_7d": early,
        "reached_7d": early - taken.viewers_spill,
        "comments": taken.comments + taken.replies,
    }
    counts = {name: getattr(taken, name) for name in _POST_COUNTS} | derived
    return {name: count for name, count in counts.items() if count}


def group(partition: str, group_id: str, taken: GroupIncrement) -> Iterator[Statement]:
    """What happened to a group, on the part of its figures that this partition keeps."""
    key = f"{group_id}|{partition}"
    news: dict[str, Any] = {"group_id": group_id}
    for name in ("kind", "visibility", "status", "created_at"):
        if (value := getattr(taken, name)) is not None:
            news[name] = value
    change: dict[str, Any] = {"$set": news}
    if counts := {name: count for name in _GROUP_COUNTS if (count := getattr(taken, name))}:
        change["$inc"] = counts
    if taken.contributed_at is not None:
        change["$max"] = {"contributed_at": taken.contributed_at}
    leading = {"owners": taken.owners, "moderators": taken.moderators}
    if new := {
        name: _those(people, True) for name, people in leading.items() if any(people.values())
    }:
        change["$addToSet"] = {name: {"$each": people} for name, people in new.items()}
    yield _upsert(key, change)
    if gone := {name: _those(people, False) for name, people in leading.items() if people}:
        yield _upsert(key, {"$pull": {name: {"$in": people} for name, people in gone.items()}})


def _those(people: Mapping[str, bool], are: bool) -> list[str]:
    return [person for person, is_one in people.items() if is_one is are]


def contest(contest_id: str, taken: ContestIncrement, numbers: Mapping[str, int]) -> Statement:
    """What happened in a contest; its organiser is kept by number, as a post's author is.

    Of one that is gone nothing stays but that.
    """
    if taken.deleted:
        return {"q": {"_id": contest_id}, "u": {"_id": contest_id, "deleted": True}, "upsert": True}
    news: dict[str, Any] = {}
    for name in ("kind", "group_id", "phase", "eligible_entrants", "eligible_voters"):
        if (value := getattr(taken, name)) is not None:
            news[name] = value
    if taken.organiser is not None and taken.organiser in numbers:
        news["organiser"] = numbers[taken.organiser]
    if taken.results is not None:
        news["results"] = {
            "entries": taken.results.entries,
            "entrants": taken.results.entrants,
            "few_ballots": taken.results.few_ballots,
            "ballots": taken.results.ballots,
            "votes": taken.results.votes,
            "void_votes": taken.results.void_votes,
            "ranking": [
                {
                    "entry_id": placed.entry_id,
                    "rank": placed.rank,
                    "winner": placed.winner,
                    "votes": placed.votes,
                    "result": placed.result,
                    "jury_points": placed.jury_points,
                }
                for placed in taken.results.ranking
            ],
        }
    change: dict[str, Any] = {"$set": news} if news else {}
    if counts := {name: count for name in _CONTEST_COUNTS if (count := getattr(taken, name))}:
        change["$inc"] = counts
    return _upsert(contest_id, change)


def _upsert(key: str, change: dict[str, Any]) -> Statement:
    return {"q": {"_id": key}, "u": change, "upsert": True}
