"""People: who takes part, and what the organisation tells about them.

This is the only place of the platform that knows names, mail addresses and what the identity
provider calls somebody. Everybody else, every event included, knows a person by id.

What a method returns is the person afterwards: the same object where nothing changes.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from services.groups.domain.confusables import skeleton
from services.groups.domain.profile import Profile, Vocabularies
from services.groups.domain.search import search_words
from shared.audience import Login
from shared.contract.access import PersonNotActive
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import AccountKind
from shared.contract.moments import day_of, to_milliseconds
from shared.contract.principal import Standing
from shared.delivery.command import Entity


class AccountStatus(StrEnum):
    """Where a person stands. Only the active act."""

    # Known to the organisation, was never here.
    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    # Not of the organisation any more; what they wrote stays under their name.
    LEFT = "left"
    ERASED = "erased"


class PersonNotFound(Refusal):
    """There is none with this id, or not any more."""

    category = Category.MISSING
    title = "There is no such person"


class AlreadyLeft(Refusal):
    """It needs somebody who belongs to the organisation."""

    category = Category.CONFLICT
    title = "This person has left the organisation"


class PersonChangedMeanwhile(Refusal):
    """If-Match named another version."""

    slug = "person-changed"
    category = Category.STALE
    title = "The person has changed since you read it"


class Visited(msgspec.Struct, frozen=True, kw_only=True):
    """What a visit was.

    Attributes:
        person_id: The person who was here, by the id of the platform.
        visited_on: The UTC day, as ISO text.
        counted: Whether it is the first on this day.
        activated: Whether it is the first ever.
    """

    person_id: str
    visited_on: str
    counted: bool
    activated: bool


class Person(Entity, frozen=True, kw_only=True):
    """A person, or a program that takes part like a person.

    Attributes:
        login: What their tokens are found by; None where no token leads to them, as once erased.
        external_id: What the identity provider and the directory call them; None likewise.
        status: Whether the account is in use.
        account: A human being, or a program that acts on its own.
        profile: The name, address and place that the organisation tells.
        words: The words of the name, for the search.
        skeleton: What names that can't be told apart have in common, see `confusables.py`; stored
            as `look`.
        created_at: When they were invited, or first came by themselves.
        activated_at: The time of their first visit; None before.
        suspended_at: The time of the suspension; None for who isn't suspended.
        left_at: When they left the organisation; None for who belongs to it.
        reinstated_at: When they were last let in again; None for who never was.
        erased_at: The time of the erasure; None before.
        visited_on: The last UTC day on which they were here, as ISO text.
        unsettled_since: When they were suspended or reinstated, or left, until their memberships
            say so too; None when all do.
        version: Counts changes of what others can read, from 1. Visits don't count.
    """

    collection: ClassVar[str] = "people"
    login: str | None
    external_id: str | None = None
    status: AccountStatus
    created_at: datetime
    account: AccountKind = "human"
    profile: Profile = Profile()
    words: tuple[str, ...] = ()
    skeleton: str = msgspec.field(default="", name="look")
    activated_at: datetime | None = None
    suspended_at: datetime | None = None
    left_at: datetime | None = None
    reinstated_at: datetime | None = None
    erased_at: datetime | None = None
    visited_on: str | None = None
    unsettled_since: datetime | None = None
    version: int = 1

    @property
    def holds_since(self) -> datetime | None:
        """Since when their account is in use, barred, or in use again.

        Not since when the platform knows them: the invited may have been elsewhere before.
        """
        return max(self._changes, default=None)

    @property
    def _changes(self) -> list[datetime]:
        changes = (self.activated_at, self.suspended_at, self.left_at, self.reinstated_at)
        return [change for change in changes if change is not None]

    @property
    def recorded_since(self) -> datetime | None:
        """When a change that its memberships have to follow happened, if it was recorded later."""
        if self.unsettled_since is None or not self._changes:
            return None
        changed = max(self._changes)
        return changed if changed < self.unsettled_since else None

    def recorded(self, moment: datetime, at: datetime) -> "Person":
        """What the worker waits by is counted from now."""
        marks = {
            name: to_milliseconds(at)
            for name in ("unsettled_since", "erased_at")
            if getattr(self, name) == to_milliseconds(moment)
        }
        return msgspec.structs.replace(self, **marks) if marks else self

    @property
    def is_suspended(self) -> bool:
        """Whether they may do nothing for now."""
        return self.status is AccountStatus.SUSPENDED

    @property
    def is_left(self) -> bool:
        """Whether they don't belong to the organisation any more."""
        return self.status is AccountStatus.LEFT

    @property
    def is_barred(self) -> bool:
        """Whether they had an account in use and may do nothing now: suspended, or left."""
        return self.is_suspended or self.is_left

    @property
    def is_erased(self) -> bool:
        """Whether nothing but the id is left of them."""
        return self.status is AccountStatus.ERASED

    @property
    def is_gone(self) -> bool:
        """Whether there is nobody to be read about."""
        return self.is_erased

    def check_version(self, expected: frozenset[int] | None) -> None:
        """Raises `PersonChangedMeanwhile` unless this version is expected; None expects any."""
        if expected is not None and self.version not in expected:
            raise PersonChangedMeanwhile("Read it again, and repeat it if it is still wanted.")

    def check_not_left(self) -> None:
        """Raises `AlreadyLeft` for somebody who doesn't belong to the organisation any more."""
        if self.is_left:
            raise AlreadyLeft("Reinstate them first, if they have come back.")

    def change(self, profile: Profile, vocabularies: Vocabularies) -> "Person":
        """The person with another profile, and found by its name.

        Raises:
            NotInVocabulary: Department or location isn't listed.
        """
        profile.check(vocabularies, before=self.profile)
        if profile == self.profile:
            return self
        return msgspec.structs.replace(
            self,
            profile=profile,
            words=search_words(profile.name),
            skeleton=skeleton(profile.name),
            version=self.version + 1,
        )

    def suspend(self, now: datetime, expected: frozenset[int] | None = None) -> "Person":
        """The person, barred from now on.

        Raises:
            PersonChangedMeanwhile: Their version isn't expected.
            AlreadyLeft: There is nothing to bar them from.
        """
        if self.is_suspended:
            return self
        self.check_version(expected)
        self.check_not_left()
        return msgspec.structs.replace(
            self,
            status=AccountStatus.SUSPENDED,
            suspended_at=to_milliseconds(now),
            unsettled_since=to_milliseconds(now),
            version=self.version + 1,
        )

    def reinstate(self, now: datetime, expected: frozenset[int] | None = None) -> "Person":
        """The person as they were before they were suspended or left: active, or only invited.

        Raises:
            PersonChangedMeanwhile: Their version isn't expected.
        """
        if not self.is_barred:
            return self
        self.check_version(expected)
        return msgspec.structs.replace(
            self,
            status=AccountStatus.INVITED if self.activated_at is None else AccountStatus.ACTIVE,
            suspended_at=None,
            left_at=None,
            reinstated_at=to_milliseconds(now),
            unsettled_since=to_milliseconds(now),
            version=self.version + 1,
        )

    def leave(self, now: datetime, expected: frozenset[int] | None = None) -> "Person":
        """The person, who doesn't belong to the organisation from now on.

        Raises:
            PersonChangedMeanwhile: Their version isn't expected.
        """
        if self.is_left:
            return self
        self.check_version(expected)
        return msgspec.structs.replace(
            self,
            status=AccountStatus.LEFT,
            suspended_at=None,
            left_at=to_milliseconds(now),
            unsettled_since=to_milliseconds(now),
            version=self.version + 1,
        )

    def know_as(self, external_id: str | None, login: str | None) -> "Person":
        """The person, whom the identity provider calls something else; None: nothing any more.

        Args:
            external_id: What the directory calls them from now on.
            login: What tokens with that are found by.
        """
        return msgspec.structs.replace(
            self, external_id=external_id, login=login, version=self.version + 1
        )

    def erase(self, now: datetime, expected: frozenset[int] | None = None) -> "Person":
        """What stays of an erased person: no name and no login, only that the id was given.

        Raises:
            PersonChangedMeanwhile: Their version isn't expected.
        """
        self.check_version(expected)
        return Person(
            id=self.id,
            login=None,
            status=AccountStatus.ERASED,
            created_at=self.created_at,
            account=self.account,
            erased_at=to_milliseconds(now),
            version=self.version + 1,
        )

    def visit(self, now: datetime) -> "tuple[Person, Visited]":
        """The person after a visit, and what the visit was; the first one activates the account.

        Raises:
            PersonNotFound: They were erased, and their token is still valid.
        """
        if self.is_erased:
            raise PersonNotFound("This account was erased.")
        today = day_of(now)
        # At or after: of two servers one may believe a little longer that it is yesterday.
        if (self.visited_on or "") >= today:
            return self, Visited(
                person_id=self.id, visited_on=today, counted=False, activated=False
            )
        after = msgspec.structs.replace(self, visited_on=today)
        first = self.activated_at is None
        if first:
            after = msgspec.structs.replace(
                after,
                status=AccountStatus.ACTIVE,
                activated_at=to_milliseconds(now),
                version=self.version + 1,
            )
        return after, Visited(person_id=self.id, visited_on=today, counted=True, activated=first)

    def activate_earlier(self, now: datetime) -> "Person":
        """The person, who was here before it was known: of a history that is recorded."""
        return msgspec.structs.replace(
            self, activated_at=to_milliseconds(now), version=self.version + 1
        )


def existing_person(person: Person | None) -> Person:
    """The person, unless there is none or not any more: then raises `PersonNotFound`."""
    if person is None or person.is_erased:
        raise PersonNotFound("Check the id.")
    return person


def acting_person(person: Person | None) -> Person:
    """The person who acts, unless they were never here or are gone: then raises `PersonNotActive`.

    Whether they are suspended is a question of access; see `visibility.py`.
    """
    if person is None or person.status in (AccountStatus.INVITED, AccountStatus.ERASED):
        raise PersonNotActive
    return person


def login_entry(person: Person, now: datetime, *, login: str | None = None) -> list[Login]:
    """What a person's login leads to from now on; nothing for somebody whom no token leads to.

    Args:
        person: The person as they are now.
        now: The moment that is noted.
        login: The login, where the person doesn't say it any more: of somebody erased.
    """
    login = login or person.login
    if login is None:
        return []
    return [
        Login(
            id=login,
            person=None if person.is_erased else person.id,
            standing=Standing(person.status),
            human=person.account == "human",
            at=to_milliseconds(now),
        )
    ]
