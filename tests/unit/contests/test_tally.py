"""The tally is a function of the ballots: in any order, losing no vote, breaking ties as agreed."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from services.contests.domain.rules import TieBreak
from services.contests.domain.tally import Candidate, Cast, Tally, tally

START = datetime(2030, 5, 1, 12, tzinfo=UTC)
NAMES = ("a", "b", "c", "d", "e", "f")


def entered(name: str, seconds: int = 0) -> Candidate:
    return Candidate(name, START + timedelta(seconds=seconds), f"author of {name}")


# Few different times, so that entries made in the same instant occur.
candidates = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 2)).map(
    lambda made: [entered(name, seconds) for name, seconds in made.items()]
)
ballots = st.lists(
    st.lists(st.sampled_from(NAMES), max_size=4, unique=True).map(tuple), max_size=30
).map(lambda many: [Cast(f"voter-{number}", choices) for number, choices in enumerate(many)])
tie_breaks = st.sampled_from(get_args(TieBreak))


def places(result: Tally) -> list[tuple[int, str, int]]:
    return [(standing.rank, standing.entry_id, standing.votes) for standing in result.ranking]


@given(candidates, ballots, tie_breaks, st.randoms())
def test_the_order_of_ballots_and_entries_changes_nothing(
    candidates: list[Candidate], ballots: list[Cast], tie_break: TieBreak, random: Random
) -> None:
    shuffled_ballots, shuffled_candidates = list(ballots), list(candidates)
    random.shuffle(shuffled_ballots)
    random.shuffle(shuffled_candidates)
    assert tally(shuffled_ballots, shuffled_candidates, tie_break) == tally(
        ballots, candidates, tie_break
    )


@given(candidates, ballots, tie_breaks)
def test_every_vote_is_in_the_ranking_or_void(
    candidates: list[Candidate], ballots: list[Cast], tie_break: TieBreak
) -> None:
    result = tally(ballots, candidates, tie_break)
    assert result.ballots == sum(bool(ballot.choices) for ballot in ballots)
    assert result.votes + result.void_votes == sum(len(ballot.choices) for ballot in ballots)
    assert result.votes == sum(standing.votes for standing in result.ranking)


@given(candidates, ballots, tie_breaks)
def test_each_entry_has_its_votes_and_a_place(
    candidates: list[Candidate], ballots: list[Cast], tie_break: TieBreak
) -> None:
    result = tally(ballots, candidates, tie_break)
    assert {(ranked.entry_id, ranked.entrant) for ranked in result.ranking} == {
        (candidate.id, candidate.entrant) for candidate in candidates
    }
    for standing in result.ranking:
        assert standing.votes == sum(standing.entry_id in ballot.choices for ballot in ballots)


@given(candidates, ballots)
def test_the_earliest_entry_wins_a_tie(candidates: list[Candidate], ballots: list[Cast]) -> None:
    result = tally(ballots, candidates, "earliest_entry")
    made = {candidate.id: (candidate.submitted_at, candidate.id) for candidate in candidates}
    assert [standing.rank for standing in result.ranking] == list(range(1, len(candidates) + 1))
    for better, worse in zip(result.ranking, result.ranking[1:], strict=False):
        assert better.votes > worse.votes or (
            better.votes == worse.votes and made[better.entry_id] < made[worse.entry_id]
        )


@given(candidates, ballots)
def test_a_shared_rank_is_one_more_than_the_number_of_better_entries(
    candidates: list[Candidate], ballots: list[Cast]
) -> None:
    result = tally(ballots, candidates, "shared_rank")
    for standing in result.ranking:
        assert standing.rank == 1 + sum(other.votes > standing.votes for other in result.ranking)


def test_a_tie_for_the_first_place_leaves_the_second_free() -> None:
    entries = [entered(name) for name in "abc"]
    votes = [Cast("x", ("b",)), Cast("y", ("c",))]
    assert places(tally(votes, entries, "shared_rank")) == [(1, "b", 1), (1, "c", 1), (3, "a", 0)]


def test_votes_for_an_entry_that_was_withdrawn_are_void() -> None:
    result = tally([Cast("x", ("a", "gone"))], [entered("a")], "earliest_entry")
    assert (places(result), result.votes, result.void_votes) == ([(1, "a", 1)], 1, 1)


def test_a_contest_without_entries_or_ballots_has_an_empty_ranking() -> None:
    result = tally([], [], "earliest_entry")
    assert (result.ranking, result.ballots, result.votes, result.void_votes) == ([], 0, 0, 0)


def test_the_digest_tells_ballots_apart_and_ignores_their_order() -> None:
    entries = [entered("a"), entered("b")]

    def digest(*votes: Cast) -> str:
        return tally(votes, entries, "earliest_entry").digest

    both = digest(Cast("x", ("a", "b")), Cast("y", ("b",)))
    assert both == digest(Cast("y", ("b",)), Cast("x", ("b", "a")))
    assert both != digest(Cast("x", ("a",)), Cast("y", ("b",)))
    assert both != digest(Cast("z", ("a", "b")), Cast("y", ("b",)))
