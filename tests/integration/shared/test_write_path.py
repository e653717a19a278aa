"""Group commit, the log, the relay and the exact consumer on a real MongoDB and a real broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar
from uuid import uuid4

import pytest

from shared.contract.errors import Overloaded
from shared.delivery.command import Entity
from shared.delivery.committer import (
    AnswerGone,
    CommandResult,
    Committer,
    IdempotencyKey,
    IdempotencyKeyReused,
)
from shared.delivery.consumer import Consumer, build_consumer
from shared.delivery.kafka import KafkaConnection
from shared.delivery.lease import Lease
from shared.delivery.log import LOG, logged_events, source_of
from shared.delivery.mongo import Database, Driver, Mongo, SessionRegistry
from shared.delivery.relay import Relay
from tests.support.counters import (
    COLLECTIONS,
    Broken,
    Counter,
    DropCounter,
    Hidden,
    RaiseCounter,
    Sums,
    TooHigh,
    sums,
)
from tests.support.mongodb import connected

TOPIC = "mitmach.people.v1"


class Sticker(Entity, frozen=True, kw_only=True):
    """Something else than a counter."""

    collection: ClassVar[str] = "stickers"


@dataclass
class Parts:
    mongo: Mongo
    database: Database
    sessions: SessionRegistry
    committer: Committer
    source: str


@pytest.fixture(params=list(Driver))
async def parts(request: pytest.FixtureRequest, mongo_url: str) -> AsyncIterator[Parts]:
    async with connected(mongo_url, driver=request.param) as mongo:
        database = mongo.database(f"write_path_{uuid4().hex[:12]}")
        await database.ensure_collections(COLLECTIONS)
        sessions = mongo.sessions(database)
        source = await source_of(database, "groups")
        async with Committer(database, sessions, source=source).running() as committer:
            yield Parts(mongo, database, sessions, committer, source)
        await sessions.close()
        await mongo.drop(database.name)


async def logged(database: Database) -> int:
    return sum(one["count"] for one in await database.find(LOG, {}))


async def test_state_and_event_of_a_command_are_stored_together(parts: Parts) -> None:
    outcome = await parts.committer.execute(RaiseCounter("a"))
    assert outcome.reply.value == 1
    assert len(outcome.event_ids) == 1
    assert await parts.database.find_one("counters", {"_id": "a"}) == {"_id": "a", "value": 1}
    (log,) = await parts.database.find(LOG, {})
    assert outcome.event_ids[0].encode() in logged_events(log)[0].body


async def test_commands_that_arrive_together_share_transactions_and_see_each_other(
    parts: Parts,
) -> None:
    outcomes = await asyncio.gather(
        *(parts.committer.execute(RaiseCounter("a")) for _ in range(300))
    )
    assert sorted(one.reply.value for one in outcomes) == list(range(1, 301))
    assert parts.committer.batches < 20
    assert await logged(parts.database) == 300


async def test_a_refusal_and_a_bug_fail_alone(parts: Parts) -> None:
    outcomes = await asyncio.gather(
        *(parts.committer.execute(RaiseCounter("a", limit=2)) for _ in range(4)),
        parts.committer.execute(Broken("a")),
        return_exceptions=True,
    )
    assert [type(one) for one in outcomes[2:]] == [TooHigh, TooHigh, ZeroDivisionError]
    assert await logged(parts.database) == 2


async def test_two_committers_on_the_same_entities_lose_nothing(parts: Parts) -> None:
    other = Committer(parts.database, parts.mongo.sessions(parts.database), source=parts.source)
    async with other.running():
        await asyncio.gather(
            *(
                c.execute(RaiseCounter(f"k{i % 5}"))
                for i in range(200)
                for c in (parts.committer, other)
            )
        )
    stored = await parts.database.find("counters", {})
    assert sum(one["value"] for one in stored) == 400
    assert await logged(parts.database) == 400


async def test_an_idempotency_key_gives_one_effect_and_the_same_answer(parts: Parts) -> None:
    once = IdempotencyKey("me:1", "f", Counter)
    together = await asyncio.gather(
        *(parts.committer.execute(RaiseCounter("a"), once=once) for _ in range(5))
    )
    later = await parts.committer.execute(RaiseCounter("a"), once=once)
    assert {one.reply.value for one in together} == {1} == {later.reply.value}
    assert [one.replayed for one in together].count(False) == 1
    assert {one.event_ids for one in together} == {later.event_ids}
    with pytest.raises(IdempotencyKeyReused):
        await parts.committer.execute(RaiseCounter("a"), once=IdempotencyKey("me:1", "g", Counter))


async def test_a_repeated_request_is_answered_with_what_there_is_now(parts: Parts) -> None:
    """The record knows which entity it was; what is in that may have changed, or be gone."""
    once = IdempotencyKey("me:1", "f", Counter)
    first = await parts.committer.execute(RaiseCounter("a"), once=once)
    assert first.reply.value == 1
    (record,) = await parts.database.find("idempotency", {})
    assert record["entities"] == {"counters": "a"}
    assert set(record) == {"_id", "fingerprint", "entities", "event_ids", "places", "at"}
    await parts.committer.execute(RaiseCounter("a"))
    # A route makes a new id for each request; the one of the first counts.
    again = await parts.committer.execute(RaiseCounter("b"), once=once)
    assert (again.reply, again.replayed) == (Counter(id="a", value=2), True)
    assert again.event_ids == first.event_ids
    await parts.committer.execute(DropCounter("a"))
    with pytest.raises(AnswerGone):
        await parts.committer.execute(RaiseCounter("a"), once=once)
    assert await parts.database.find("counters", {}) == []
    assert await logged(parts.database) == 2


async def test_a_repeated_request_is_answered_while_its_reply_may_be_seen(parts: Parts) -> None:
    once = IdempotencyKey("me:1", "f", Counter)
    await parts.committer.execute(RaiseCounter("a"), once=once)
    results = await asyncio.gather(
        parts.committer.execute(RaiseCounter("b"), once=once),
        parts.committer.execute(RaiseCounter("hidden a")),
        parts.committer.execute(RaiseCounter("b"), once=once),
        return_exceptions=True,
    )
    assert isinstance(results[0], CommandResult)
    assert isinstance(results[2], Hidden)
    with pytest.raises(Hidden):
        await parts.committer.execute(RaiseCounter("b"), once=once)
    await parts.committer.execute(DropCounter("hidden a"))
    again = await parts.committer.execute(RaiseCounter("b"), once=once)
    assert again.reply == Counter(id="a", value=1)


async def test_a_command_that_doesnt_say_who_sees_its_reply_isnt_executed_once(
    parts: Parts,
) -> None:
    with pytest.raises(TypeError, match="DropCounter"):
        await parts.committer.execute(DropCounter("a"), once=IdempotencyKey("me:1", "f", Counter))


async def test_repeats_share_a_transaction_with_what_changes_their_answer(parts: Parts) -> None:
    once = IdempotencyKey("me:1", "f", Counter)
    results = await asyncio.gather(
        parts.committer.execute(RaiseCounter("a"), once=once),
        parts.committer.execute(RaiseCounter("a")),
        parts.committer.execute(RaiseCounter("a"), once=once),
        parts.committer.execute(DropCounter("a")),
        parts.committer.execute(RaiseCounter("a"), once=once),
        return_exceptions=True,
    )
    assert parts.committer.batches == 1
    first, again = (result for result in results[::2] if isinstance(result, CommandResult))
    assert (first.reply.value, again.reply.value) == (1, 2)
    assert isinstance(results[4], AnswerGone)


async def test_what_is_executed_once_replies_with_what_is_stored(parts: Parts) -> None:
    with pytest.raises(TypeError, match="no Sticker"):
        await parts.committer.execute(RaiseCounter("a"), once=IdempotencyKey("me:1", "f", Sticker))
    assert await logged(parts.database) == 0


async def test_too_much_waiting_is_refused_at_once(parts: Parts) -> None:
    small = Committer(
        parts.database, parts.mongo.sessions(parts.database), source=parts.source, most_waiting=10
    )
    async with small.running():
        outcomes = await asyncio.gather(
            *(small.execute(RaiseCounter("a")) for _ in range(30)), return_exceptions=True
        )
    assert sum(isinstance(one, Overloaded) for one in outcomes) == 20
    assert await logged(parts.database) == 10


async def test_a_dead_process_keeps_nobody_waiting(parts: Parts) -> None:
    """Its transaction stays open on the server; the next writer ends its session."""
    dead = parts.mongo.sessions(parts.database, process="dead")
    session = await dead.open()
    assert dead._beating is not None
    dead._beating.cancel()
    async with session.transaction() as transaction:
        await transaction.insert("counters", [{"_id": "a", "value": 100}])
        await parts.database.update(
            "sessions",
            [{"q": {"_id": "dead"}, "u": [{"$set": {"beat": {"$subtract": ["$$NOW", 60_000]}}}]}],
        )
        outcome = await parts.committer.execute(RaiseCounter("a"))
    assert outcome.reply.value == 1


@asynccontextmanager
async def published_and_read(
    parts: Parts, kafka: KafkaConnection, *, name: str = "sums", holder: str = "me"
) -> AsyncIterator[tuple[Relay, Consumer]]:
    lease = Lease(parts.database, "relay", holder=holder)
    relay = Relay(
        parts.database,
        parts.sessions,
        kafka=kafka,
        topics={TOPIC: 6},
        lease=lease,
        service="groups",
    )
    async with AsyncExitStack() as stack:
        running = asyncio.create_task(relay.run())
        stack.callback(running.cancel)
        consumer = await stack.enter_async_context(
            build_consumer(
                Sums(TOPIC, f"{name}-{parts.database.name}"),
                service="groups",
                database=parts.database,
                sessions=parts.sessions,
                kafka=kafka,
                topics={TOPIC: 6},
            )
        )
        yield relay, consumer


async def counted(parts: Parts, wanted: dict[str, int]) -> None:
    """Waits until our subjects have these sums. Other tests' events are on the topic, too."""
    async with asyncio.timeout(40):
        while True:
            now = await sums(parts.database)
            if all(now.get(subject, 0) >= n for subject, n in wanted.items()):
                break
            await asyncio.sleep(0.05)
    assert {subject: now[subject] for subject in wanted} == wanted


def mine(parts: Parts, n: int) -> str:
    return f"{parts.database.name}-{n}"


async def test_every_acknowledged_event_is_counted_once(parts: Parts, kafka_bootstrap: str) -> None:
    kafka = KafkaConnection(bootstrap=kafka_bootstrap, session_timeout=3.0)
    async with published_and_read(parts, kafka):
        for _ in range(4):
            await asyncio.gather(
                *(parts.committer.execute(RaiseCounter(mine(parts, i % 7))) for i in range(140))
            )
        await counted(parts, {mine(parts, i): 80 for i in range(7)})


async def test_a_relay_that_starts_over_and_a_consumer_that_starts_over_count_nothing_twice(
    parts: Parts, kafka_bootstrap: str
) -> None:
    kafka = KafkaConnection(bootstrap=kafka_bootstrap, session_timeout=3.0)
    for turn in range(1, 3):
        async with published_and_read(parts, kafka, holder=f"relay {turn}"):
            await asyncio.gather(
                *(parts.committer.execute(RaiseCounter(mine(parts, i % 3))) for i in range(30))
            )
            await counted(parts, {mine(parts, i): 10 * turn for i in range(3)})
        # As if the mark "sent" had been lost: all of it is sent again.
        await parts.database.update("relay", [{"q": {}, "u": {"$set": {"sent_through": 0}}}])
    async with published_and_read(parts, kafka, holder="last") as (relay, consumer):
        await parts.committer.execute(RaiseCounter(mine(parts, 0)))
        await counted(parts, {mine(parts, 0): 21, mine(parts, 1): 20, mine(parts, 2): 20})
        assert relay.published == 61
        assert consumer.repeats > 0


async def test_sequences_are_gapless_and_name_their_predecessors(
    parts: Parts, kafka_bootstrap: str
) -> None:
    kafka = KafkaConnection(bootstrap=kafka_bootstrap, session_timeout=3.0)
    async with published_and_read(parts, kafka) as (relay, _):
        for i in range(20):
            await parts.committer.execute(RaiseCounter(mine(parts, i)))
        async with asyncio.timeout(20):
            while relay.published < 20:
                await asyncio.sleep(0.05)
    logs = sorted(await parts.database.find(LOG, {}), key=lambda one: one["first_sequence"])
    expected = 1
    heads: dict[int, int] = {}
    for log in logs:
        assert log["first_sequence"] == expected
        for i, (partition, predecessor) in enumerate(
            zip(log["partitions"], log["predecessors"], strict=True)
        ):
            assert predecessor == heads.get(partition, 0)
            heads[partition] = expected + i
        expected += log["count"]
    assert expected == 21


async def test_a_standby_takes_over_within_ten_seconds(parts: Parts, kafka_bootstrap: str) -> None:
    kafka = KafkaConnection(bootstrap=kafka_bootstrap, session_timeout=3.0)
    dead = Lease(parts.database, "relay", holder="killed")
    assert await dead.renew()
    began = asyncio.get_running_loop().time()
    async with published_and_read(parts, kafka):
        await parts.committer.execute(RaiseCounter(mine(parts, 1)))
        await counted(parts, {mine(parts, 1): 1})
    assert asyncio.get_running_loop().time() - began < 10


async def test_the_entity_is_what_was_put(parts: Parts) -> None:
    await parts.committer.execute(RaiseCounter("a"))
    again = Counter(id="a", value=1)
    assert await parts.database.count("counters", {"_id": again.id, "value": again.value}) == 1
