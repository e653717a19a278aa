"""People: who takes part, and what the organisation tells about them.

This is the only place of the platform that knows names and mail addresses. Everybody else, every
event included, knows a person by pseudonym.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import AccountKind
from shared.delivery.command import Entity
from shared.web.identity import fault_of

LONGEST_NAME = 100
LONGEST_EMAIL = 254


class AccountStatus(StrEnum):
    """Where a person stands. Only the active act."""

    INVITED = "invited"  # known to the organisation, was never here
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation tells about a person; all of it is forgotten at erasure.

    Attributes:
        name: As colleagues read it.
        email: Shown to the person and to administrators only.
        department: One of the organisation's list, see `Vocabularies`.
        location: The same.
    """

    name: str = ""
    email: str | None = None
    department: str | None = None
    location: str | None = None


class Person(Entity, frozen=True, kw_only=True):
    """A person, or a service that acts like one.

    Attributes:
        pseudonym: How events name them; None once erased.
        account: A human being, or a program that acts on its own.
        words: The words of the name, for the search.
        look: What names that can't be told apart have in common, see `lookalikes.py`.
        created_at: When they were invited, or first came by themselves.
        activated_at: Their first visit; None before.
        visited_on: The last UTC day on which they were here, as ISO text.
        unsettled_since: When they were suspended or reinstated, until their memberships say so too;
            None when all do.
        memberships_ended: After an erasure: nothing of them is left in any group.
        version: Counts changes of what others can read, from 1; a visit isn't one.
    """

    collection: ClassVar[str] = "people"
    pseudonym: str | None
    status: AccountStatus
    created_at: datetime
    account: AccountKind = "human"
    profile: Profile = Profile()
    words: tuple[str, ...] = ()
    look: str = ""
    activated_at: datetime | None = None
    suspended_at: datetime | None = None
    erased_at: datetime | None = None
    visited_on: str | None = None
    unsettled_since: datetime | None = None
    memberships_ended: bool = False
    version: int = 1


class Vocabularies(msgspec.Struct, frozen=True):
    """The words that an organisation allows for departments and locations.

    They become dimensions of every figure, so they are closed lists: a typing error would be a
    department of its own, and a department of one person would point at that person.
    """

    departments: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()


class PersonNotFound(Refusal):
    """There is none with this id, or not any more."""

    category = Category.MISSING
    title = "There is no such person"


class PersonExists(Refusal):
    """The id is taken, be it by somebody who was erased."""

    category = Category.CONFLICT
    title = "There is a person with this id"


class PersonIdInvalid(Refusal):
    """No token could name this person, or no path: see `shared/web/identity/subjects.py`."""

    category = Category.INVALID
    title = "This can't be the id of a person"


class PersonNotActive(Refusal):
    """Invited and never here, or unknown."""

    category = Category.FORBIDDEN
    title = "Only active people take part"


class PersonChanged(Refusal):
    """If-Match named another version."""

    category = Category.STALE
    title = "The person has changed since you read it"


class NotInVocabulary(Refusal):
    """A department or location that the organisation doesn't list."""

    category = Category.INVALID
    title = "This isn't one of the organisation's departments or locations"


class NotInvited(Refusal):
    """The organisation lets in only whom it invited."""

    category = Category.FORBIDDEN
    title = "You haven't been invited yet"


def check_person_id(person_id: str) -> None:
    """Raises `PersonIdInvalid` unless a token could name this person."""
    fault = fault_of(person_id)
    if fault is not None:
        raise PersonIdInvalid(f"The id {fault}.")


def check_profile(
    profile: Profile, vocabularies: Vocabularies, before: Profile | None = None
) -> None:
    """Checks what a person is to be told to have.

    What was there `before` may stay, although the organisation may have shortened its lists since.

    Raises:
        NotInVocabulary: Department or location isn't listed.
    """
    before = before or Profile()
    if profile.department not in (None, before.department, *vocabularies.departments):
        raise NotInVocabulary("Use a department that the organisation lists, or none.")
    if profile.location not in (None, before.location, *vocabularies.locations):
        raise NotInVocabulary("Use a location that the organisation lists, or none.")


def existing(person: Person | None) -> Person:
    """The person, unless there is none or not any more: then raises `PersonNotFound`."""
    if person is None or person.status is AccountStatus.ERASED:
        raise PersonNotFound("Check the id.")
    return person


def unchanged(person: Person, expected: frozenset[int] | None) -> Person:
    """The person, unless If-Match named other versions (None: any will do).

    Raises:
        PersonChanged: It is none of those.
    """
    if expected is not None and person.version not in expected:
        raise PersonChanged("Read it again, and repeat it if it is still wanted.")
    return person


def acting(person: Person | None) -> Person:
    """The person who acts, unless they were never here or are gone: then raises `PersonNotActive`.

    Whether they are suspended is a question of access; see `facts.py`.
    """
    if person is None or person.status in (AccountStatus.INVITED, AccountStatus.ERASED):
        raise PersonNotActive("Post a visit to /v1/me/visits first.")
    return person
