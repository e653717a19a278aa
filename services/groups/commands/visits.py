"""Visits: that a person opens the platform, which is how accounts become active."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.groups.commands import events
from services.groups.domain.person import Person, login_entry
from services.groups.domain.registration import check_account, uninvited_person
from services.groups.domain.visibility import person_resource
from shared.audience import Login
from shared.contract.access import Action, PersonWasErased, authorize
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
        after, visited = person.visit(now)
        if not visited.counted:
            return Changes(reply=visited)
        actor = after.id
        entries = login_entry(after, now)
        happened = [Occurred(events.login_told(entry), actor) for entry in entries]
        if visited.activated:
            activated = events.person_activated(after, invited=known is not None)
            happened.append(Occurred(activated, actor))
        told = events.person_visited(after, first_visit=visited.activated)
        happened.append(Occurred(told, actor))
        return Changes(reply=visited, put=[after, *entries], events=happened)
