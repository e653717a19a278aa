"""The number of members of a group, folded from events, is that of its memberships."""

import msgspec

from services.groups.commands.account_changes import EndMembership, PropagateSuspension
from services.groups.commands.groups import ArchiveGroup
from services.groups.commands.members import JoinGroup, LeaveGroup, RemoveMember
from services.groups.commands.people import ErasePerson, ReinstatePerson, SuspendPerson
from services.groups.domain.membership import Membership
from services.groups.worker.member_counts import MemberCountChanges
from shared.audience import EVERYONE
from tests.unit.groups.world import ADMIN, World


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
