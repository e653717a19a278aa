"""The copy of people and groups in memory: events go in, and what commands read comes out."""

from typing import Any

from services.contests.domain.audience import Group, Membership, Person
from services.contests.domain.eligibility import Roll
from services.contests.worker.audience_copy import AudienceCopy, Heard
from shared.audience import EVERYONE
from shared.contract.events.envelope import EventData
from shared.delivery.command import Entity
from shared.delivery.mongo import entity

KINDS: tuple[type[Entity], ...] = (Person, Membership, Group)


class Documents:
    """A transaction that does at once what the copy tells it about people and groups.

    Attributes:
        stored: Documents by collection and id.
    """

    def __init__(self) -> None:
        self.stored: dict[str, dict[str, dict[str, Any]]] = {kind.collection: {} for kind in KINDS}

    async def find(self, collection: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
        ((field, among),) = asked.items()
        there = self.stored[collection].values()
        return [dict(one) for one in there if one.get(field) in among["$in"]]

    async def update(self, collection: str, statements: list[dict[str, Any]]) -> None:
        for statement in statements if collection in self.stored else ():
            one = statement["q"]["_id"]
            if one not in self.stored[collection] and not statement.get("upsert"):
                continue
            document = self.stored[collection].setdefault(one, {"_id": one})
            document |= statement["u"].get("$set", {})
            for name, step in statement["u"].get("$inc", {}).items():
                document[name] = document.get(name, 0) + step

    async def delete(self, collection: str, ids: list[str]) -> None:
        for one in ids:
            self.stored[collection].pop(one, None)

    async def hear(self, *events: EventData) -> None:
        """One flush of these events."""
        heard = Heard()
        for data in events:
            heard.apply(data)
        await AudienceCopy().write([("any", heard)], self)  # type: ignore[arg-type]

    def entities(self) -> list[Entity]:
        """All that is stored, as commands read it."""
        return [
            entity(kind, one) for kind in KINDS for one in self.stored[kind.collection].values()
        ]

    def roll(self, group_id: str) -> Roll:
        """Who belongs to the group now, found without any of the numbers."""
        groups, people = self.stored[Group.collection], self.stored[Person.collection]
        members = {
            one["person"]
            for one in self.stored[Membership.collection].values()
            if one["group_id"] == group_id
        }
        active = [
            one
            for one, person in people.items()
            if person.get("status") == "active"
            and person.get("human")
            and (group_id == EVERYONE or one in members)
        ]
        return Roll(
            arrivals=groups.get(group_id, {}).get("arrivals", 0),
            activations=groups.get(EVERYONE, {}).get("arrivals", 0),
            people=len(active),
        )
