"""After an interruption as long as a command's deadline, under load that never lets up.

The queue is then full of commands that are about to expire, and stays so. What must hold: the
first commands that can be answered well are, without a moment of rest and without a restart.
"""

import asyncio
from collections import Counter as Counts
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle

import pytest

import shared.delivery.committer.committer
from shared.contract.errors import Unavailable
from shared.delivery.command import Changes, Command, Found, Key
from shared.delivery.committer import Committer
from shared.delivery.mongo import Driver
from tests.integration.shared.outages import outage_service
from tests.support.counters import Counter, RaiseCounter

LONGEST = 1.6  # seconds of a command here
INTERRUPTED = 1.5 * LONGEST
SLOW = 0.3  # seconds of a transaction: more than the committer needs to notice what has expired
COUNTERS = [f"c{number}" for number in range(5)]
EVERY = 0.01  # seconds between commands


class Load:
    """Commands at a steady rate, whatever becomes of them."""

    def __init__(self, committer: Committer) -> None:
        self.acknowledged = 0
        self._committer = committer

    @asynccontextmanager
    async def steady(self) -> AsyncIterator[None]:
        asking = asyncio.create_task(self._ask())
        try:
            yield
        finally:
            asking.cancel()
            await asyncio.wait([asking])

    async def _ask(self) -> None:
        async with asyncio.TaskGroup() as group:
            for counter in cycle(COUNTERS):
                group.create_task(self._execute(RaiseCounter(counter)))
                await asyncio.sleep(EVERY)

    async def _execute(self, command: Command) -> None:
        with suppress(Unavailable):
            await self._committer.execute(command)
            self.acknowledged += 1

    async def goes_on(self) -> None:
        """Waits until some more are acknowledged."""
        wanted = self.acknowledged + 20
        async with asyncio.timeout(30):
            while self.acknowledged < wanted:
                await asyncio.sleep(EVERY)


@dataclass(frozen=True, slots=True)
class Beside:
    """Raises a counter after a look at another one: that is free again before the commit."""

    counter: str
    seen: str

    def reads(self, found: Found) -> Iterable[Key]:
        yield Counter, self.counter
        yield Counter, self.seen

    def decide(self, found: Found, now: datetime) -> Changes:
        return RaiseCounter(self.counter).decide(found, now)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared.delivery.committer.committer, "LONGEST", LONGEST)


async def test_a_commit_that_another_made_room_for_has_a_deadline_of_its_own(
    mongo_url: str, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is begun from within the first, the third from within the second."""
    monkeypatch.setattr(shared.delivery.committer.committer, "LONGEST", 6.0)
    loop = asyncio.get_running_loop()
    began = loop.time()
    first_is_begun, second_is_asked = asyncio.Event(), asyncio.Event()
    visits: Counts[str] = Counts()

    async def hold(place: str) -> None:
        visits[place] += 1
        match place, visits[place]:
            case "committer.before_transaction", 1:
                first_is_begun.set()
                await second_is_asked.wait()
            case "committer.before_commit", 2:
                await asyncio.sleep(began + 4.0 - loop.time())
            case "committer.before_transaction", 3:
                await asyncio.sleep(began + 6.5 - loop.time())  # the first's deadline is over

    monkeypatch.setattr(shared.delivery.committer.committer, "failpoint", hold)
    async with outage_service(mongo_url, driver) as counters:
        first = asyncio.create_task(counters.committer.execute(Beside("a", "x")))
        await first_is_begun.wait()
        second = asyncio.create_task(counters.committer.execute(Beside("b", "x")))
        await asyncio.sleep(0)
        second_is_asked.set()
        await first
        await asyncio.sleep(began + 3.0 - loop.time())
        await counters.committer.execute(Beside("b", "x"))
        with suppress(Unavailable):
            await second


async def test_locks_that_lasted_longer_than_the_deadline_are_forgotten(
    mongo_url: str, driver: Driver
) -> None:
    """No transaction may go on with the deadline of one before it."""
    async with outage_service(mongo_url, driver) as counters:
        load = Load(counters.committer)
        async with AsyncExitStack() as ending:
            async with (await counters.sessions.open()).transaction() as transaction:
                every = [{"_id": counter, "value": 0} for counter in COUNTERS]
                await transaction.insert(Counter.collection, every)
                await ending.enter_async_context(load.steady())
                await asyncio.sleep(INTERRUPTED)
                assert load.acknowledged == 0
            await load.goes_on()


async def test_transactions_in_which_always_one_command_expires_come_to_an_end(
    mongo_url: str, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What expires in a transaction aborts it: the next must leave those out that would too."""
    seconds = INTERRUPTED

    async def slow(place: str) -> None:
        if place == "committer.before_commit":
            await asyncio.sleep(seconds)

    monkeypatch.setattr(shared.delivery.committer.committer, "failpoint", slow)
    async with outage_service(mongo_url, driver) as counters:
        load = Load(counters.committer)
        async with load.steady():
            await asyncio.sleep(INTERRUPTED)
            assert load.acknowledged == 0
            seconds = SLOW
            await load.goes_on()
