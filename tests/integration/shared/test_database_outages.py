"""MongoDB is down, frozen, unreachable, or its connections break.

Each command gets an honest answer within its deadline, nothing is half done, and everything goes on
without a restart.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import shared.delivery.committer.committer
from mitmach.embedded.mongod import ReplicaSet
from shared.contract.errors import OutcomeUnknown, Unavailable
from shared.delivery.committer import IdempotencyKey
from shared.delivery.mongo import Driver
from tests.integration.shared.outages import outage_service
from tests.support.counters import Counter
from tests.support.fault_proxy import Direction, FaultProxy
from tests.support.mongodb import connected


async def test_a_stopped_database_is_said_to_be_one_and_forgotten_when_it_is_back(
    own_mongodb: ReplicaSet, driver: Driver
) -> None:
    async with outage_service(own_mongodb.url, driver) as counters:
        assert await counters.ask_many() == {None}
        under_way = asyncio.create_task(counters.ask_many(200))
        await asyncio.sleep(0.01)
        own_mongodb.members[0].child.signal(signal.SIGKILL)
        assert await under_way <= {None, Unavailable, OutcomeUnknown}
        assert await counters.ask_many() == {Unavailable}
        await own_mongodb.stop()
        await own_mongodb.start()
        await counters.goes_on()
        await counters.nothing_is_half_done()


async def stopped(pid: int | None) -> None:
    """Waits until all threads of a process have obeyed SIGSTOP."""
    threads = Path(f"/proc/{pid}/task")
    while any(") T " not in (one / "stat").read_text() for one in threads.iterdir()):  # noqa: ASYNC240 - of /proc
        await asyncio.sleep(0.01)


async def test_a_frozen_database_keeps_nobody_waiting_beyond_the_deadline(
    own_mongodb: ReplicaSet, driver: Driver
) -> None:
    async with outage_service(own_mongodb.url, driver) as counters:
        assert await counters.ask_many() == {None}
        under_way = asyncio.create_task(counters.ask_many(200))
        await asyncio.sleep(0.01)
        own_mongodb.members[0].child.signal(signal.SIGSTOP)
        try:
            assert await under_way <= {None, Unavailable, OutcomeUnknown}
            await stopped(own_mongodb.members[0].child.pid)
            assert None not in await counters.ask_many()
        finally:
            own_mongodb.members[0].child.signal(signal.SIGCONT)
        await counters.goes_on()
        await counters.nothing_is_half_done()


@pytest.fixture
async def proxy(mongo_url: str) -> AsyncIterator[FaultProxy]:
    """Stands between the service and MongoDB."""
    async with connected(mongo_url) as mongo:
        await mongo.ping()  # a direct connection wouldn't wait for an election to end
    async with FaultProxy(int(urlsplit(mongo_url).port or 0)) as proxy:
        yield proxy
        proxy.heal()


def through(proxy: FaultProxy) -> str:
    return f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true"


async def test_an_unreachable_database_is_said_to_be_one_and_forgotten_when_it_is_back(
    proxy: FaultProxy, driver: Driver
) -> None:
    async with outage_service(through(proxy), driver) as counters:
        assert await counters.ask_many() == {None}
        async with proxy.unreachable():
            assert None not in await counters.ask_many()
        await counters.goes_on()
        await counters.nothing_is_half_done()


@pytest.mark.parametrize("direction", list(Direction))
async def test_a_commit_without_an_answer_is_never_guessed(
    proxy: FaultProxy, driver: Driver, direction: Direction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the commit got lost or its answer: the client hears "not known", and may repeat."""

    async def lose_the_next(place: str) -> None:
        if place == "committer.before_commit":
            proxy.swallow(direction)

    once = IdempotencyKey("me:1", "f", Counter)
    async with outage_service(through(proxy), driver) as counters:
        assert await counters.ask_many() == {None}
        monkeypatch.setattr(shared.delivery.committer.committer, "failpoint", lose_the_next)
        assert await counters.ask("lost", once) is OutcomeUnknown
        monkeypatch.undo()
        proxy.heal()
        await counters.goes_on()
        await counters.nothing_is_half_done()
        assert ("lost" in await counters.logged()) == (direction is Direction.TO_CLIENT)
        counters.ledger.unknown.clear()
        assert await counters.ask("lost", once) is None
        assert (await counters.logged()).count("lost") == 1
        await counters.nothing_is_half_done()


async def test_what_was_refused_by_its_deadline_is_not_stored_with_its_neighbours(
    mongo_url: str, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that slept wakes up late in a transaction of which one command has expired."""
    asleep = asyncio.Event()

    async def sleep_once(place: str) -> None:
        if place == "committer.before_commit" and not asleep.is_set():
            asleep.set()
            await asyncio.sleep(0.8)

    async def ask_within(longest: float, counter: str) -> type[BaseException] | None:
        monkeypatch.setattr(shared.delivery.committer.committer, "LONGEST", longest)
        return await counters.ask(counter)

    async with outage_service(mongo_url, driver) as counters:
        monkeypatch.setattr(shared.delivery.committer.committer, "failpoint", sleep_once)
        early, late = await asyncio.gather(ask_within(0.3, "early"), ask_within(3.0, "late"))
        assert early is Unavailable
        assert late is None
        assert await counters.logged() == ["late"]
        await counters.nothing_is_half_done()


async def test_connections_that_break_in_the_middle_of_messages_do_no_harm(
    proxy: FaultProxy, driver: Driver
) -> None:
    async with outage_service(through(proxy), driver) as counters:
        for direction in Direction:
            for count in (1, 700, 9_000):
                proxy.cut_after(count, direction)
                assert await counters.ask_many(50) <= {None, Unavailable, OutcomeUnknown}
        proxy.heal()
        await counters.goes_on()
        await counters.nothing_is_half_done()
