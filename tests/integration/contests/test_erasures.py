"""What contests keep of an erased person goes, every vote stays counted, and then they say so."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.contests.domain.ballot import Ballot, ballot_id
from services.contests.domain.entry import LastEntryView
from services.contests.domain.participation import Participation
from services.contests.store import COLLECTIONS
from services.contests.worker.audience_copy import ContestsAudienceCopy
from services.contests.worker.erasures import ContestsErasures
from shared.audience import ErasedPerson
from shared.contract.aliases import BALLOT, Aliases
from shared.contract.erasures import FORMER_COLLEAGUE, erasure_id
from shared.contract.events.people import PersonErased
from shared.contract.events.topics import CONTESTS, CONTESTS_FORGOTTEN
from shared.delivery.committer import Committer
from shared.delivery.consumer import FLUSHED
from shared.delivery.lease import Lease
from shared.delivery.log import source_of
from shared.delivery.mongo import Database, EntityStore, Mongo
from shared.runtime.assembly import SHARED_COLLECTIONS
from tests.integration.contests.service import ContestsService, Somebody, id_of
from tests.support.skew import hear_at_once
from tooling.sample_events import sample

ELSEWHERE = {"log", "idempotency"}
"""Collections that keep what happened, by the ids of that time, until they expire."""

ALIASES = Aliases(b"a key for tests only")


async def naming(database: Database, person: str) -> list[str]:
    """The collections in which a person is named, keys included."""
    names = (COLLECTIONS.keys() | SHARED_COLLECTIONS.keys()) - ELSEWHERE
    return [name for name in names if person in str(await database.find(name, {}))]


async def erased(contests: ContestsService, who: Somebody, texts: str) -> str:
    """Tells that somebody was erased, and waits until contests have forgotten them."""
    erasure = erasure_id(who.id)
    await contests.groups.publish(sample(PersonErased, person=who.id, erasure=erasure, texts=texts))

    async def forgotten() -> bool:
        stored = await contests.database.find_one(ErasedPerson.collection, {"_id": erasure})
        return stored is not None and stored.get("forgotten_at") is not None

    await contests.until(forgotten)
    return erasure


@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("texts", ["kept", "deleted"])
async def test_an_erased_person_is_forgotten_everywhere_and_it_is_said(
    contests: ContestsService, monkeypatch: pytest.MonkeyPatch, texts: str
) -> None:
    monkeypatch.setattr("shared.audience.erasures.SETTLED", 0.5)
    monkeypatch.setattr("shared.audience.erasures.FLUSHED", 0.5)
    (organiser,) = await contests.people("olga", roles=("editor",))
    ann, ben, cleo = await contests.people("ann", "ben", "cleo")
    path, entries = await contests.voting(organiser, [ann, ben])
    await ann.good("PUT", f"{path}/ballot", {"entry_ids": [entries[1]]})
    await cleo.good("PUT", f"{path}/ballot", {"entry_ids": [entries[0]]})
    await ann.good("PUT", f"/v1/entries/{entries[1]}/view")
    heard = set(await contests.published(CONTESTS))

    said = [await erased(contests, who, texts) for who in (ann, organiser)]
    for who in (ann, organiser):
        assert await naming(contests.database, who.id) == []
    told = str(await contests.published(CONTESTS_FORGOTTEN))
    assert all(erasure in told for erasure in said)
    since = str(set(await contests.published(CONTESTS)) - heard)
    assert ann.id not in since
    shown = await ben.good("GET", path)
    assert shown["organiser_id"] == FORMER_COLLEAGUE
    ballots = await contests.database.find(Ballot.collection, {"contest_id": id_of(path)})
    assert sorted(ballot["choices"] for ballot in ballots) == sorted([[entries[0]], [entries[1]]])
    entry = await contests.database.find_one("entries", {"_id": entries[0]})
    assert entry is not None
    assert entry["author"] == FORMER_COLLEAGUE
    assert entry["status"] == ("accepted" if texts == "kept" else "withdrawn")
    admin = (await contests.people("ada", roles=("admin",)))[0]
    await admin.good("POST", f"{path}:cancel", {"reason": "Nobody leads it any more."})


async def test_workers_that_die_and_two_at_once_move_each_thing_once(
    mongo: Mongo, database_prefix: str
) -> None:
    database = mongo.database(f"{database_prefix}contests")
    await database.ensure_collections({**COLLECTIONS, **SHARED_COLLECTIONS})
    person, heard, size = "01936f3e-0000-4000-8000-00000000000a", datetime.now(UTC), 130
    ids = [f"01936f3e-0000-7000-8000-{n:012d}" for n in range(size)]
    seen = [f"01936f3e-1111-7000-8000-{n:012d}" for n in range(size)]
    things: dict[str, list[dict[str, Any]]] = {
        "contests": [_contest(each, heard) for each in ids],
        "ballots": [
            {"_id": ballot_of(each, person), "contest_id": each, "choices": ["x"], "cast_at": heard,
             "changed_at": heard}
            for each in ids
        ],
        "participations": [{"_id": f"{each}:{person}", "reviews": True} for each in ids],
        "entry_views": [{"_id": f"{each}:{person}", "viewed_on": "2026-01-01"} for each in seen],
        "erasures": [
            {"_id": erasure_id(person), "person": person, "texts": "kept", "secret": b"s" * 16,
             "noted_at": heard}
        ],
    }  # fmt: skip
    for collection, documents in things.items():
        await database.insert(collection, documents)
    sessions = mongo.sessions(database)
    source = await source_of(database, "contests")

    async def work() -> None:
        async with Committer(database, sessions, source=source).running() as committer:
            await ContestsErasures(
                "contests",
                EntityStore(database),
                committer,
                Lease(database, "erasures", holder="one"),
                ALIASES,
                now=lambda: heard + timedelta(seconds=FLUSHED + 1),
            ).look()

    left = {"_id": {"$in": [ballot_of(each, person) for each in ids]}}
    dying = asyncio.create_task(work())
    while await database.count("ballots", left) == size and not dying.done():
        await asyncio.sleep(0.005)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    await asyncio.gather(work(), work())
    await work()
    for kind in (Ballot, Participation, LastEntryView):
        found = [stored["_id"] for stored in await database.find(kind.collection, {})]
        doers = {key.partition(":")[2] for key in found}
        assert len(found) == len(doers) == size
        assert person not in doers
    ballots = await database.find(Ballot.collection, {})
    assert not {ballot_of(each, person) for each in ids} & {one["_id"] for one in ballots}
    assert await naming(database, person) == []
    assert await database.count("log", {}) == 1
    await sessions.close()


async def test_what_a_flush_stored_that_hadnt_seen_the_erasure_goes_before_it_is_said(
    mongo: Mongo, database_prefix: str
) -> None:
    database = mongo.database(f"{database_prefix}contests")
    await database.ensure_collections({**COLLECTIONS, **SHARED_COLLECTIONS})
    person = await hear_at_once(mongo, database, ContestsAudienceCopy(), subject="ann")
    assert {"memberships", "logins"} <= set(await naming(database, person))
    sessions = mongo.sessions(database)
    source = await source_of(database, "contests")
    async with Committer(database, sessions, source=source).running() as committer:
        later = datetime.now(UTC)
        erasures = ContestsErasures(
            "contests",
            EntityStore(database),
            committer,
            Lease(database, "erasures", holder="one"),
            ALIASES,
            now=lambda: later,
        )
        for _ in range(3):
            later += timedelta(seconds=FLUSHED + 1)
            await erasures.look()
    await sessions.close()
    assert await naming(database, person) == []
    assert await database.count("logins", {"standing": "erased"}) == 1
    assert await database.count("log", {}) == 1


def ballot_of(contest_id: str, person: str) -> str:
    return ballot_id(contest_id, ALIASES.of(BALLOT, person, contest_id))


def _contest(contest_id: str, moment: datetime) -> dict[str, Any]:
    return {
        "_id": contest_id,
        "group_id": "g",
        "readers": "g",
        "organiser": "olga",
        "description": {"title": "Light", "kind": "text"},
        "phase": "cancelled",
        "trail": [],
        "created_at": moment,
        "changed_at": moment,
    }
