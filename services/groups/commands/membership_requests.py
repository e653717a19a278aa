"""Requests to be let into a group whose door isn't open, and what becomes of them."""

from dataclasses import dataclass
from datetime import datetime

from services.groups.commands import events
from services.groups.commands.context import GroupCommand, MemberCommand
from services.groups.domain.admission import request
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, MembershipStanding, existing_request
from services.groups.domain.person import Person, acting_person, existing_person
from shared.contract.access import Action
from shared.delivery.command import Changes, Found, Occurred


def end_waiting(group: Group, membership: Membership, *, actor: str, now: datetime) -> Changes:
    """What the end of a request or invitation changes.

    Args:
        group: The group.
        membership: The request or invitation that came to nothing.
        actor: The pseudonym of whoever ended it.
        now: The time.
    """
    happened = [Occurred(events.membership_declined(group, membership), actor)]
    after = membership.decline(now)
    if after is None:
        return Changes(remove=[(Membership, membership.id)], events=happened)
    return Changes(put=[after], events=happened)


@dataclass(frozen=True, slots=True)
class RequestMembership(GroupCommand):
    """Asks to be let into a closed group.

    Attributes:
        message: A text for those who decide; may be empty.
        groups_left: How many more groups they may be in or ask to join, counted just before.
    """

    message: str = ""
    groups_left: int = 1

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership, waiting or (if there was an invitation) joined."""
        group, caller, before, _ = self.enter(found, Action.REQUEST_MEMBERSHIP)
        person = acting_person(caller)
        group.check_in_use()
        membership, joined = request(
            group, person, before, message=self.message, groups_left=self.groups_left, now=now
        )
        if membership is before:
            return Changes(reply=before)
        happened = (
            events.membership_requested(group, membership)
            if joined is None
            else events.membership_joined(group, membership, joined)
        )
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(happened, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class WithdrawRequest(GroupCommand):
    """Takes a request back; there being none is fine."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the request."""
        group, _, membership, _ = self.enter(found, Action.REQUEST_MEMBERSHIP)
        if membership is None or membership.standing is not MembershipStanding.REQUESTED:
            return Changes()
        return end_waiting(group, membership, actor=self.principal.pseudonym, now=now)


@dataclass(frozen=True, slots=True)
class ApproveRequest(MemberCommand):
    """Lets somebody in who asked; repeating it changes nothing."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership."""
        group = self.enter(found, Action.DECIDE_MEMBERSHIP).group
        before = self.member_found(found)
        if before is not None and before.is_member:
            return Changes(reply=before)
        waiting = existing_request(before)
        group.check_in_use()
        person = existing_person(found.get(Person, self.person_id))
        membership, joined = waiting.approve(person, now)
        happened = events.membership_joined(group, membership, joined)
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(happened, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class DeclineRequest(MemberCommand):
    """Turns down somebody who asked."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the request; they may ask again."""
        group = self.enter(found, Action.DECIDE_MEMBERSHIP).group
        waiting = existing_request(self.member_found(found))
        return end_waiting(group, waiting, actor=self.principal.pseudonym, now=now)
