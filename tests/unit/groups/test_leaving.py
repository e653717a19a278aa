"""People who leave the organisation, what they leave behind, and those who come back."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from services.groups.commands.account_changes import PropagateSuspension, SuccessorGone
from services.groups.commands.groups import CreateGroup
from services.groups.commands.invitations import Invite
from services.groups.commands.leaving import ForgetLeaver, LeaveOrganisation, RestMembership
from services.groups.commands.members import ChangeRole, JoinGroup, LeaveGroup
from services.groups.commands.membership_requests import RequestMembership
from services.groups.commands.people import ErasePerson, ReinstatePerson, SuspendPerson
from services.groups.config import GroupsSettings
from services.groups.domain.erasure import Erasure
from services.groups.domain.person import (
    AccountStatus,
    AlreadyLeft,
    Person,
    PersonChangedMeanwhile,
    PersonNotFound,
)
from services.groups.domain.profile import Profile
from shared.audience import Login
from shared.contract.access import NotAllowed, PersonHasLeft
from shared.contract.events import groups as group_events
from shared.contract.events import people as events
from shared.contract.events.logins import LoginTold
from shared.contract.events.vocabulary import PersonStatus
from shared.contract.ids import new_id
from shared.contract.principal import Standing
from tests.support.in_memory import principal
from tests.unit.groups.world import ADMIN, NOON, World, visit_of


def gone(world: World, person_id: str) -> None:
    """Has somebody leave."""
    world.do(LeaveOrganisation(ADMIN, person_id))


def test_somebody_leaves_once_and_that_is_told_once() -> None:
    world = World()
    mia = world.person("mia")
    assert world.happened(LeaveOrganisation(ADMIN, "mia")) == [
        events.PersonLeft(
            person=mia.person_id, account="human", previous="active", ever_activated=True
        )
    ]
    assert world.events[-2].actor == ADMIN.person_id
    left = world.stored_person("mia")
    assert (left.status, left.left_at, left.version) == (
        AccountStatus.LEFT,
        NOON.replace(microsecond=123000),
        2,
    )
    assert world.happened(LeaveOrganisation(ADMIN, "mia", expected=frozenset({1}))) == []
    assert world.stored_person("mia") == left


def test_a_token_of_somebody_who_left_leads_to_no_access_from_that_moment() -> None:
    world = World()
    mia = world.person("mia")
    gone(world, "mia")
    login = world.find(Login, mia.login)
    assert (login.person, login.standing) == ("mia", Standing.LEFT)
    told = world.events[-1].data
    assert isinstance(told, LoginTold)
    assert (told.login, told.standing) == (mia.login, "left")
    world.wait(days=1)
    # An API that hasn't heard of it yet still takes them for active.
    for command in (
        visit_of(mia),
        CreateGroup(mia, new_id(), new_id(), kind="community", visibility="open", name="Runners"),
    ):
        with pytest.raises(PersonHasLeft):
            world.do(command)


def test_only_administrators_and_directories_have_people_leave() -> None:
    world = World()
    mia = world.person("mia")
    for someone in (mia, world.person("otto")):
        with pytest.raises(NotAllowed):
            world.do(LeaveOrganisation(someone, "mia"))
    world.do(LeaveOrganisation(principal("directory", "service"), "mia"))
    with pytest.raises(PersonNotFound):
        world.do(LeaveOrganisation(ADMIN, "nobody"))


def test_who_has_changed_meanwhile_stays() -> None:
    world = World()
    world.person("mia")
    with pytest.raises(PersonChangedMeanwhile):
        world.do(LeaveOrganisation(ADMIN, "mia", expected=frozenset({7})))
    assert world.stored_person("mia").status is AccountStatus.ACTIVE


def test_somebody_comes_back_as_they_were_before() -> None:
    world = World()
    mia = world.person("mia")
    world.invited("otto")
    world.do(SuspendPerson(ADMIN, "mia"))
    cases: tuple[tuple[str, PersonStatus, PersonStatus], ...] = (
        ("mia", "suspended", "active"),
        ("otto", "invited", "invited"),
    )
    for person_id, before, after in cases:
        told = world.happens(LeaveOrganisation(ADMIN, person_id))
        assert (told.previous, told.ever_activated) == (before, person_id == "mia")
        assert world.happened(ReinstatePerson(ADMIN, person_id)) == [
            events.PersonReinstated(
                person=person_id, account="human", status=after, previous="left"
            )
        ]
        person = world.stored_person(person_id)
        assert (person.status, person.left_at, person.suspended_at) == (after, None, None)
    assert world.find(Login, mia.login).standing is Standing.ACTIVE


def test_who_has_left_is_neither_suspended_nor_invited_to_a_group() -> None:
    world = World()
    group_id = world.group(world.person("otto"), "closed")
    world.person("mia")
    gone(world, "mia")
    for command in (SuspendPerson(ADMIN, "mia"), Invite(ADMIN, group_id, "mia")):
        with pytest.raises(AlreadyLeft):
            world.do(command)
    world.do(ReinstatePerson(ADMIN, "mia"))
    world.do(Invite(ADMIN, group_id, "mia"))


def test_a_member_who_left_is_counted_out_and_in_again_when_they_are_back() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(otto)
    world.do(JoinGroup(mia, group_id))
    rest = RestMembership(group_id, "mia")
    assert world.happened(rest) == []
    gone(world, "mia")
    told = world.happens(rest)
    assert isinstance(told, group_events.MembershipSuspended)
    assert (told.member, told.counted, world.events[-1].actor) == ("mia", True, None)
    assert world.happened(rest) == []
    assert world.role(group_id, mia) == "member"
    world.do(ReinstatePerson(ADMIN, "mia"))
    assert world.happened(rest) == []
    told = world.happens(PropagateSuspension(group_id, "mia"))
    assert isinstance(told, group_events.MembershipReinstated)


def test_what_somebody_owned_passes_on_and_they_come_back_as_a_member() -> None:
    world = World()
    mia, otto, lea = (world.person(one) for one in ("mia", "otto", "lea"))
    group_id = world.group(mia)
    for one in (otto, lea):
        world.do(JoinGroup(one, group_id))
    gone(world, "mia")
    rests, *passes_on = world.happened(RestMembership(group_id, "mia", "otto"))
    assert isinstance(rests, group_events.MembershipSuspended)
    assert [
        (told.member, told.previous, told.role)
        for told in passes_on
        if isinstance(told, group_events.MembershipRoleChanged)
    ] == [("mia", "owner", "member"), ("otto", "member", "owner")]
    assert world.stored_group(group_id).owners == ("otto",)
    assert world.happened(RestMembership(group_id, "mia", "lea")) == []
    world.do(ReinstatePerson(ADMIN, "mia"))
    world.do(PropagateSuspension(group_id, "mia"))
    assert (world.role(group_id, mia), world.role(group_id, otto)) == ("member", "owner")


def test_nobody_makes_an_owner_of_somebody_who_has_left() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(otto)
    world.do(JoinGroup(mia, group_id))
    gone(world, "mia")
    with pytest.raises(AlreadyLeft):
        world.do(ChangeRole(otto, group_id, "mia", "owner"))
    world.do(ReinstatePerson(ADMIN, "mia"))
    world.do(ChangeRole(otto, group_id, "mia", "owner"))


def test_of_two_owners_the_other_stays_one() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    world.do(ChangeRole(mia, group_id, "otto", "owner"))
    gone(world, "mia")
    world.do(RestMembership(group_id, "mia", "otto"))
    assert world.stored_group(group_id).owners == ("otto",)
    assert world.role(group_id, mia) == "member"


def test_a_group_that_nobody_can_own_is_archived() -> None:
    world = World()
    mia = world.person("mia")
    group_id = world.group(mia)
    gone(world, "mia")
    told = world.happened(RestMembership(group_id, "mia"))
    assert isinstance(told[-1], group_events.GroupArchived)
    group = world.stored_group(group_id)
    assert group.owners == ()
    assert group.archived_at is not None


def test_a_successor_who_is_gone_takes_nothing_over() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    world.do(LeaveGroup(otto, group_id))
    gone(world, "mia")
    with pytest.raises(SuccessorGone):
        world.do(RestMembership(group_id, "mia", "otto"))
    assert world.stored_group(group_id).owners == ("mia",)


def test_requests_and_invitations_of_somebody_who_left_come_to_nothing() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    asked, invited, known = (world.group(otto, "closed") for _ in range(3))
    world.do(RequestMembership(mia, asked))
    world.do(Invite(otto, invited, "mia"))
    world.do(JoinGroup(mia, back := world.group(otto)))
    world.do(LeaveGroup(mia, back))
    gone(world, "mia")
    for group_id, was_invited in ((asked, False), (invited, True)):
        told = world.happens(RestMembership(group_id, "mia"))
        assert isinstance(told, group_events.MembershipDeclined)
        assert told.invited is was_invited
        assert world.membership(group_id, mia) is None
    for group_id in (known, back):
        assert world.happened(RestMembership(group_id, "mia")) == []


def test_whoever_left_long_enough_ago_is_forgotten() -> None:
    world = World()
    world.invited("mia", Profile(name="Mia", email="mia@example.org"))
    mia = world.person("mia")
    gone(world, "mia")
    year = timedelta(days=365)
    world.wait(days=364)
    assert world.happened(ForgetLeaver("mia", world.now - year)) == []
    world.wait(days=2)
    told = world.happens(ForgetLeaver("mia", world.now - year, "deleted"))
    assert isinstance(told, events.PersonErased)
    assert (told.person, told.previous, told.texts) == ("mia", "left", "deleted")
    erasure = world.find(Erasure, told.erasure)
    assert (erasure.requested_by, erasure.texts) == (None, "deleted")
    assert world.events[-1].actor is None
    erased = world.stored_person("mia")
    assert (erased.is_erased, erased.profile, erased.left_at) == (True, Profile(), None)
    login = world.find(Login, mia.login)
    assert (login.person, login.standing) == (None, Standing.ERASED)
    assert world.happened(ForgetLeaver("mia", world.now)) == []


@pytest.mark.parametrize(("days", "after"), [(0, None), (1, timedelta(days=1))])
def test_the_organisation_says_when_whoever_left_is_forgotten(
    days: int, after: timedelta | None
) -> None:
    settings = GroupsSettings(
        pseudonym_key=SecretStr("a key for tests only, of 32 bytes"), forget_left_after_days=days
    )
    assert settings.forget_left_after() == after


def test_whoever_is_back_isnt_forgotten() -> None:
    world = World()
    world.person("mia")
    gone(world, "mia")
    world.do(ReinstatePerson(ADMIN, "mia"))
    world.wait(days=400)
    assert world.happened(ForgetLeaver("mia", world.now)) == []
    gone(world, "mia")
    assert world.happened(ForgetLeaver("mia", world.now - timedelta(days=365))) == []
    person = world.find(Person, "mia")
    assert person.status is AccountStatus.LEFT


def test_somebody_who_left_can_be_erased_at_once() -> None:
    world = World()
    world.person("mia")
    gone(world, "mia")
    told = world.happens(ErasePerson(ADMIN, "mia"))
    assert isinstance(told, events.PersonErased)
    assert told.previous == "left"
