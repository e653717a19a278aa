"""The contests service's copy of people and groups in memory."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from services.contests.domain.roll import Roll
from services.contests.worker.audience_copy import ContestsAudienceCopy
from shared.audience import EVERYONE, Group, Membership, Person
from shared.contract.events.envelope import EventData
from shared.contract.moments import utc_now
from shared.delivery.command import Entity, Key
from tests.support.audience import MemoryTransaction, hear

E = TypeVar("E", bound=Entity)

KINDS: tuple[type[Entity], ...] = (Person, Membership, Group)


class KnownPeople:
    """Events go in, and what commands read is there.

    Attributes:
        stored: The entities that are kept, and whatever else the service has stored.
    """

    def __init__(
        self, stored: dict[Key, Entity] | None = None, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.stored: dict[Key, Entity] = {} if stored is None else stored
        self._copy = ContestsAudienceCopy(now)

    def hear(self, *events: EventData, at: datetime | None = None) -> None:
        """One flush of these events."""
        hear(self._copy, MemoryTransaction(self.stored, KINDS), events, at=at)

    def all(self, kind: type[E]) -> dict[str, E]:
        """What is known of a kind, by id."""
        return {key: there for (_, key), there in self.stored.items() if isinstance(there, kind)}

    def roll(self, group_id: str) -> Roll:
        """Who belongs to the group now, found without any of the numbers."""
        groups = self.all(Group)
        members = {
            membership.person
            for membership in self.all(Membership).values()
            if membership.group_id == group_id
        }
        active = [
            person_id
            for person_id, person in self.all(Person).items()
            if person.counted and (group_id == EVERYONE or person_id in members)
        ]
        return Roll(
            arrivals=groups[group_id].arrivals if group_id in groups else 0,
            activations=groups[EVERYONE].arrivals if EVERYONE in groups else 0,
            people=len(active),
        )
