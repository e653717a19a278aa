"""How commands are shared out over commits while another commit runs, on a real database."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import shared.delivery.committer.committer
from shared.delivery.command import Command
from shared.delivery.committer import CommandResult
from shared.delivery.mongo import Driver
from tests.integration.shared.outages import outage_service
from tests.support.counters import RaiseCounter

Execute = Callable[[Command], Coroutine[Any, Any, CommandResult]]

FIRST = 20  # commands of the commit that runs


class Held:
    """A commit that runs until it is let go, and how many have begun."""

    def __init__(self) -> None:
        self.begun = 0
        self._go = asyncio.Event()

    async def visit(self, place: str) -> None:
        if place == "committer.before_transaction":
            self.begun += 1
            if self.begun == 1:
                await self._go.wait()

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._go.set()

    async def begin(self, asking: asyncio.TaskGroup, execute: Execute) -> None:
        for number in range(FIRST):
            asking.create_task(execute(RaiseCounter(f"first {number}")))
        await self.until(1)

    async def until(self, begun: int) -> None:
        async with asyncio.timeout(20):
            while self.begun < begun:
                await asyncio.sleep(0.005)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    held = Held()
    monkeypatch.setattr(shared.delivery.committer.committer, "failpoint", held.visit)
    return held


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a commit waits until it is done."""
    monkeypatch.setattr(shared.delivery.committer.committer, "_HELD_BACK", 60.0)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(("more", "begun"), [(FIRST // 2, 1), (FIRST, 2)], ids=["few", "many"])
async def test_few_wait_for_the_commit_that_runs_and_many_begin_one_beside_it(
    more: int,
    begun: int,
    held: Held,
    mongo_url: str,
    driver: Driver,
) -> None:
    async with outage_service(mongo_url, driver) as counters, asyncio.TaskGroup() as asking:
        execute = counters.committer.execute
        await held.begin(asking, execute)
        with held.meanwhile():
            for number in range(more):
                asking.create_task(execute(RaiseCounter(f"more {number}")))
            await held.until(begun)
            await asyncio.sleep(0.2)
            assert held.begun == begun
    assert held.begun == 2


async def test_who_waits_for_a_commit_that_is_stuck_is_held_back_for_a_moment_only(
    held: Held, mongo_url: str, driver: Driver
) -> None:
    async with outage_service(mongo_url, driver) as counters, asyncio.TaskGroup() as asking:
        execute = counters.committer.execute
        await held.begin(asking, execute)
        with held.meanwhile():
            await execute(RaiseCounter("one more"))
