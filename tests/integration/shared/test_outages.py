"""MongoDB or the broker is down, frozen, unreachable, or back without its log.

What must hold: each command gets an honest answer within its deadline, nothing is half done, and
everything goes on without a restart.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

import shared.committer.committer
import shared.kafka
import shared.relay.sending
from mitmach.embedded.broker import Broker
from mitmach.embedded.mongod import ReplicaSet
from shared.committer import Committer, Once
from shared.committer.committer import LONGEST
from shared.consumer import Consumer, build_consumer
from shared.errors import OutcomeUnknown, Unavailable
from shared.kafka import KafkaConnection
from shared.lease import Lease
from shared.mongo import Database, Driver, SessionRegistry, connect
from shared.outbox import LOG, source_of
from shared.relay import Relay
from tests.support.brokers import BrokerUnderTest
from tests.support.fault_proxy import Direction, FaultProxy
from tests.support.oracle import Ledger, settled
from tests.support.tiny import COLLECTIONS, Raise, Sums

TOPIC = "mitmach.people.v1"
MARGIN = 0.7  # seconds beyond the deadline: the sweep, and a busy machine


class Service:
    """The tiny service, with a ledger of what its clients were told."""

    def __init__(self, database: Database, sessions: SessionRegistry, committer: Committer) -> None:
        self.database = database
        self.sessions = sessions
        self.committer = committer
        self.ledger = Ledger()

    async def ask(self, counter: str, once: Once | None = None) -> type[BaseException] | None:
        """Raises a counter; None when that was acknowledged, else the kind of refusal."""
        began = time.monotonic()
        try:
            outcome = await self.committer.execute(Raise(counter), once=once)
        except Unavailable as refusal:
            if isinstance(refusal, OutcomeUnknown):
                self.ledger.unknown[counter] += 1
            return type(refusal)
        finally:
            assert time.monotonic() - began < LONGEST + MARGIN
        self.ledger.acknowledged[outcome.event_ids[0]] = counter
        return None

    async def ask_many(self, number: int = 30) -> set[type[BaseException] | None]:
        """Asks for many things at once; returns the kinds of answer."""
        answers = await asyncio.gather(*(self.ask(f"c{i % 7}") for i in range(number)))
        return set(answers)

    async def goes_on(self) -> None:
        """Waits until it is back, then wants it to work properly."""
        async with asyncio.timeout(60):
            while await self.ask("c0"):
                pass
        assert await self.ask_many() == {None}

    async def logged(self) -> list[str]:
        """The keys of all events in the log: people's counters."""
        return [key for one in await self.database.find(LOG, {}) for key in one["keys"]]

    async def nothing_is_half_done(self) -> None:
        """State and log agree with each other and with the ledger."""
        keys = await self.logged()
        stored = {one["_id"]: one["value"] for one in await self.database.find("counters", {})}
        assert stored == {key: keys.count(key) for key in keys}
        told = list(self.ledger.acknowledged.values())
        for counter, value in stored.items():
            extra = value - told.count(counter)
            assert 0 <= extra <= self.ledger.unknown[counter]


@asynccontextmanager
async def service(url: str, driver: Driver = Driver.MOTOR) -> AsyncIterator[Service]:
    async with connect(url, driver=driver) as mongo:
        database = mongo.database(f"outage_{uuid4().hex[:12]}")
        await database.prepare(COLLECTIONS)
        sessions = mongo.sessions(database)
        source = await source_of(database, "groups")
        async with Committer(database, sessions, source=source).running() as committer:
            yield Service(database, sessions, committer)
        await sessions.close()
        await mongo.drop(database.name)


# --- MongoDB


async def test_a_stopped_database_is_said_to_be_one_and_forgotten_when_it_is_back(
    own_mongodb: ReplicaSet, driver: Driver
) -> None:
    async with service(own_mongodb.url, driver) as tiny:
        assert await tiny.ask_many() == {None}
        under_way = asyncio.create_task(tiny.ask_many(200))
        await asyncio.sleep(0.01)
        own_mongodb.members[0].child.signal(signal.SIGKILL)
        assert await under_way <= {None, Unavailable, OutcomeUnknown}
        assert await tiny.ask_many() == {Unavailable}
        await own_mongodb.stop()
        await own_mongodb.start()
        await tiny.goes_on()
        await tiny.nothing_is_half_done()


async def stopped(pid: int | None) -> None:
    """Waits until all threads of a process have obeyed SIGSTOP."""
    threads = Path(f"/proc/{pid}/task")
    while any(") T " not in (one / "stat").read_text() for one in threads.iterdir()):  # noqa: ASYNC240 - of /proc
        await asyncio.sleep(0.01)


async def test_a_frozen_database_keeps_nobody_waiting_beyond_the_deadline(
    own_mongodb: ReplicaSet, driver: Driver
) -> None:
    async with service(own_mongodb.url, driver) as tiny:
        assert await tiny.ask_many() == {None}
        under_way = asyncio.create_task(tiny.ask_many(200))
        await asyncio.sleep(0.01)
        own_mongodb.members[0].child.signal(signal.SIGSTOP)
        try:
            assert await under_way <= {None, Unavailable, OutcomeUnknown}
            await stopped(own_mongodb.members[0].child.pid)
            assert None not in await tiny.ask_many()
        finally:
            own_mongodb.members[0].child.signal(signal.SIGCONT)
        await tiny.goes_on()
        await tiny.nothing_is_half_done()


@pytest.fixture
async def proxy(mongo_url: str) -> AsyncIterator[FaultProxy]:
    """Stands between the service and MongoDB."""
    async with connect(mongo_url) as mongo:
        await mongo.ping()  # a direct connection wouldn't wait for an election to end
    async with FaultProxy(int(urlsplit(mongo_url).port or 0)) as proxy:
        yield proxy
        proxy.heal()


def through(proxy: FaultProxy) -> str:
    return f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true"


async def test_an_unreachable_database_is_said_to_be_one_and_forgotten_when_it_is_back(
    proxy: FaultProxy, driver: Driver
) -> None:
    async with service(through(proxy), driver) as tiny:
        assert await tiny.ask_many() == {None}
        async with proxy.unreachable():
            assert None not in await tiny.ask_many()
        await tiny.goes_on()
        await tiny.nothing_is_half_done()


@pytest.mark.parametrize("direction", list(Direction))
async def test_a_commit_without_an_answer_is_never_guessed(
    proxy: FaultProxy, driver: Driver, direction: Direction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the commit got lost or its answer: the client hears "not known", and may repeat."""

    async def lose_the_next(place: str) -> None:
        if place == "committer.before_commit":
            proxy.swallow(direction)

    once = Once("me:1", "f", int)
    async with service(through(proxy), driver) as tiny:
        assert await tiny.ask_many() == {None}
        monkeypatch.setattr(shared.committer.committer, "failpoint", lose_the_next)
        assert await tiny.ask("lost", once) is OutcomeUnknown
        monkeypatch.undo()
        proxy.heal()
        await tiny.goes_on()
        await tiny.nothing_is_half_done()
        assert ("lost" in await tiny.logged()) == (direction is Direction.TO_CLIENT)
        tiny.ledger.unknown.clear()
        assert await tiny.ask("lost", once) is None
        assert (await tiny.logged()).count("lost") == 1
        await tiny.nothing_is_half_done()


async def test_what_was_refused_by_its_deadline_is_not_stored_with_its_neighbours(
    mongo_url: str, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that slept wakes up late in a transaction of which one command has expired."""
    asleep = asyncio.Event()

    async def sleep_once(place: str) -> None:
        if place == "committer.before_commit" and not asleep.is_set():
            asleep.set()
            await asyncio.sleep(0.8)

    async def ask(counter: str, longest: float) -> type[BaseException] | None:
        monkeypatch.setattr(shared.committer.committer, "LONGEST", longest)
        return await tiny.ask(counter)

    async with service(mongo_url, driver) as tiny:
        monkeypatch.setattr(shared.committer.committer, "failpoint", sleep_once)
        answers = await asyncio.gather(ask("early", 0.3), ask("late", 3.0))
        assert answers == [Unavailable, None]
        assert await tiny.logged() == ["late"]
        await tiny.nothing_is_half_done()


async def test_connections_that_break_in_the_middle_of_messages_do_no_harm(
    proxy: FaultProxy, driver: Driver
) -> None:
    async with service(through(proxy), driver) as tiny:
        for direction in Direction:
            for count in (1, 700, 9_000):
                proxy.cut_after(count, direction)
                assert await tiny.ask_many(50) <= {None, Unavailable, OutcomeUnknown}
        proxy.heal()
        await tiny.goes_on()
        await tiny.nothing_is_half_done()


# --- the broker


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests to the broker time out after two seconds instead of ten."""
    for module in (shared.kafka, shared.relay.sending):
        monkeypatch.setattr(module, "REQUEST_TIMEOUT", 2.0)


@asynccontextmanager
async def published_and_read(
    tiny: Service, kafka: KafkaConnection
) -> AsyncIterator[tuple[Relay, Consumer]]:
    lease = Lease(tiny.database, "relay", holder="me")
    relay = Relay(
        tiny.database, tiny.sessions, kafka=kafka, topics={TOPIC: 3}, lease=lease, service="groups"
    )
    running = asyncio.create_task(relay.run())
    try:
        async with build_consumer(
            Sums(TOPIC, f"sums-{tiny.database.name}"),
            service="groups",
            database=tiny.database,
            sessions=tiny.sessions,
            kafka=kafka,
            topics={TOPIC: 3},
        ) as consumer:
            yield relay, consumer
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_writes_go_on_while_the_broker_is_unreachable(
    mongo_url: str, tmp_path: Path, impatient: None
) -> None:
    async with FaultProxy(0) as proxy:
        broker = Broker(tmp_path / "broker", advertised_port=proxy.port)
        proxy.target = broker.port
        await broker.start()
        kafka = KafkaConnection(bootstrap=broker.bootstrap, session_timeout=2.0)
        try:
            async with (
                service(mongo_url) as tiny,
                published_and_read(tiny, kafka) as (relay, _),
            ):
                assert await tiny.ask_many() == {None}
                await settled(tiny.ledger, tiny.database, kafka, TOPIC)
                async with proxy.unreachable():
                    assert await tiny.ask_many(200) == {None}
                    async with asyncio.timeout(60):
                        while relay.failure is None:
                            await asyncio.sleep(0.05)
                assert await tiny.ask_many() == {None}
                assert len(await tiny.logged()) == 260
                await settled(tiny.ledger, tiny.database, kafka, TOPIC)
                assert relay.lost_logs == 0
        finally:
            await broker.stop()


async def test_a_broker_that_comes_back_empty_is_filled_again_and_nothing_counts_twice(
    mongo_url: str, embedded_broker: BrokerUnderTest, impatient: None
) -> None:
    kafka = KafkaConnection(bootstrap=embedded_broker.bootstrap, session_timeout=2.0)
    async with (
        service(mongo_url) as tiny,
        published_and_read(tiny, kafka) as (relay, consumer),
    ):
        for _ in range(2):
            assert await tiny.ask_many(100) == {None}
            await settled(tiny.ledger, tiny.database, kafka, TOPIC)
            embedded_broker.kill()
            assert await tiny.ask_many(100) == {None}
            await embedded_broker.restart()
            await settled(tiny.ledger, tiny.database, kafka, TOPIC)
        assert relay.lost_logs == 2
        assert consumer.repeats > 0
        assert consumer.gaps == []


async def test_asking_for_a_topic_makes_no_broker_invent_it(broker: BrokerUnderTest) -> None:
    """It would have another number of partitions than the log has numbered its events for."""
    kafka = KafkaConnection(bootstrap=broker.bootstrap)
    async with shared.kafka.looking(kafka) as reader:
        reader.subscribe(["mitmach.unheard-of.v1"])
        assert await reader.getmany(timeout_ms=300) == {}
        assert "mitmach.unheard-of.v1" not in await reader.topics()
