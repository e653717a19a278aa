"""Invitations into a group, and what becomes of them."""

from dataclasses import dataclass
from datetime import datetime

from services.groups.commands import events
from services.groups.commands.context import GroupCommand, MemberCommand
from services.groups.commands.membership_requests import end_waiting
from services.groups.domain.admission import invite
from services.groups.domain.membership import MembershipStanding, existing_invitation
from services.groups.domain.person import Person, acting_person, existing_person
from shared.contract.access import Action
from shared.delivery.command import Changes, Found, Occurred


@dataclass(frozen=True, slots=True)
class Invite(MemberCommand):
    """Invites somebody, also somebody who was never here."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership, waiting or (if there was a request) joined."""
        group = self.enter(found, Action.INVITE).group
        group.check_not_built_in("Everybody belongs to it.")
        group.check_in_use()
        person = existing_person(found.get(Person, self.person_id))
        before = self.member_found(found)
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
            events=[Occurred(happened, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class RevokeInvitation(MemberCommand):
    """Takes an invitation back; there being none is fine."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the invitation."""
        group = self.enter(found, Action.INVITE).group
        membership = self.member_found(found)
        if membership is None or membership.standing is not MembershipStanding.INVITED:
            return Changes()
        return end_waiting(group, membership, actor=self.principal.pseudonym, now=now)


@dataclass(frozen=True, slots=True)
class AcceptInvitation(GroupCommand):
    """Comes into the group; repeating it changes nothing.

    Attributes:
        groups_left: How many more groups they may be in, counted just before. Two commands at once
            may both take the last place, which does no harm.
    """

    groups_left: int = 1

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership."""
        group, caller, before, _ = self.enter(found, Action.READ_GROUP)
        if before is not None and before.is_member:
            return Changes(reply=before)
        invitation = existing_invitation(before)
        self.enter(found, Action.ANSWER_INVITATION)
        person = acting_person(caller)
        group.check_in_use()
        membership, joined = invitation.accept(person, now, groups_left=self.groups_left)
        happened = events.membership_joined(group, membership, joined)
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(happened, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class DeclineInvitation(GroupCommand):
    """Doesn't come into the group."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the invitation; they may be invited again."""
        context = self.enter(found, Action.READ_GROUP)
        invitation = existing_invitation(context.membership)
        self.enter(found, Action.ANSWER_INVITATION)
        return end_waiting(context.group, invitation, actor=self.principal.pseudonym, now=now)
