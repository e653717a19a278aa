"""Memberships: one document per group and person, whatever has become of it.

    nothing, former  --request-->  requested  --approve-->  member
    nothing, former  --invite--->  invited    --accept--->  member
    nothing, former  --join (open groups)---------------->  member  --leave, remove-->  former

Declining and withdrawing lead back to where it began. The document of a former member stays,
because only it can tell whether somebody comes for the first time.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import AccountKind, MemberRole
from shared.delivery.command import Entity

LONGEST_MESSAGE = 500


class MembershipStanding(StrEnum):
    """Where a person stands with a group."""

    REQUESTED = "requested"
    INVITED = "invited"
    MEMBER = "member"
    FORMER = "former"


class Membership(Entity, frozen=True, kw_only=True):
    """How a person stands with a group.

    Attributes:
        pseudonym: The person's, for events that others cause.
        since: When it came to be so.
        role: Meaningful for members.
        was_member: They were a member at some time.
        message: What a person said when asking to be let in.
        account: A human being's, or a program's; of members.
        suspended: Their account is, as far as a worker has written it here; of members.
        version: Counts changes, from 1.
    """

    collection: ClassVar[str] = "memberships"
    group_id: str
    person_id: str
    pseudonym: str
    standing: MembershipStanding
    since: datetime
    role: MemberRole = "member"
    was_member: bool = False
    message: str = ""
    account: AccountKind = "human"
    suspended: bool = False
    version: int = 1

    @property
    def counted(self) -> bool:
        """Whether they are one of those that a group's number of members means."""
        member = self.standing is MembershipStanding.MEMBER
        return member and self.account == "human" and not self.suspended


class MemberNotFound(Refusal):
    """There is no such member."""

    category = Category.MISSING
    title = "This person isn't a member of the group"


class TooManyGroups(Refusal):
    """What belongs to one person is bounded: ending it all must stay one piece of work."""

    category = Category.CONFLICT
    title = "You are in as many groups as one person can be in"


class AlreadyMember(Refusal):
    """Nothing to ask for."""

    category = Category.CONFLICT
    title = "This person is a member already"


class RequestNotFound(Refusal):
    """Never asked, or answered already."""

    category = Category.MISSING
    title = "There is no request of this person"


class InvitationNotFound(Refusal):
    """Never invited, or answered already."""

    category = Category.MISSING
    title = "There is no invitation for this person"


class ApprovalNeeded(Refusal):
    """A closed group."""

    category = Category.FORBIDDEN
    title = "This group lets people in on request"


class GroupIsOpen(Refusal):
    """Asking would only cost time."""

    category = Category.CONFLICT
    title = "Everybody may join this group"


class MembershipChanged(Refusal):
    """If-Match named another version."""

    category = Category.STALE
    title = "The membership has changed since you read it"


def membership_id(group_id: str, person_id: str) -> str:
    """The id of a membership; a group's id has a fixed length, so no two pairs share one."""
    return f"{group_id}:{person_id}"


def standing_of(membership: Membership | None) -> MembershipStanding | None:
    """Where the person stands; None for somebody who never had to do with the group."""
    return None if membership is None else membership.standing


def role_of(membership: Membership | None) -> MemberRole | None:
    """The person's role in the group; None unless they are a member."""
    if membership is None or membership.standing is not MembershipStanding.MEMBER:
        return None
    return membership.role


def member(membership: Membership | None) -> Membership:
    """The membership of a member; raises `MemberNotFound` otherwise."""
    if membership is None or membership.standing is not MembershipStanding.MEMBER:
        raise MemberNotFound("Check the list of members.")
    return membership


def check_room(left: int) -> None:
    """Raises `TooManyGroups` when a person may be in no more groups."""
    if left <= 0:
        raise TooManyGroups("Leave one of them first.")
