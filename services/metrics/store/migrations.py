"""How what earlier versions have stored becomes what this one reads, collection by collection."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.metrics.store.documents import (
    CONTESTS,
    DAY_COLUMNS,
    GROUPS,
    PARTICIPATION,
    PEOPLE,
    POSTS,
)
from services.metrics.store.history import note_begin_of_participation
from services.metrics.store.write.earlier import bring_in
from shared.delivery.migrations import Conversion, Migration

_POST_FACTS = ("group_id", "format", "kind", "topics", "published_at")
_CONTEST_FACTS = ("kind", "group_id", "phase")


def _if_there(field: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """An expression: the value in documents that have the field, else nothing."""
    return {"$cond": [{"$eq": [{"$type": f"${field}"}, "missing"]}, "$$REMOVE", value]}


def _with_role(role: str) -> dict[str, Any]:
    """An expression: everybody in a list of people, with the role that the list is about."""
    people = {"$ifNull": [f"${role}s", []]}
    each = {"k": "$$this", "v": {"said": "", "is": role}}
    return {"$arrayToObject": {"$map": {"input": people, "in": each}}}


# From before the first release, when pseudonyms stood for people.
OLDER: Mapping[str, Mapping[str, Any]] = {PEOPLE: {"_id": {"$regex": "^[a-z2-7]{26}$"}}}

_CHANGES: Sequence[Migration] = (
    # The last word stands behind the sequence of its event; what was told before has none.
    Migration(
        POSTS,
        2,
        {"facts": {"$exists": False}},
        (
            {
                "$set": {
                    "facts": {"said": "", **{name: f"${name}" for name in _POST_FACTS}},
                    "status": _if_there("status", {"said": "", "is": "$status"}),
                    "first_response": _if_there(
                        "first_response_at", {"told": "", "at": "$first_response_at"}
                    ),
                }
            },
            {"$unset": [*_POST_FACTS, "first_response_at"]},
        ),
    ),
    Migration(
        GROUPS,
        2,
        {"kind": {"$exists": True}},
        (
            {
                "$set": {
                    "about": {"said": "", "kind": "$kind", "visibility": "$visibility"},
                    "status": _if_there("status", {"said": "", "is": "$status"}),
                    "roles": {"$mergeObjects": [_with_role("moderator"), _with_role("owner")]},
                }
            },
            {"$unset": ["kind", "visibility", "owners", "moderators"]},
        ),
    ),
    Migration(
        CONTESTS,
        2,
        {"about": {"$exists": False}},
        (
            {
                "$set": {
                    "about": {"said": "", **{name: f"${name}" for name in _CONTEST_FACTS}},
                    "voters": _if_there(
                        "eligible_voters", {"said": "", "eligible": "$eligible_voters"}
                    ),
                }
            },
            {"$unset": [*_CONTEST_FACTS, "eligible_voters"]},
        ),
    ),
)

MIGRATIONS: Sequence[Migration | Conversion] = (
    *_CHANGES,
    # Since then a post is a row on a page and has no document.
    Conversion(DAY_COLUMNS, 2, bring_in),
    # Since then it is kept who took part where.
    Conversion(PARTICIPATION, 2, note_begin_of_participation),
)
