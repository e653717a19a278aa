"""Memberships: one document per group and person, whatever has become of it.

    nothing, former  --request-->  requested  --approve-->  member
    nothing, former  --invite--->  invited    --accept--->  member
    nothing, former  --join (open groups)---------------->  member  --leave, remove-->  former

Declining and withdrawing lead back to where it began. The document of a former member stays,
because only it can tell whether somebody comes for the first time.

How somebody comes into a group is in `joining.py`.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple

import msgspec

from services.groups.domain.person import Person
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import AccountKind, JoinedBy, MemberRole
from shared.contract.moments import to_milliseconds
from shared.delivery.command import Entity

LONGEST_MESSAGE = 500


class MembershipStanding(StrEnum):
    """Where a person stands with a group."""

    REQUESTED = "requested"
    INVITED = "invited"
    MEMBER = "member"
    FORMER = "former"


class MemberNotFound(Refusal):
    """There is no such member."""

    category = Category.MISSING
    title = "This person isn't a member of the group"


class TooManyGroups(Refusal):
    """What belongs to one person is bounded: ending it all must stay one piece of work."""

    category = Category.CONFLICT
    title = "You are in as many groups as one person can be in"


class AlreadyMember(Refusal):
    """There is nothing to request, and nobody to invite."""

    category = Category.CONFLICT
    title = "This person is a member already"


class RequestNotFound(Refusal):
    """They never asked, or were answered already."""

    category = Category.MISSING
    title = "There is no request of this person"


class InvitationNotFound(Refusal):
    """They were never invited, or have answered already."""

    category = Category.MISSING
    title = "There is no invitation for this person"


class ApprovalNeeded(Refusal):
    """A closed group lets in whom it approves of or invites."""

    category = Category.FORBIDDEN
    title = "This group lets people in on request"


class GroupIsOpen(Refusal):
    """Everybody may join at once: a request would only cost time."""

    category = Category.CONFLICT
    title = "Everybody may join this group"


class MembershipChangedMeanwhile(Refusal):
    """If-Match named another version."""

    slug = "membership-changed"
    category = Category.STALE
    title = "The membership has changed since you read it"


class Joined(NamedTuple):
    """That somebody became a member.

    Attributes:
        joined_by: The way that led here: founding, joining, an approval or an invitation.
        first_join: Whether they never were a member of this group before.
    """

    joined_by: JoinedBy
    first_join: bool


class Membership(Entity, frozen=True, kw_only=True):
    """How a person stands with a group.

    Attributes:
        group_id: The group.
        person_id: The person.
        standing: Whether they have asked, are invited, belong to it or did.
        since: The time at which the standing came to be.
        role: The role in the group; means something for members alone.
        role_since: When they were given another role; None: they have that with which they came.
        was_member: Whether they were a member at some time.
        message: The text that came with a request.
        account: For members: whether the account is a human being's or a program's.
        suspended: For members: whether the account is suspended, or its person has left, as far as
            a worker has written it here.
        version: Counts changes, from 1.
    """

    collection: ClassVar[str] = "memberships"
    group_id: str
    person_id: str
    standing: MembershipStanding
    since: datetime
    role: MemberRole = "member"
    role_since: datetime | None = None
    was_member: bool = False
    message: str = ""
    account: AccountKind = "human"
    suspended: bool = False
    version: int = 1

    @property
    def holds_since(self) -> datetime:
        """Since when they stand with the group as they do, in this role."""
        return self.since if self.role_since is None else max(self.since, self.role_since)

    @property
    def is_member(self) -> bool:
        """Whether they belong to the group."""
        return self.standing is MembershipStanding.MEMBER

    @property
    def counted(self) -> bool:
        """Whether they are one of those that a group's number of members means."""
        return self.is_member and self.account == "human" and not self.suspended

    def check_version(self, expected: frozenset[int] | None) -> None:
        """Raises `MembershipChangedMeanwhile` unless this version is expected; None expects any."""
        if expected is not None and self.version not in expected:
            raise MembershipChangedMeanwhile("Read it again, and repeat it if it is still wanted.")

    def approve(self, person: Person, now: datetime) -> "tuple[Membership, Joined]":
        """Lets in somebody who has asked: the membership afterwards, and how they joined.

        Raises:
            RequestNotFound: They haven't asked, or were answered already.
        """
        existing_request(self)
        return admit(self.group_id, person, self, by="approval", now=now)

    def accept(
        self, person: Person, now: datetime, *, groups_left: int
    ) -> "tuple[Membership, Joined]":
        """Lets in somebody who was invited: the membership afterwards, and how they joined.

        Args:
            person: The person who was invited.
            now: The time since which they are a member, UTC.
            groups_left: How many more groups they may be in.

        Raises:
            InvitationNotFound: They weren't invited, or have answered already.
            TooManyGroups: They may be in no more groups.
        """
        existing_invitation(self)
        check_groups_left(groups_left)
        return admit(self.group_id, person, self, by="invitation", now=now)

    def decline(self, now: datetime) -> "Membership | None":
        """What stays of a request or invitation that came to nothing: None where nothing does.

        Who was a member before is a former member again.
        """
        if not self.was_member:
            return None
        return msgspec.structs.replace(
            self,
            standing=MembershipStanding.FORMER,
            message="",
            since=to_milliseconds(now),
            version=self.version + 1,
        )

    def leave(self, now: datetime) -> "Membership":
        """The membership after a member has left or was removed."""
        return msgspec.structs.replace(
            self,
            standing=MembershipStanding.FORMER,
            role="member",
            message="",
            since=to_milliseconds(now),
            version=self.version + 1,
        )

    def give_role(
        self, role: MemberRole, now: datetime, expected: frozenset[int] | None = None
    ) -> "Membership":
        """The membership with this role; the same object where they have it already.

        Raises:
            MembershipChangedMeanwhile: Its version isn't expected.
        """
        self.check_version(expected)
        if role == self.role:
            return self
        return msgspec.structs.replace(
            self, role=role, role_since=to_milliseconds(now), version=self.version + 1
        )

    def follow_account(self, person: Person) -> "Membership":
        """The membership after the person was suspended or reinstated, or left.

        The same object where it says so already.
        """
        if self.suspended == person.is_barred:
            return self
        return msgspec.structs.replace(self, suspended=person.is_barred, version=self.version + 1)


def membership_id(group_id: str, person_id: str) -> str:
    """The id of a membership; a group's id has a fixed length, so no two pairs share an id."""
    return f"{group_id}:{person_id}"


def admit(
    group_id: str, person: Person, before: Membership | None, *, by: JoinedBy, now: datetime
) -> tuple[Membership, Joined]:
    """Makes somebody a member: the membership afterwards, and how they joined.

    Args:
        group_id: The id of the group.
        person: The person who is let in.
        before: Their membership until now; None if they never had to do with the group.
        by: The way that led here; who founds the group owns it.
        now: The time since which they are a member, UTC.
    """
    membership = Membership(
        id=membership_id(group_id, person.id),
        group_id=group_id,
        person_id=person.id,
        standing=MembershipStanding.MEMBER,
        since=to_milliseconds(now),
        role="owner" if by == "founding" else "member",
        was_member=True,
        account=person.account,
        suspended=person.is_barred,
        version=1 if before is None else before.version + 1,
    )
    return membership, Joined(by, first_join=before is None or not before.was_member)


def standing_of(membership: Membership | None) -> MembershipStanding | None:
    """Where the person stands; None for somebody who never had to do with the group."""
    return None if membership is None else membership.standing


def role_of(membership: Membership | None) -> MemberRole | None:
    """The person's role in the group; None unless they are a member."""
    return None if membership is None or not membership.is_member else membership.role


def existing_member(membership: Membership | None) -> Membership:
    """The membership of a member; raises `MemberNotFound` otherwise."""
    if membership is None or not membership.is_member:
        raise MemberNotFound("Check the list of members.")
    return membership


def existing_request(membership: Membership | None) -> Membership:
    """The membership of somebody who has asked to be let in; raises `RequestNotFound` otherwise."""
    if membership is None or membership.standing is not MembershipStanding.REQUESTED:
        raise RequestNotFound
    return membership


def existing_invitation(membership: Membership | None) -> Membership:
    """The membership of somebody who is invited; raises `InvitationNotFound` otherwise."""
    if membership is None or membership.standing is not MembershipStanding.INVITED:
        raise InvitationNotFound
    return membership


def check_groups_left(groups_left: int) -> None:
    """Raises `TooManyGroups` when a person may be in no more groups."""
    if groups_left <= 0:
        raise TooManyGroups("Leave one of them first.")
