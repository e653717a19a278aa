"""What contests do with what an erased person leaves, decided: no person asks for it."""

import re
from typing import Any, Literal

import pytest
from msgspec.structs import replace

from services.contests.commands import events
from services.contests.commands.contest_phases import AdvanceContest
from services.contests.commands.entries import ViewEntry
from services.contests.commands.entry_reviews import ProposeRejection, RejectEntry
from services.contests.commands.erasures import (
    FinishForgetting,
    ForgetEntry,
    ForgetInContest,
    ForgetView,
)
from services.contests.commands.scheduled import RecordResult
from services.contests.domain.ballot import Ballot
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry, EntryContent
from services.contests.domain.participation import Participation
from services.contests.domain.phases import LONGEST_COMMIT
from services.contests.domain.rules import Rules
from services.contests.domain.tally import Candidate, Cast, Result, tally
from shared.audience import ErasedPerson
from shared.contract.erasures import FORMER_COLLEAGUE, erasure_id
from shared.contract.events.contests import EntryWithdrawn
from shared.contract.events.erasures import ContestsPersonForgotten
from shared.contract.principal import Principal
from shared.delivery.command import Entity
from tests.unit.contests.world import SCHEDULE, World, vote

TEXTS: tuple[Literal["kept", "deleted"], ...] = ("kept", "deleted")
policies = pytest.mark.parametrize("texts", TEXTS)


def erase(world: World, who: Principal, texts: Any) -> ErasedPerson:
    erased = ErasedPerson(
        id=erasure_id(who.person_id),
        person=who.person_id,
        texts=texts,
        secret=who.person_id.encode().ljust(16, b"s")[:16],
        noted_at=world.now,
    )
    world.store(erased)
    return erased


def forget(world: World, erased: ErasedPerson) -> bool:
    """One round of what the worker does; whether something was found."""
    replies = [
        world.do(ForgetInContest(erased, contest.id, erased.person or ""))
        for contest in world.all(Contest)
    ]
    replies += [world.do(ForgetEntry(erased, entry.id)) for entry in world.all(Entry)]
    seen = [key.partition(":")[0] for _, key in list(world.stored) if _is_view(world, key, erased)]
    return any([*replies, *(world.do(ForgetView(erased, entry)) for entry in seen)])


def _is_view(world: World, key: str, erased: ErasedPerson) -> bool:
    return key.endswith(f":{erased.person}") and (Entry, key.partition(":")[0]) in world.stored


def names(world: World, who: Principal) -> list[Any]:
    """What still names the person, but for the note that they are to be forgotten."""
    kinds: tuple[type[Entity], ...] = (Contest, Entry, Ballot, Participation, Result)
    return [
        thing
        for (kind, key), thing in world.stored.items()
        if kind in kinds and re.search(rf"\b{who.person_id}\b", f"{key} {thing}")
    ]


@policies
def test_an_entrants_entries_stay_in_the_vote_or_go_and_nothing_names_them(
    world: World, olga: Principal, ann: Principal, texts: Any
) -> None:
    _, [mine, other] = world.voting(olga, ann, world.person("ben"))
    world.do(ViewEntry(ann, other.id))
    world.events.clear()
    erased = erase(world, ann, texts)
    assert forget(world, erased)
    assert not forget(world, erased)
    assert names(world, ann) == []
    entry = world.get(Entry, mine.id)
    assert entry.author == FORMER_COLLEAGUE
    told = [event.data for event in world.events]
    if texts == "kept":
        assert (entry.stands, entry.content, told) == (True, mine.content, [])
    else:
        (withdrawn,) = told
        assert isinstance(withdrawn, EntryWithdrawn)
        assert (withdrawn.entrant, withdrawn.still_entered) == (FORMER_COLLEAGUE, False)
        assert (entry.status, entry.content) == ("withdrawn", EntryContent(title=""))
    assert [event.actor for event in world.events if event.actor] == []
    (done,) = world.happened(FinishForgetting(erased.id))
    assert done == ContestsPersonForgotten(erasure=erased.id)
    assert world.happened(FinishForgetting(erased.id)) == []
    assert world.get(ErasedPerson, erased.id).person is None


@policies
def test_a_vote_stays_counted_and_who_cast_it_is_gone(
    world: World, olga: Principal, ann: Principal, texts: Any
) -> None:
    contest, [entry] = world.voting(olga, world.person("ben"))
    world.do(vote(ann, contest.id, [entry.id]))
    erased = erase(world, ann, texts)
    forget(world, erased)
    (ballot,) = world.all(Ballot)
    assert ballot.choices == [entry.id]
    assert ballot.id.partition(":")[2] not in (ann.person_id, FORMER_COLLEAGUE)
    assert names(world, ann) == []


@policies
def test_who_organised_and_reviewed_is_nobody(
    world: World, olga: Principal, ann: Principal, texts: Any
) -> None:
    contest, [accepted, proposed] = world.voting(olga, ann, world.person("ben"))
    world.do(ProposeRejection(olga, proposed.id, "A copy.", "copyright"))
    draft = world.draft(olga)
    erased = erase(world, olga, texts)
    forget(world, erased)
    assert names(world, olga) == []
    after = world.get(Contest, contest.id)
    assert after.organiser == FORMER_COLLEAGUE
    assert {step.by for step in after.trail} == {FORMER_COLLEAGUE, None}
    assert world.get(Entry, accepted.id).accepted_by == FORMER_COLLEAGUE
    rejection = world.get(Entry, proposed.id).rejection
    assert rejection is not None
    assert rejection.reason == ("A copy." if texts == "kept" else "")
    assert ((Contest, draft.id) in world.stored) is (texts == "kept")
    # Administrators go on with it.
    world.do(AdvanceContest(world.person("ada", "admin"), contest.id, "sealed"))


def test_nothing_moves_while_votes_are_counted(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest, [mine] = world.voting(olga, ann)
    world.do(vote(world.person("ben"), contest.id, [mine.id]))
    erased = erase(world, ann, "deleted")
    before = dict(world.stored)
    world.now = SCHEDULE.closes_at
    assert forget(world, erased)
    world.at(SCHEDULE.closes_at, contest)
    before[Contest, contest.id] = world.get(Contest, contest.id)
    assert forget(world, erased)
    assert world.stored == before


@policies
def test_who_is_gone_is_counted_and_named_to_nobody_in_the_result(
    world: World, olga: Principal, ann: Principal, texts: Any
) -> None:
    ben, cleo = world.person("ben"), world.person("cleo")
    contest, entries = world.voting(olga, ann, ben, cleo)
    ann_gone = erase(world, ann, "kept")
    forget(world, ann_gone)
    world.now = SCHEDULE.closes_at
    contest = world.at(SCHEDULE.closes_at, contest)
    world.now += LONGEST_COMMIT
    stood = [world.get(Entry, entry.id) for entry in entries]
    candidates = [
        Candidate(entry.id, entry.submitted_at, entry.entrant, former=entry.former is not None)
        for entry in stood
    ]
    ballots = [Cast(f"ballot-{n}", (stood[0].id,)) for n in range(6)]
    world.do(RecordResult(contest.id, tally(ballots, candidates, "shared_rank")))
    forget(world, erase(world, ben, texts))
    assert names(world, ann) == names(world, ben) == []
    result = world.get(Result, contest.id)
    told = events.results_published(
        replace(world.get(Contest, contest.id), phase="published"), result.tally
    )
    assert told.entrants == 3
    assert [entry.entrant for entry in told.ranking].count(FORMER_COLLEAGUE) == 2
    assert told.ranking[0].winner
    assert world.get(Entry, entries[1].id).status == "accepted"  # the result stays as it is


@policies
def test_an_entry_that_waits_for_its_review_is_reviewed_all_the_same(
    world: World, olga: Principal, ann: Principal, texts: Any
) -> None:
    contest = world.submissions(olga, Rules(entries_per_person=2))
    first, second = world.enter(ann, contest), world.enter(ann, contest)
    world.do(RejectEntry(olga, first.id, "Too dark."))
    forget(world, erase(world, ann, texts))
    if texts == "kept":
        world.accept(olga, second)
        (part,) = [part for part in world.all(Participation) if part.standing]
        assert part.standing == [second.id]
    else:
        assert world.get(Entry, first.id).status == "rejected"
        assert world.get(Entry, second.id).status == "withdrawn"
        assert not [part for part in world.all(Participation) if part.standing]
