"""Administrators and directories tell who belongs to the organisation."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.groups.commands import events
from services.groups.commands.context import PersonCommand
from services.groups.domain.person import Person, existing_person
from services.groups.domain.profile import Profile, Vocabularies
from services.groups.domain.registration import PersonExists, invited_person
from shared.contract.access import Action
from shared.contract.events.vocabulary import AccountKind
from shared.delivery.command import Changes, Found, Occurred


@dataclass(frozen=True, slots=True)
class InvitePerson(PersonCommand):
    """Makes an account for somebody who hasn't been here yet.

    Attributes:
        pseudonym: How events will name the invited.
        account: A human being, or a program.
        profile: What the organisation tells about them.
        vocabularies: The organisation's words for departments and locations.
    """

    pseudonym: str
    account: AccountKind
    profile: Profile
    vocabularies: Vocabularies

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person; raises `PersonExists` when the id is or ever was taken."""
        known = self.enter(found, Action.CREATE_PERSON)
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
class ChangePerson(PersonCommand):
    """Corrects what is told about a person.

    Attributes:
        name: The new name, which people change for themselves too; None leaves it.
        others: Fields of `Profile` that only the organisation changes; what isn't in it stays.
        vocabularies: The organisation's words for departments and locations.
        expected: The versions that If-Match allows; None for any.
    """

    name: str | None
    others: dict[str, str | None]
    vocabularies: Vocabularies
    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Replies the person; tells only of moves between departments and locations."""
        person = existing_person(found.get(Person, self.person_id))
        own = self.person_id == self.principal.person_id and not self.others
        self.enter(found, Action.CHANGE_PERSON, own=own)
        person.check_version(self.expected)
        changes = self.others if self.name is None else {**self.others, "name": self.name}
        profile: Profile = msgspec.structs.replace(person.profile, **changes)
        after = person.change(profile, self.vocabularies)
        if after is person:
            return Changes(reply=person)
        if after.profile.place == person.profile.place:
            return Changes(reply=after, put=[after])
        moved = Occurred(events.person_moved(after, person), self.principal.pseudonym)
        return Changes(reply=after, put=[after], events=[moved])


@dataclass(frozen=True, slots=True)
class SuspendPerson(PersonCommand):
    """Bars a person; repeating it changes nothing.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person."""
        person = existing_person(self.enter(found, Action.SUSPEND_PERSON))
        after = person.suspend(now, self.expected)
        if after is person:
            return Changes(reply=person)
        suspended = Occurred(events.person_suspended(after, person), self.principal.pseudonym)
        return Changes(reply=after, put=[after], events=[suspended])


@dataclass(frozen=True, slots=True)
class ReinstatePerson(PersonCommand):
    """Ends a suspension: the person is again what they were, active or only invited.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person."""
        person = existing_person(self.enter(found, Action.REINSTATE_PERSON))
        after = person.reinstate(now, self.expected)
        if after is person:
            return Changes(reply=person)
        reinstated = Occurred(events.person_reinstated(after, person), self.principal.pseudonym)
        return Changes(reply=after, put=[after], events=[reinstated])


@dataclass(frozen=True, slots=True)
class ErasePerson(PersonCommand):
    """Forgets a person.

    What stays is the id, so that neither a token that is still valid nor a directory that repeats
    itself brings them back. Their memberships end a moment later, see
    `account_changes.EndMembership`.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Removes every personal field; refuses nobody's erasure because of what they own."""
        person = existing_person(self.enter(found, Action.ERASE_PERSON))
        erased = person.erase(now, self.expected)
        # Of somebody who erases themselves nothing may name them, the event's actor included.
        actor = None if self.person_id == self.principal.person_id else self.principal.pseudonym
        return Changes(put=[erased], events=[Occurred(events.person_erased(person), actor)])
