"""Keeps `domain/audience.py`: who belongs where, from the events of the groups service.

Only the last word about each thing counts, so a batch of events becomes one statement per person,
group and membership. Each says how things are now, and to repeat one would do no harm. Those who
come are numbered, see `domain/eligibility.py`: that is read and written in the same transaction, so
that two workers can't give one number twice.

A group that was deleted is marked, and its document stays until `worker/purge.py` has taken
away what was in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from services.contests.domain.audience import Group, Membership, Person, readers_of
from services.contests.domain.contest import Contest
from shared.audience import (
    EVERYONE,
    account_told,
    membership_id,
    membership_told,
)
from shared.contract.access import Visibility
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import AboutGroup, GroupArchived, GroupDeleted, GroupRestored
from shared.contract.events.people import AboutAccount, PersonErased
from shared.contract.events.topics import GROUPS, PEOPLE
from shared.delivery.mongo import Transaction
from shared.delivery.projections import TypedProjection

GONE: Final = None
"""What is said of a membership that has ended."""

Fields = dict[str, Any]


class Heard(msgspec.Struct):
    """What the events since the last flush say.

    Attributes:
        people: Fields by pseudonym.
        groups: Fields by group id.
        memberships: Fields by id of the membership, or `GONE`.
        erased: People of whom nothing may be known any more.
        deleted: Groups that are gone, their memberships with them.
    """

    people: dict[str, Fields] = msgspec.field(default_factory=dict)
    groups: dict[str, Fields] = msgspec.field(default_factory=dict)
    memberships: dict[str, Fields | None] = msgspec.field(default_factory=dict)
    erased: set[str] = msgspec.field(default_factory=set)
    deleted: set[str] = msgspec.field(default_factory=set)

    def apply(self, data: EventData) -> None:
        """Takes note of one event; most mean nothing here."""
        match data:
            case PersonErased():
                self.people.pop(data.person, None)
                self.erased.add(data.person)
            case AboutAccount() if (account := account_told(data)) is not None:
                status, human = account
                self.people[data.person] = {"status": status, "human": human}
            case GroupDeleted():
                self.groups.pop(data.group_id, None)
                self.deleted.add(data.group_id)
            case AboutGroup():
                self._hear_of_group(data)
            case _:
                pass

    def _hear_of_group(self, data: AboutGroup) -> None:
        self.groups.setdefault(data.group_id, {})["visibility"] = data.visibility
        if (membership := membership_told(data)) is not None:
            member, role = membership
            self.memberships[membership_id(data.group_id, member)] = (
                GONE
                if role is None
                else {"group_id": data.group_id, "person": member, "role": role}
            )
        elif isinstance(data, GroupArchived | GroupRestored):
            self.groups[data.group_id]["archived"] = isinstance(data, GroupArchived)

    def size(self) -> int:
        """Documents that it is about."""
        things = (self.people, self.groups, self.memberships, self.erased, self.deleted)
        return sum(len(one) for one in things)


class AudienceCopy(TypedProjection[Heard]):
    """The projection."""

    name = "mitmach.contests.audience-copy"
    topics: Sequence[str] = (PEOPLE, GROUPS)
    state = Heard

    async def write(self, taken: Sequence[tuple[str, Heard]], transaction: Transaction) -> None:
        """Stores what was heard; no two partitions speak of the same thing."""
        people, groups, memberships = _Writes(), _Writes(), _Writes()
        for _, heard in taken:
            people.note(heard.people, gone=heard.erased)
            groups.note(heard.groups)
            memberships.note(heard.memberships)
            groups.mark(heard.deleted, {"deleted": True})
        await _number(transaction, people, memberships)
        await people.write(transaction, Person.collection)
        await groups.write(transaction, Group.collection)
        await memberships.write(transaction, Membership.collection)
        opened = [one for _, heard in taken for one in heard.groups.items()]
        if opened:
            await transaction.update(Contest.collection, [_shown_to(*one) for one in opened])
        await _end_memberships(transaction, "person", people.gone)
        await _end_memberships(transaction, "group_id", groups.marked)


def _shown_to(group_id: str, fields: Fields) -> dict[str, Any]:
    """Tells the contests of a group who sees them; they are few, and mostly it changes nothing."""
    readers = readers_of(group_id, Visibility(fields["visibility"]))
    stale = {"group_id": group_id, "readers": {"$ne": readers}}
    return {"q": stale, "u": {"$set": {"readers": readers}}, "multi": True}


class _Writes:
    """What is to be written to one collection, in this order: updates, then deletions.

    Attributes:
        fields: By id, of what is made where it isn't there.
        gone: Ids.
        marked: Ids of what only is changed where it is there.
    """

    def __init__(self) -> None:
        self.fields: dict[str, Fields] = {}
        self.gone: list[str] = []
        self.marked: list[str] = []
        self._marks: Fields = {}

    def note(self, heard: Mapping[str, Fields | None], *, gone: Iterable[str] = ()) -> None:
        self.gone += gone
        for one, fields in heard.items():
            if fields is GONE:
                self.gone.append(one)
            else:
                self.fields[one] = fields

    def mark(self, ids: Iterable[str], fields: Fields) -> None:
        self.marked += ids
        self._marks = fields

    async def write(self, transaction: Transaction, collection: str) -> None:
        updates = [
            {"q": {"_id": one}, "u": {"$set": fields}, "upsert": True}
            for one, fields in self.fields.items()
        ]
        updates += [{"q": {"_id": one}, "u": {"$set": self._marks}} for one in self.marked]
        if updates:
            await transaction.update(collection, updates)
        if self.gone:
            await transaction.delete(collection, self.gone)


async def _number(transaction: Transaction, people: _Writes, memberships: _Writes) -> None:
    """Numbers those who come: to a group, or to the platform; who is no longer active has none."""
    members = await _there(transaction, Membership.collection, memberships.fields)
    known = await _there(transaction, Person.collection, people.fields)
    arriving: dict[str, list[Fields]] = {}
    for one, fields in memberships.fields.items():
        if one not in members:
            arriving.setdefault(fields["group_id"], []).append(fields)
    for one, fields in people.fields.items():
        number = known.get(one, {}).get("number")
        fields["number"] = number
        if fields["status"] != "active" or not fields["human"]:
            fields["number"] = None
        elif number is None:
            arriving.setdefault(EVERYONE, []).append(fields)
    groups = await _there(transaction, Group.collection, arriving)
    last = {one: groups.get(one, {}).get("arrivals", 0) for one in arriving}
    for group_id, comers in arriving.items():
        for place, fields in enumerate(comers, start=1):
            fields["number"] = last[group_id] + place
    counts = [
        {"q": {"_id": one}, "u": {"$inc": {"arrivals": len(comers)}}, "upsert": True}
        for one, comers in arriving.items()
    ]
    if counts:
        await transaction.update(Group.collection, counts)


async def _there(
    transaction: Transaction, collection: str, ids: Iterable[str]
) -> dict[str, dict[str, Any]]:
    asked = {"_id": {"$in": list(ids)}}
    found = await transaction.find(collection, asked) if asked["_id"]["$in"] else []
    return {one["_id"]: one for one in found}


async def _end_memberships(transaction: Transaction, field: str, gone: list[str]) -> None:
    """Those of people or groups that are gone, also what this transaction has just written."""
    if gone:
        found = await transaction.find(Membership.collection, {field: {"$in": gone}})
        if found:
            await transaction.delete(Membership.collection, [one["_id"] for one in found])
