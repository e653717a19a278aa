"""Reading figures of groups and contests."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from services.metrics.store.documents import CONTESTS, GROUPS
from shared.mongo import Database

# Days without a contribution. After a fortnight a group needs somebody to look at it; after six
# weeks nobody expects an answer there any more.
AT_RISK, DORMANT = timedelta(days=14), timedelta(days=45)

GroupState = Literal["alive", "at_risk", "dormant"]


class GroupFigures(NamedTuple):
    """What a group came to. Posts, comments and entries are gross."""

    group_id: str
    kind: str
    visibility: str
    status: str
    created_at: datetime | None
    owners: frozenset[str]
    moderators: frozenset[str]
    members: int
    posts: int
    comments: int
    entries: int
    contributed_at: datetime | None

    def state(self, now: datetime) -> GroupState:
        """Whether it lives, by its last contribution; a new group has time to begin."""
        last = self.contributed_at or self.created_at
        if last is None or now - last >= DORMANT:
            return "dormant"
        return "at_risk" if now - last >= AT_RISK else "alive"


_COUNTS = ("members", "posts", "comments", "entries")
# A group's document of each partition says something else about it.
_MERGED: Mapping[str, Any] = {
    "_id": "$group_id",
    **{name: {"$max": f"${name}"} for name in ("kind", "visibility", "status", "created_at")},
    "contributed_at": {"$max": "$contributed_at"},
    **{name: {"$max": {"$ifNull": [f"${name}", []]}} for name in ("owners", "moderators")},
    **{name: {"$sum": {"$ifNull": [f"${name}", 0]}} for name in _COUNTS},
}


async def one_group(database: Database, group_id: str) -> GroupFigures | None:
    """The figures of a group; None for one that metrics haven't heard of, or that is gone."""
    pipeline: list[Mapping[str, Any]] = [
        {"$match": {"group_id": group_id}},
        {"$group": _MERGED},
    ]
    found = await database.aggregate(GROUPS, pipeline)
    if not found or found[0]["status"] == "deleted":
        return None
    return _figures(found[0])


class Communities(NamedTuple):
    """All groups at a moment.

    Attributes:
        states: How many groups in use are in which state.
        closed: The ids of those that aren't in use: nobody can answer there.
    """

    states: Mapping[GroupState, int]
    closed: frozenset[str]


async def communities(database: Database, now: datetime) -> Communities:
    """Which groups are in use, and how these do."""
    counts: dict[GroupState, int] = {"alive": 0, "at_risk": 0, "dormant": 0}
    closed = set()
    for one in await database.aggregate(GROUPS, [{"$group": _MERGED}]):
        if one["status"] in {"archived", "deleted"}:
            closed.add(one["_id"])
        elif one["status"] == "active" and one["kind"] != "everyone":
            counts[_figures(one).state(now)] += 1
    return Communities(counts, frozenset(closed))


def _figures(merged: Mapping[str, Any]) -> GroupFigures:
    return GroupFigures(
        group_id=merged["_id"],
        kind=merged["kind"] or "",
        visibility=merged["visibility"] or "secret",
        status=merged["status"] or "active",
        created_at=merged["created_at"],
        owners=frozenset(merged["owners"] or ()),
        moderators=frozenset(merged["moderators"] or ()),
        members=merged["members"],
        posts=merged["posts"],
        comments=merged["comments"],
        entries=merged["entries"],
        contributed_at=merged["contributed_at"],
    )


async def one_contest(database: Database, contest_id: str) -> Mapping[str, Any] | None:
    """What is stored of a contest; nothing in it tells a tally before the publication.

    None for one that metrics haven't heard of, or that is gone.
    """
    return await database.find_one(CONTESTS, {"_id": contest_id, "deleted": {"$ne": True}})
