"""Groups and people whose names can't be told from those that an answer shows."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from services.groups.domain.groups import Group
from services.groups.domain.people import Person
from services.groups.queries.people import COLLEAGUES
from shared.delivery.mongo import EntityStore

# Named beside each: enough to know that the name alone won't do.
_MOST = 5


async def groups_alike(store: EntityStore, groups: Collection[Group]) -> dict[str, list[str]]:
    """The ids of groups that look like each of these by name, the oldest first.

    Secret groups are never among them, for nobody: so an answer tells nothing of one.
    """
    seen = {"visibility": {"$in": ["closed", "open"]}, "deleted_at": None}
    return await _alike(store, Group.collection, {one.id: one.look for one in groups}, seen)


async def people_alike(store: EntityStore, people: Collection[Person]) -> dict[str, list[str]]:
    """The ids of colleagues who look like each of these by name, in order of the ids."""
    seen = {"status": {"$in": list(COLLEAGUES)}}
    return await _alike(store, Person.collection, {one.id: one.look for one in people}, seen)


async def _alike(
    store: EntityStore, collection: str, looks: Mapping[str, str], seen: Mapping[str, Any]
) -> dict[str, list[str]]:
    wanted = sorted(set(looks.values()) - {""})
    by_look: dict[str, Iterable[str]] = {}
    if wanted:
        first = {"$slice": ["$ids", _MOST + 1]}  # one of them may be the one that is shown
        for found in await store.database.aggregate(
            collection,
            [
                {"$match": {"look": {"$in": wanted}, **seen}},
                {"$sort": {"look": 1, "_id": 1}},
                {"$group": {"_id": "$look", "ids": {"$push": "$_id"}}},
                {"$project": {"ids": first}},
            ],
        ):
            by_look[found["_id"]] = found["ids"]
    return {
        one: [other for other in by_look.get(look, ()) if other != one][:_MOST]
        for one, look in looks.items()
    }
