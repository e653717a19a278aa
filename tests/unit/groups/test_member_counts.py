"""The number of members of a group, folded from events, is that of its memberships."""

from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import msgspec

from services.groups.commands.account_changes import EndMembership, PropagateSuspension
from services.groups.commands.groups import ArchiveGroup
from services.groups.commands.members import JoinGroup, LeaveGroup, RemoveMember
from services.groups.commands.people import ErasePerson, ReinstatePerson, SuspendPerson
from services.groups.domain.counts import MemberCount, members_shown
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, membership_id
from services.groups.domain.person import Person
from services.groups.worker.member_counts import MemberCountChanges
from shared.audience import EVERYONE
from shared.contract.events.groups import MembershipJoined
from shared.contract.events.registry import Event
from tests.unit.groups.world import ADMIN, NOON, World


def folded(world: World) -> dict[str, int]:
    """Members by group, as the worker adds them up."""
    changes = MemberCountChanges()
    for occurred in world.events:
        changes.apply(occurred.data)
    return changes.by_group


def counted(world: World, group_id: str) -> int:
    """Memberships of a group that count."""
    return sum(
        isinstance(stored, Membership) and stored.group_id == group_id and stored.counted
        for stored in world.stored.values()
    )


def test_whoever_joins_leaves_or_is_removed_is_counted_in_and_out() -> None:
    world = World()
    mia, otto, lea = (world.person(name) for name in ("mia", "otto", "lea"))
    group_id = world.group(mia)
    for person in (otto, lea):
        world.do(JoinGroup(person, group_id))
    assert folded(world)[group_id] == counted(world, group_id) == 3
    world.do(LeaveGroup(otto, group_id))
    world.do(RemoveMember(ADMIN, group_id, "lea"))
    assert folded(world)[group_id] == counted(world, group_id) == 1


def test_who_is_suspended_counts_again_when_reinstated() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    for command, members in (
        (SuspendPerson(ADMIN, "otto"), 1),
        (ReinstatePerson(ADMIN, "otto"), 2),
    ):
        world.do(command)
        world.do(PropagateSuspension(group_id, "otto"))
        assert folded(world)[group_id] == counted(world, group_id) == members
        assert folded(world)[EVERYONE] == members


def test_an_erased_member_is_counted_out_once() -> None:
    world = World()
    group_id = world.group(world.person("mia"))
    world.do(ErasePerson(ADMIN, "mia"))
    for _ in range(2):
        world.do(EndMembership(group_id, "mia"))
    assert folded(world) == {EVERYONE: 0, group_id: 0}


def test_a_program_is_noted_and_not_counted() -> None:
    world = World()
    mia = world.person("mia")
    world.store(msgspec.structs.replace(world.stored_person("mia"), account="service"))
    group_id = world.group(mia)
    assert folded(world) == {EVERYONE: 1, group_id: 0}  # mia was a human being when she came


def test_other_events_change_no_number() -> None:
    world = World()
    mia = world.person("mia")
    group_id = world.group(mia)
    before = folded(world)
    world.do(ArchiveGroup(mia, group_id))
    assert folded(world) == before == {EVERYONE: 1, group_id: 1}


def shown(world: World, group_id: str, who: str, counted: MemberCount | None) -> int:
    """The number of members in an answer to somebody."""
    group = world.stored[Group, group_id]
    membership = world.stored.get((Membership, membership_id(group_id, who)))
    person = world.stored[Person, who]
    assert isinstance(group, Group)
    assert membership is None or isinstance(membership, Membership)
    assert isinstance(person, Person)
    return members_shown(group, counted, membership, person)


def test_who_has_joined_is_in_the_number_before_and_after_it_is_counted() -> None:
    world = World()
    mia, otto, lea = (world.person(name) for name in ("mia", "otto", "lea"))
    group_id = world.group(mia)
    founded = MemberCount(id=group_id, members=1, through=NOON)
    assert [shown(world, group_id, who, founded) for who in ("mia", "otto")] == [1, 1]
    world.now = NOON + timedelta(seconds=1)
    world.do(JoinGroup(otto, group_id))
    for counted in (None, founded, MemberCount(id=group_id, members=2, through=world.now)):
        assert shown(world, group_id, "otto", counted) == 2
    # Counted by the time of somebody else's join, before one's own: never less than oneself.
    nobody = MemberCount(id=group_id, members=0, through=world.now)
    assert shown(world, group_id, "otto", nobody) == 1
    assert shown(world, group_id, "lea", nobody) == 0
    world.do(JoinGroup(lea, group_id))
    world.do(SuspendPerson(ADMIN, "lea"))
    world.do(PropagateSuspension(group_id, "lea"))
    assert shown(world, group_id, "lea", founded) == 1


def test_whoever_is_active_is_one_of_everyone() -> None:
    world = World()
    world.person("mia")
    world.invited("otto")
    everyone = Group(
        id=EVERYONE, kind="everyone", visibility="open", name="Everyone", created_at=NOON
    )
    for who, number in (("mia", 1), ("otto", 0)):
        person = world.stored[Person, who]
        assert isinstance(person, Person)
        assert members_shown(everyone, None, None, person) == number


def test_the_time_of_the_latest_event_that_counts_is_noted() -> None:
    world = World()
    mia, otto = world.person("mia"), world.person("otto")
    group_id = world.group(mia)
    world.do(JoinGroup(otto, group_id))
    changes = MemberCountChanges()
    early, late = NOON, NOON + timedelta(hours=1)
    joins = [one.data for one in world.events if isinstance(one.data, MembershipJoined)]
    for data, time in zip(joins, (late, early), strict=True):
        changes.count(cast(Event, SimpleNamespace(data=data, time=time)))
    assert changes.through == {group_id: late}
