"""The running service gives no vote away: every answer is the same whatever was chosen.

The votes and the result of one contest are exchanged for others in the database, behind the back of
the service. Until the publication nobody, organiser and administrator included, gets an answer that
differs by one byte; after it everybody does, which shows that the comparison can see.
"""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import pytest

from services.contests.domain.ballot import Ballot
from services.contests.domain.contest import Contest
from services.contests.domain.tally import Result
from shared.contract.events.registry import decode_event
from shared.contract.events.topics import BALLOTS, CONTESTS
from shared.delivery.mongo import Driver
from tests.integration.contests.service import ContestsService, Somebody, id_of

# What is shown here doesn't depend on the driver; one of the two saves half of the minute.
pytestmark = [
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.parametrize("contests", [Driver.MOTOR], indirect=True),
]

_VARYING = {"ratelimit", "date", "content-length"}  # by the clock; the length is in the body


async def surfaces(people: Sequence[Somebody], path: str, entries: Sequence[str]) -> list[Any]:
    """Status, headers and bytes of every GET answer about a contest, for each of these people."""
    paths = [path, f"{path}/entries", f"{path}/entries?mine=true", f"{path}/entries?limit=1"]
    paths += [f"/v1/entries/{entry}" for entry in entries]
    paths += [f"{path}/results", f"{path}/ballot", "/v1/contests", "/v1/contests?phase=voting"]

    async def ask(person: Somebody, where: str) -> Any:
        answer = await person.call("GET", where)
        headers = {name: v for name, v in answer.headers.items() if name not in _VARYING}
        body = re.sub(rb"urn:mitmach:trace:\w+", b"", answer.content)
        return person.id, where, answer.status_code, headers, body

    return await asyncio.gather(*(ask(person, where) for person in people for where in paths))


async def exchange(contests: ContestsService, contest_id: str, entries: Sequence[str]) -> None:
    """Every vote for either entry becomes a vote for the other, also in the result."""
    other = dict(zip(entries, reversed(entries), strict=True))
    where = {"contest_id": contest_id}
    for ballot in await contests.database.find(Ballot.collection, where):
        choices = [other[choice] for choice in ballot["choices"]]
        change = {"q": {"_id": ballot["_id"]}, "u": {"$set": {"choices": choices}}}
        await contests.database.update(Ballot.collection, [change])
    result = await contests.database.find_one(Result.collection, {"_id": contest_id})
    if result is not None:
        ranking = result["tally"]["ranking"]
        first, second = ranking
        first["votes"], second["votes"] = second["votes"] + 7, first["votes"]
        ranking.reverse()
        change = {"q": {"_id": contest_id}, "u": {"$set": {"tally": result["tally"]}}}
        await contests.database.update(Result.collection, [change])


async def hold(contests: ContestsService, contest_id: str, due_at: datetime | None) -> Any:
    """Says when the clock goes on with a contest (None: not), and returns when it was to."""
    where = {"_id": contest_id}
    stored = await contests.database.find_one(Contest.collection, where)
    assert stored is not None
    change = {"q": where, "u": {"$set": {"due_at": due_at}}}
    await contests.database.update(Contest.collection, [change])
    return stored["due_at"]


async def test_no_answer_depends_on_votes_before_the_publication(
    contests: ContestsService,
) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    [ada] = await contests.people("ada", roles=("admin",))
    [mona] = await contests.people("mona", roles=("moderator", "analyst"))
    ann, ben, guest, cleo, dora = await contests.people("ann", "ben", "guest", "cleo", "dora")
    others = await contests.people(*(f"voter{n}" for n in range(4)))
    watching = (olga, ada, mona, ann, ben, guest)
    path, entries = await contests.voting(olga, [ann, ben])
    contest_id = id_of(path)

    before = await surfaces(watching, path, entries)
    for voter, choice in ((cleo, 0), (dora, 0), (cleo, 1), (cleo, 0)):
        await voter.good("PUT", f"{path}/ballot", {"entry_ids": [entries[choice]]})
        assert await surfaces(watching, path, entries) == before
    for voter in others:  # enough for the result to tell numbers
        await voter.good("PUT", f"{path}/ballot", {"entry_ids": [entries[0]]})
    await dora.good("DELETE", f"{path}/ballot")
    assert await surfaces(watching, path, entries) == before
    await exchange(contests, contest_id, entries)
    assert await surfaces(watching, path, entries) == before

    await olga.good("POST", f"{path}:advance", {"to": "sealed"})
    for phase in ("sealed", "judged"):
        await contests.phase(contest_id, phase)
        due_at = await hold(contests, contest_id, None)
        before = await surfaces(watching, path, entries)
        await exchange(contests, contest_id, entries)
        assert await surfaces(watching, path, entries) == before
        await hold(contests, contest_id, due_at)

    await olga.good("POST", f"{path}:advance", {"to": "published"})
    before = await surfaces(watching, path, entries)
    await exchange(contests, contest_id, entries)
    assert await surfaces(watching, path, entries) != before


async def test_neither_logs_nor_metrics_nor_public_topics_name_a_choice(
    contests: ContestsService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="services")
    caplog.set_level("DEBUG", logger="shared")
    [olga] = await contests.people("olga", roles=("editor",))
    ann, ben, cleo = await contests.people("ann", "ben", "cleo")
    path, entries = await contests.voting(olga, [ann, ben])
    caplog.clear()
    for choice in entries:
        await cleo.good("PUT", f"{path}/ballot", {"entry_ids": [choice]})
    assert not any(entry in caplog.text for entry in entries)
    metrics = (await cleo.call("GET", "/metrics")).text
    assert not any(entry in metrics for entry in entries)
    public = [decode_event(value) for value in await contests.published(CONTESTS)]
    votes = [
        msgspec.json.encode(event)
        for event in public
        if event.type.startswith("mitmach.ballot.") and event.subject == id_of(path)
    ]
    assert len(votes) == 2
    assert not any(entry.encode() in value for entry in entries for value in votes)
    restricted = b"".join(await contests.published(BALLOTS))
    assert all(entry.encode() in restricted for entry in entries)
