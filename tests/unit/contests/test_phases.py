"""Phases: by the clock and by hand, each step told once, the end of the vote safe by time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.contests.commands.contest_phases import AdvanceContest, CancelContest
from services.contests.commands.scheduled import EnterDuePhases, RecordResult
from services.contests.domain.ballot import VotingNotOpen
from services.contests.domain.contest import Contest
from services.contests.domain.phases import (
    CLOSING_NOTICE,
    LONGEST_COMMIT,
    NEXT,
    ContestPhaseWrong,
)
from services.contests.domain.rules import Schedule
from services.contests.domain.tally import Candidate, Cast, Result, Tally, tally
from shared.contract.access import NotAllowed
from shared.contract.events.ballots import ResultsPublished
from shared.contract.events.contests import ContestCancelled, ContestPhaseChanged
from shared.contract.events.vocabulary import Phase
from shared.contract.principal import Principal
from shared.delivery.committer import committer
from shared.delivery.mongo import sessions
from tests.unit.contests.world import MOMENT, SCHEDULE, World, everybody, vote


def counted(*votes: str) -> Tally:
    entries = [Candidate(name, SCHEDULE.review_at, f"author of {name}") for name in "ab"]
    ballots = [Cast(f"voter {number}", (choice,)) for number, choice in enumerate(votes)]
    return tally(ballots, entries, "earliest_entry")


def sealed(world: World, organiser: Principal, schedule: Schedule = SCHEDULE) -> Contest:
    return world.at(schedule.closes_at, world.announced(organiser, schedule=schedule))


def judged(world: World, organiser: Principal, schedule: Schedule = SCHEDULE) -> Contest:
    contest = sealed(world, organiser, schedule)
    world.now += LONGEST_COMMIT
    world.do(RecordResult(contest.id, counted("a", "b", "b", "b", "b")))
    return world.get(Contest, contest.id)


def test_the_margin_outlasts_every_commit_that_is_acknowledged_and_every_silent_process() -> None:
    margin = LONGEST_COMMIT.total_seconds()
    assert margin > committer.LONGEST
    assert margin > sessions.SILENT


def test_each_phase_begins_at_its_time_and_not_before(world: World, olga: Principal) -> None:
    contest = world.announced(olga)
    world.types()
    expected = [
        (SCHEDULE.submissions_at, "submissions"),
        (SCHEDULE.review_at, "review"),
        (SCHEDULE.voting_at, "voting"),
        (SCHEDULE.closes_at, "sealed"),
    ]
    for moment, phase in expected:
        before = contest.phase
        assert world.at(moment - MOMENT, contest).phase == before
        assert world.types() == []
        contest = world.at(moment, contest)
        assert contest.phase == phase
        event = world.last(ContestPhaseChanged)
        assert (event.previous, event.phase, event.automatic) == (before, phase, True)
        assert world.events[-1].actor is None
        assert world.types() == ["contest.phase_changed"]


def test_a_worker_that_was_away_catches_up_step_by_step(world: World, olga: Principal) -> None:
    contest = sealed(world, olga)
    assert contest.phase == "sealed"
    assert [step.phase for step in contest.trail][1:] == [
        "announced",
        "submissions",
        "review",
        "voting",
        "sealed",
    ]
    assert world.types() == ["contest.announced"] + ["contest.phase_changed"] * 4
    assert contest.eligible_voters == 12


def test_what_is_due_happens_once(world: World, olga: Principal) -> None:
    contest = sealed(world, olga)
    assert world.changes(EnterDuePhases(contest.id, everybody(12))).put == ()
    assert world.changes(EnterDuePhases("no such contest", everybody(12))).put == ()


def test_the_count_waits_until_no_ballot_can_be_under_way(world: World, olga: Principal) -> None:
    contest = sealed(world, olga)
    assert contest.due_at == world.now + LONGEST_COMMIT
    world.now += LONGEST_COMMIT - MOMENT
    assert world.changes(RecordResult(contest.id, counted("a"))).put == ()
    world.now += MOMENT
    world.events.clear()
    world.do(RecordResult(contest.id, counted("a")))
    assert world.get(Contest, contest.id).phase == "judged"
    assert world.types() == ["contest.phase_changed"]


def test_a_result_is_stored_once_and_stays(world: World, olga: Principal) -> None:
    contest = judged(world, olga)
    before = world.get(Result, contest.id)
    assert world.changes(RecordResult(contest.id, counted("a", "a", "a"))).put == ()
    assert world.get(Result, contest.id) == before


def test_without_a_time_the_organiser_publishes(world: World, olga: Principal) -> None:
    contest = judged(world, olga)
    world.now += timedelta(days=100)
    assert world.changes(EnterDuePhases(contest.id, everybody(12))).put == ()
    world.events.clear()
    world.do(AdvanceContest(olga, contest.id, "published"))
    assert world.get(Contest, contest.id).phase == "published"
    event = world.last(ResultsPublished)
    assert [(ranked.rank, ranked.entry_id, ranked.votes) for ranked in event.ranking] == [
        (1, "b", 4),
        (2, "a", 1),
    ]
    assert [ranked.result for ranked in event.ranking] == [4 / 5, 1 / 5]
    assert (event.ballots, event.votes, event.eligible_voters, event.entrants) == (5, 5, 12, 2)
    assert world.types() == ["contest.changed", "contest.phase_changed", "results.published"]


def test_with_a_time_the_clock_publishes(world: World, olga: Principal) -> None:
    publish_at = SCHEDULE.closes_at + timedelta(hours=1)
    contest = judged(world, olga, replace(SCHEDULE, publish_at=publish_at))
    assert contest.due_at == publish_at
    world.events.clear()
    assert world.at(publish_at, contest).phase == "published"
    assert world.types() == ["contest.phase_changed", "results.published"]


@pytest.mark.parametrize("to", ["submissions", "review", "voting"])
def test_an_organiser_moves_a_contest_on_before_its_time(
    world: World, olga: Principal, to: Phase
) -> None:
    before = next(phase for phase, after in NEXT.items() if after == to)
    moments = {
        "announced": world.now,
        "submissions": SCHEDULE.submissions_at,
        "review": SCHEDULE.review_at,
    }
    contest = world.at(moments[before], world.announced(olga))
    world.events.clear()
    world.do(AdvanceContest(olga, contest.id, to, "All are here."))
    moved = world.get(Contest, contest.id)
    assert moved.phase == to
    assert getattr(moved.description.schedule, f"{to}_at") == world.now
    step = moved.trail[-1]
    assert (step.phase, step.by, step.reason) == (to, "olga", "All are here.")
    assert world.last(ContestPhaseChanged).automatic is False
    assert world.types() == ["contest.changed", "contest.phase_changed"]


def test_the_same_advance_twice_skips_no_phase(world: World, olga: Principal) -> None:
    contest = world.announced(olga)
    world.do(AdvanceContest(olga, contest.id, "submissions"))
    world.events.clear()
    assert world.do(AdvanceContest(olga, contest.id, "submissions")).contest.phase == "submissions"
    assert world.types() == []


def test_two_who_end_the_submissions_at_once_do_not_open_the_vote(
    world: World, olga: Principal
) -> None:
    """Both have read "submissions"; each names the phase that comes after it."""
    contest = world.submissions(olga)
    ada = world.person("ada", "admin")
    for who in (olga, ada):
        world.do(AdvanceContest(who, contest.id, "review"))
        assert world.get(Contest, contest.id).phase == "review"
    draft = world.draft(olga)
    with pytest.raises(ContestPhaseWrong):
        world.do(AdvanceContest(olga, draft.id, "announced"))


def test_a_phase_cannot_be_skipped_or_entered_again(world: World, olga: Principal) -> None:
    contest = world.submissions(olga)
    for to in ("announced", "voting", "published", "cancelled"):
        with pytest.raises(ContestPhaseWrong):
            world.do(AdvanceContest(olga, contest.id, to))


def test_only_those_who_organise_move_it_on(world: World, olga: Principal) -> None:
    contest = world.announced(olga)
    for stranger in (world.person("paul"), world.person("eva", "editor")):
        with pytest.raises(NotAllowed):
            world.do(AdvanceContest(stranger, contest.id, "submissions"))
        with pytest.raises(NotAllowed):
            world.do(CancelContest(stranger, contest.id, "?"))
    world.do(AdvanceContest(world.person("ada", "admin"), contest.id, "submissions"))


def test_ending_the_vote_by_hand_sets_its_end_a_moment_ahead(world: World, olga: Principal) -> None:
    author, voter = world.person("ann"), world.person("vera")
    contest, [entry] = world.voting(olga, author)
    world.do(AdvanceContest(olga, contest.id, "sealed", "Everybody has voted."))
    ordered = world.get(Contest, contest.id)
    assert ordered.phase == "voting"
    closes_at = world.now + CLOSING_NOTICE
    schedule = ordered.description.schedule
    assert schedule is not None
    assert ordered.due_at == schedule.closes_at == closes_at
    assert ordered.trail[-1].by == "olga"
    assert world.types() == ["contest.changed"]
    world.do(AdvanceContest(olga, contest.id, "sealed"))
    assert world.types() == []

    world.now = closes_at - MOMENT
    world.do(vote(voter, contest.id, [entry.id]))
    world.now = closes_at
    with pytest.raises(VotingNotOpen):
        world.do(vote(world.person("vito"), contest.id, [entry.id]))
    assert world.at(closes_at, contest).phase == "sealed"
    assert world.get(Contest, contest.id).due_at == closes_at + LONGEST_COMMIT


def test_the_count_cannot_be_done_by_hand(world: World, olga: Principal) -> None:
    contest = sealed(world, olga)
    with pytest.raises(ContestPhaseWrong):
        world.do(AdvanceContest(olga, contest.id, "judged"))


@pytest.mark.parametrize("prepare", [World.announced, World.submissions, sealed, judged])
def test_a_contest_is_cancelled_at_any_time_before_its_publication(
    world: World, olga: Principal, prepare: Callable[[World, Principal], Contest]
) -> None:
    contest = prepare(world, olga)
    world.events.clear()
    world.do(CancelContest(olga, contest.id, "Too few entries."))
    cancelled = world.get(Contest, contest.id)
    assert (cancelled.phase, cancelled.due_at) == ("cancelled", None)
    assert world.last(ContestCancelled).previous == contest.phase
    assert world.types() == ["contest.cancelled"]
    world.do(CancelContest(olga, contest.id, "Too few entries."))
    assert world.types() == []


def test_what_is_published_stays(world: World, olga: Principal) -> None:
    contest = judged(world, olga)
    world.do(AdvanceContest(olga, contest.id, "published"))
    with pytest.raises(ContestPhaseWrong):
        world.do(CancelContest(olga, contest.id, "I didn't win."))
