"""Visits: that a person opens the platform, which is how accounts become active."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.groups.commands import events
from services.groups.domain.person import Person
from services.groups.domain.registration import uninvited_person
from services.groups.domain.visibility import person_resource
from shared.contract.access import Action, authorize
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """A person opens the platform. The first visit activates their account.

    Attributes:
        self_registration: Somebody whom the identity provider vouches for may come uninvited.
    """

    principal: Principal
    self_registration: bool

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The person who visits."""
        return ((Person, self.principal.person_id),)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies `Visited`; the second visit of a day changes nothing."""
        known = found.get(Person, self.principal.person_id)
        authorize(self.principal, Action.VISIT, person_resource(known, own=True))
        person = known or uninvited_person(
            self.principal, now, self_registration=self.self_registration
        )
        after, visited = person.visit(now)
        if not visited.counted:
            return Changes(reply=visited)
        actor = self.principal.pseudonym
        happened = []
        if visited.activated:
            activated = events.person_activated(after, invited=known is not None)
            happened.append(Occurred(activated, actor))
        told = events.person_visited(after, first_visit=visited.activated)
        happened.append(Occurred(told, actor))
        return Changes(reply=visited, put=[after], events=happened)
