"""What consumers note of the events that they have applied, and who waits for that."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import shared.delivery.consumer.consumer
import shared.delivery.consumer.flusher
from shared.contract.errors import Unavailable
from shared.contract.ids import new_id
from shared.delivery.committer import CommandResult, Committer, IdempotencyKey
from shared.delivery.consistency import (
    Copies,
    CopyConsumer,
    NotCaughtUp,
    consistency_token,
)
from shared.delivery.consistency import copies as waits
from shared.delivery.consistency.applied import APPLIED, CLOCKS, WIDTH, packed
from shared.delivery.consistency.token import (
    MEMORY,
    ConsistencyToken,
    id_part,
    planned_partition,
    read_tokens,
)
from shared.delivery.dead_letters import LetterState
from shared.delivery.mongo import Database, Mongo
from shared.runtime.assembly import SHARED_COLLECTIONS
from tests.integration.shared.test_dead_letters import Mendable, letters
from tests.integration.shared.test_quarantine import Refusing
from tests.support.counter_service import TOPIC, CounterService, counter_service
from tests.support.counters import Counter, RaiseCounter, Sums, sums

GROUP = "sums"
# Seconds that a test waits for a consumer, which shares the machine with others.
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting over takes no rest."""
    monkeypatch.setattr(shared.delivery.consumer.consumer, "RESTART_PAUSE", 0.05)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits waits for as long as a test does."""
    monkeypatch.setattr(waits, "LONGEST", PATIENCE)


class Watched(Database):
    """A database that counts the looks at what was applied.

    Attributes:
        looks: How many there were.
        reached_back: The first moment that each of them asked for.
        away: Whether it doesn't answer.
    """

    looks = 0
    away = False

    def __init__(self, database: Database) -> None:
        super().__init__(database.handle)
        self.reached_back: list[datetime] = []

    async def find(self, collection: str, *args: Any, **more: Any) -> list[dict[str, Any]]:
        """Finds, and counts."""
        if collection == APPLIED:
            self.looks += 1
            self.reached_back.append(args[0]["at"]["$gte"])
            if self.away:
                raise Unavailable
        return await super().find(collection, *args, **more)


async def noted(database: Database) -> bytes:
    """All ids that were noted, in the order of the flushes."""
    return b"".join([document["ids"] for document in await database.find(APPLIED, {})])


def parts_in(ids: bytes) -> list[bytes]:
    return sorted(ids[at : at + WIDTH] for at in range(0, len(ids), WIDTH))


async def raised(counters: CounterService, *names: str) -> list[CommandResult]:
    return [await counters.committer.execute(RaiseCounter(name)) for name in names]


def tokens_of(*results: CommandResult) -> list[ConsistencyToken]:
    return [
        token
        for result in results
        for token in read_tokens(consistency_token(result.event_ids, result.places))
    ]


def copies_of(database: Database, *, service: str = "elsewhere") -> Copies:
    awaited = (CopyConsumer(database, GROUP, (TOPIC,)),)
    return Copies(service, lambda: awaited)


async def test_a_flush_notes_each_event_that_it_has_applied_once(
    mongo_url: str, kafka_bootstrap: str
) -> None:
    async with (
        counter_service(mongo_url, kafka_bootstrap) as counters,
        counters.publishing(),
        counters.reading(Sums(TOPIC, GROUP)),
    ):
        results = await raised(counters, *"abcab")
        await counters.counted({"a": 2, "b": 2, "c": 1})
        found = parts_in(await noted(counters.database))
        assert found == sorted(id_part(one) for result in results for one in result.event_ids)
        (document, *_) = await counters.database.find(APPLIED, {})
        assert document["group"] == GROUP
        assert abs(document["at"] - datetime.now(UTC)) < timedelta(seconds=PATIENCE)


async def test_what_was_applied_is_forgotten_after_anybody_could_ask(database: Database) -> None:
    await database.ensure_collections(SHARED_COLLECTIONS)
    indexes = await database.handle[APPLIED].index_information()
    (expiring,) = (one for one in indexes.values() if "expireAfterSeconds" in one)
    assert expiring["key"] == [("at", 1)]
    assert MEMORY + CLOCKS < expiring["expireAfterSeconds"] < 2 * MEMORY


@pytest.mark.usefixtures("patient")
async def test_whoever_waits_goes_on_when_it_was_applied_and_not_before(
    mongo_url: str, kafka_bootstrap: str
) -> None:
    async with counter_service(mongo_url, kafka_bootstrap) as counters:
        copies = copies_of(counters.database)
        async with counters.publishing(), copies.running():
            results = await raised(counters, "a", "b")
            waiting = [asyncio.create_task(copies.wait(tokens_of(result))) for result in results]
            await asyncio.wait(waiting, timeout=0.3)
            assert not any(task.done() for task in waiting)
            async with counters.reading(Sums(TOPIC, GROUP)):
                for name, result in zip("ab", results, strict=True):
                    await copies.wait(tokens_of(result))
                    assert (await sums(counters.database))[name] == 1
                assert all(await asyncio.gather(*waiting))


async def test_while_the_consumer_stands_still_it_is_a_503_and_a_second(
    mongo_url: str, kafka_bootstrap: str
) -> None:
    async with counter_service(mongo_url, kafka_bootstrap) as counters:
        (result,) = await raised(counters, "a")
        async with copies_of(counters.database).running() as copies:
            loop = asyncio.get_running_loop()
            began = loop.time()
            with pytest.raises(NotCaughtUp) as refused:
                await copies.wait(tokens_of(result))
            assert waits.LONGEST <= loop.time() - began < waits.LONGEST + PATIENCE / 2
            assert refused.value.retry_after == 1


@pytest.mark.usefixtures("patient")
async def test_a_flush_that_isnt_committed_has_applied_nothing(
    mongo_url: str, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, go_on = asyncio.Event(), asyncio.Event()
    seen: list[bytes] = []

    async with counter_service(mongo_url, kafka_bootstrap) as counters:

        async def fails(place: str) -> None:
            if place == "consumer.before_flush_commit" and not go_on.is_set():
                stopped.set()
                await asyncio.sleep(0.1)
                seen.append(await noted(counters.database))
                raise Unavailable

        monkeypatch.setattr(shared.delivery.consumer.flusher, "failpoint", fails)
        copies = copies_of(counters.database)
        async with (
            counters.publishing(),
            copies.running(),
            counters.reading(Sums(TOPIC, GROUP)),
        ):
            (result,) = await raised(counters, "a")
            waiting = asyncio.create_task(copies.wait(tokens_of(result)))
            async with asyncio.timeout(PATIENCE):
                await stopped.wait()
                while len(seen) < 2:
                    await asyncio.sleep(0.05)
            assert not waiting.done()
            assert set(seen) == {b""}
            go_on.set()
            await waiting
            assert await sums(counters.database) == {"a": 1}
        assert parts_in(await noted(counters.database)) == [id_part(result.event_ids[0])]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("kind", [Mendable, Refusing])
async def test_nobody_waits_for_a_dead_letter(
    mongo_url: str, kafka_bootstrap: str, kind: type[Any]
) -> None:
    """One that can't be decoded, and one that can't be stored: the mark passes both."""
    harm = "broken" if kind is Mendable else "harm"
    projection = kind()
    async with counter_service(mongo_url, kafka_bootstrap) as counters:
        async with (
            counters.publishing(),
            copies_of(counters.database).running() as copies,
            counters.reading(projection),
        ):
            results = await raised(counters, "a", harm, "b")
            await copies.wait(tokens_of(*results))
            await letters(counters.database, LetterState.OPEN, 1)
            assert await sums(counters.database) == {"a": 1, "b": 1}


@pytest.mark.usefixtures("patient")
async def test_who_takes_a_partition_over_goes_on_noting(
    mongo_url: str, kafka_bootstrap: str
) -> None:
    async with counter_service(mongo_url, kafka_bootstrap) as counters:
        copies = copies_of(counters.database)
        async with counters.publishing(), copies.running():
            results: list[CommandResult] = []
            for _ in range(2):
                async with counters.reading(Sums(TOPIC, GROUP)):
                    results += await raised(counters, *"abc")
                    await copies.wait(tokens_of(*results))
            # What was noted by the first is still there, and wasn't noted again.
            found = parts_in(await noted(counters.database))
            assert found == sorted(id_part(one) for result in results for one in result.event_ids)


async def test_nobody_waits_for_a_services_own_events(database: Database) -> None:
    watched = Watched(database)
    copies = copies_of(watched, service="groups")
    result = CommandResult(None, (new_id(),), places=((TOPIC, "p"),))
    assert await copies.wait(tokens_of(result)) == 0.0
    assert watched.looks == 0


def applied(*event_ids: str, at: datetime | None = None) -> dict[str, Any]:
    return {"group": GROUP, "at": at or datetime.now(UTC), "ids": packed(event_ids)}


def told(event_ids: Iterable[str]) -> list[ConsistencyToken]:
    ids = tuple(event_ids)
    places = tuple((TOPIC, str(number)) for number, _ in enumerate(ids))
    return tokens_of(CommandResult(None, ids, places=places))


async def test_what_nobody_reads_here_isnt_waited_for(database: Database) -> None:
    watched = Watched(database)
    result = CommandResult(None, (new_id(),), places=(("mitmach.posts.v1", "p"),))
    assert await copies_of(watched).wait(tokens_of(result)) == 0.0
    assert watched.looks == 0


async def test_an_old_token_is_taken_as_read(database: Database) -> None:
    watched = Watched(database)
    old = datetime.now(UTC) - timedelta(seconds=MEMORY + 1)
    assert await copies_of(watched).wait(told([new_id(unix_ms=int(old.timestamp() * 1000))])) == 0
    assert watched.looks == 0


async def test_a_time_that_nobody_has_reached_is_none_to_look_from(database: Database) -> None:
    """A clock that is wrong, or a token that somebody made up."""
    await database.ensure_collections(SHARED_COLLECTIONS)
    future = new_id(unix_ms=(1 << 48) - 1)
    await database.insert(APPLIED, [applied(future)])
    async with copies_of(database).running() as copies:
        assert await copies.wait(told([future])) > 0


async def test_clocks_may_differ(database: Database) -> None:
    await database.ensure_collections(SHARED_COLLECTIONS)
    event_id = new_id()
    behind = datetime.now(UTC) - timedelta(seconds=CLOCKS - 1)
    await database.insert(APPLIED, [applied(event_id, at=behind)])
    async with copies_of(database).running() as copies:
        assert await copies.wait(told([event_id])) > 0


async def test_another_groups_events_say_nothing(database: Database) -> None:
    await database.ensure_collections(SHARED_COLLECTIONS)
    event_id = new_id()
    await database.insert(APPLIED, [applied(event_id) | {"group": "another"}])
    async with copies_of(database).running() as copies:
        with pytest.raises(NotCaughtUp):
            await copies.wait(told([event_id]))


@pytest.mark.usefixtures("patient")
async def test_all_who_wait_share_their_looks_and_the_last_ends_them(database: Database) -> None:
    await database.ensure_collections(SHARED_COLLECTIONS)
    watched = Watched(database)
    ids = [new_id() for _ in range(200)]
    async with copies_of(watched).running() as copies:
        waiting = [asyncio.create_task(copies.wait(told([event_id]))) for event_id in ids]
        async with asyncio.timeout(PATIENCE):
            while watched.looks < 5:
                await asyncio.sleep(0.01)
        before = watched.looks
        await database.insert(APPLIED, [applied(*ids)])
        await asyncio.gather(*waiting)
        assert watched.looks - before < 20
        # Remembered, and nobody looks any more.
        looks = watched.looks
        await copies.wait(told(ids[:30]))
        await asyncio.sleep(5 * waits.EVERY)
        assert watched.looks == looks


@pytest.mark.usefixtures("patient")
async def test_further_looks_reach_back_no_further_than_they_must(database: Database) -> None:
    await database.ensure_collections(SHARED_COLLECTIONS)
    watched = Watched(database)
    now = datetime.now(UTC)
    early = now - timedelta(seconds=MEMORY / 2)
    old, fresh = new_id(unix_ms=int(early.timestamp() * 1000)), new_id()
    await database.insert(APPLIED, [applied(old, at=early), applied(new_id(), at=now)])
    async with copies_of(watched).running() as copies:
        waiting = asyncio.create_task(copies.wait(told([old, fresh])))
        async with asyncio.timeout(PATIENCE):
            while watched.looks < 3:
                await asyncio.sleep(0.01)
        first, *_, last = watched.reached_back
        assert first < early
        assert last > now - timedelta(seconds=60)
        await database.insert(APPLIED, [applied(fresh)])
        await waiting


@pytest.mark.usefixtures("patient")
async def test_a_database_that_is_away_for_a_moment_costs_that_moment(database: Database) -> None:
    await database.ensure_collections(SHARED_COLLECTIONS)
    watched = Watched(database)
    watched.away = True
    event_id = new_id()
    await database.insert(APPLIED, [applied(event_id)])
    async with copies_of(watched).running() as copies:
        waiting = asyncio.create_task(copies.wait(told([event_id])))
        async with asyncio.timeout(PATIENCE):
            while watched.looks < 2:
                await asyncio.sleep(0.01)
        assert not waiting.done()
        watched.away = False
        await waiting


async def test_a_repeated_command_says_again_what_it_has_caused(
    mongo: Mongo, database: Database
) -> None:
    await database.ensure_collections({Counter.collection: (), **SHARED_COLLECTIONS})
    sessions = mongo.sessions(database)
    committer = Committer(database, sessions, source="/mitmach/groups/x")
    once = IdempotencyKey("key", "print", Counter)
    async with committer.running():
        first = await committer.execute(RaiseCounter("a"), once=once)
        again = await committer.execute(RaiseCounter("a"), once=once)
        assert again.replayed
        ((place, event_id),) = tokens_of(again)[0].items()
        assert [event_id] == list(tokens_of(first)[0].values())
        assert again.places != first.places  # the key isn't kept, but where it leads
        assert planned_partition(again.places[0]) == planned_partition(first.places[0])
        assert place[0] == TOPIC
        # As an earlier version has stored it.
        without = {"q": {"_id": "key"}, "u": {"$unset": {"places": ""}}}
        await database.update("idempotency", [without])
        assert (await committer.execute(RaiseCounter("a"), once=once)).places == ()
    await sessions.close()
