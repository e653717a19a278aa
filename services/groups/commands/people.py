"""Administrators and directories tell who belongs to the organisation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.groups.commands import events
from services.groups.commands.context import account_reads, enter_person, person_reads
from services.groups.domain.erasure import Erasure
from services.groups.domain.person import Person, existing_person, login_entry
from services.groups.domain.profile import Profile, Vocabularies
from services.groups.domain.registration import PersonExists, invited_person
from shared.audience import Login
from shared.contract.access import Action
from shared.contract.erasures import erasure_id
from shared.contract.events.envelope import EventData
from shared.contract.events.vocabulary import AccountKind, TextsPolicy
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal, Standing
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class InvitePerson:
    """Makes an account for somebody who hasn't been here yet.

    Attributes:
        person_id: The id that the platform has made for them.
        external_id: What the identity provider calls them; None where that isn't known yet.
        login: What tokens with that are found by.
        account: A human being, or a program.
        profile: What the organisation tells about them.
        vocabularies: The organisation's words for departments and locations.
    """

    principal: Principal
    person_id: str
    external_id: str | None
    login: str | None
    account: AccountKind
    profile: Profile
    vocabularies: Vocabularies

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The caller, the person, and whom the login leads to."""
        yield from person_reads(self.person_id, self.principal)
        if self.login is not None:
            yield Login, self.login

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person; raises `PersonExists` when a token leads, or led, to somebody."""
        enter_person(found, self.person_id, self.principal, Action.CREATE_PERSON)
        taken = None if self.login is None else found.get(Login, self.login)
        person = invited_person(
            self.person_id,
            external_id=self.external_id,
            login=self.login,
            account=self.account,
            profile=self.profile,
            vocabularies=self.vocabularies,
            now=now,
        )
        if taken is not None and taken.standing is not Standing.UNKNOWN:
            raise PersonExists("Change that person instead, or say another id.")
        invited = events.person_invited(person)
        return changed_account(person, self.principal, now, [invited])

    def shown_reads(self, found: Found, reply: Person) -> Iterable[Key]:  # noqa: ARG002
        """The caller and the person."""
        return person_reads(reply.id, self.principal)

    def check_shown(self, found: Found, reply: Person) -> None:
        """To whom may invite still: the answer is the whole record."""
        enter_person(found, reply.id, self.principal, Action.CREATE_PERSON)


@dataclass(frozen=True, slots=True)
class ChangePerson:
    """Corrects what is told about a person.

    Attributes:
        name: The new name, which people change for themselves too; None leaves it.
        others: Fields of `Profile` that only the organisation changes; what isn't in it stays.
        vocabularies: The organisation's words for departments and locations.
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    person_id: str
    name: str | None
    others: dict[str, str | None]
    vocabularies: Vocabularies
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The caller and the person."""
        return person_reads(self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Replies the person; tells only of moves between departments and locations."""
        person = existing_person(found.get(Person, self.person_id))
        own = self.person_id == self.principal.person_id and not self.others
        enter_person(found, self.person_id, self.principal, Action.CHANGE_PERSON, own=own)
        person.check_version(self.expected)
        changes = self.others if self.name is None else {**self.others, "name": self.name}
        profile: Profile = msgspec.structs.replace(person.profile, **changes)
        after = person.change(profile, self.vocabularies)
        if after is person:
            return Changes(reply=person)
        if after.profile.place == person.profile.place:
            return Changes(reply=after, put=[after])
        moved = Occurred(events.person_changed(after, person), self.principal.person_id)
        return Changes(reply=after, put=[after], events=[moved])


@dataclass(frozen=True, slots=True)
class SuspendPerson:
    """Bars a person; repeating it changes nothing.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    person_id: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The caller, the person, and the person's login."""
        return account_reads(found, self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person."""
        known = enter_person(found, self.person_id, self.principal, Action.SUSPEND_PERSON)
        person = existing_person(known)
        after = person.suspend(now, self.expected)
        if after is person:
            return Changes(reply=person)
        suspended = events.person_suspended(after, person)
        return changed_account(after, self.principal, now, [suspended])


@dataclass(frozen=True, slots=True)
class ReinstatePerson:
    """Ends a suspension, or brings back who had left: again active, or only invited.

    Somebody who is back finds their memberships as they were, but for what they owned: that has
    passed on, see `leaving.RestMembership`.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    person_id: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The caller, the person, and the person's login."""
        return account_reads(found, self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person."""
        known = enter_person(found, self.person_id, self.principal, Action.REINSTATE_PERSON)
        person = existing_person(known)
        after = person.reinstate(now, self.expected)
        if after is person:
            return Changes(reply=person)
        reinstated = events.person_reinstated(after, person)
        return changed_account(after, self.principal, now, [reinstated])


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Forgets a person.

    What stays is that their login led to somebody, so that neither a token that is still valid nor
    a directory that repeats itself brings them back. Their memberships end a moment later, see
    `account_changes.EndMembership`.

    Attributes:
        expected: The versions that If-Match allows; None for any.
        texts: What becomes of what they wrote.
    """

    principal: Principal
    person_id: str
    expected: frozenset[int] | None = None
    texts: TextsPolicy = "kept"

    def reads(self, found: Found) -> Iterable[Key]:
        """The caller, the person and their login, and the record of the erasure."""
        yield from account_reads(found, self.person_id, self.principal)
        yield Erasure, erasure_id(self.person_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Removes every personal field; refuses nobody's erasure because of what they own."""
        known = enter_person(found, self.person_id, self.principal, Action.ERASE_PERSON)
        person = existing_person(known)
        erased = person.erase(now, self.expected)
        # Of somebody who erases themselves nothing may name them, the event's actor included.
        own = self.person_id == self.principal.person_id
        by = None if own else self.principal.person_id
        return erased_account(person, erased, now, texts=self.texts, by=by)


def erased_account(
    before: Person, erased: Person, now: datetime, *, texts: TextsPolicy, by: str | None
) -> Changes:
    """What an erasure changes and tells; its record (`Erasure`) must have been read.

    Args:
        before: The person, as they were.
        erased: The person without any personal field, as `Person.erase` returns it.
        now: The time of the erasure.
        texts: What becomes of what they wrote.
        by: Who asked for it; None where nobody is to be named, and where their time was up.
    """
    erasure = Erasure(
        id=erasure_id(before.id),
        requested_at=to_milliseconds(now),
        requested_by=by,
        texts=texts,
    )
    entries = login_entry(erased, now, login=before.login)
    told = [events.person_erased(before, erasure), *map(events.login_told, entries)]
    return Changes(put=[erased, erasure, *entries], events=[Occurred(event, by) for event in told])


def changed_account(
    person: Person, principal: Principal, now: datetime, told: Sequence[EventData]
) -> Changes:
    """The person as they are now, with what their login leads to."""
    entries = login_entry(person, now)
    events_told = [*told, *map(events.login_told, entries)]
    return Changes(
        reply=person,
        put=[person, *entries],
        events=[Occurred(event, principal.person_id) for event in events_told],
    )
