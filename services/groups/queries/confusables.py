"""Groups and people whose names can't be told from those that an answer shows."""

from collections.abc import Collection, Mapping
from typing import Any

from services.groups.domain.group import Group
from services.groups.domain.person import Person
from services.groups.queries.people import COLLEAGUES
from shared.delivery.mongo import EntityStore

# Named beside each: enough to know that the name alone won't do.
_MOST = 5


async def confusable_groups(store: EntityStore, groups: Collection[Group]) -> dict[str, list[str]]:
    """By the id of each of these groups: the ids of others that look like it by name.

    At most five, the oldest first. Secret groups are never among them, for nobody: so no answer
    tells of them.
    """
    skeletons = {group.id: group.skeleton for group in groups}
    shown = {"visibility": {"$in": ["closed", "open"]}, "deleted_at": None}
    return await _confusable(store, Group.collection, skeletons, shown)


async def confusable_people(store: EntityStore, people: Collection[Person]) -> dict[str, list[str]]:
    """By the id of each of these people: the ids of colleagues who look like them by name.

    At most five, in order of the ids.
    """
    skeletons = {person.id: person.skeleton for person in people}
    shown = {"status": {"$in": list(COLLEAGUES)}}
    return await _confusable(store, Person.collection, skeletons, shown)


async def _confusable(
    store: EntityStore, collection: str, skeletons: Mapping[str, str], shown: Mapping[str, Any]
) -> dict[str, list[str]]:
    wanted = sorted(set(skeletons.values()) - {""})
    by_skeleton: dict[str, list[str]] = {}
    if wanted:
        # One more than is named: the thing itself may be among them.
        first = {"$slice": ["$ids", _MOST + 1]}
        for found in await store.database.aggregate(
            collection,
            [
                {"$match": {"look": {"$in": wanted}, **shown}},
                {"$sort": {"look": 1, "_id": 1}},
                {"$group": {"_id": "$look", "ids": {"$push": "$_id"}}},
                {"$project": {"ids": first}},
            ],
        ):
            by_skeleton[found["_id"]] = found["ids"]
    return {
        thing: [other for other in by_skeleton.get(skeleton, ()) if other != thing][:_MOST]
        for thing, skeleton in skeletons.items()
    }
