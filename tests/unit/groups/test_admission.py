"""Requests to be let in, invitations, and what becomes of them."""

import pytest

from services.groups.commands.groups import ArchiveGroup
from services.groups.commands.invitations import (
    AcceptInvitation,
    DeclineInvitation,
    Invite,
    RevokeInvitation,
)
from services.groups.commands.members import ChangeRole, JoinGroup, LeaveGroup
from services.groups.commands.membership_requests import (
    ApproveRequest,
    DeclineRequest,
    RequestMembership,
    WithdrawRequest,
)
from services.groups.commands.people import ErasePerson, SuspendPerson
from services.groups.domain.membership import (
    AlreadyMember,
    GroupIsOpen,
    InvitationNotFound,
    RequestNotFound,
)
from services.groups.domain.person import PersonNotFound
from shared.contract.access import NotAllowed, PersonNotActive
from shared.contract.events import groups as events
from shared.contract.events.vocabulary import JoinedBy
from shared.contract.principal import Principal
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from tests.unit.groups.world import ADMIN, World, visit_of


def joined(
    group_id: str, who: Principal, by: JoinedBy, *, first: bool = True
) -> events.MembershipJoined:
    return events.MembershipJoined(
        group_id=group_id,
        group_kind="community",
        visibility="closed",
        member=who.person_id,
        role="member",
        joined_by=by,
        first_join=first,
        counted=True,
    )


def test_who_asks_and_is_approved_is_a_member() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia, "closed")
    (asked,) = world.happened(RequestMembership(otto, group_id, message="I run too"))
    assert isinstance(asked, events.MembershipRequested)
    assert world.happened(RequestMembership(otto, group_id)) == []
    assert world.role(group_id, otto) is None
    with pytest.raises(NotAllowed):
        world.do(ApproveRequest(otto, group_id, "otto"))
    assert world.happened(ApproveRequest(mia, group_id, "otto")) == [
        joined(group_id, otto, "approval")
    ]
    assert world.happened(ApproveRequest(mia, group_id, "otto")) == []
    membership = world.membership(group_id, otto)
    assert membership is not None
    assert membership.message == ""
    with pytest.raises(AlreadyMember):
        world.do(RequestMembership(otto, group_id))


def test_a_declined_request_leaves_nothing_and_may_be_repeated() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia, "closed")
    world.do(RequestMembership(otto, group_id))
    (declined,) = world.happened(DeclineRequest(mia, group_id, "otto"))
    assert isinstance(declined, events.MembershipDeclined)
    assert not declined.invited
    assert world.membership(group_id, otto) is None
    with pytest.raises(RequestNotFound):
        world.do(DeclineRequest(mia, group_id, "otto"))
    with pytest.raises(RequestNotFound):
        world.do(ApproveRequest(mia, group_id, "otto"))
    world.do(RequestMembership(otto, group_id))
    assert len(world.happened(WithdrawRequest(otto, group_id))) == 1
    assert world.happened(WithdrawRequest(otto, group_id)) == []


def test_a_former_member_who_asks_in_vain_is_still_a_former_member() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia, "closed")
    world.do(Invite(mia, group_id, "otto"))
    world.do(AcceptInvitation(otto, group_id))
    world.do(LeaveGroup(otto, group_id))
    world.do(RequestMembership(otto, group_id))
    world.do(DeclineRequest(mia, group_id, "otto"))
    world.do(Invite(mia, group_id, "otto"))
    assert world.happened(AcceptInvitation(otto, group_id)) == [
        joined(group_id, otto, "invitation", first=False)
    ]


def test_nobody_needs_to_ask_at_an_open_door() -> None:
    world = World()
    group_id = world.group(world.person("mia"))
    with pytest.raises(GroupIsOpen):
        world.do(RequestMembership(world.person("otto"), group_id))


def test_an_invitation_opens_a_secret_group_to_who_was_invited() -> None:
    world = World()
    mia, otto, lea = (world.person(name) for name in ("mia", "otto", "lea"))
    group_id = world.group(mia, "secret")
    with pytest.raises(GroupNotFound):
        world.do(Invite(lea, group_id, "lea"))
    (invited,) = world.happened(Invite(mia, group_id, "otto"))
    assert isinstance(invited, events.MembershipInvited)
    assert world.happened(Invite(mia, group_id, "otto")) == []
    with pytest.raises(GroupNotFound):
        world.do(AcceptInvitation(lea, group_id))
    world.do(AcceptInvitation(otto, group_id))
    assert world.role(group_id, otto) == "member"
    assert world.happened(AcceptInvitation(otto, group_id)) == []
    with pytest.raises(AlreadyMember):
        world.do(Invite(mia, group_id, "otto"))


def test_joining_accepts_an_invitation() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia, "closed")
    world.do(Invite(mia, group_id, "otto"))
    assert world.happened(JoinGroup(otto, group_id)) == [joined(group_id, otto, "invitation")]


def test_an_invitation_can_be_declined_and_taken_back() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia, "closed")
    world.do(Invite(mia, group_id, "otto"))
    (declined,) = world.happened(DeclineInvitation(otto, group_id))
    assert isinstance(declined, events.MembershipDeclined)
    assert declined.invited
    with pytest.raises(InvitationNotFound):
        world.do(DeclineInvitation(otto, group_id))
    world.do(Invite(mia, group_id, "otto"))
    assert len(world.happened(RevokeInvitation(mia, group_id, "otto"))) == 1
    assert world.happened(RevokeInvitation(mia, group_id, "otto")) == []
    with pytest.raises(InvitationNotFound):
        world.do(AcceptInvitation(otto, group_id))


def test_when_both_sides_have_asked_nobody_waits() -> None:
    world = World()
    mia, otto, lea = (world.person(name) for name in ("mia", "otto", "lea"))
    group_id = world.group(mia, "closed")
    world.do(RequestMembership(otto, group_id))
    assert world.happened(Invite(mia, group_id, "otto")) == [joined(group_id, otto, "approval")]
    world.do(Invite(mia, group_id, "lea"))
    assert world.happened(RequestMembership(lea, group_id)) == [joined(group_id, lea, "invitation")]


def test_somebody_who_was_never_here_can_be_invited_and_comes_after_a_visit() -> None:
    world = World()
    mia, otto = world.person("mia"), world.invited("otto")
    group_id = world.group(mia, "closed")
    world.do(Invite(mia, group_id, "otto"))
    with pytest.raises(PersonNotActive):
        world.do(AcceptInvitation(otto, group_id))
    world.do(visit_of(otto, self_registration=False))
    world.do(AcceptInvitation(otto, group_id))


def test_who_isnt_there_isnt_invited() -> None:
    world = World()
    mia = world.person("mia")
    group_id = world.group(mia, "closed")
    with pytest.raises(PersonNotFound):
        world.do(Invite(mia, group_id, "nobody"))
    world.person("otto")
    world.do(ErasePerson(ADMIN, "otto"))
    with pytest.raises(PersonNotFound):
        world.do(Invite(mia, group_id, "otto"))


def test_who_decides_for_a_group_isnt_told_of_a_suspension() -> None:
    told = []
    for suspended in (False, True):
        world = World()
        mia, otto, lea, kai = (world.person(name) for name in ("mia", "otto", "lea", "kai"))
        group_id = world.group(mia, "closed")
        world.do(Invite(mia, group_id, "lea"))
        world.do(AcceptInvitation(lea, group_id))
        world.do(RequestMembership(kai, group_id))
        if suspended:
            for person_id in ("otto", "lea", "kai"):
                world.do(SuspendPerson(ADMIN, person_id))
        told.append(
            [
                (world.do(command).standing, world.role(group_id, whose))
                for command, whose in (
                    (Invite(mia, group_id, "otto"), otto),
                    (ApproveRequest(mia, group_id, "kai"), kai),
                    (ChangeRole(mia, group_id, "lea", role="owner"), lea),
                )
            ]
        )

    assert told[0] == told[1]


def test_nobody_comes_into_an_archived_group() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia, "closed")
    world.do(RequestMembership(otto, group_id))
    world.do(ArchiveGroup(mia, group_id))
    for command in (
        ApproveRequest(mia, group_id, "otto"),
        Invite(mia, group_id, "otto"),
        RequestMembership(otto, group_id),
    ):
        with pytest.raises(GroupIsArchived):
            world.do(command)
