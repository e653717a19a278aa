"""From increments to update statements: pure.

Where the last word counts, it is stored together with the sequence of the event that said it, which
comes first; `$max` compares that first. So the newest wins, in whatever order partitions are
stored: a topic may be given more of them, and then what is known of a thing comes from several.
"""

from collections.abc import Mapping
from typing import Any

from services.metrics.projection.increments import (
    ContestIncrement,
    GroupIncrement,
    PartitionIncrements,
    PostIncrement,
)
from services.metrics.store.documents import counter_name, view_key

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


def totals(partition: str, flush: int, taken: PartitionIncrements) -> Statement:
    """What a partition adds to its totals."""
    counts = {f"events.{counter_name(tally)}": count for tally, count in taken.tallies.items()}
    counts |= {f"views.{view_key(name)}": count for name, count in taken.views.items()}
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
        "said": taken.facts_said,
        "group_id": taken.group_id,
        "format": taken.format,
        "kind": taken.kind,
        "topics": list(taken.topics),
        "published_at": taken.published_at,
    }
    newest: dict[str, Any] = {}
    change: dict[str, Any] = {"$max": newest}
    if taken.facts_changed:
        newest["facts"] = facts
    else:  # known already, unless the history that is here begins in the middle
        change["$setOnInsert"] = {"facts": facts}
    if taken.status is not None:
        newest["status"] = {"said": taken.status_said, "is": taken.status}
    if taken.response_told:
        newest["first_response"] = {"told": taken.response_told, "at": taken.first_response_at}
    told: dict[str, Any] = {}
    if taken.audience_size is not None:
        told["audience_size"] = taken.audience_size
    if taken.facts_changed and taken.author in numbers:
        told["author"] = numbers[taken.author]
    if told:
        change["$set"] = told
    if counts := _post_counts(taken):
        change["$inc"] = counts
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


def group(partition: str, group_id: str, taken: GroupIncrement) -> Statement:
    """What happened to a group, on the part of its figures that this partition keeps."""
    newest: dict[str, Any] = {
        f"roles.{person}": {"said": told.said, "is": told.role}
        for person, told in taken.roles.items()
    }
    if taken.said:
        newest["about"] = {
            "said": taken.said,
            "kind": taken.kind,
            "visibility": taken.visibility,
        }
    if taken.status_said:
        newest["status"] = {"said": taken.status_said, "is": taken.status}
    if taken.contributed_at is not None:
        newest["contributed_at"] = taken.contributed_at
    change: dict[str, Any] = {"$max": newest, "$set": {"group_id": group_id}}
    if taken.created_at is not None:
        change["$set"]["created_at"] = taken.created_at
    if counts := {name: count for name in _GROUP_COUNTS if (count := getattr(taken, name))}:
        change["$inc"] = counts
    return _upsert(f"{group_id}|{partition}", change)


def contest(contest_id: str, taken: ContestIncrement, numbers: Mapping[str, int]) -> Statement:
    """What happened in a contest; its organiser is kept by number, as a post's author is.

    Of one that is gone nothing stays but that.
    """
    if taken.deleted:
        return {"q": {"_id": contest_id}, "u": {"_id": contest_id, "deleted": True}, "upsert": True}
    news: dict[str, Any] = {}
    if taken.eligible_entrants is not None:
        news["eligible_entrants"] = taken.eligible_entrants
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
    about = {
        "said": taken.said,
        "kind": taken.kind,
        "group_id": taken.group_id,
        "phase": taken.phase,
    }
    change: dict[str, Any] = {"$max": {"about": about}}
    if taken.voters_said:
        voters = {"said": taken.voters_said, "eligible": taken.eligible_voters}
        change["$max"]["voters"] = voters
    if news:
        change["$set"] = news
    if counts := {name: count for name in _CONTEST_COUNTS if (count := getattr(taken, name))}:
        change["$inc"] = counts
    return _upsert(contest_id, change)


def _upsert(key: str, change: dict[str, Any]) -> Statement:
    change = {operator: fields for operator, fields in change.items() if fields}
    return {"q": {"_id": key}, "u": change, "upsert": True}
