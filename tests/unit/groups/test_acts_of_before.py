"""Since when people, groups and memberships are as they are, and what follows when that is told."""

from datetime import datetime, timedelta

import pytest

from services.groups.commands.account_changes import PropagateSuspension
from services.groups.commands.groups import ArchiveGroup, CreateGroup, RestoreGroup
from services.groups.commands.leaving import ForgetLeaver, LeaveOrganisation, RestMembership
from services.groups.commands.members import ChangeRole, JoinGroup
from services.groups.commands.people import ReinstatePerson, SuspendPerson
from services.groups.commands.visits import RecordPastVisit
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, membership_id
from services.groups.domain.person import Person, PersonNotFound
from shared.contract.events import people as events
from shared.contract.history import RecordedTooLate
from shared.contract.ids import new_id
from shared.contract.moments import to_milliseconds
from shared.delivery.command import Found
from tests.unit.groups.world import ADMIN, World

LATER = timedelta(days=300)
"""How long after the acts of these tests they are recorded."""


def founded(world: World) -> str:
    """A group of Ann's."""
    ann = world.person("ann")
    group: Group = world.do(
        CreateGroup(
            ann,
            new_id(),
            new_id(),
            kind="community",
            visibility="open",
            name="Tea",
        )
    )
    return group.id


def now(world: World) -> datetime:
    return to_milliseconds(world.now)


def test_an_account_is_as_it_is_since_its_last_change() -> None:
    world = World()
    world.person("mia")
    changes = (
        SuspendPerson(ADMIN, "mia"),
        ReinstatePerson(ADMIN, "mia"),
        LeaveOrganisation(ADMIN, "mia"),
        ReinstatePerson(ADMIN, "mia"),
    )
    assert world.find(Person, "mia").holds_since == now(world)
    for change in changes:
        world.wait(days=1)
        world.do(change)
        assert world.find(Person, "mia").holds_since == now(world), change


def test_a_group_is_as_it_is_since_it_was_put_away_or_to_use() -> None:
    world = World()
    group_id = founded(world)
    assert world.find(Group, group_id).holds_since == now(world)
    for change in (ArchiveGroup(ADMIN, group_id), RestoreGroup(ADMIN, group_id)):
        world.wait(days=1)
        world.do(change)
        assert world.find(Group, group_id).holds_since == now(world), change


def test_a_member_is_what_they_are_since_they_have_their_role() -> None:
    world = World()
    group_id = founded(world)
    mia = world.person("mia")
    world.do(JoinGroup(mia, group_id))
    key = membership_id(group_id, "mia")
    joined = world.find(Membership, key).holds_since
    assert joined == now(world)
    world.wait(days=1)
    world.do(ChangeRole(ADMIN, group_id, "mia", "moderator"))
    assert world.find(Membership, key).holds_since == now(world)
    assert world.find(Membership, key).since == joined


@pytest.mark.parametrize("change", [SuspendPerson, ReinstatePerson, LeaveOrganisation])
def test_what_a_worker_waits_by_is_counted_from_the_recording(
    change: type[SuspendPerson | ReinstatePerson | LeaveOrganisation],
) -> None:
    world = World()
    world.person("mia")
    if change is ReinstatePerson:
        world.do(SuspendPerson(ADMIN, "mia"))
        world.wait(days=1)
    world.do(change(ADMIN, "mia"))
    live = world.find(Person, "mia")
    assert live.recorded_since is None
    stored = live.recorded(world.now, world.now + LATER)
    assert stored.unsettled_since == to_milliseconds(world.now + LATER)
    assert stored.recorded_since == now(world), "its memberships follow at its moment"
    assert stored.holds_since == now(world)


def test_what_a_worker_does_because_of_an_account_is_stopped_by_nothing_younger() -> None:
    assert PropagateSuspension.follows
    assert RestMembership.follows


def test_who_left_long_ago_is_forgotten_as_they_would_have_been() -> None:
    world = World()
    world.person("mia")
    world.do(LeaveOrganisation(ADMIN, "mia"))
    left = world.find(Person, "mia").recorded(world.now, world.now + LATER)
    world.store(left)
    world.wait(days=300)
    told = world.happens(ForgetLeaver("mia", world.now - timedelta(days=299)))
    assert isinstance(told, events.PersonErased)


def test_a_visit_of_before_is_counted_where_none_came_after_it() -> None:
    world = World()
    mia = world.person("mia")
    visit = RecordPastVisit(mia)
    assert world.do(visit).counted is False
    world.wait(days=1)
    assert world.do(visit).counted is True
    world.wait(days=-1)
    with pytest.raises(RecordedTooLate):
        world.do(visit)


def test_who_is_active_was_active_from_their_first_act_of_before_on() -> None:
    world = World()
    mia = world.person("mia")
    world.wait(days=-30)
    told = world.happens(RecordPastVisit(mia))
    assert isinstance(told, events.PersonActivated)
    assert world.find(Person, "mia").activated_at == now(world)


def test_nobody_visits_whom_the_organisation_hasnt_told_of() -> None:
    found = Found()
    found.put((Person, "mia"), None)
    with pytest.raises(PersonNotFound):
        RecordPastVisit(ADMIN).decide(found, World().now)
