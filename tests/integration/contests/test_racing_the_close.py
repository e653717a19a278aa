"""Votes that race the end of the vote through two processes: acknowledged means counted."""

import asyncio
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import httpx
import pytest

from services.contests.domain.ballot import Ballot
from services.contests.domain.contest import Contest
from services.contests.domain.tally import Result
from shared.contract.aliases import Aliases
from shared.contract.events.ballots import BallotRecorded
from shared.contract.events.registry import decode_event
from shared.contract.events.topics import BALLOTS
from shared.delivery.mongo import entity
from tests.integration.contests.service import (
    PATIENCE,
    ContestsService,
    Somebody,
    another_api,
    id_of,
)
from tests.support.identity import PSEUDONYM_KEY

pytestmark = pytest.mark.asyncio(loop_scope="package")

VOTERS = 24
ALIASES = Aliases(PSEUDONYM_KEY)
BEFORE = 0.7  # seconds of voting before the end is ordered


async def keep_voting(
    voter: Somebody, path: str, entries: Sequence[str], acknowledged: dict[str, str]
) -> None:
    """Votes for entry after entry until it is refused; notes the last that was taken."""
    for turn in range(100_000):
        choice = entries[turn % len(entries)]
        answer = await voter.call("PUT", f"{path}/ballot", {"entry_ids": [choice]})
        if answer.status_code == 503:
            # Not known whether it was stored: the last acknowledged vote can't be told any more.
            acknowledged.pop(voter.id, None)
            continue
        if answer.status_code != 200:
            assert answer.json()["type"].endswith("voting-not-open"), answer.text
            return
        acknowledged[voter.id] = choice


async def recorded(contests: ContestsService, contest_id: str) -> dict[str, str]:
    """The last vote of each voter, as the restricted topic tells it."""
    last: dict[str, str] = {}
    for value in await contests.published(BALLOTS):
        event = decode_event(value)
        assert isinstance(event.data, BallotRecorded)
        if event.data.contest_id == contest_id:
            assert event.actor == event.data.voter  # nobody is named beside a choice
            [last[ALIASES.person(event.data.voter)]] = event.data.entry_ids
    return last


async def result_of(
    contests: ContestsService, organiser: Somebody, path: str
) -> tuple[dict[str, int], int]:
    """The votes of each entry, and how many people voted."""
    await contests.phase(id_of(path), "judged")
    await organiser.good("POST", f"{path}:advance", {"to": "published"})
    result = await organiser.good("GET", f"{path}/results")
    return {ranked["entry_id"]: ranked["votes"] for ranked in result["ranking"]}, result["ballots"]


async def end_the_vote(organiser: Somebody, path: str) -> None:
    """Orders it again while votes are in the way: the same request twice ends nothing twice."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await organiser.call("POST", f"{path}:advance", {"to": "sealed"})
            if answer.status_code != 503:
                break
    # A request whose answer was lost may have ended it, and the votes have been counted since.
    assert answer.is_success or answer.json()["type"].endswith("contest-phase-wrong"), answer.text


async def test_every_acknowledged_vote_is_counted_and_none_after_the_close(
    contests: ContestsService,
) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    authors = await contests.people("ann", "ben", "cleo")
    voters = await contests.people(*(f"voter{n}" for n in range(VOTERS)))
    path, entries = await contests.voting(olga, authors)
    acknowledged: dict[str, str] = {}
    async with (
        another_api(contests) as (first, _),
        another_api(contests) as (second, _),
        asyncio.TaskGroup() as group,
    ):
        for number, voter in enumerate(voters):
            through: httpx.AsyncClient = (first, second)[number % 2]
            who = replace(voter, http=through)
            group.create_task(keep_voting(who, path, entries, acknowledged))
        await asyncio.sleep(BEFORE)
        await end_the_vote(olga, path)
    assert acknowledged

    votes, people = await result_of(contests, olga, path)
    told = await recorded(contests, id_of(path))
    assert {voter: told[voter] for voter in acknowledged} == acknowledged
    assert votes == dict.fromkeys(entries, 0) | Counter(told.values())
    assert people == len(told)
    await _none_after_the_close(contests, id_of(path))


async def _none_after_the_close(contests: ContestsService, contest_id: str) -> None:
    stored = await contests.database.find_one(Contest.collection, {"_id": contest_id})
    assert stored is not None
    schedule = entity(Contest, stored).description.schedule
    assert schedule is not None
    late = {"contest_id": contest_id, "changed_at": {"$gte": schedule.closes_at}}
    assert await contests.database.count(Ballot.collection, late) == 0


@pytest.mark.faults
async def test_a_process_that_hangs_over_the_close_neither_adds_a_vote_nor_breaks_a_promise(
    contests: ContestsService,
) -> None:
    """It stops inside of the transaction, before the close; it wakes up after the count.

    Its vote was never acknowledged, so it may be lost; but it must not turn up after the count.
    """
    [olga] = await contests.people("olga", roles=("editor",))
    ann, ben, cleo = await contests.people("ann", "ben", "cleo")
    path, [entry] = await contests.voting(olga, [ann])
    stopping = {"MITMACH_FAILPOINTS": "committer.before_commit=stop"}
    async with another_api(contests, **stopping) as (http, process):
        hung = replace(cleo, http=http)
        vote = asyncio.create_task(hung.call("PUT", f"{path}/ballot", {"entry_ids": [entry]}))
        await ben.good("PUT", f"{path}/ballot", {"entry_ids": [entry]})
        await olga.good("POST", f"{path}:advance", {"to": "sealed"})
        await contests.phase(id_of(path), "judged")
        stored = await contests.database.find_one(Result.collection, {"_id": id_of(path)})
        assert stored is not None
        assert entity(Result, stored).tally.ballots == 1
        process.send_signal(signal.SIGCONT)
        try:
            answer = await vote
        except httpx.TransportError:
            pass  # it waited longer than the client did
        else:
            assert answer.status_code in {409, 503}, answer.text
        await asyncio.sleep(0.5)
    assert await contests.database.count(Ballot.collection, {"contest_id": id_of(path)}) == 1
