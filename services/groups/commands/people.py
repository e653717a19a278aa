"""Administrators and directories tell who belongs to the organisation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.groups.commands import events
from services.groups.commands.context import enter_person, person_reads
from services.groups.domain.erasure import Erasure
from services.groups.domain.person import Person, existing_person
from services.groups.domain.profile import Profile, Vocabularies
from services.groups.domain.registration import PersonExists, invited_person
from shared.contract.access import Action
from shared.contract.erasures import erasure_id
from shared.contract.events.vocabulary import AccountKind, TextsPolicy
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class InvitePerson:
    """Makes an account for somebody who hasn't been here yet.

    Attributes:
        pseudonym: How events will name the invited.
        account: A human being, or a program.
        profile: What the organisation tells about them.
        vocabularies: The organisation's words for departments and locations.
    """

    principal: Principal
    person_id: str
    pseudonym: str
    account: AccountKind
    profile: Profile
    vocabularies: Vocabularies

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The caller and the person."""
        return person_reads(self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person; raises `PersonExists` when the id is or ever was taken."""
        known = enter_person(found, self.person_id, self.principal, Action.CREATE_PERSON)
        person = invited_person(
            self.person_id,
            self.pseudonym,
            account=self.account,
            profile=self.profile,
            vocabularies=self.vocabularies,
            now=now,
        )
        if known is not None:
            raise PersonExists("Change the person instead, or choose another id.")
        invited = Occurred(events.person_invited(person), self.principal.pseudonym)
        return Changes(reply=person, put=[person], events=[invited])


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
        moved = Occurred(events.person_changed(after, person), self.principal.pseudonym)
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

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The caller and the person."""
        return person_reads(self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person."""
        known = enter_person(found, self.person_id, self.principal, Action.SUSPEND_PERSON)
        person = existing_person(known)
        after = person.suspend(now, self.expected)
        if after is person:
            return Changes(reply=person)
        suspended = Occurred(events.person_suspended(after, person), self.principal.pseudonym)
        return Changes(reply=after, put=[after], events=[suspended])


@dataclass(frozen=True, slots=True)
class ReinstatePerson:
    """Ends a suspension: the person is again what they were, active or only invited.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    person_id: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The caller and the person."""
        return person_reads(self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person."""
        known = enter_person(found, self.person_id, self.principal, Action.REINSTATE_PERSON)
        person = existing_person(known)
        after = person.reinstate(now, self.expected)
        if after is person:
            return Changes(reply=person)
        reinstated = Occurred(events.person_reinstated(after, person), self.principal.pseudonym)
        return Changes(reply=after, put=[after], events=[reinstated])


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Forgets a person.

    What stays is the id, so that neither a token that is still valid nor a directory that repeats
    itself brings them back. Their memberships end a moment later, see
    `account_changes.EndMembership`.

    Attributes:
        expected: The versions that If-Match allows; None for any.
        texts: What becomes of what they wrote.
    """

    principal: Principal
    person_id: str
    expected: frozenset[int] | None = None
    texts: TextsPolicy = "kept"

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The caller, the person, and the record of the erasure."""
        yield from person_reads(self.person_id, self.principal)
        yield Erasure, erasure_id(self.person_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Removes every personal field; refuses nobody's erasure because of what they own."""
        known = enter_person(found, self.person_id, self.principal, Action.ERASE_PERSON)
        person = existing_person(known)
        erased = person.erase(now, self.expected)
        # Of somebody who erases themselves nothing may name them, the event's actor included.
        own = self.person_id == self.principal.person_id
        erasure = Erasure(
            id=erasure_id(self.person_id),
            requested_at=to_milliseconds(now),
            requested_by=None if own else self.principal.person_id,
            texts=self.texts,
        )
        told = events.person_erased(person, erasure)
        actor = None if own else self.principal.pseudonym
        return Changes(put=[erased, erasure], events=[Occurred(told, actor)])
