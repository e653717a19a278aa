"""Events of contests say where people may not be named, and while nobody knows who has entered."""

import pytest

from services.contests.commands.contest_phases import AdvanceContest, CancelContest
from services.contests.commands.entries import ViewEntry, WithdrawEntry
from services.contests.commands.entry_reviews import RejectEntry
from services.contests.commands.scheduled import DeleteContest, RecordResult
from services.contests.domain.phases import LONGEST_COMMIT
from services.contests.domain.rules import Rules
from services.contests.domain.tally import Candidate, tally
from shared.audience import EVERYONE
from shared.contract.events.contests import AboutEntry
from shared.delivery.command import Occurred
from tests.unit.contests.world import SCHEDULE, START, World, take_back, vote


def all_that_happens(world: World, rules: Rules, group_id: str) -> list[Occurred]:
    """A contest from its announcement to its results, and another that is cancelled."""
    places = {} if group_id == EVERYONE else {group_id: "owner"}
    olga = world.person("olga", "editor", groups=places)
    ada, bob, eve = (world.person(name, groups=places) for name in ("ada", "bob", "eve"))
    contest = world.announced(olga, rules, group_id=group_id)
    contest = world.at(SCHEDULE.submissions_at, contest)
    entries = [world.enter(who, contest) for who in (ada, bob, eve)]
    if rules.reviewed:
        world.do(RejectEntry(olga, entries[2].id, "A copy."))
        entries = [world.accept(olga, entry) for entry in entries[:2]]
    world.do(ViewEntry(eve, entries[0].id))
    contest = world.at(SCHEDULE.voting_at, contest)
    world.do(vote(eve, contest.id, [entries[0].id]))
    world.do(take_back(eve, contest.id))
    world.do(WithdrawEntry(bob, entries[1].id))
    contest = world.at(SCHEDULE.closes_at, contest)
    world.now += LONGEST_COMMIT
    standing = [Candidate(entries[0].id, entries[0].submitted_at, entries[0].author)]
    world.do(RecordResult(contest.id, tally([], standing, "earliest_entry")))
    world.do(AdvanceContest(olga, contest.id, "published"))
    world.do(ViewEntry(bob, entries[0].id))
    told, world.events[:] = list(world.events), []
    world.now = START
    other = world.announced(olga, rules, group_id=group_id)
    world.do(CancelContest(olga, other.id, "Nobody came."))
    return told + world.events


@pytest.mark.parametrize("anonymous", [True, False])
@pytest.mark.parametrize("reviewed", [True, False])
@pytest.mark.parametrize("visibility", ["everyone", "open", "closed", "secret"])
def test_every_event_of_a_contest_says_what_may_be_named(
    visibility: str, reviewed: bool, anonymous: bool
) -> None:
    world = World()
    group_id = EVERYONE if visibility == "everyone" else world.group(visibility)
    rules = Rules(entrants=group_id, voters=group_id, anonymous=anonymous, reviewed=reviewed)
    told = all_that_happens(world, rules, group_id)
    assert {event.data.type.removeprefix("mitmach.") for event in told} >= {
        *("contest.announced", "contest.phase_changed", "contest.cancelled", "results.published"),
        *("entry.submitted", "entry.accepted", "entry.viewed", "entry.withdrawn"),
        *("ballot.cast", "ballot.withdrawn", "ballot.recorded"),
    }
    within = group_id if visibility in {"closed", "secret"} else None
    assert {event.within for event in told} == {within}
    for event in told:
        if isinstance(event.data, AboutEntry):
            assert event.masked == (anonymous and event.data.phase != "published")
    assert told[-3].data.type == "mitmach.entry.viewed"
    assert not told[-3].masked


def test_a_contest_that_goes_with_its_group_names_nobody() -> None:
    world = World()
    group_id = world.group("open")
    olga = world.person("olga", groups={group_id: "owner"})
    contest = world.announced(olga, group_id=group_id)
    world.delete(group_id)
    world.do(DeleteContest(contest.id))
    assert world.events[-1].within == group_id
