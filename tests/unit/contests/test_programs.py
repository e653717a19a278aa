"""Programs neither enter contests nor vote in them; that they view entries is told as theirs."""

import pytest

from services.contests.commands.entries import ViewEntry
from services.contests.domain.rules import Rules
from shared.audience import EVERYONE
from shared.contract.access import NotAllowed
from shared.contract.events.ballots import (
    BallotCast,
    BallotChanged,
    BallotRecorded,
    BallotWithdrawn,
)
from shared.contract.events.contests import AboutEntry
from tests.unit.contests.world import World, vote


@pytest.mark.parametrize("of_group", [False, True])
def test_a_program_does_not_enter_be_it_a_member(of_group: bool) -> None:
    world = World()
    group_id = world.group() if of_group else EVERYONE
    contest = world.submissions(world.person("olga", "editor"), Rules(entrants=group_id))
    roles = {group_id: "owner"} if of_group else None
    for role in ((), ("admin",), ("service", "admin")):
        with pytest.raises(NotAllowed):
            world.enter(world.person("bot", *role, human=False, groups=roles), contest)


def test_a_program_does_not_vote_whatever_the_roll_holds() -> None:
    world = World()
    contest, entries = world.voting(world.person("olga", "editor"), world.person("ann"))
    with pytest.raises(NotAllowed):
        world.do(vote(world.person("bot", human=False), contest.id, [entries[0].id]))


def test_a_view_says_whether_a_human_being_looked() -> None:
    world = World()
    _, entries = world.voting(world.person("olga", "editor"), world.person("ann"))
    by_bot = world.happens(ViewEntry(world.person("bot", human=False), entries[0].id))
    assert (by_bot.human, by_bot.in_audience) == (False, False)
    by_ben = world.happens(ViewEntry(world.person("ben"), entries[0].id))
    assert (by_ben.human, by_ben.in_audience) == (True, True)


def test_entries_and_ballots_are_those_of_human_beings() -> None:
    world = World()
    olga = world.person("olga", "editor")
    world.enter(world.person("ann"), world.submissions(olga, Rules(reviewed=False)))
    before = world.events.copy()
    contest, entries = world.voting(olga, world.person("cleo"))
    world.do(vote(world.person("ben"), contest.id, [entries[0].id]))
    acts = (AboutEntry, BallotCast, BallotChanged, BallotWithdrawn, BallotRecorded)
    told = [event.data for event in (*before, *world.events) if isinstance(event.data, acts)]
    assert {type(data).__name__ for data in told} >= {
        "EntrySubmitted",
        "EntryAccepted",
        "BallotCast",
        "BallotRecorded",
    }
    assert all(data.human for data in told)
