"""Reading figures of groups and contests."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from services.metrics.store.documents import CONTESTS, GROUPS
from shared.delivery.mongo import Database

# Days without a contribution. After a fortnight a group needs somebody to look at it; after six
# weeks nobody expects an answer there any more.
AT_RISK, DORMANT = timedelta(days=14), timedelta(days=45)

GroupState = Literal["alive", "at_risk", "dormant"]


class GroupFigures(NamedTuple):
    """What a group came to. Posts, comments and entries are gross.

    Attributes:
        kind: `community`, `pilot` and so on; empty if nothing but its posts was heard of.
        status: `active`, `archived` or `deleted`.
        owners: The people who own it, by id.
        moderators: The people who moderate it, by id.
        members: How many active human members it has.
        contributed_at: When the last post, comment or entry was made in it.
    """

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
# A group's document of each partition says something else about it. Of what they say about the
# same, the newest counts: each begins with the sequence of its event.
_MERGED: Mapping[str, Any] = {
    "_id": "$group_id",
    **{name: {"$max": f"${name}"} for name in ("about", "status", "created_at", "contributed_at")},
    "roles": {"$push": {"$ifNull": ["$roles", {}]}},
    **{name: {"$sum": {"$ifNull": [f"${name}", 0]}} for name in _COUNTS},
}


async def find_group(database: Database, group_id: str) -> GroupFigures | None:
    """The figures of a group; None if metrics haven't heard of it, or if it is gone."""
    pipeline: list[Mapping[str, Any]] = [
        {"$match": {"group_id": group_id}},
        {"$group": _MERGED},
    ]
    found = await database.aggregate(GROUPS, pipeline)
    group = _figures(found[0]) if found else None
    return None if group is None or group.status == "deleted" else group


class Communities(NamedTuple):
    """All groups at a moment.

    Attributes:
        states: How many groups in use are in which state.
        closed: The ids of those that aren't in use: nobody can answer there.
    """

    states: Mapping[GroupState, int]
    closed: frozenset[str]


async def read_communities(database: Database, now: datetime) -> Communities:
    """Which groups are in use, and in which state these are at a moment (UTC)."""
    counts: dict[GroupState, int] = {"alive": 0, "at_risk": 0, "dormant": 0}
    closed = set()
    for group in map(_figures, await database.aggregate(GROUPS, [{"$group": _MERGED}])):
        if group.status in {"archived", "deleted"}:
            closed.add(group.group_id)
        # Of a group without a kind nothing was heard but its posts.
        elif group.kind not in {"everyone", ""}:
            counts[group.state(now)] += 1
    return Communities(counts, frozenset(closed))


def _figures(merged: Mapping[str, Any]) -> GroupFigures:
    about, status = merged["about"] or {}, merged["status"] or {}
    roles: dict[str, tuple[str, str]] = {}
    for part in merged["roles"]:
        for person, told in part.items():
            roles[person] = max(roles.get(person, ("", "")), (told["said"], told["is"]))
    return GroupFigures(
        group_id=merged["_id"],
        kind=about.get("kind", ""),
        visibility=about.get("visibility", "secret"),
        status=status.get("is", "active"),
        created_at=merged["created_at"],
        owners=frozenset(person for person, (_, role) in roles.items() if role == "owner"),
        moderators=frozenset(person for person, (_, role) in roles.items() if role == "moderator"),
        members=merged["members"],
        posts=merged["posts"],
        comments=merged["comments"],
        entries=merged["entries"],
        contributed_at=merged["contributed_at"],
    )


async def find_contest(database: Database, contest_id: str) -> Mapping[str, Any] | None:
    """What is stored of a contest; nothing in it tells a tally before the publication.

    None if metrics haven't heard of it, or if it is gone.
    """
    stored = await database.find_one(CONTESTS, {"_id": contest_id, "deleted": {"$ne": True}})
    if stored is None:
        return None
    voters = stored.get("voters", {}).get("eligible", 0)
    shown: dict[str, Any] = {**stored, **stored["about"], "eligible_voters": voters}
    return shown
