"""Keeps `domain/audience.py`: who belongs where, from the events of the groups service.

Only the last word about each thing counts, so a batch of events becomes one statement per person
and group. Each says how things are now, never by how much they changed: the consumer sees to it
that an event counts once, and to repeat one would do no harm.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from services.contests.domain.audience import Person
from shared.audience import Group, account_told, membership_told
from shared.events.envelope import EventData
from shared.events.groups import AboutGroup, GroupArchived, GroupDeleted, GroupRestored
from shared.events.people import AboutAccount, PersonErased
from shared.events.topics import GROUPS, PEOPLE
from shared.listening import Listener
from shared.mongo import Transaction

GONE: Final = None
"""What a field is set to when there is nothing to say any more; fields are never null otherwise."""

Fields = dict[str, Any]


class Heard(msgspec.Struct):
    """What the events since the last flush say.

    Attributes:
        people: Fields by pseudonym.
        groups: Fields by group id.
        erased: People of whom nothing may be known any more.
        deleted: Groups that are gone, their memberships with them.
    """

    people: dict[str, Fields] = msgspec.field(default_factory=dict)
    groups: dict[str, Fields] = msgspec.field(default_factory=dict)
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
                self._person(data.person).update(status=status, human=human)
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
            self._person(member)[f"groups.{data.group_id}"] = GONE if role is None else role
        elif isinstance(data, GroupArchived | GroupRestored):
            self.groups[data.group_id]["archived"] = isinstance(data, GroupArchived)

    def size(self) -> int:
        """Documents that it is about."""
        return len(self.people) + len(self.groups) + len(self.erased) + len(self.deleted)

    def _person(self, pseudonym: str) -> Fields:
        return self.people.setdefault(pseudonym, {})


class AudienceCopy(Listener[Heard]):
    """The projection."""

    name = "mitmach.contests.audience-copy"
    topics: Sequence[str] = (PEOPLE, GROUPS)
    notes = Heard

    async def write(self, taken: Sequence[tuple[str, Heard]], transaction: Transaction) -> None:
        """Stores what was heard; no two partitions speak of the same field."""
        people = [one for _, heard in taken for one in statements(heard.people)]
        groups = [one for _, heard in taken for one in statements(heard.groups)]
        deleted = [one for _, heard in taken for one in heard.deleted]
        erased = [one for _, heard in taken for one in heard.erased]
        people += [_everybody_out(group_id) for group_id in deleted]
        if people:
            await transaction.update(Person.collection, people)
        if groups:
            await transaction.update(Group.collection, groups)
        if deleted:
            await transaction.delete(Group.collection, deleted)
        if erased:
            await transaction.delete(Person.collection, erased)


def statements(heard: dict[str, Fields]) -> list[dict[str, Any]]:
    """One update per thing. What only ends makes no document."""
    made = []
    for one, fields in heard.items():
        known = {name: value for name, value in fields.items() if value is not GONE}
        ended = {name: "" for name, value in fields.items() if value is GONE}
        changes = {"$set": known, "$unset": ended}
        change = {operator: what for operator, what in changes.items() if what}
        made.append({"q": {"_id": one}, "u": change, "upsert": bool(known)})
    return made


def _everybody_out(group_id: str) -> dict[str, Any]:
    field = f"groups.{group_id}"
    return {"q": {field: {"$exists": True}}, "u": {"$unset": {field: ""}}, "multi": True}
