"""What the identity provider calls somebody changes: their login moves, and they stay who they are.

A directory that renames people (a marriage, another domain of mail addresses) would otherwise make
somebody new of each of them with their next visit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.groups.commands import events
from services.groups.commands.context import account_reads, enter_person
from services.groups.domain.person import Person, existing_person, login_entry
from services.groups.domain.registration import OwnExternalId, check_external_id
from shared.audience import Login
from shared.contract.access import Action
from shared.contract.events.envelope import EventData
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal, Standing
from shared.delivery.command import Changes, Entity, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class ChangeExternalId:
    """Tokens with another subject are this person's from now on; repeating it changes nothing.

    Tokens with the subject before are nobody's. Where the new one led to another account, mostly
    one that a visit has made since the renaming, that account loses it and is marked as left: it
    isn't this person's, and nobody is to find it in use. Where it led to somebody erased, it is
    free again: the organisation says whose it is.

    Attributes:
        person_id: The person.
        external_id: What the identity provider and the directory call them now.
        login: What tokens with that are found by.
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    person_id: str
    external_id: str
    login: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The caller, the person with their login, the new login, and whom that leads to."""
        yield from account_reads(found, self.person_id, self.principal)
        yield Login, self.login
        taken = found.get(Login, self.login)
        if taken is not None and taken.person is not None:
            yield Person, taken.person

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person."""
        known = enter_person(found, self.person_id, self.principal, Action.CHANGE_EXTERNAL_ID)
        person = existing_person(known)
        check_external_id(self.external_id)
        if person.login == self.login:
            return Changes(reply=person)
        if self.person_id == self.principal.person_id:
            raise OwnExternalId("Have somebody else do it.")
        person.check_version(self.expected)
        after = person.know_as(self.external_id, self.login)
        put: list[Entity] = [after]
        told: list[EventData] = []
        other = self._other(found)
        if other is not None:
            without = other.leave(now).know_as(None, None)
            put.append(without)
            if not other.is_left:
                told.append(events.person_left(without, other))
        logins = login_entry(after, now)
        before = None if person.login is None else found.get(Login, person.login)
        if before is not None:
            nobody = replace(
                before, person=None, standing=Standing.UNKNOWN, at=to_milliseconds(now)
            )
            logins.append(nobody)
        told += map(events.login_told, logins)
        return Changes(
            reply=after,
            put=[*put, *logins],
            events=[Occurred(event, self.principal.person_id) for event in told],
        )

    def _other(self, found: Found) -> Person | None:
        """Who is to lose the login; raises `OwnExternalId` where that would be the caller."""
        taken = found.get(Login, self.login)
        if taken is None or taken.person is None:
            return None
        if taken.person == self.principal.person_id:
            raise OwnExternalId("Have somebody else do it.")
        return found.get(Person, taken.person)
