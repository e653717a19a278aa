"""Entries: until when they are accepted and rejected, by whom, and when it takes two people."""

import pytest

from services.contests.commands.contest_phases import AdvanceContest, CancelContest
from services.contests.commands.entries import WithdrawEntry
from services.contests.commands.entry_reviews import (
    AcceptEntry,
    ConfirmRejection,
    ProposeRejection,
    RejectEntry,
)
from services.contests.commands.scheduled import RecordResult
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry, EntryChanged, EntryNotStanding
from services.contests.domain.participation import EntrantCannotDecide, ReviewerCannotEnter
from services.contests.domain.phases import LONGEST_COMMIT, ContestPhaseWrong
from services.contests.domain.rejection import RejectionNeedsTwo, RejectionNotProposed
from services.contests.domain.rules import Rules
from services.contests.domain.tally import tally
from shared.contract.access import NotAllowed
from shared.contract.events.contests import EntryRejected
from shared.contract.events.vocabulary import Phase
from shared.contract.principal import Principal
from tests.unit.contests.world import MOMENT, SCHEDULE, World, vote


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
    ada = world.person("ada", "admin")
    world.now = SCHEDULE.closes_at - MOMENT
    world.reject_in_vote(olga, other)
    world.do(ProposeRejection(olga, mine.id, "A copy.", "copyright"))
    world.now = SCHEDULE.closes_at
    with pytest.raises(ContestPhaseWrong):
        world.do(WithdrawEntry(ann, mine.id))
    with pytest.raises(ContestPhaseWrong):
        world.do(RejectEntry(olga, mine.id, "A copy."))
    with pytest.raises(ContestPhaseWrong):
        world.do(ConfirmRejection(ada, mine.id))
    assert world.get(Entry, mine.id).status == "accepted"


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_an_organiser_or_administrator_who_entered_reviews_no_entry_not_even_the_own(
    world: World, olga: Principal, ann: Principal, role: str
) -> None:
    contest = world.submissions(olga)
    judge = olga if role == "editor" else world.person("ada", "admin")
    mine, rival = world.enter(judge, contest), world.enter(ann, contest)
    for entry in (mine, rival):
        with pytest.raises(EntrantCannotDecide):
            world.do(AcceptEntry(judge, entry.id))
        with pytest.raises(EntrantCannotDecide):
            world.do(RejectEntry(judge, entry.id, "Mine is better."))
    world.do(WithdrawEntry(judge, mine.id))  # they have entered all the same
    with pytest.raises(EntrantCannotDecide):
        world.do(RejectEntry(judge, rival.id, "Mine was better."))
    world.accept(world.person("another", "admin"), rival)


def test_who_has_reviewed_an_entry_does_not_enter_any_more(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.submissions(olga)
    entry = world.enter(ann, contest)
    world.do(RejectEntry(olga, entry.id, "Too good."))
    with pytest.raises(ReviewerCannotEnter):
        world.enter(olga, contest)
    elsewhere = world.submissions(world.person("otto", "editor"))
    world.enter(olga, elsewhere)


@pytest.mark.parametrize(("entered", "to"), [("submissions", "review"), ("review", "voting")])
def test_an_organiser_who_entered_neither_shuts_out_others_nor_opens_the_vote(
    world: World, olga: Principal, entered: str, to: Phase
) -> None:
    contest = world.submissions(olga)
    world.enter(olga, contest)
    if entered == "review":
        contest = world.at(SCHEDULE.review_at, contest)
    with pytest.raises(EntrantCannotDecide):
        world.do(AdvanceContest(olga, contest.id, to))
    world.do(AdvanceContest(world.person("ada", "admin"), contest.id, to))


def test_an_organiser_who_entered_neither_ends_the_vote_early_nor_cancels_it(
    world: World, olga: Principal
) -> None:
    contest = world.submissions(olga, Rules(reviewed=False))
    world.enter(olga, contest)
    contest = world.at(SCHEDULE.voting_at, contest)
    with pytest.raises(EntrantCannotDecide):
        world.do(AdvanceContest(olga, contest.id, "sealed"))
    with pytest.raises(EntrantCannotDecide):
        world.do(CancelContest(olga, contest.id, "I am going to lose."))
    world.at(SCHEDULE.closes_at, contest)
    world.now += LONGEST_COMMIT
    world.do(RecordResult(contest.id, tally([], [], "earliest_entry")))
    world.do(AdvanceContest(olga, contest.id, "published"))  # it changes nothing any more
    assert world.get(Contest, contest.id).phase == "published"


def test_nobody_throws_an_entry_out_of_a_running_vote_alone(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest, [entry] = world.voting(olga, ann)
    with pytest.raises(RejectionNeedsTwo):
        world.do(RejectEntry(olga, entry.id, "A copy."))
    with pytest.raises(RejectionNotProposed):
        world.do(ConfirmRejection(olga, entry.id))
    world.do(ProposeRejection(olga, entry.id, "A copy.", "copyright"))
    with pytest.raises(RejectionNeedsTwo):
        world.do(ConfirmRejection(olga, entry.id))
    assert world.types() == []
    assert world.get(Entry, entry.id).status == "accepted"
    world.do(vote(world.person("vera"), contest.id, [entry.id]))  # it still stands


@pytest.mark.parametrize("second", ["admin", "moderator"])
def test_a_second_person_confirms_the_rejection_and_the_world_is_told_once(
    world: World, olga: Principal, ann: Principal, second: str
) -> None:
    _, [entry] = world.voting(olga, ann)
    world.do(ProposeRejection(olga, entry.id, "It shows us.", "privacy"))
    sam = world.person("sam", second)
    for _ in range(2):
        world.do(ConfirmRejection(sam, entry.id))
    event = world.last(EntryRejected)
    assert (event.category, event.phase, event.previous) == ("privacy", "voting", "accepted")
    assert world.types() == ["entry.rejected"]
    stored = world.get(Entry, entry.id).rejection
    assert stored is not None
    assert (stored.by, stored.confirmed_by, stored.rejected_at) == ("olga", "sam", world.now)


def test_neither_an_entrant_nor_just_anybody_rejects_in_the_vote(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.submissions(olga, Rules(reviewed=False))
    ada = world.person("ada", "admin")
    entry = world.enter(ann, contest)
    world.enter(ada, contest)
    world.at(SCHEDULE.voting_at, contest)
    with pytest.raises(EntrantCannotDecide):
        world.do(ProposeRejection(ada, entry.id, "Mine is better.", "other"))
    world.do(ProposeRejection(olga, entry.id, "A copy.", "copyright"))
    with pytest.raises(EntrantCannotDecide):
        world.do(ConfirmRejection(ada, entry.id))
    with pytest.raises(NotAllowed):
        world.do(ConfirmRejection(world.person("paul"), entry.id))


def test_a_confirmation_is_of_the_proposal_that_was_read(
    world: World, olga: Principal, ann: Principal
) -> None:
    _, [entry] = world.voting(olga, ann)
    ada, mona = world.person("ada", "admin"), world.person("mona", "moderator")
    world.do(ProposeRejection(olga, entry.id, "A copy.", "copyright"))
    read = frozenset({world.get(Entry, entry.id).version})
    world.do(ProposeRejection(mona, entry.id, "I don't like it.", "other"))
    with pytest.raises(EntryChanged):
        world.do(ConfirmRejection(ada, entry.id, read))
    world.do(ConfirmRejection(olga, entry.id))  # of the other one's proposal


def test_two_are_needed_only_while_people_vote_for_it(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.submissions(olga)
    accepted, unreviewed = [world.enter(who, contest) for who in (ann, world.person("ben"))]
    world.accept(olga, accepted)
    with pytest.raises(ContestPhaseWrong):
        world.do(ProposeRejection(olga, accepted.id, "A copy.", "copyright"))
    world.at(SCHEDULE.voting_at, contest)
    world.do(RejectEntry(olga, unreviewed.id, "It came too late."))  # it isn't in the vote
    with pytest.raises(EntryNotStanding):
        world.do(ProposeRejection(olga, unreviewed.id, "A copy.", "copyright"))
