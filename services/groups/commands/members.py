"""Joining a group and leaving it; and what members answer for.

Whatever changes who owns a group writes the group itself: see `domain/group.py` for why.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from services.groups.commands import events
from services.groups.commands.context import enter_group, enter_member, group_reads, member_reads
from services.groups.domain.group import Group
from services.groups.domain.joining import join
from services.groups.domain.membership import ApprovalNeeded, Membership, existing_member
from services.groups.domain.person import acting_person, existing_person
from shared.contract.access import Action, GroupRole, NotAllowed, Resource, authorize
from shared.contract.events.groups import MembershipLeft, MembershipRemoved
from shared.contract.events.vocabulary import MemberRole
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Entity, Found, Key, Occurred


class JoinedGroup(NamedTuple):
    """A group that somebody belongs to now.

    Attributes:
        group: The group.
        membership: That of who has joined.
    """

    group: Group
    membership: Membership


@dataclass(frozen=True, slots=True)
class JoinGroup:
    """Joins: at once where the door is open, or where an invitation waits.

    Attributes:
        groups_left: How many more groups they may be in, counted just before. Two commands at once
            may both take the last place, which does no harm.
    """

    principal: Principal
    group_id: str
    groups_left: int = 1

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the caller's membership."""
        return group_reads(self.group_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the group and the membership; being a member already is fine."""
        group, caller, before, resource = enter_group(
            found, self.group_id, self.principal, Action.READ_GROUP
        )
        if before is not None and before.is_member and not resource.suspended:
            return Changes(reply=JoinedGroup(group, before))
        self._authorize(group, resource)
        person = acting_person(caller)
        group.check_not_built_in("Everybody belongs to it without joining.")
        group.check_in_use()
        membership, joined = join(group, person, before, groups_left=self.groups_left, now=now)
        happened = events.membership_joined(group, membership, joined)
        return Changes(
            reply=JoinedGroup(group, membership),
            put=[membership],
            events=[Occurred(happened, self.principal.person_id)],
        )

    def _authorize(self, group: Group, resource: Resource) -> None:
        try:
            authorize(self.principal, Action.JOIN_GROUP, resource)
        except NotAllowed as refusal:
            if resource.suspended or group.visibility != "closed":
                raise
            raise ApprovalNeeded("Post a request to the group.") from refusal


@dataclass(frozen=True, slots=True)
class LeaveGroup:
    """Leaves; who isn't a member has nothing to leave, and that is fine."""

    principal: Principal
    group_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the caller's membership."""
        return group_reads(self.group_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Refuses only the last owner, and everybody in the group of everyone."""
        group, _, membership, resource = enter_group(
            found, self.group_id, self.principal, Action.READ_GROUP
        )
        group.check_not_built_in("Everybody belongs to it.")
        if membership is None or not membership.is_member:
            return Changes()
        authorize(self.principal, Action.LEAVE_GROUP, resource)
        left = events.membership_left(group, membership)
        return _ended(group, membership, left, actor=self.principal.person_id, now=now)


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """Takes somebody out of a group; who isn't a member is out already, and that is fine."""

    principal: Principal
    group_id: str
    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, both people, and the memberships of both."""
        return member_reads(self.group_id, self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Lets moderators remove members, and owners anybody but the last owner."""
        group, _, membership, resource = enter_member(
            found, self.group_id, self.person_id, self.principal, Action.REMOVE_MEMBER
        )
        group.check_not_built_in("Everybody belongs to it; suspend the person instead.")
        if membership is None or not membership.is_member:
            return Changes()
        if membership.role != "member" and resource.role is GroupRole.MODERATOR:
            # In front of those who lead, a moderator is a member like any other.
            as_member = replace(resource, role=GroupRole.MEMBER)
            authorize(self.principal, Action.REMOVE_MEMBER, as_member)
        removed = events.membership_removed(group, membership)
        return _ended(group, membership, removed, actor=self.principal.person_id, now=now)


def _ended(
    group: Group,
    membership: Membership,
    happened: MembershipLeft | MembershipRemoved,
    *,
    actor: str,
    now: datetime,
) -> Changes:
    """What the end of a membership changes; an owner's changes the group too."""
    put: list[Entity] = [membership.leave(now)]
    if membership.role == "owner":
        put.append(group.remove_owner(membership.person_id))
    return Changes(put=put, events=[Occurred(happened, actor)])


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """Gives a member another role.

    Attributes:
        role: The role that they have from now on.
        expected: The versions of the membership that If-Match allows; None for any.
    """

    principal: Principal
    group_id: str
    person_id: str
    role: MemberRole
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, both people, and the memberships of both."""
        return member_reads(self.group_id, self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership; the last owner stays one until there is another."""
        context = enter_member(
            found, self.group_id, self.person_id, self.principal, Action.CHANGE_ROLE
        )
        group, membership = context.group, existing_member(context.membership)
        group.check_in_use()
        after = membership.give_role(self.role, now, self.expected)
        if after is membership:
            return Changes(reply=membership)
        put: list[Entity] = [after]
        if self.role == "owner":
            # Nobody would answer for the group: what somebody owned has passed on when they left.
            existing_person(context.person).check_not_left()
            put.append(group.add_owner(membership.person_id))
        elif membership.role == "owner":
            put.append(group.remove_owner(membership.person_id))
        changed = events.membership_role_changed(group, after, membership)
        return Changes(reply=after, put=put, events=[Occurred(changed, self.principal.person_id)])
