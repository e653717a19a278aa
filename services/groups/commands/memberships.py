"""Coming to a group and going; and what members answer for.

Whatever changes who owns a group writes the group itself: see `domain/groups.py` for why.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from services.groups.commands.context import OnGroup, OnMember, describe
from services.groups.domain.groups import (
    Group,
    in_use,
    not_built_in,
    with_owner,
    without_owner,
)
from services.groups.domain.memberships import (
    ApprovalNeeded,
    Membership,
    MembershipChanged,
    MembershipStanding,
    check_room,
    member,
    membership_id,
    standing_of,
)
from services.groups.domain.people import AccountStatus, Person, acting, existing
from shared.contract.access import Action, GroupRole, NotAllowed, Resource, authorize
from shared.contract.events import groups as events
from shared.contract.events.vocabulary import JoinedBy, MemberRole
from shared.contract.moments import to_milliseconds
from shared.delivery.command import Changes, Entity, Found, Occurred


def admitted(
    group: Group,
    person: Person,
    before: Membership | None,
    *,
    by: JoinedBy,
    now: datetime,
) -> tuple[Membership, events.MembershipJoined]:
    """The membership of somebody who is a member from now on, and the event that says so."""
    assert person.pseudonym is not None  # only the erased have none, and they are let in nowhere
    membership = Membership(
        id=membership_id(group.id, person.id),
        group_id=group.id,
        person_id=person.id,
        pseudonym=person.pseudonym,
        standing=MembershipStanding.MEMBER,
        since=to_milliseconds(now),
        role="member",
        was_member=True,
        account=person.account,
        suspended=person.status is AccountStatus.SUSPENDED,
        version=1 if before is None else before.version + 1,
    )
    joined = events.MembershipJoined(
        **describe(group),
        member=person.pseudonym,
        role="member",
        joined_by=by,
        first_join=before is None or not before.was_member,
        counted=membership.counted,
    )
    return membership, joined


def ended(membership: Membership, now: datetime) -> Membership:
    """The membership of somebody who isn't a member any more."""
    return msgspec.structs.replace(
        membership,
        standing=MembershipStanding.FORMER,
        role="member",
        message="",
        since=to_milliseconds(now),
        version=membership.version + 1,
    )


@dataclass(frozen=True, slots=True)
class JoinGroup(OnGroup):
    """Joins: at once where the door is open, or where an invitation waits.

    Attributes:
        left: How many more groups they may be in, counted just before. Two that come at once may
            both take the last place, which does no harm.
    """

    left: int = 1

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership; being a member already is fine."""
        group, caller, before, facts = self.stand(found, Action.READ_GROUP)
        if standing_of(before) is MembershipStanding.MEMBER and not facts.suspended:
            return Changes(reply=before)
        self._authorize(group, facts)
        person = acting(caller)
        not_built_in(group, "Everybody belongs to it without joining.")
        in_use(group)
        check_room(self.left)
        invited = standing_of(before) is MembershipStanding.INVITED
        membership, joined = admitted(
            group, person, before, by="invitation" if invited else "joining", now=now
        )
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(joined, self.principal.pseudonym)],
        )

    def _authorize(self, group: Group, facts: Resource) -> None:
        try:
            authorize(self.principal, Action.JOIN_GROUP, facts)
        except NotAllowed as refusal:
            if facts.suspended or group.visibility != "closed":
                raise
            raise ApprovalNeeded("Post a request to the group.") from refusal


@dataclass(frozen=True, slots=True)
class LeaveGroup(OnGroup):
    """Leaves; who isn't a member has nothing to leave, and that is fine."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Refuses only the last owner, and everybody in the group of everyone."""
        group, _, membership, facts = self.stand(found, Action.READ_GROUP)
        not_built_in(group, "Everybody belongs to it.")
        if membership is None or membership.standing is not MembershipStanding.MEMBER:
            return Changes()
        authorize(self.principal, Action.LEAVE_GROUP, facts)
        left = events.MembershipLeft(
            **describe(group),
            member=membership.pseudonym,
            role=membership.role,
            counted=membership.counted,
        )
        return Changes(
            put=[*_owners_without(group, membership), ended(membership, now)],
            events=[Occurred(left, self.principal.pseudonym)],
        )


def _owners_without(group: Group, membership: Membership) -> list[Entity]:
    """The group to write when this membership ends: only if it is an owner's."""
    if membership.role != "owner":
        return []
    owners = without_owner(group.owners, membership.person_id)
    return [msgspec.structs.replace(group, owners=owners, version=group.version + 1)]


@dataclass(frozen=True, slots=True)
class RemoveMember(OnMember):
    """Takes somebody out of a group; who isn't a member is out already, and that is fine."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Lets moderators remove members, and owners anybody but the last owner."""
        group, _, _, facts = self.stand(found, Action.REMOVE_MEMBER)
        not_built_in(group, "Everybody belongs to it; suspend the person instead.")
        membership = self.theirs(found)
        if membership is None or membership.standing is not MembershipStanding.MEMBER:
            return Changes()
        if membership.role != "member" and facts.role is GroupRole.MODERATOR:
            # In front of those who lead, a moderator is a member like any other.
            authorize(self.principal, Action.REMOVE_MEMBER, replace(facts, role=GroupRole.MEMBER))
        removed = events.MembershipRemoved(
            **describe(group),
            member=membership.pseudonym,
            role=membership.role,
            counted=membership.counted,
        )
        return Changes(
            put=[*_owners_without(group, membership), ended(membership, now)],
            events=[Occurred(removed, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class ChangeRole(OnMember):
    """Gives a member another role.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    role: MemberRole
    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Replies the membership; the last owner stays one until there is another."""
        group = self.stand(found, Action.CHANGE_ROLE).group
        membership = member(self.theirs(found))
        in_use(group)
        if self.expected is not None and membership.version not in self.expected:
            raise MembershipChanged("Read it again, and repeat it if it is still wanted.")
        if membership.role == self.role:
            return Changes(reply=membership)
        if self.role == "owner":
            existing(found.get(Person, self.person_id))
        after = msgspec.structs.replace(membership, role=self.role, version=membership.version + 1)
        changed = events.MembershipRoleChanged(
            **describe(group),
            member=membership.pseudonym,
            role=self.role,
            previous=membership.role,
        )
        return Changes(
            reply=after,
            put=[*self._owners_after(group, membership), after],
            events=[Occurred(changed, self.principal.pseudonym)],
        )

    def _owners_after(self, group: Group, membership: Membership) -> list[Entity]:
        if self.role == "owner":
            owners = with_owner(group.owners, membership.person_id)
        elif membership.role == "owner":
            owners = without_owner(group.owners, membership.person_id)
        else:
            return []
        return [msgspec.structs.replace(group, owners=owners, version=group.version + 1)]
