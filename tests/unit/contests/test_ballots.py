"""Ballots: one per person, in time, by the rules, and silent about what they choose."""

import msgspec
import pytest

from services.contests.commands.entries import WithdrawEntry
from services.contests.domain.ballot import (
    MOST_CASTS,
    Ballot,
    BallotFinal,
    EntryNotEligible,
    VoteForOwnEntry,
    VoteRepeated,
    VotesOutOfRange,
    VotingNotOpen,
    ballot_id,
)
from services.contests.domain.contest import Contest, ContestNotFound
from services.contests.domain.rules import Rules
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events.ballots import BallotCast, BallotRecorded
from shared.contract.events.topics import BALLOTS, CONTESTS
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.web.quotas import DailyQuotaReached
from tests.support.in_memory import principal
from tests.unit.contests.world import MOMENT, SCHEDULE, World, take_back, vote

UP_TO_TWO = Rules(votes_max=2)


@pytest.fixture
def vera(world: World) -> Principal:
    return world.person("vera")


@pytest.fixture
def authors(world: World) -> list[Principal]:
    return [world.person(name) for name in ("ann", "ben", "cleo")]


def ballot(world: World, contest: Contest, voter: Principal) -> Ballot:
    return world.get(Ballot, ballot_id(contest.id, voter.person_id))


def test_a_vote_says_to_the_world_only_that_somebody_voted(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors)
    world.do(vote(vera, contest.id, [entries[0].id]))
    public, restricted = world.events
    assert isinstance(public.data, BallotCast)
    assert isinstance(restricted.data, BallotRecorded)
    assert (public.data.topic, restricted.data.topic) == (CONTESTS, BALLOTS)
    assert public.actor == vera.person_id
    assert entries[0].id.encode() not in msgspec.json.encode(public.data)
    assert (public.data.first_ballot, public.data.in_audience) == (True, True)
    assert (restricted.data.voter, restricted.data.entry_ids) == (
        vera.person_id,
        (entries[0].id,),
    )
    assert world.types() == ["ballot.cast", "ballot.recorded"]


def test_a_vote_writes_its_ballot_and_nothing_that_others_share(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors)
    changes = world.changes(vote(vera, contest.id, [entries[0].id]))
    assert [type(thing) for thing in changes.put] == [Ballot]


def test_a_ballot_knows_its_voter_by_the_platforms_id_only(
    world: World, olga: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors)
    world.person("0b5c")
    vera = principal("0b5c", subject="vera")
    world.do(vote(vera, contest.id, [entries[0].id]))
    stored = msgspec.json.encode(ballot(world, contest, vera))
    assert b"0b5c" in stored
    assert b"vera" not in stored
    assert vera.login.encode() not in stored


def test_a_second_vote_replaces_the_first(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors, rules=UP_TO_TWO)
    world.do(vote(vera, contest.id, [entries[0].id]))
    world.events.clear()
    world.do(vote(vera, contest.id, [entries[2].id, entries[1].id]))
    assert len(world.all(Ballot)) == 1
    assert ballot(world, contest, vera).choices == sorted([entries[1].id, entries[2].id])
    assert world.last(BallotRecorded).previous == (entries[0].id,)
    assert world.types() == ["ballot.changed", "ballot.recorded"]


def test_the_same_vote_again_changes_nothing(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors, rules=UP_TO_TWO)
    chosen = [entries[0].id, entries[1].id]
    world.do(vote(vera, contest.id, chosen))
    world.events.clear()
    world.do(vote(vera, contest.id, chosen[::-1]))
    assert world.types() == []


def test_where_votes_are_final_they_are_neither_changed_nor_taken_back(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    rules = Rules(votes_changeable=False)
    contest, entries = world.voting(olga, *authors, rules=rules)
    world.do(vote(vera, contest.id, [entries[0].id]))
    with pytest.raises(BallotFinal):
        world.do(vote(vera, contest.id, [entries[1].id]))
    with pytest.raises(BallotFinal):
        world.do(take_back(vera, contest.id))
    world.do(vote(vera, contest.id, [entries[0].id]))


def test_a_vote_that_was_taken_back_can_be_cast_again_but_not_as_the_first(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors)
    world.do(vote(vera, contest.id, [entries[0].id]))
    world.events.clear()
    world.do(take_back(vera, contest.id))
    assert world.last(BallotRecorded).entry_ids == ()
    assert world.types() == ["ballot.withdrawn", "ballot.recorded"]
    assert ballot(world, contest, vera).choices == []
    world.do(take_back(vera, contest.id))
    assert world.types() == []
    world.do(vote(vera, contest.id, [entries[0].id]))
    [again, _] = [event.data for event in world.events]
    assert isinstance(again, BallotCast)
    assert again.first_ballot is False
    assert world.types() == ["ballot.cast", "ballot.recorded"]


def test_taking_back_what_was_never_cast_is_no_event(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, _ = world.voting(olga, *authors)
    assert world.changes(take_back(vera, contest.id)).put == ()


@pytest.mark.parametrize("allowed", [(1, 1), (2, 3), (1, 2)])
def test_a_ballot_chooses_as_many_entries_as_the_rules_say(
    world: World, olga: Principal, vera: Principal, allowed: tuple[int, int]
) -> None:
    least, most = allowed
    rules = Rules(votes_min=least, votes_max=most)
    authors = [world.person(f"author {n}") for n in range(4)]
    contest, entries = world.voting(olga, *authors, rules=rules)
    ids = [entry.id for entry in entries]
    for number in range(5):
        command = vote(vera, contest.id, ids[:number])
        if least <= number <= most:
            world.do(command)
        else:
            with pytest.raises(VotesOutOfRange):
                world.do(command)


def test_an_entry_is_chosen_once(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors, rules=UP_TO_TWO)
    with pytest.raises(VoteRepeated):
        world.do(vote(vera, contest.id, [entries[0].id] * 2))


def test_nobody_votes_for_their_own_entry(
    world: World, olga: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors, rules=UP_TO_TWO)
    with pytest.raises(VoteForOwnEntry):
        world.do(vote(authors[0], contest.id, [entries[1].id, entries[0].id]))
    world.do(vote(authors[0], contest.id, [entries[1].id]))


def test_only_entries_that_the_contest_shows_can_be_chosen(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    ann, ben, cleo = authors
    contest = world.submissions(olga)
    withdrawn, rejected = (world.accept(olga, world.enter(who, contest)) for who in (ann, ben))
    unreviewed = world.enter(cleo, contest)
    world.at(SCHEDULE.voting_at, contest)
    world.do(WithdrawEntry(ann, withdrawn.id))
    world.reject_in_vote(olga, rejected)
    elsewhere = World()
    _, [foreign] = elsewhere.voting(elsewhere.person("olga", "editor"), elsewhere.person("ann"))
    world.store(foreign)
    for entry_id in (withdrawn.id, rejected.id, unreviewed.id, foreign.id, new_id()):
        with pytest.raises(EntryNotEligible):
            world.do(vote(vera, contest.id, [entry_id]))


def test_votes_are_taken_from_the_recorded_beginning_to_the_end_by_the_clock(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest = world.submissions(olga)
    entry = world.accept(olga, world.enter(authors[0], contest))
    cast = vote(vera, contest.id, [entry.id])
    world.now = SCHEDULE.voting_at
    with pytest.raises(VotingNotOpen):
        world.do(cast)
    world.at(SCHEDULE.voting_at, contest)
    world.now = SCHEDULE.closes_at - MOMENT
    world.do(cast)
    world.now = SCHEDULE.closes_at  # nobody has recorded the end yet
    assert world.get(Contest, contest.id).phase == "voting"
    for late in (cast, take_back(vera, contest.id)):
        with pytest.raises(VotingNotOpen):
            world.do(late)


def test_once_the_sealing_is_seen_no_clock_lets_a_vote_in(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    """A process whose clock is behind is held to the phase, whatever it believes the time to be."""
    contest, entries = world.voting(olga, *authors)
    world.at(SCHEDULE.closes_at, contest)
    world.now = SCHEDULE.closes_at - MOMENT
    with pytest.raises(VotingNotOpen):
        world.do(vote(vera, contest.id, [entries[0].id]))


def test_only_those_for_whom_it_is_may_vote(
    world: World, olga: Principal, authors: list[Principal]
) -> None:
    group_id = world.group()
    contest, entries = world.voting(olga, *authors, rules=Rules(voters=group_id))
    choice = [entries[0].id]
    world.do(vote(world.person("max", groups={group_id: "member"}), contest.id, choice))
    for outsider in (world.person("otto"), world.person("ada", "admin"), olga):
        with pytest.raises(NotAllowed):
            world.do(vote(outsider, contest.id, choice))
    sam = world.person("sam", status="suspended", groups={group_id: "member"})
    with pytest.raises(AccountSuspended):
        world.do(vote(sam, contest.id, choice))


def test_a_contest_that_may_not_be_seen_takes_no_vote_and_does_not_exist(
    world: World, olga: Principal, authors: list[Principal]
) -> None:
    secret = world.group("secret")
    lea = world.person("lea", groups={secret: "owner"})
    contest = world.announced(lea, group_id=secret)
    for contest_id in (contest.id, new_id()):
        with pytest.raises(ContestNotFound):
            world.do(vote(world.person("otto"), contest_id, [new_id()]))


FINAL = Rules(votes_max=2, votes_changeable=False)


def test_a_final_vote_whose_entry_was_withdrawn_may_be_given_again(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors, rules=Rules(votes_changeable=False))
    world.do(vote(vera, contest.id, [entries[0].id]))
    world.do(WithdrawEntry(authors[0], entries[0].id))
    world.events.clear()
    world.do(vote(vera, contest.id, [entries[1].id]))
    assert ballot(world, contest, vera).choices == [entries[1].id]
    assert world.types() == ["ballot.changed", "ballot.recorded"]
    with pytest.raises(BallotFinal):
        world.do(vote(vera, contest.id, [entries[2].id]))


def test_of_a_final_ballot_only_the_choice_that_fell_is_replaced(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    everyone = [*authors, world.person("dora")]
    contest, entries = world.voting(olga, *everyone, rules=FINAL)
    anns, bens, cleos, doras = (entry.id for entry in entries)
    world.do(vote(vera, contest.id, [anns, bens]))
    world.do(WithdrawEntry(authors[1], bens))
    for choices in ([cleos], [cleos, doras]):  # would take the vote for ann's back
        with pytest.raises(BallotFinal):
            world.do(vote(vera, contest.id, choices))
    world.do(vote(vera, contest.id, [anns, cleos]))
    assert ballot(world, contest, vera).choices == sorted([anns, cleos])


def test_a_withdrawal_gives_a_final_ballot_no_further_vote(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors, rules=FINAL)
    world.do(vote(vera, contest.id, [entries[0].id]))
    world.do(WithdrawEntry(authors[0], entries[0].id))
    with pytest.raises(BallotFinal):
        world.do(vote(vera, contest.id, [entries[1].id, entries[2].id]))
    world.do(vote(vera, contest.id, [entries[1].id]))


def test_a_final_ballot_is_not_taken_back_though_what_it_chose_has_fallen(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors, rules=FINAL)
    world.do(vote(vera, contest.id, [entries[0].id]))
    world.do(WithdrawEntry(authors[0], entries[0].id))
    with pytest.raises(BallotFinal):
        world.do(take_back(vera, contest.id))


def test_a_ballot_is_replaced_only_so_often_on_one_day(
    world: World, olga: Principal, vera: Principal, authors: list[Principal]
) -> None:
    contest, entries = world.voting(olga, *authors)
    for number in range(MOST_CASTS):
        world.do(vote(vera, contest.id, [entries[number % 2].id]))
        if number % 7 == 6:
            world.do(take_back(vera, contest.id))
    before = ballot(world, contest, vera)
    with pytest.raises(DailyQuotaReached):
        world.do(vote(vera, contest.id, [entries[2].id]))
    assert ballot(world, contest, vera) == before
    world.do(vote(vera, contest.id, before.choices))
    world.do(take_back(vera, contest.id))
    world.do(vote(authors[0], contest.id, [entries[1].id]))
