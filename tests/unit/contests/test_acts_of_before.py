"""Contests whose times are over when they are recorded."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.contests.commands.contest_phases import AdvanceContest, AnnounceContest
from services.contests.commands.scheduled import EnterDuePhases, RecordResult
from services.contests.domain.contest import Contest
from services.contests.domain.roll import Roll
from shared.audience import EVERYONE, Group, Membership, Person, membership_id
from shared.contract.events.groups import MembershipJoined, MembershipLeft
from shared.contract.events.people import PersonActivated
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Found
from tests.support.in_memory import principal
from tests.unit.contests.audience import KnownPeople
from tests.unit.contests.world import DAY, SCHEDULE, START, World
from tooling.sample_events import sample

LATER = START + timedelta(days=300)
ROLL = Roll(arrivals=1, activations=1, people=1)


def begun(world: World, organiser: Principal) -> Contest:
    """A contest whose vote has begun."""
    contest, _ = world.voting(organiser)
    return contest


def recorded(contest: Contest) -> Contest:
    """The contest as it is stored where all of its times are over."""
    return contest.recorded(contest.changed_at, LATER)


def test_the_clock_leaves_a_contest_where_it_was_recorded_to_be() -> None:
    world = World()
    contest = begun(world, world.person("o", "editor"))
    assert contest.holds_since == contest.changed_at
    stored = recorded(contest)
    assert (stored.due_at, stored.overdue_since) == (None, None)
    assert stored.recorded_at == LATER


def test_the_clock_takes_over_where_a_time_lies_ahead() -> None:
    world = World()
    contest = begun(world, world.person("o", "editor"))
    stored = contest.recorded(contest.changed_at, SCHEDULE.closes_at - DAY / 2)
    assert stored.due_at == SCHEDULE.closes_at
    assert stored.overdue_since is None, "it comes due by the clock"


@pytest.mark.parametrize("before_its_end", [timedelta(), timedelta(milliseconds=500), DAY / 2])
def test_a_vote_whose_end_is_recorded_is_sealed_as_of_then(before_its_end: timedelta) -> None:
    world = World()
    organiser = world.person("o", "editor")
    contest = recorded(begun(world, organiser))
    world.store(contest)
    world.now = SCHEDULE.closes_at - before_its_end
    world.do(AdvanceContest(organiser, contest.id, "sealed"))
    ordered = recorded(world.get(Contest, contest.id))
    ends = min(world.now + timedelta(seconds=1), SCHEDULE.closes_at)
    assert ordered.overdue_since == ordered.due_at == ends
    world.store(ordered)
    world.now = ends
    world.do(EnterDuePhases(contest.id, ROLL))
    sealed = recorded(world.get(Contest, contest.id))
    assert sealed.phase == "sealed"
    assert sealed.overdue_since == sealed.due_at, "and its count is the clock's, as of then"
    assert sealed.changed_at == to_milliseconds(ends)


def test_a_vote_that_the_clock_will_end_needs_nobody_to_say_so() -> None:
    world = World()
    organiser = world.person("o", "editor")
    contest = begun(world, organiser)
    world.now = SCHEDULE.closes_at - timedelta(milliseconds=500)
    world.do(AdvanceContest(organiser, contest.id, "sealed"))
    assert world.get(Contest, contest.id) == contest


def test_a_change_of_now_is_the_clocks_again() -> None:
    world = World()
    contest = recorded(begun(world, world.person("o", "editor")))
    changed = replace(contest.changed(LATER), due_at=LATER)
    assert (changed.recorded_at, changed.overdue_since) == (None, None)


def test_what_the_clock_does_is_stopped_by_nothing_younger() -> None:
    assert EnterDuePhases.follows
    assert RecordResult.follows


def test_a_roll_of_now_is_none_of_before() -> None:
    who = principal("o")
    for command in (
        AnnounceContest(who, "c", ROLL, ROLL, LATER),
        AdvanceContest(who, "c", "voting", None, ROLL, LATER),
    ):
        assert command.rests_on(Found()) == LATER
    assert AnnounceContest(who, "c", ROLL, ROLL).rests_on(Found()) is None


def test_the_copy_keeps_since_when_people_belong_to_a_group() -> None:
    copy = KnownPeople()
    copy.hear(sample(PersonActivated, person="p", account="human"), at=START)
    assert copy.all(Person)["p"].holds_since == START
    copy.hear(
        sample(MembershipJoined, group_id="g", member="p", role="member", visibility="open"),
        at=START + DAY,
    )
    assert copy.all(Membership)[membership_id("g", "p")].holds_since == START + DAY
    groups = copy.all(Group)
    assert (groups["g"].members_since, groups[EVERYONE].members_since) == (START + DAY, START)
    copy.hear(
        sample(MembershipLeft, group_id="g", member="p", role="member", visibility="open"),
        at=START + 2 * DAY,
    )
    assert copy.all(Group)["g"].members_since == START + 2 * DAY
