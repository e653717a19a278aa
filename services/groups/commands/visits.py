"""Being here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.groups.commands.people import describe
from services.groups.domain.people import (
    AccountStatus,
    NotInvited,
    Person,
    PersonNotFound,
    check_person_id,
)
from services.groups.domain.visibility import about
from shared.contract.access import Action, authorize
from shared.contract.events import people as events
from shared.contract.moments import day_of, to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


class Visited(msgspec.Struct, frozen=True, kw_only=True):
    """What a visit was.

    Attributes:
        visited_on: The UTC day.
        counted: It is the first on this day.
        activated: It is the first ever.
    """

    visited_on: str
    counted: bool
    activated: bool


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """A person opens the platform. The first visit activates their account.

    Attributes:
        self_registration: Somebody whom the identity provider vouches for may come uninvited.
    """

    principal: Principal
    self_registration: bool

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """The person."""
        return ((Person, self.principal.person_id),)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies `Visited`; the second visit of a day changes nothing."""
        person = found.get(Person, self.principal.person_id)
        authorize(self.principal, Action.VISIT, about(person, own=True))
        if person is not None and person.status is AccountStatus.ERASED:
            raise PersonNotFound("This account was erased.")
        today = day_of(now)
        # At or after: of two servers one may believe a little longer that it is yesterday.
        if person is not None and (person.visited_on or "") >= today:
            return Changes(reply=Visited(visited_on=today, counted=False, activated=False))
        invited = person is not None
        if person is None:
            person = self._newcomer(now)
        first = person.activated_at is None
        after = msgspec.structs.replace(person, visited_on=today)
        visited = events.PersonVisited(**describe(after), first_visit=first)
        happened = [Occurred(visited, self.principal.pseudonym)]
        if first:
            after = msgspec.structs.replace(
                after,
                status=AccountStatus.ACTIVE,
                activated_at=to_milliseconds(now),
                version=person.version + 1 if invited else person.version,
            )
            activated = events.PersonActivated(**describe(after), invited=invited)
            happened.insert(0, Occurred(activated, self.principal.pseudonym))
        return Changes(
            reply=Visited(visited_on=today, counted=True, activated=first),
            put=[after],
            events=happened,
        )

    def _newcomer(self, now: datetime) -> Person:
        if not self.self_registration:
            raise NotInvited("Ask an administrator to add you.")
        check_person_id(self.principal.person_id)
        return Person(
            id=self.principal.person_id,
            pseudonym=self.principal.pseudonym,
            status=AccountStatus.INVITED,
            created_at=to_milliseconds(now),
            account="service" if "service" in self.principal.roles else "human",
        )
