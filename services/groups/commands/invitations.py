"""Invitations into a group, and what becomes of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.groups.commands import events
from services.groups.commands.context import enter_group, enter_member, group_reads, member_reads
from services.groups.commands.membership_requests import end_waiting
from services.groups.domain.joining import invite
from services.groups.domain.membership import Membership, MembershipStanding, existing_invitation
from services.groups.domain.person import acting_person, existing_person
from services.groups.domain.visibility import authorize_in_group
from shared.contract.access import Action
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class Invite:
    """Invites somebody, also somebody who was never here."""

    principal: Principal
    group_id: str
    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, both people, and the memberships of both."""
        return member_reads(self.group_id, self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership, waiting or (if there was a request) joined."""
        group, invited, before, _ = enter_member(
            found, self.group_id, self.person_id, self.principal, Action.INVITE
        )
        group.check_not_built_in("Everybody belongs to it.")
        group.check_in_use()
        person = existing_person(invited)
        person.check_not_left()
        membership, joined = invite(group, person, before, now=now)
        if membership is before:
            return Changes(reply=before)
        happened = (
            events.membership_invited(group, membership)
            if joined is None
            else events.membership_joined(group, membership, joined)
        )
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(happened, self.principal.person_id)],
        )

    def shown_reads(self, found: Found, reply: Membership) -> Iterable[Key]:  # noqa: ARG002
        """The group, the caller, and the membership of the caller."""
        return group_reads(self.group_id, self.principal)

    def check_shown(self, found: Found, reply: Membership) -> None:  # noqa: ARG002
        """To whom may invite still: it tells what has become of the invitation."""
        enter_group(found, self.group_id, self.principal, Action.INVITE)


@dataclass(frozen=True, slots=True)
class RevokeInvitation:
    """Takes an invitation back; there being none is fine."""

    principal: Principal
    group_id: str
    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, both people, and the memberships of both."""
        return member_reads(self.group_id, self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the invitation."""
        group, _, membership, _ = enter_member(
            found, self.group_id, self.person_id, self.principal, Action.INVITE
        )
        if membership is None or membership.standing is not MembershipStanding.INVITED:
            return Changes()
        return end_waiting(group, membership, actor=self.principal.person_id, now=now)


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """Comes into the group; repeating it changes nothing.

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
        """Replies the membership."""
        group, caller, before, resource = enter_group(
            found, self.group_id, self.principal, Action.READ_GROUP
        )
        if before is not None and before.is_member:
            return Changes(reply=before)
        invitation = existing_invitation(before)
        authorize_in_group(self.principal, Action.ANSWER_INVITATION, resource)
        person = acting_person(caller)
        group.check_in_use()
        membership, joined = invitation.accept(person, now, groups_left=self.groups_left)
        happened = events.membership_joined(group, membership, joined)
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(happened, self.principal.person_id)],
        )


@dataclass(frozen=True, slots=True)
class DeclineInvitation:
    """Doesn't come into the group."""

    principal: Principal
    group_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the caller's membership."""
        return group_reads(self.group_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the invitation; they may be invited again."""
        context = enter_group(found, self.group_id, self.principal, Action.READ_GROUP)
        invitation = existing_invitation(context.membership)
        authorize_in_group(self.principal, Action.ANSWER_INVITATION, context.resource)
        return end_waiting(context.group, invitation, actor=self.principal.person_id, now=now)
