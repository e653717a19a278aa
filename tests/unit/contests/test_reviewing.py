"""Entries: until when they are accepted and rejected."""

import pytest

from services.contests.commands.entering import WithdrawEntry
from services.contests.commands.reviewing import AcceptEntry, RejectEntry
from services.contests.domain.phases import ContestPhaseWrong
from shared.identity import Principal
from tests.support.contests import MOMENT, SCHEDULE, World


def test_nothing_is_accepted_once_the_vote_may_have_begun(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.submissions(olga)
    entry = world.enter(ann, contest)
    world.now = SCHEDULE.voting_at - MOMENT
    world.do(RejectEntry(olga, entry.id, "Not a coffee."))
    world.now = SCHEDULE.voting_at
    with pytest.raises(ContestPhaseWrong):
        world.do(AcceptEntry(olga, entry.id))


def test_entries_fall_until_the_vote_ends_and_never_after(
    world: World, olga: Principal, ann: Principal
) -> None:
    _, [mine, other] = world.voting(olga, ann, world.person("ben"))
    world.now = SCHEDULE.closes_at - MOMENT
    world.do(RejectEntry(olga, other.id, "A copy."))
    world.now = SCHEDULE.closes_at
    with pytest.raises(ContestPhaseWrong):
        world.do(WithdrawEntry(ann, mine.id))
    with pytest.raises(ContestPhaseWrong):
        world.do(RejectEntry(olga, mine.id, "A copy."))
