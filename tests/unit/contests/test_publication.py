"""What is published of a tally: no single vote, no winner without a vote, every rejection."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contests.api.results import ResultView, result_view
from services.contests.commands import events
from services.contests.commands.scheduled import RecordResult
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry
from services.contests.domain.phases import LONGEST_COMMIT
from services.contests.domain.publication import FEWEST_BALLOTS, Publication, publication
from services.contests.domain.rules import Rules, TieBreak
from services.contests.domain.tally import (
    Candidate,
    Cast,
    RejectedDuringVote,
    Result,
    Tally,
    tally,
)
from services.contests.queries.results import PublishedResult
from services.metrics.kpis.measures import SMALLEST
from shared.contract.principal import Principal
from tests.unit.contests.world import SCHEDULE, World

START = datetime(2030, 5, 1, 12, tzinfo=UTC)
NAMES = ("a", "b", "c", "d")
ENTRIES = [
    Candidate(name, START + timedelta(seconds=n), f"author of {name}")
    for n, name in enumerate(NAMES)
]
choices = st.lists(st.sampled_from((*NAMES, "gone")), min_size=1, max_size=3, unique=True)
tie_breaks = st.sampled_from(get_args(TieBreak))


def counted(*ballots: list[str], tie_break: TieBreak = "earliest_entry") -> Tally:
    cast = [Cast(f"voter {n}", tuple(chosen)) for n, chosen in enumerate(ballots)]
    return tally(cast, ENTRIES, tie_break)


def ranks(told: Publication) -> list[tuple[str, int | None, bool, int | None]]:
    return [(place.entry_id, place.rank, place.winner, place.votes) for place in told.ranking]


def numbers(told: Publication) -> set[int | None]:
    return {told.ballots, told.votes, told.void_votes, *(place.votes for place in told.ranking)}


@given(st.lists(choices, min_size=1, max_size=FEWEST_BALLOTS - 1), tie_breaks)
def test_below_five_ballots_no_number_is_told_and_no_rank_but_the_first(
    ballots: list[list[str]], tie_break: TieBreak
) -> None:
    told = publication(counted(*ballots, tie_break=tie_break))
    assert told.few_ballots
    assert numbers(told) == {None}
    assert {place.rank for place in told.ranking} <= {1, None}
    losers = [place.entry_id for place in told.ranking if not place.winner]
    assert losers == sorted(losers), "the order would tell how they did"


@given(choices, choices, tie_breaks)
def test_one_ballot_is_published_the_same_whatever_it_chose(
    chosen: list[str], other: list[str], tie_break: TieBreak
) -> None:
    told = publication(counted(chosen, tie_break=tie_break))
    assert told == publication(counted(other, tie_break=tie_break))
    assert not any(place.winner for place in told.ranking)


@given(choices, choices)
def test_one_ballot_that_still_chooses_something_is_not_told_by_five_that_do_not(
    some: list[str], other: list[str]
) -> None:
    """Who voted for an entry that fell may be known; the rest would be the last voter's vote."""
    void = [["gone"]] * 5
    stands = [chosen for chosen in (some, other) if chosen != ["gone"]]
    assert len({str(publication(counted(*void, chosen))) for chosen in stands}) <= 1


@given(st.lists(choices, max_size=12), tie_breaks)
def test_nobody_wins_whom_nobody_voted_for(ballots: list[list[str]], tie_break: TieBreak) -> None:
    result = counted(*ballots, tie_break=tie_break)
    votes = {standing.entry_id: standing.votes for standing in result.ranking}
    winners = [place.entry_id for place in publication(result).ranking if place.winner]
    assert all(votes[winner] == max(votes.values()) > 0 for winner in winners)
    if result.decisive > 1:
        assert winners, "where people agreed on something, somebody wins"


def test_from_five_ballots_on_the_whole_ranking_is_told() -> None:
    told = publication(counted(["b"], ["b"], ["c"], ["c", "b"], ["b"]))
    assert not told.few_ballots
    assert ranks(told) == [
        ("b", 1, True, 4),
        ("c", 2, False, 2),
        ("a", 3, False, 0),
        ("d", 4, False, 0),
    ]
    assert (told.ballots, told.votes, told.void_votes) == (5, 6, 0)


def test_a_contest_in_which_nobody_voted_has_ranks_and_no_winner() -> None:
    told = publication(counted())
    assert ranks(told) == [(name, n, False, 0) for n, name in enumerate(NAMES, start=1)]
    assert (told.few_ballots, told.ballots, told.votes) == (False, 0, 0)


def test_those_who_share_the_first_rank_have_all_won() -> None:
    told = publication(counted(["a"], ["a"], ["d"], ["d"], tie_break="shared_rank"))
    assert [place.entry_id for place in told.ranking if place.winner] == ["a", "d"]


def test_contests_and_figures_call_the_same_number_few() -> None:
    assert FEWEST_BALLOTS == SMALLEST


@pytest.mark.parametrize("ballots", [1, 2, 4])
def test_neither_the_event_nor_the_route_tells_a_number_of_few_ballots(
    world: World, olga: Principal, ann: Principal, ballots: int
) -> None:
    contest, [first, second] = world.voting(olga, ann, world.person("ben"))
    result = published(world, contest, [[second.id]] * ballots)
    event = events.results_published(contest, result.tally)
    assert (event.few_ballots, event.ballots, event.votes, event.void_votes) == (
        True,
        None,
        None,
        None,
    )
    assert {(ranked.votes, ranked.result) for ranked in event.ranking} == {(None, None)}
    answer = shown(world, result, first, second)
    assert (answer.few_ballots, answer.ballots, answer.votes, answer.void_votes) == (
        True,
        None,
        None,
        None,
    )
    assert {ranked.votes for ranked in answer.ranking} == {None}
    won = [] if ballots == 1 else [second.id]
    assert [ranked.entry_id for ranked in event.ranking if ranked.winner] == won
    assert [ranked.entry_id for ranked in answer.ranking if ranked.winner] == won


def test_an_entry_rejected_during_the_vote_stands_in_the_result_with_nobodys_name(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest, [fallen, other] = world.voting(
        olga, ann, world.person("ben"), rules=Rules(votes_max=2)
    )
    entry = world.reject_in_vote(olga, fallen)
    assert entry.rejection is not None
    assert entry.rejection.rejected_at is not None
    result = published(world, contest, [[fallen.id, other.id]] * 5, rejected=entry)
    event = events.results_published(contest, result.tally)
    [told] = event.rejected_in_vote
    at = entry.rejection.rejected_at
    assert (told.entry_id, told.category, told.rejected_at) == (fallen.id, "copyright", at)
    assert (event.votes, event.void_votes) == (5, 5)
    answer = shown(world, result, other)
    [row] = answer.rejected
    assert (row.entry_id, row.category, row.rejected_at) == (fallen.id, "copyright", at)
    both = msgspec.json.encode(event.rejected_in_vote) + row.model_dump_json().encode()
    assert not any(name in both for name in (b"olga", b"second", b"ann", b"A copy", b"Morning"))


def shown(world: World, result: Result, *entries: Entry) -> ResultView:
    """What the route tells of a result in which these entries are."""
    contest = world.get(Contest, result.id)
    return result_view(PublishedResult(contest, result, {entry.id: entry for entry in entries}))


def published(
    world: World, contest: Contest, ballots: list[list[str]], rejected: Entry | None = None
) -> Result:
    """The stored result of these ballots."""
    world.at(SCHEDULE.closes_at, contest)
    world.now += LONGEST_COMMIT
    candidates = [
        Candidate(entry.id, entry.submitted_at, entry.author)
        for entry in world.all(Entry)
        if entry.stands
    ]
    fallen = []
    if rejected is not None and rejected.rejection is not None:
        why = rejected.rejection
        assert why.rejected_at is not None
        fallen = [
            RejectedDuringVote(entry_id=rejected.id, category=why.category, at=why.rejected_at)
        ]
    cast = [Cast(f"voter {n}", tuple(chosen)) for n, chosen in enumerate(ballots)]
    world.do(RecordResult(contest.id, tally(cast, candidates, "earliest_entry", fallen)))
    return world.get(Result, contest.id)
