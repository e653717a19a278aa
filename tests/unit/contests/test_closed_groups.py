"""Whom a contest named while its group was open is found by no alias once the group is closed."""

from datetime import timedelta

import pytest

from services.contests.commands.contest_phases import AdvanceContest
from services.contests.commands.entries import ViewEntry
from services.contests.commands.scheduled import RecordResult
from services.contests.domain.phases import LONGEST_COMMIT
from services.contests.domain.rules import Rules, Schedule
from services.contests.domain.tally import Candidate, tally
from shared.audience import Group
from shared.contract.aliases import Aliases
from shared.contract.events.ballots import ResultsPublished
from shared.contract.events.contests import ContestAnnounced, EntryAccepted, EntryViewed
from shared.contract.events.disclosure import Disclosure
from shared.contract.events.groups import AboutGroup, GroupChanged, GroupCreated, GroupDeleted
from shared.contract.events.traces import TraceAliases
from shared.delivery.command import SETTLED, Occurred
from tests.unit.contests.audience import KnownPeople
from tests.unit.contests.world import DAY, SCHEDULE, START, World
from tooling.sample_events import sample

GROUP = "01976f3e-0000-7000-8000-000000000001"
ADA, BOB, OLGA = (f"5f0c1c1e-8a52-4a6b-9d0e-3b1f6a5c1e{number:02x}" for number in range(3))
DISCLOSURE = Disclosure(Aliases(b"a key for tests only"), TraceAliases(b"a key for tests only"))


def test_what_a_group_showed_before_it_was_closed_tells_nobodys_alias_in_it() -> None:
    world = World()
    group_id = world.group("open")
    olga, ada, bob = (world.person(who, groups={group_id: "owner"}) for who in (OLGA, ADA, BOB))
    rules = Rules(
        entrants=group_id,
        voters=group_id,
        anonymous=False,
        reviewed=False,
        entries_per_person=2,
    )
    contest = world.at(SCHEDULE.submissions_at, world.announced(olga, rules, group_id=group_id))
    entries = [world.enter(ada, contest)]
    assert {ADA, OLGA} <= people(world.events)

    known = KnownPeople(world.stored, now=lambda: world.now)
    known.hear(sample(GroupChanged, group_id=group_id, visibility="secret"))
    world.events.clear()
    entries.append(world.enter(ada, contest))
    for entry in entries:
        world.do(ViewEntry(bob, entry.id))
        world.do(ViewEntry(ada, entry.id))
    world.at(SCHEDULE.voting_at, contest)
    world.at(SCHEDULE.closes_at, contest)
    world.now += LONGEST_COMMIT
    standing = [Candidate(entry.id, entry.submitted_at, entry.author) for entry in entries]
    world.do(RecordResult(contest.id, tally([], standing, "earliest_entry")))
    world.do(AdvanceContest(olga, contest.id, "published"))
    old = people(world.events)
    assert len(old) == 2, "an alias for each entry"
    assert not old & {ADA, BOB, OLGA}

    world.events.clear()
    start = world.now + timedelta(seconds=SETTLED)
    times = ("submissions_at", "review_at", "voting_at", "closes_at")
    schedule = Schedule(**{time: start + n * DAY for n, time in enumerate(times, 1)})
    world.now = start
    contest = world.announced(olga, rules, schedule=schedule, group_id=group_id)
    contest = world.at(schedule.submissions_at, contest)
    for _ in range(2):
        world.enter(ada, contest)
    new = people(world.events)
    assert len(new) == 2, "in here one person has one alias"
    assert not new & (old | {ADA, BOB, OLGA})


@pytest.mark.parametrize(
    "ending",
    [
        sample(GroupChanged, group_id=GROUP, visibility="secret"),
        sample(GroupDeleted, group_id=GROUP, visibility="open"),
    ],
)
def test_the_copy_notes_since_when_a_group_is_closed(ending: AboutGroup) -> None:
    copy = KnownPeople(now=lambda: START)
    copy.hear(sample(GroupCreated, group_id=GROUP, visibility="open"))
    copy.hear(ending)
    copy.hear(ending)
    assert copy.all(Group)[GROUP].closed_since == START


def people(told: list[Occurred]) -> set[str]:
    """By what organisers and entrants stand in what is published of some events."""
    found: set[str] = set()
    for happened in told:
        match DISCLOSURE.publishable(*happened)[0]:
            case ContestAnnounced() as announced:
                found.add(announced.organiser)
            case EntryAccepted() | EntryViewed() as entry:
                found.add(entry.entrant)
            case ResultsPublished() as results:
                found |= {entry.entrant for entry in results.ranking}
            case _:
                pass
    return found
