"""Requests to be let into a group whose door isn't open, and what becomes of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.groups.commands import events
from services.groups.commands.context import enter_group, enter_member, group_reads, member_reads
from services.groups.domain.group import Group
from services.groups.domain.joining import request
from services.groups.domain.membership import Membership, MembershipStanding, existing_request
from services.groups.domain.person import acting_person, existing_person
from shared.contract.access import Action
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


def end_waiting(group: Group, membership: Membership, *, actor: str, now: datetime) -> Changes:
    """What the end of a request or invitation changes.

    Args:
        group: The group.
        membership: The request or invitation that came to nothing.
        actor: The person who ended it.
        now: The time.
    """
    happened = [Occurred(events.membership_declined(group, membership), actor)]
    after = membership.decline(now)
    if after is None:
        return Changes(remove=[(Membership, membership.id)], events=happened)
    return Changes(put=[after], events=happened)


@dataclass(frozen=True, slots=True)
class RequestMembership:
    """Asks to be let into a closed group.

    Attributes:
        message: A text for those who decide; may be empty.
        groups_left: How many more groups they may be in or ask to join, counted just before.
    """

    principal: Principal
    group_id: str
    message: str = ""
    groups_left: int = 1

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the caller's membership."""
        return group_reads(self.group_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership, waiting or (if there was an invitation) joined."""
        group, caller, before, _ = enter_group(
            found, self.group_id, self.principal, Action.REQUEST_MEMBERSHIP
        )
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
            events=[Occurred(happened, self.principal.person_id)],
        )

    def shown_reads(self, found: Found, reply: Membership) -> Iterable[Key]:  # noqa: ARG002
        """The group, the caller, and their membership."""
        return group_reads(self.group_id, self.principal)

    def check_shown(self, found: Found, reply: Membership) -> None:  # noqa: ARG002
        """To whom may read the group."""
        enter_group(found, self.group_id, self.principal, Action.READ_GROUP)


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """Takes a request back; there being none is fine."""

    principal: Principal
    group_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the caller's membership."""
        return group_reads(self.group_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the request."""
        group, _, membership, _ = enter_group(
            found, self.group_id, self.principal, Action.REQUEST_MEMBERSHIP
        )
        if membership is None or membership.standing is not MembershipStanding.REQUESTED:
            return Changes()
        return end_waiting(group, membership, actor=self.principal.person_id, now=now)


@dataclass(frozen=True, slots=True)
class ApproveRequest:
    """Lets somebody in who asked; repeating it changes nothing."""

    principal: Principal
    group_id: str
    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, both people, and the memberships of both."""
        return member_reads(self.group_id, self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership."""
        group, asking, before, _ = enter_member(
            found, self.group_id, self.person_id, self.principal, Action.DECIDE_MEMBERSHIP
        )
        if before is not None and before.is_member:
            return Changes(reply=before)
        waiting = existing_request(before)
        group.check_in_use()
        person = existing_person(asking)
        membership, joined = waiting.approve(person, now)
        happened = events.membership_joined(group, membership, joined)
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(happened, self.principal.person_id)],
        )


@dataclass(frozen=True, slots=True)
class DeclineRequest:
    """Turns down somebody who asked."""

    principal: Principal
    group_id: str
    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, both people, and the memberships of both."""
        return member_reads(self.group_id, self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the request; they may ask again."""
        group, _, membership, _ = enter_member(
            found, self.group_id, self.person_id, self.principal, Action.DECIDE_MEMBERSHIP
        )
        waiting = existing_request(membership)
        return end_waiting(group, waiting, actor=self.principal.person_id, now=now)
