"""Coming and going, roles, and the rule that a group is never without an owner."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.groups.commands.account_changes import (
    EndMembership,
    FinishPropagation,
    PropagateSuspension,
)
from services.groups.commands.everyone import EnsureEveryone
from services.groups.commands.groups import ArchiveGroup, CreateGroup
from services.groups.commands.invitations import AcceptInvitation, Invite
from services.groups.commands.leaving import LeaveOrganisation, RestMembership
from services.groups.commands.members import ChangeRole, JoinGroup, LeaveGroup, RemoveMember
from services.groups.commands.membership_requests import ApproveRequest, RequestMembership
from services.groups.commands.people import ErasePerson, ReinstatePerson, SuspendPerson
from services.groups.domain.group import MOST_OWNERS, GroupIsBuiltIn, LastOwner, TooManyOwners
from services.groups.domain.membership import (
    ApprovalNeeded,
    MemberNotFound,
    Membership,
    MembershipChangedMeanwhile,
    TooManyGroups,
    role_of,
)
from shared.audience import EVERYONE
from shared.contract.access import AccountSuspended, NotAllowed, PersonNotActive
from shared.contract.erasures import FORMER_COLLEAGUE
from shared.contract.errors import Refusal
from shared.contract.events import groups as events
from shared.contract.events.vocabulary import MemberRole
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.contract.refusals import GroupNotFound
from shared.delivery.command import Command
from tests.support.in_memory import principal
from tests.unit.groups.world import ADMIN, World


def test_one_person_is_in_so_many_groups_at_most() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    opened, closed = world.group(mia), world.group(mia, "closed")
    world.do(Invite(mia, closed, "otto"))
    founding = CreateGroup(
        otto, new_id(), new_id(), kind="community", visibility="open", name="Runners", groups_left=0
    )
    for command in (
        JoinGroup(otto, opened, groups_left=0),
        RequestMembership(otto, closed, groups_left=0),
        AcceptInvitation(otto, closed, groups_left=0),
        founding,
    ):
        with pytest.raises(TooManyGroups):
            world.do(command)
    world.do(JoinGroup(otto, opened, groups_left=1))
    world.do(JoinGroup(otto, opened, groups_left=0))  # a member already: a repeat needs no place


def test_everybody_joins_an_open_group_once() -> None:
    world = World()
    group_id = world.group(world.person("mia"))
    otto = world.person("otto")
    assert world.happened(JoinGroup(otto, group_id)) == [
        events.MembershipJoined(
            group_id=group_id,
            group_kind="community",
            visibility="open",
            member=otto.person_id,
            role="member",
            joined_by="joining",
            first_join=True,
            counted=True,
        )
    ]
    assert world.happened(JoinGroup(otto, group_id)) == []


def test_who_comes_back_doesnt_join_for_the_first_time() -> None:
    world = World()
    group_id = world.group(world.person("mia"))
    otto = world.person("otto")
    world.do(JoinGroup(otto, group_id))
    (left,) = world.happened(LeaveGroup(otto, group_id))
    assert isinstance(left, events.MembershipLeft)
    assert world.happened(LeaveGroup(otto, group_id)) == []
    (joined,) = world.happened(JoinGroup(otto, group_id))
    assert isinstance(joined, events.MembershipJoined)
    assert not joined.first_join


def test_a_closed_group_says_how_to_come_in_and_a_secret_one_nothing() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    with pytest.raises(ApprovalNeeded):
        world.do(JoinGroup(otto, world.group(mia, "closed")))
    with pytest.raises(GroupNotFound):
        world.do(JoinGroup(otto, world.group(mia, "secret")))


def test_only_active_people_join() -> None:
    world = World()
    group_id = world.group(world.person("mia"))
    with pytest.raises(PersonNotActive):
        world.do(JoinGroup(world.invited("otto"), group_id))
    otto = world.person("otto")
    world.do(SuspendPerson(ADMIN, "otto"))
    with pytest.raises(AccountSuspended):
        world.do(JoinGroup(otto, group_id))


def test_the_last_owner_neither_leaves_nor_is_removed_nor_steps_down() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    for command in (
        LeaveGroup(mia, group_id),
        RemoveMember(ADMIN, group_id, "mia"),
        ChangeRole(mia, group_id, "mia", role="member"),
    ):
        with pytest.raises(LastOwner):
            world.do(command)
    world.do(ChangeRole(mia, group_id, "otto", role="owner"))
    world.do(LeaveGroup(mia, group_id))
    assert world.stored_group(group_id).owners == ("otto",)


def test_a_change_of_role_is_told_with_the_one_before() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    assert world.happened(ChangeRole(mia, group_id, "otto", role="moderator")) == [
        events.MembershipRoleChanged(
            group_id=group_id,
            group_kind="community",
            visibility="open",
            member=otto.person_id,
            role="moderator",
            previous="member",
        )
    ]
    assert world.happened(ChangeRole(mia, group_id, "otto", role="moderator")) == []
    with pytest.raises(MembershipChangedMeanwhile):
        world.do(ChangeRole(mia, group_id, "otto", role="member", expected=frozenset({1})))
    with pytest.raises(NotAllowed):
        world.do(ChangeRole(otto, group_id, "otto", role="owner"))
    with pytest.raises(MemberNotFound):
        world.do(ChangeRole(mia, group_id, "nobody", role="owner"))


def test_a_suspended_member_isnt_counted_until_they_are_reinstated() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    follow = PropagateSuspension(group_id, "otto")
    world.do(JoinGroup(otto, group_id))
    assert world.happened(follow) == []
    for command, kind in (
        (SuspendPerson(ADMIN, "otto"), events.MembershipSuspended),
        (ReinstatePerson(ADMIN, "otto"), events.MembershipReinstated),
    ):
        world.do(command)
        told = world.happens(follow)
        assert isinstance(told, kind)
        assert (told.member, told.counted) == (otto.person_id, True)
        assert world.events[-1].actor is None
        assert world.happened(follow) == []


def test_who_is_suspended_is_counted_out_once_whatever_ends_their_membership() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    world.do(SuspendPerson(ADMIN, "otto"))
    assert world.happens(PropagateSuspension(group_id, "otto")).counted
    assert not world.happens(RemoveMember(mia, group_id, "otto")).counted
    assert world.happened(PropagateSuspension(group_id, "otto")) == []


def test_a_program_is_a_member_that_isnt_counted() -> None:
    world = World()
    group_id = world.group(world.person("mia"))
    robot = world.person("robot")
    world.store(msgspec.structs.replace(world.stored_person("robot"), account="service"))
    assert not world.happens(JoinGroup(robot, group_id)).counted
    world.do(SuspendPerson(ADMIN, "robot"))
    assert not world.happens(PropagateSuspension(group_id, "robot")).counted
    world.do(ReinstatePerson(ADMIN, "robot"))
    assert not world.happens(PropagateSuspension(group_id, "robot")).counted
    assert not world.happens(LeaveGroup(robot, group_id)).counted


def test_who_is_let_in_while_suspended_is_counted_when_they_are_back() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia, "closed")
    world.do(RequestMembership(otto, group_id))
    world.do(SuspendPerson(ADMIN, "otto"))
    assert not world.happens(ApproveRequest(mia, group_id, "otto")).counted
    world.do(ReinstatePerson(ADMIN, "otto"))
    assert world.happens(PropagateSuspension(group_id, "otto")).counted


def test_a_person_is_followed_until_all_memberships_say_the_same() -> None:
    world = World()
    mia = world.person("mia")
    group_id = world.group(mia)
    world.do(SuspendPerson(ADMIN, "mia"))
    first = world.stored_person("mia").unsettled_since
    assert first is not None
    world.wait(seconds=5)
    world.do(ReinstatePerson(ADMIN, "mia"))
    world.do(FinishPropagation("mia", first))  # there is more to follow since
    second = world.stored_person("mia").unsettled_since
    assert second is not None
    assert world.happened(PropagateSuspension(group_id, "mia")) == []
    world.do(FinishPropagation("mia", second))
    assert world.stored_person("mia").unsettled_since is None


def test_moderators_remove_members_and_nobody_who_leads() -> None:
    world = World()
    mia, otto, lea, kai = (world.person(name) for name in ("mia", "otto", "lea", "kai"))
    group_id = world.group(mia)
    for person in (otto, lea, kai):
        world.do(JoinGroup(person, group_id))
    world.do(ChangeRole(mia, group_id, "otto", role="moderator"))
    world.do(ChangeRole(mia, group_id, "kai", role="moderator"))
    with pytest.raises(NotAllowed):
        world.do(RemoveMember(lea, group_id, "kai"))
    for leading in ("mia", "kai"):
        with pytest.raises(NotAllowed):
            world.do(RemoveMember(otto, group_id, leading))
    (removed,) = world.happened(RemoveMember(otto, group_id, "lea"))
    assert isinstance(removed, events.MembershipRemoved)
    assert removed.member == lea.person_id
    assert world.happened(RemoveMember(otto, group_id, "lea")) == []
    world.do(RemoveMember(mia, group_id, "kai"))
    world.do(RemoveMember(principal("directory", "service"), group_id, "otto"))


def test_owners_are_few() -> None:
    world = World()
    mia = world.person("mia")
    group_id = world.group(mia)
    people = [world.person(f"p{n}") for n in range(MOST_OWNERS)]
    for person in people:
        world.do(JoinGroup(person, group_id))
    for person in people[:-1]:
        world.do(ChangeRole(mia, group_id, person.person_id, role="owner"))
    with pytest.raises(TooManyOwners):
        world.do(ChangeRole(mia, group_id, people[-1].person_id, role="owner"))


def test_everybody_may_leave_an_archived_group() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    world.do(ArchiveGroup(mia, group_id))
    world.do(LeaveGroup(otto, group_id))
    assert world.role(group_id, otto) is None


def test_nobody_joins_or_leaves_the_group_of_everyone() -> None:
    world = World()
    world.do(EnsureEveryone())
    mia = world.person("mia")
    for command in (
        JoinGroup(mia, EVERYONE),
        LeaveGroup(mia, EVERYONE),
        RemoveMember(ADMIN, EVERYONE, "mia"),
    ):
        with pytest.raises(GroupIsBuiltIn):
            world.do(command)


def test_an_erased_owner_is_followed_by_whoever_is_named() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    assert world.happened(EndMembership(group_id, "mia", successor="otto")) == []
    world.do(ErasePerson(ADMIN, "mia"))
    left, changed = world.happened(EndMembership(group_id, "mia", successor="otto"))
    assert isinstance(left, events.MembershipLeft)
    assert left.member == FORMER_COLLEAGUE
    assert isinstance(changed, events.MembershipRoleChanged)
    assert (changed.member, changed.role) == (otto.person_id, "owner")
    assert world.stored_group(group_id).owners == ("otto",)
    assert world.membership(group_id, mia) is None
    assert world.happened(EndMembership(group_id, "mia", successor="otto")) == []


def test_a_group_whose_only_member_is_erased_is_archived() -> None:
    world = World()
    group_id = world.group(world.person("mia"))
    world.do(ErasePerson(ADMIN, "mia"))
    left, archived = world.happened(EndMembership(group_id, "mia"))
    assert isinstance(left, events.MembershipLeft)
    assert isinstance(archived, events.GroupArchived)
    assert world.stored_group(group_id).owners == ()


class Ownership(RuleBasedStateMachine):
    """Whatever members do: the group has an owner, and its list says what the memberships say."""

    people = ("mia", "otto", "lea", "kai")
    who = st.sampled_from(people)
    anybody = st.sampled_from((*people, "ada"))
    roles = st.sampled_from(("owner", "moderator", "member"))

    @initialize()
    def found(self) -> None:
        self.world = World()
        for name in self.people:
            self.world.person(name)
        self.group_id = self.world.group(principal("mia"))

    def attempt(self, command: Command) -> None:
        with suppress(Refusal):
            self.world.do(command)

    def caller(self, name: str) -> Principal:
        return ADMIN if name == "ada" else principal(name)

    @rule(who=who)
    def join(self, who: str) -> None:
        self.attempt(JoinGroup(principal(who), self.group_id))

    @rule(who=who)
    def leave(self, who: str) -> None:
        self.attempt(LeaveGroup(principal(who), self.group_id))

    @rule(by=anybody, who=who)
    def remove(self, by: str, who: str) -> None:
        self.attempt(RemoveMember(self.caller(by), self.group_id, who))

    @rule(by=anybody, who=who, role=roles)
    def change_role(self, by: str, who: str, role: MemberRole) -> None:
        self.attempt(ChangeRole(self.caller(by), self.group_id, who, role=role))

    @rule(who=who)
    def suspend(self, who: str) -> None:
        self.attempt(SuspendPerson(ADMIN, who))

    @rule(who=who)
    def leave_the_organisation(self, who: str) -> None:
        """The worker follows, and names somebody who is still there."""
        self.attempt(LeaveOrganisation(ADMIN, who))
        successors = (
            stored.person_id
            for stored in self.world.stored.values()
            if isinstance(stored, Membership)
            and stored.is_member
            and not self.world.stored_person(stored.person_id).is_left
        )
        self.world.do(RestMembership(self.group_id, who, next(successors, None)))

    @rule(who=who)
    def come_back(self, who: str) -> None:
        self.attempt(ReinstatePerson(ADMIN, who))
        self.world.do(PropagateSuspension(self.group_id, who))

    @invariant()
    def somebody_owns_it(self) -> None:
        group = self.world.stored_group(self.group_id)
        owners = group.owners
        assert owners or group.archived_at is not None
        assert not any(self.world.stored_person(owner).is_left for owner in owners)
        assert len(set(owners)) == len(owners)
        assert set(owners) == {
            stored.person_id
            for stored in self.world.stored.values()
            if isinstance(stored, Membership) and role_of(stored) == "owner"
        }


Ownership.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestOwnership = Ownership.TestCase
