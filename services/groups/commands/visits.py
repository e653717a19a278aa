"""Visits: that a person opens the platform, which is how accounts become active."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.groups.commands import events
from services.groups.domain.person import (
    AccountStatus,
    Person,
    Visited,
    existing_person,
    login_entry,
)
from services.groups.domain.registration import check_account, uninvited_person
from services.groups.domain.visibility import person_resource
from shared.audience import Login
from shared.contract.access import Action, PersonWasErased, authorize
from shared.contract.history import RecordedTooLate
from shared.contract.moments import day_of
from shared.contract.principal import Claims, Principal, Standing
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """A person opens the platform. The first visit activates their account.

    Attributes:
        claims: What the visitor's token says.
        new_id: The id that somebody gets who was never heard of.
        self_registration: Somebody whom the identity provider vouches for may come uninvited.
    """

    principal: Principal
    claims: Claims
    new_id: str
    self_registration: bool

    def reads(self, found: Found) -> Iterable[Key]:
        """The login, and whom it leads to."""
        yield Login, self.claims.login
        login = found.get(Login, self.claims.login)
        yield Person, (login and login.person) or self.new_id

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies `Visited`; the second visit of a day changes nothing."""
        login = found.get(Login, self.claims.login)
        if login is not None and login.standing is Standing.ERASED:
            raise PersonWasErased
        known = None
        if login is not None and login.person is not None:
            known = found.get(Person, login.person)
        authorize(self.principal, Action.VISIT, person_resource(known, own=True))
        person = known or uninvited_person(
            self.claims, self.new_id, now, self_registration=self.self_registration
        )
        check_account(person, self.claims)
        return _visited(person, now, invited=known is not None)


@dataclass(frozen=True, slots=True)
class RecordPastVisit:
    """A person whom the organisation has told of was on the platform, or on the one before.

    Who has been here since was active from then on: their account is in use earlier than was known.
    """

    principal: Principal

    def reads(self, found: Found) -> Iterable[Key]:
        """The person, and their login."""
        yield Person, self.principal.person_id
        person = found.get(Person, self.principal.person_id)
        if person is not None and person.login is not None:
            yield Login, person.login

    def stands_anyway(self, found: Found) -> bool:
        """Whether their account is in use: that moves back."""
        person = found.get(Person, self.principal.person_id)
        return person is not None and person.status is AccountStatus.ACTIVE

    def decide(self, found: Found, now: datetime) -> Changes:
        """Counts the visit as `RecordVisit` does; the person has to be known."""
        person = existing_person(found.get(Person, self.principal.person_id))
        authorize(self.principal, Action.VISIT, person_resource(person, own=True))
        if person.activated_at is not None and now < person.activated_at:
            earlier = person.activate_earlier(now)
            activated = events.person_activated(earlier, invited=True)
            visited = Visited(
                person_id=earlier.id, visited_on=day_of(now), counted=False, activated=False
            )
            return Changes(reply=visited, put=[earlier], events=[Occurred(activated, earlier.id)])
        if person.visited_on is not None and day_of(now) < person.visited_on:
            raise RecordedTooLate(f"They were here on {person.visited_on}; record acts in order.")
        return _visited(person, now, invited=True)


def _visited(person: Person, now: datetime, *, invited: bool) -> Changes:
    after, visited = person.visit(now)
    if not visited.counted:
        return Changes(reply=visited)
    actor = after.id
    entries = login_entry(after, now)
    happened = [Occurred(events.login_told(entry), actor) for entry in entries]
    if visited.activated:
        activated = events.person_activated(after, invited=invited)
        happened.append(Occurred(activated, actor))
    told = events.person_visited(after, first_visit=visited.activated)
    happened.append(Occurred(told, actor))
    return Changes(reply=visited, put=[after, *entries], events=happened)
