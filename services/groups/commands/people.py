"""Administrators and directories tell who belongs to the organisation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

import msgspec

from services.groups.domain.confusables import skeleton
from services.groups.domain.people import (
    AccountStatus,
    Person,
    PersonExists,
    Profile,
    Vocabularies,
    check_person_id,
    check_profile,
    existing,
    unchanged,
)
from services.groups.domain.search import search_words
from services.groups.domain.visibility import about
from shared.contract.access import Action, authorize
from shared.contract.events import people as events
from shared.contract.events.vocabulary import AccountKind, PersonStatus
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


class Described(TypedDict):
    """What events about an account have in common."""

    person: str
    account: AccountKind
    department: str | None
    location: str | None


def describe(person: Person) -> Described:
    """The fields of an event about this person's account."""
    assert person.pseudonym is not None  # only the erased have none, and nothing happens to them
    return Described(
        person=person.pseudonym,
        account=person.account,
        department=person.profile.department,
        location=person.profile.location,
    )


def told(status: AccountStatus) -> PersonStatus:
    """A status in the words of the event contract."""
    match status:
        case AccountStatus.INVITED:
            return "invited"
        case AccountStatus.ACTIVE:
            return "active"
        case AccountStatus.SUSPENDED:
            return "suspended"
        case AccountStatus.ERASED:
            raise ValueError("nothing is told about the erased")


@dataclass(frozen=True, slots=True)
class OnPerson:
    """A command about one person, given by another or by themselves."""

    principal: Principal
    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """Who asks, and the person."""
        return [(Person, self.principal.person_id), (Person, self.person_id)]


@dataclass(frozen=True, slots=True)
class InvitePerson(OnPerson):
    """Makes an account for somebody who hasn't been here yet.

    Attributes:
        pseudonym: Theirs, not the caller's.
        vocabularies: The organisation's words for departments and locations.
    """

    pseudonym: str
    account: AccountKind
    profile: Profile
    vocabularies: Vocabularies

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person; raises `PersonExists` when the id is or ever was taken."""
        caller = found.get(Person, self.principal.person_id)
        authorize(self.principal, Action.CREATE_PERSON, about(caller))
        check_person_id(self.person_id)
        check_profile(self.profile, self.vocabularies)
        if found.get(Person, self.person_id) is not None:
            raise PersonExists("Change the person instead, or choose another id.")
        person = Person(
            id=self.person_id,
            pseudonym=self.pseudonym,
            status=AccountStatus.INVITED,
            created_at=to_milliseconds(now),
            account=self.account,
            profile=self.profile,
            words=search_words(self.profile.name),
            look=skeleton(self.profile.name),
        )
        invited = events.PersonInvited(**describe(person))
        return Changes(
            reply=person, put=[person], events=[Occurred(invited, self.principal.pseudonym)]
        )


@dataclass(frozen=True, slots=True)
class ChangePerson(OnPerson):
    """Corrects what is told about a person.

    Attributes:
        name: Theirs to change, like everything for administrators and directories.
        others: Fields of `Profile` that only the organisation changes; what isn't in it stays.
        expected: The versions that If-Match allows; None for any.
    """

    name: str | None
    others: dict[str, str | None]
    vocabularies: Vocabularies
    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Replies the person; tells only of moves between departments and locations."""
        caller = found.get(Person, self.principal.person_id)
        person = existing(found.get(Person, self.person_id))
        own = self.person_id == self.principal.person_id and not self.others
        authorize(self.principal, Action.CHANGE_PERSON, about(caller, own=own))
        unchanged(person, self.expected)
        changes = self.others if self.name is None else {**self.others, "name": self.name}
        profile: Profile = msgspec.structs.replace(person.profile, **changes)
        check_profile(profile, self.vocabularies, before=person.profile)
        if profile == person.profile:
            return Changes(reply=person)
        after = msgspec.structs.replace(
            person,
            profile=profile,
            words=search_words(profile.name),
            look=skeleton(profile.name),
            version=person.version + 1,
        )
        return Changes(reply=after, put=[after], events=self._moved(person, after))

    def _moved(self, before: Person, after: Person) -> list[Occurred]:
        was, is_now = before.profile, after.profile
        if (was.department, was.location) == (is_now.department, is_now.location):
            return []
        moved = events.PersonChanged(
            **describe(after), previous_department=was.department, previous_location=was.location
        )
        return [Occurred(moved, self.principal.pseudonym)]


@dataclass(frozen=True, slots=True)
class SuspendPerson(OnPerson):
    """Bars a person; repeating it changes nothing.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person."""
        caller = found.get(Person, self.principal.person_id)
        authorize(self.principal, Action.SUSPEND_PERSON, about(caller))
        person = existing(found.get(Person, self.person_id))
        if person.status is AccountStatus.SUSPENDED:
            return Changes(reply=person)
        unchanged(person, self.expected)
        after = msgspec.structs.replace(
            person,
            status=AccountStatus.SUSPENDED,
            suspended_at=to_milliseconds(now),
            unsettled_since=to_milliseconds(now),
            version=person.version + 1,
        )
        suspended = events.PersonSuspended(**describe(person), previous=told(person.status))
        return Changes(
            reply=after, put=[after], events=[Occurred(suspended, self.principal.pseudonym)]
        )


@dataclass(frozen=True, slots=True)
class ReinstatePerson(OnPerson):
    """Ends a suspension: the person is again what they were, active or only invited.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person."""
        caller = found.get(Person, self.principal.person_id)
        authorize(self.principal, Action.REINSTATE_PERSON, about(caller))
        person = existing(found.get(Person, self.person_id))
        if person.status is not AccountStatus.SUSPENDED:
            return Changes(reply=person)
        unchanged(person, self.expected)
        after = msgspec.structs.replace(
            person,
            status=AccountStatus.INVITED if person.activated_at is None else AccountStatus.ACTIVE,
            suspended_at=None,
            unsettled_since=to_milliseconds(now),
            version=person.version + 1,
        )
        reinstated = events.PersonReinstated(
            **describe(after), status=told(after.status), previous=told(person.status)
        )
        return Changes(
            reply=after, put=[after], events=[Occurred(reinstated, self.principal.pseudonym)]
        )


@dataclass(frozen=True, slots=True)
class ErasePerson(OnPerson):
    """Forgets a person.

    What stays is the id, so that neither a token that is still valid nor a directory that repeats
    itself brings them back. Their memberships end a moment later, see `housekeeping.EndMembership`.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Removes every personal field; refuses nobody's erasure because of what they own."""
        caller = found.get(Person, self.principal.person_id)
        authorize(self.principal, Action.ERASE_PERSON, about(caller))
        person = unchanged(existing(found.get(Person, self.person_id)), self.expected)
        assert person.pseudonym is not None
        erased = events.PersonErased(
            person=person.pseudonym,
            account=person.account,
            previous=told(person.status),
            ever_activated=person.activated_at is not None,
        )
        nobody = Person(
            id=person.id,
            pseudonym=None,
            status=AccountStatus.ERASED,
            created_at=person.created_at,
            account=person.account,
            erased_at=to_milliseconds(now),
            version=person.version + 1,
        )
        # Of somebody who erases themselves nothing may name them, the event's actor included.
        actor = None if self.person_id == self.principal.person_id else self.principal.pseudonym
        return Changes(put=[nobody], events=[Occurred(erased, actor)])
