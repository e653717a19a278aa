"""Reading a service's documents as entities, for queries and for work that nobody waits for.

Nothing is written here: entities are written by the committer, together with their events.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, TypeVar

from shared.delivery.command import Entity
from shared.delivery.mongo.database import Database, Order
from shared.delivery.mongo.documents import entity

E = TypeVar("E", bound=Entity)


class EntityStore:
    """The entities of one service.

    Filters, orders and hints are the server's own, by the names of stored fields (`_id`). A hint is
    the key of the index to use, where the server's choice would depend on what it has tried before.

    Attributes:
        database: Where they are stored; for questions that aren't about whole entities.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    async def get(self, kind: type[E], entity_id: str) -> E | None:
        """The entity with this id; None where there is none."""
        stored = await self.database.find_one(kind.collection, {"_id": entity_id})
        return None if stored is None else entity(kind, stored)

    async def get_many(self, kind: type[E], ids: Iterable[str]) -> dict[str, E]:
        """Those of these entities that are there, by id; without ids nothing is asked."""
        wanted = list(ids)
        if not wanted:
            return {}
        found = await self.database.find(kind.collection, {"_id": {"$in": wanted}})
        return {stored["_id"]: entity(kind, stored) for stored in found}

    async def find(
        self,
        kind: type[E],
        filter: Mapping[str, Any],
        *,
        sort: Order = (),
        limit: int = 0,
        hint: Order = (),
    ) -> list[E]:
        """The first entities that match, in this order; all of them, in memory, without a limit."""
        found = await self.database.find(kind.collection, filter, sort=sort, limit=limit, hint=hint)
        return [entity(kind, stored) for stored in found]

    async def find_ids(
        self,
        kind: type[Entity],
        filter: Mapping[str, Any],
        *,
        sort: Order = (),
        limit: int = 0,
        hint: Order = (),
    ) -> list[str]:
        """The ids of the first entities that match; of all of them without a limit."""
        found = await self.database.find(
            kind.collection, filter, sort=sort, limit=limit, fields=["_id"], hint=hint
        )
        return [stored["_id"] for stored in found]

    async def stream(
        self, kind: type[E], filter: Mapping[str, Any], *, sort: Order = ()
    ) -> AsyncIterator[E]:
        """The entities that match, one after the other, any number of them."""
        async for stored in self.database.stream(kind.collection, filter, sort=sort):
            yield entity(kind, stored)
