"""What is stored, and the indexes that the questions of `queries/` need."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from services.groups.domain.channels import Channel
from services.groups.domain.groups import Group
from services.groups.domain.memberships import Membership
from services.groups.domain.people import Person
from shared.command import Entity
from shared.migrations import Migration
from shared.mongo import Database, Index, entity
from shared.quotas import DailyUse

E = TypeVar("E", bound=Entity)
Order = Sequence[tuple[str, int]]

# Members per group, folded from the service's own events by the worker: `{_id: group id, members}`.
# Not a field of the group: every join would write the group's document then, and all servers would
# fight over it.
MEMBER_COUNTS = "member_counts"

COLLECTIONS: Mapping[str, Sequence[Index]] = {
    Person.collection: (
        # The list of colleagues, and of one status.
        Index((("status", 1), ("_id", 1))),
        Index((("words", 1), ("_id", 1))),
        # Whose memberships are still to end.
        Index(
            (("erased_at", 1),),
            partial={"status": "erased", "memberships_ended": False},
        ),
    ),
    Group.collection: (
        # Lists are read in order of id, newest first; a kind matches many, a word or topic few.
        Index((("kind", 1), ("_id", -1))),
        Index((("topics", 1), ("_id", -1))),
        Index((("words", 1), ("_id", -1))),
        # Which are to be cleared away.
        Index((("deleted_at", 1),), partial={"deleted_at": {"$type": "date"}}),
    ),
    Membership.collection: (
        # Of a group: its members, requests or invitations, in the order in which they came.
        Index((("group_id", 1), ("standing", 1), ("since", 1), ("_id", 1))),
        # Of a person: their groups, their invitations.
        Index((("person_id", 1), ("standing", 1), ("since", 1), ("_id", 1))),
    ),
    Channel.collection: (Index((("group_id", 1), ("_id", 1))),),
    MEMBER_COUNTS: (),
    # Of days that are over.
    DailyUse.collection: (Index((("expires_at", 1),), expire_after=0),),
}

# From what earlier versions have stored: none yet, every kind has its first version.
MIGRATIONS: Sequence[Migration] = ()


class Store:
    """The service's database as entities, for queries. Writes go through the committer."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def one(self, kind: type[E], entity_id: str) -> E | None:
        """The entity with this id."""
        found = await self.database.find_one(kind.collection, {"_id": entity_id})
        return None if found is None else entity(kind, found)

    async def by_id(self, kind: type[E], ids: Collection[str]) -> dict[str, E]:
        """Those of these entities that are there."""
        if not ids:
            return {}
        found = await self.database.find(kind.collection, {"_id": {"$in": list(ids)}})
        return {one["_id"]: entity(kind, one) for one in found}

    async def some(
        self, kind: type[E], wanted: Mapping[str, Any], sort: Order = (), limit: int = 0
    ) -> list[E]:
        """Matching entities in this order, at most `limit` of them (0: all)."""
        found = await self.database.find(kind.collection, wanted, sort=sort, limit=limit)
        return [entity(kind, one) for one in found]

    async def member_counts(self, group_ids: Collection[str]) -> dict[str, int]:
        """How many members these groups have, as far as the worker has counted."""
        found = await self.database.find(MEMBER_COUNTS, {"_id": {"$in": list(group_ids)}})
        return {one["_id"]: one["members"] for one in found}
