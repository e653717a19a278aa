"""Who may enter and who may vote at a moment: the rolls that commands are given."""

from datetime import datetime
from typing import Any

from services.contests.domain.contest import Contest
from services.contests.domain.roll import Roll
from shared.audience import EVERYONE, Group, Membership, Person
from shared.delivery.mongo import EntityStore

NOBODY = Roll(arrivals=0, activations=0, people=0)


async def rolls_of(store: EntityStore, contest_id: str) -> tuple[Roll, Roll]:
    """Who may enter and who may vote now: active people, no programs; nobody without the contest.

    What is counted may be a moment old when it is stored. Whoever came since isn't in it, and isn't
    let in either: their numbers are higher than the roll's.
    """
    contest = await store.get(Contest, contest_id)
    if contest is None:
        return NOBODY, NOBODY
    entrants = await _roll(store, contest.rules.entrants)
    if contest.rules.voters == contest.rules.entrants:
        return entrants, entrants
    return entrants, await _roll(store, contest.rules.voters)


async def rolls_since(store: EntityStore, contest_id: str) -> datetime | None:
    """Since when the rolls are what they are; None where nobody knows.

    Asked where a contest is announced or its vote opened at its own time: a roll of now isn't that
    of a moment before somebody came or went.
    """
    contest = await store.get(Contest, contest_id)
    if contest is None:
        return None
    groups = {contest.rules.entrants, contest.rules.voters}
    moments = [group.members_since for group in (await store.get_many(Group, groups)).values()]
    for group_id in groups:
        moments += await _accounts_since(store, group_id)
    return max((moment for moment in moments if moment is not None), default=None)


async def _accounts_since(store: EntityStore, group_id: str) -> list[datetime | None]:
    """When an account of those who belong to a group changed last."""
    if group_id == EVERYONE:
        people = await store.find(
            Person, {"since": {"$type": "date"}}, sort=[("since", -1)], limit=1
        )
        return [person.since for person in people]
    pipeline: list[dict[str, Any]] = [
        {"$match": {"group_id": group_id}},
        {
            "$lookup": {
                "from": Person.collection,
                "localField": "person",
                "foreignField": "_id",
                "as": "member",
            }
        },
        {"$unwind": "$member"},
        {"$group": {"_id": None, "since": {"$max": "$member.since"}}},
    ]
    found = await store.database.aggregate(Membership.collection, pipeline)
    return [accounts["since"] for accounts in found]


async def _roll(store: EntityStore, group_id: str) -> Roll:
    # The numbers first: who is counted afterwards and came later is left out by their number.
    groups = await store.get_many(Group, [group_id, EVERYONE])
    arrivals, activations = (
        groups[key].arrivals if key in groups else 0 for key in (group_id, EVERYONE)
    )
    people = await _count(store, group_id, arrivals, activations)
    return Roll(arrivals=arrivals, activations=activations, people=people)


async def _count(store: EntityStore, group_id: str, arrivals: int, activations: int) -> int:
    """How many active people with numbers up to these the group has."""
    counted: dict[str, Any] = {"status": "active", "number": {"$lte": activations}}
    if group_id == EVERYONE:
        return await store.database.count(Person.collection, counted)
    of_members = {f"member.{name}": value for name, value in counted.items()}
    pipeline: list[dict[str, Any]] = [
        {"$match": {"group_id": group_id, "number": {"$lte": arrivals}}},
        {
            "$lookup": {
                "from": Person.collection,
                "localField": "person",
                "foreignField": "_id",
                "as": "member",
            }
        },
        {"$match": of_members},
        {"$count": "members"},
    ]
    found = await store.database.aggregate(Membership.collection, pipeline)
    return int(found[0]["members"]) if found else 0
