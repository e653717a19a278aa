"""What entities decide by themselves, without a command: the thing afterwards, and the fact."""

from datetime import UTC, datetime, timedelta

import pytest

from services.groups.domain.channel import open_channel
from services.groups.domain.group import Group, LastOwner
from services.groups.domain.membership import (
    InvitationNotFound,
    Joined,
    Membership,
    MembershipStanding,
    RequestNotFound,
    TooManyGroups,
)
from services.groups.domain.person import AccountStatus, Person, PersonNotFound, Visited

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
MIA = Person(id="mia", login="l-mia", status=AccountStatus.INVITED, created_at=NOON)


def waiting(standing: MembershipStanding, *, was_member: bool = False) -> Membership:
    return Membership(
        id="g:mia",
        group_id="g",
        person_id="mia",
        standing=standing,
        since=NOON,
        was_member=was_member,
        message="Let me in.",
    )


def group(*owners: str) -> Group:
    return Group(
        id="g", kind="community", visibility="open", name="Runners", owners=owners, created_at=NOON
    )


def test_a_request_is_approved_and_an_invitation_accepted_and_not_the_other_way_round() -> None:
    requested = waiting(MembershipStanding.REQUESTED)
    invited = waiting(MembershipStanding.INVITED, was_member=True)
    member, joined = requested.approve(MIA, NOON)
    assert member.is_member
    assert (member.version, member.message) == (2, "")
    assert joined == Joined("approval", first_join=True)
    assert invited.accept(MIA, NOON, groups_left=1)[1] == Joined("invitation", first_join=False)
    with pytest.raises(RequestNotFound):
        invited.approve(MIA, NOON)
    with pytest.raises(InvitationNotFound):
        requested.accept(MIA, NOON, groups_left=1)
    with pytest.raises(TooManyGroups):
        invited.accept(MIA, NOON, groups_left=0)


def test_a_declined_request_leaves_nothing_but_of_former_members() -> None:
    assert waiting(MembershipStanding.REQUESTED).decline(NOON) is None
    former = waiting(MembershipStanding.REQUESTED, was_member=True).decline(NOON)
    assert former is not None
    assert former.standing is MembershipStanding.FORMER
    assert former.message == ""


def test_what_changes_nothing_returns_the_same_object() -> None:
    archived = group("mia").archive(NOON)
    assert archived.archived_at == NOON
    assert archived.archive(NOON + timedelta(days=1)) is archived
    assert group("mia").restore(NOON).archived_at is None
    owned = group("mia")
    assert owned.change(name="Runners", purpose="", tags=()).version == 2  # found by it now
    assert owned.add_owner("mia") is owned
    assert owned.remove_owner("otto") is owned
    channel = open_channel("c", "g", kind="help", name="Shoes", now=NOON)
    assert channel.change(name=" Shoes ") is channel


def test_a_group_keeps_an_owner_unless_nobody_is_left() -> None:
    with pytest.raises(LastOwner):
        group("mia").remove_owner("mia")
    assert group("mia", "otto").remove_owner("mia").owners == ("otto",)
    assert group("mia").pass_to("otto", NOON).owners == ("otto",)
    orphaned = group("mia").pass_to(None, NOON)
    assert (orphaned.owners, orphaned.archived_at) == ((), NOON)


def test_a_visit_says_what_it_was() -> None:
    today = "2025-03-03"
    active, first = MIA.visit(NOON)
    assert first == Visited(person_id="mia", visited_on=today, counted=True, activated=True)
    assert (active.status, active.version) == (AccountStatus.ACTIVE, 2)
    same, second = active.visit(NOON)
    assert same is active
    assert second == Visited(person_id="mia", visited_on=today, counted=False, activated=False)
    later, third = active.visit(NOON + timedelta(days=1))
    assert (third.counted, third.activated) == (True, False)
    assert later.version == active.version
    with pytest.raises(PersonNotFound):
        active.erase(NOON).visit(NOON)
