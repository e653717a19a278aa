"""The service's documents: collections, indexes, and reading entities.

Entities are written by the committer; only the copy of people and groups (`domain/audience.py`) is
written by the worker's projection.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, TypeVar

from services.contests.domain.ballot import Ballot
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry, LastEntryView
from services.contests.domain.participation import Participation
from services.contests.domain.tally import Result
from shared.audience import Group, Membership, Person
from shared.delivery.command import Entity
from shared.delivery.migrations import Migration
from shared.delivery.mongo import Database, Index, entity
from shared.web.quotas import DailyUse

E = TypeVar("E", bound=Entity)

ANNOUNCED = (("readers", 1), ("_id", -1))
OWN_DRAFTS = (("organiser_id", 1), ("_id", -1))
OF_GROUP = (("group_id", 1), ("_id", -1))
NEWEST = (("_id", 1),)  # read backwards

COLLECTIONS: Mapping[str, Sequence[Index]] = {
    Contest.collection: (
        Index((("due_at", 1),)),  # what the clock has to do, soonest first
        # Lists, newest first: what is announced, by who sees it; drafts, by who organises them.
        Index(ANNOUNCED, partial={"announced_at": {"$type": "date"}}),
        Index(OWN_DRAFTS, partial={"announced_at": None}),
        Index(OF_GROUP),
    ),
    Entry.collection: (Index((("contest_id", 1), ("status", 1))),),
    Participation.collection: (),
    LastEntryView.collection: (),
    # Read as a whole, once, for the tally. Nothing orders or groups ballots by what they choose.
    Ballot.collection: (Index((("contest_id", 1),)),),
    Result.collection: (),
    Person.collection: (),
    # Of a group: how many may take part. Of a person: what ends when they are erased.
    Membership.collection: (Index((("group_id", 1),)), Index((("person", 1),))),
    # Those that are gone, until all that was in them is.
    Group.collection: (Index((("deleted", 1),), partial={"deleted": True}),),
    # Of days that are over.
    DailyUse.collection: (Index((("expires_at", 1),), expire_after=0),),
}

# From what earlier versions have stored: none yet, every kind has its first version.
MIGRATIONS: Sequence[Migration] = ()


def begins_with(prefix: str) -> dict[str, str]:
    """The condition that an id begins with these characters: a range of the index of ids."""
    return {"$gte": prefix, "$lt": prefix[:-1] + chr(ord(prefix[-1]) + 1)}


class Store:
    """The service's database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def one(self, kind: type[E], entity_id: str) -> E | None:
        """The entity, if it is there."""
        found = await self.database.find_one(kind.collection, {"_id": entity_id})
        return None if found is None else entity(kind, found)

    async def many(
        self,
        kind: type[E],
        where: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        hint: Sequence[tuple[str, int]] = (),
    ) -> list[E]:
        """The entities that match, in memory; found by the index with the key `hint`."""
        found = await self.database.find(kind.collection, where, sort=sort, limit=limit, hint=hint)
        return [entity(kind, one) for one in found]

    async def by_id(self, kind: type[E], ids: Sequence[str]) -> dict[str, E]:
        """Those of the entities that are there, by id."""
        found = await self.many(kind, {"_id": {"$in": list(ids)}}) if ids else []
        return {one.id: one for one in found}

    async def ids(
        self, kind: type[Entity], where: Mapping[str, Any], *, limit: int = 0
    ) -> list[str]:
        """The ids of the entities that match; 0 for no limit."""
        found = await self.database.find(kind.collection, where, fields=["_id"], limit=limit)
        return [one["_id"] for one in found]

    async def stream(self, kind: type[E], where: Mapping[str, Any]) -> AsyncIterator[E]:
        """The entities that match, any number of them."""
        async for found in self.database.stream(kind.collection, where):
            yield entity(kind, found)
