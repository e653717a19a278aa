"""How people come into groups whose door isn't open: they ask, or are asked.

Asking somebody who has been invited, and inviting somebody who has asked, both make them a member:
each side has said what it wants.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.groups.commands.context import OnGroup, OnMember, describe
from services.groups.commands.memberships import admitted
from services.groups.domain.groups import Group, in_use, not_built_in
from services.groups.domain.memberships import (
    AlreadyMember,
    GroupIsOpen,
    InvitationNotFound,
    Membership,
    MembershipStanding,
    RequestNotFound,
    check_room,
    membership_id,
    standing_of,
)
from services.groups.domain.people import Person, acting, existing
from shared.contract.access import Action
from shared.contract.events import groups as events
from shared.contract.moments import to_milliseconds
from shared.delivery.command import Changes, Found, Occurred


def waiting(
    group: Group,
    person: Person,
    before: Membership | None,
    standing: MembershipStanding,
    *,
    now: datetime,
    message: str = "",
) -> Membership:
    """The document of somebody who has asked or was invited."""
    assert person.pseudonym is not None  # only the erased have none, and they neither ask nor come
    return Membership(
        id=membership_id(group.id, person.id),
        group_id=group.id,
        person_id=person.id,
        pseudonym=person.pseudonym,
        standing=standing,
        since=to_milliseconds(now),
        was_member=before is not None and before.was_member,
        message=message,
        version=1 if before is None else before.version + 1,
    )


def nothing_came_of(group: Group, membership: Membership, *, actor: str, now: datetime) -> Changes:
    """A request or invitation ends: back to where it began."""
    declined = events.MembershipDeclined(
        **describe(group),
        member=membership.pseudonym,
        role="member",
        invited=membership.standing is MembershipStanding.INVITED,
    )
    happened = [Occurred(declined, actor)]
    if not membership.was_member:
        return Changes(remove=[(Membership, membership.id)], events=happened)
    former = msgspec.structs.replace(
        membership,
        standing=MembershipStanding.FORMER,
        message="",
        since=to_milliseconds(now),
        version=membership.version + 1,
    )
    return Changes(put=[former], events=happened)


@dataclass(frozen=True, slots=True)
class RequestMembership(OnGroup):
    """Asks to be let into a closed group.

    Attributes:
        message: For those who decide.
        left: How many more groups they may be in or ask to join, counted just before.
    """

    message: str = ""
    left: int = 1

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership, waiting or (if there was an invitation) joined."""
        group, caller, before, _ = self.stand(found, Action.REQUEST_MEMBERSHIP)
        person = acting(caller)
        in_use(group)
        if group.visibility == "open":
            raise GroupIsOpen("Join it; nobody needs to be asked.")
        match standing_of(before):
            case MembershipStanding.MEMBER:
                raise AlreadyMember
            case MembershipStanding.REQUESTED:
                return Changes(reply=before)
            case MembershipStanding.INVITED:
                check_room(self.left)
                membership, joined = admitted(group, person, before, by="invitation", now=now)
                happened: events.AboutMembership = joined
            case _:
                check_room(self.left)
                membership = waiting(
                    group,
                    person,
                    before,
                    MembershipStanding.REQUESTED,
                    now=now,
                    message=self.message,
                )
                happened = events.MembershipRequested(
                    **describe(group), member=membership.pseudonym, role="member"
                )
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(happened, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class WithdrawRequest(OnGroup):
    """Takes a request back; there being none is fine."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the request."""
        group, _, membership, _ = self.stand(found, Action.REQUEST_MEMBERSHIP)
        if membership is None or membership.standing is not MembershipStanding.REQUESTED:
            return Changes()
        return nothing_came_of(group, membership, actor=self.principal.pseudonym, now=now)


@dataclass(frozen=True, slots=True)
class ApproveRequest(OnMember):
    """Lets somebody in who asked; repeating it changes nothing."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership."""
        group = self.stand(found, Action.DECIDE_MEMBERSHIP).group
        before = self.theirs(found)
        if standing_of(before) is MembershipStanding.MEMBER:
            return Changes(reply=before)
        if standing_of(before) is not MembershipStanding.REQUESTED:
            raise RequestNotFound
        in_use(group)
        person = existing(found.get(Person, self.person_id))
        membership, joined = admitted(group, person, before, by="approval", now=now)
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(joined, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class DeclineRequest(OnMember):
    """Turns down somebody who asked."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the request; they may ask again."""
        group = self.stand(found, Action.DECIDE_MEMBERSHIP).group
        membership = self.theirs(found)
        if membership is None or membership.standing is not MembershipStanding.REQUESTED:
            raise RequestNotFound
        return nothing_came_of(group, membership, actor=self.principal.pseudonym, now=now)


@dataclass(frozen=True, slots=True)
class Invite(OnMember):
    """Invites somebody, also somebody who was never here."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership, waiting or (if there was a request) joined."""
        group = self.stand(found, Action.INVITE).group
        not_built_in(group, "Everybody belongs to it.")
        in_use(group)
        person = existing(found.get(Person, self.person_id))
        before = self.theirs(found)
        match standing_of(before):
            case MembershipStanding.MEMBER:
                raise AlreadyMember
            case MembershipStanding.INVITED:
                return Changes(reply=before)
            case MembershipStanding.REQUESTED:
                membership, joined = admitted(group, person, before, by="approval", now=now)
                happened: events.AboutMembership = joined
            case _:
                membership = waiting(group, person, before, MembershipStanding.INVITED, now=now)
                happened = events.MembershipInvited(
                    **describe(group), member=membership.pseudonym, role="member"
                )
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(happened, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class RevokeInvitation(OnMember):
    """Takes an invitation back; there being none is fine."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the invitation."""
        group = self.stand(found, Action.INVITE).group
        membership = self.theirs(found)
        if membership is None or membership.standing is not MembershipStanding.INVITED:
            return Changes()
        return nothing_came_of(group, membership, actor=self.principal.pseudonym, now=now)


@dataclass(frozen=True, slots=True)
class _OnInvitation(OnGroup):
    """What answering an invitation has in common."""

    def invitation(self, found: Found) -> tuple[Group, Person | None, Membership | None]:
        """The group, the invited, their invitation or membership.

        Raises:
            InvitationNotFound: They are neither invited nor a member.
        """
        group, person, membership, _ = self.stand(found, Action.READ_GROUP)
        if standing_of(membership) in (MembershipStanding.INVITED, MembershipStanding.MEMBER):
            return group, person, membership
        raise InvitationNotFound


@dataclass(frozen=True, slots=True)
class AcceptInvitation(_OnInvitation):
    """Comes; repeating it changes nothing.

    Attributes:
        left: How many more groups they may be in, counted just before. Two that come at once may
            both take the last place, which does no harm.
    """

    left: int = 1

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the membership."""
        group, caller, before = self.invitation(found)
        if standing_of(before) is MembershipStanding.MEMBER:
            return Changes(reply=before)
        self.stand(found, Action.ANSWER_INVITATION)
        person = acting(caller)
        in_use(group)
        check_room(self.left)
        membership, joined = admitted(group, person, before, by="invitation", now=now)
        return Changes(
            reply=membership,
            put=[membership],
            events=[Occurred(joined, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class DeclineInvitation(_OnInvitation):
    """Doesn't come."""

    def decide(self, found: Found, now: datetime) -> Changes:
        """Ends the invitation; they may be invited again."""
        group, _, membership = self.invitation(found)
        if membership is None or membership.standing is not MembershipStanding.INVITED:
            raise InvitationNotFound
        self.stand(found, Action.ANSWER_INVITATION)
        return nothing_came_of(group, membership, actor=self.principal.pseudonym, now=now)
