"""Keeps `domain/audience.py`: who belongs where, from the events of the groups service.

Only the last word about each thing counts, so a batch of events becomes one statement per person,
group and membership. Each says how things are now, never by how much they changed: the consumer
sees to it that an event counts once, and to repeat one would do no harm.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from services.contests.domain.audience import Group, readers_of
from services.contests.domain.contest import Contest
from shared.access import Visibility
from shared.audience import (
    Membership,
    Person,
    account_told,
    membership_id,
    membership_told,
)
from shared.events.envelope import EventData
from shared.events.groups import AboutGroup, GroupArchived, GroupDeleted, GroupRestored
from shared.events.people import AboutAccount, PersonErased
from shared.events.topics import GROUPS, PEOPLE
from shared.listening import Listener
from shared.mongo import Transaction

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

    def hear(self, data: EventData) -> None:
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


class AudienceCopy(Listener[Heard]):
    """The projection."""

    name = "mitmach.contests.audience-copy"
    topics: Sequence[str] = (PEOPLE, GROUPS)
    notes = Heard

    async def write(self, taken: Sequence[tuple[str, Heard]], transaction: Transaction) -> None:
        """Stores what was heard; no two partitions speak of the same thing."""
        people, groups, memberships = _Writes(), _Writes(), _Writes()
        for _, heard in taken:
            people.note(heard.people, gone=heard.erased)
            groups.note(heard.groups, gone=heard.deleted)
            memberships.note(heard.memberships)
        await people.write(transaction, Person.collection)
        await groups.write(transaction, Group.collection)
        await memberships.write(transaction, Membership.collection)
        opened = [one for _, heard in taken for one in heard.groups.items()]
        if opened:
            await transaction.update(Contest.collection, [_shown_to(*one) for one in opened])
        await _end_memberships(transaction, "person", people.gone)
        await _end_memberships(transaction, "group_id", groups.gone)


def _shown_to(group_id: str, fields: Fields) -> dict[str, Any]:
    """Tells the contests of a group who sees them; they are few, and mostly it changes nothing."""
    readers = readers_of(group_id, Visibility(fields["visibility"]))
    stale = {"group_id": group_id, "readers": {"$ne": readers}}
    return {"q": stale, "u": {"$set": {"readers": readers}}, "multi": True}


class _Writes:
    """What is to be written to one collection, in this order: updates, then deletions."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.gone: list[str] = []

    def note(self, heard: Mapping[str, Fields | None], *, gone: Iterable[str] = ()) -> None:
        self.gone += gone
        for one, fields in heard.items():
            if fields is GONE:
                self.gone.append(one)
            else:
                self.updates.append({"q": {"_id": one}, "u": {"$set": fields}, "upsert": True})

    async def write(self, transaction: Transaction, collection: str) -> None:
        if self.updates:
            await transaction.update(collection, self.updates)
        if self.gone:
            await transaction.delete(collection, self.gone)


async def _end_memberships(transaction: Transaction, field: str, gone: list[str]) -> None:
    """Those of people or groups that are gone, also what this transaction has just written."""
    if gone:
        found = await transaction.find(Membership.collection, {field: {"$in": gone}})
        if found:
            await transaction.delete(Membership.collection, [one["_id"] for one in found])
