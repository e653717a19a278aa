"""A `delivery_program` from outside: what it is asked, what it answers, and what is done to it.

Every process writes into the same ledger. An operation counts as unknown from the moment it is
asked for until there is an answer, so whatever happens to the process the ledger stays honest.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from shared.delivery.failpoints import VARIABLE
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Mongo
from tests.support.brokers import BrokerUnderTest
from tests.support.oracle import Ledger, settled

ROOT = Path(__file__).parents[2]
TOPIC = "mitmach.people.v1"
PARTITIONS = 3
COUNTERS = 5
MOST_OPEN = 100  # a process that doesn't answer isn't asked for more
BREAK = 0.05  # seconds between the questions of steady load
WORKS_WITHIN = 60.0  # seconds: a dead process's locks may be in the way, on a busy machine


class ProcessUnderTest:
    """A running `delivery_program`, and the ledger of what it has answered.

    Attributes:
        child: The operating system's process.
        was_killed: Whether a test has ended it by force.
    """

    def __init__(self, process: asyncio.subprocess.Process, ledger: Ledger) -> None:
        self.child = process
        self.was_killed = False
        self._ledger = ledger
        self._asked = 0
        self._acknowledged = 0
        self._open: list[str] = []
        self._told: list[asyncio.Future[dict[str, Any]]] = []
        self._ready = asyncio.Event()

    async def ask(self, number: int) -> None:
        """Sends operations; those without an answer count as unknown until there is one."""
        counters = [f"c{(self._asked + i) % COUNTERS}" for i in range(number)]
        self._asked += number
        await self.ask_for(counters)

    async def ask_for(self, counters: Iterable[str]) -> None:
        """Sends operations on these counters."""
        for counter in counters:
            self._open.append(counter)
            self._ledger.unknown[counter] += 1
            self._write(counter)
        assert self.child.stdin is not None
        await self.child.stdin.drain()

    def _write(self, line: str) -> None:
        assert self.child.stdin is not None
        self.child.stdin.write(f"{line}\n".encode())

    async def listen(self) -> None:
        """Notes its answers until it ends."""
        assert self.child.stdout is not None
        async for line in self.child.stdout:
            what, _, rest = line.decode().strip().partition(" ")
            if what == "ready":
                self._ready.set()
            elif what == "status":
                self._told.pop(0).set_result(json.loads(rest))
            elif what:
                self._note(what, rest)

    def _note(self, counter: str, told: str) -> None:
        self._open.remove(counter)
        if told != "unknown":
            self._ledger.unknown[counter] -= 1
        if told not in {"unknown", "refused"}:
            self._ledger.acknowledged[told] = counter
            self._acknowledged += 1

    @property
    def unanswered(self) -> int:
        """Operations that it hasn't answered."""
        return len(self._open)

    async def works(self) -> None:
        """Asks until it acknowledges what it is asked."""
        before = self._acknowledged
        async with asyncio.timeout(WORKS_WITHIN):
            await self._ready.wait()
        async with asyncio.timeout(WORKS_WITHIN):
            while self._acknowledged < before + 20:
                if self.unanswered < MOST_OPEN:
                    await self.ask(5)
                await asyncio.sleep(BREAK)

    async def status(self) -> dict[str, Any]:
        """What it says of itself."""
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._told.append(future)
        self._write("?")
        async with asyncio.timeout(WORKS_WITHIN):
            return await future

    async def has_taken_over(self, *, within: float = WORKS_WITHIN) -> None:
        """Waits until it leads, and reads all partitions."""
        async with asyncio.timeout(within):
            while not ((now := await self.status())["leading"] and now["reads"] == PARTITIONS):
                await asyncio.sleep(0.1)

    @property
    def is_stopped(self) -> bool:
        """Whether it has obeyed SIGSTOP."""
        with suppress(psutil.NoSuchProcess):
            return bool(psutil.Process(self.child.pid).status() == psutil.STATUS_STOPPED)
        return False

    async def tell(self) -> None:
        """Has it say on standard error what it is doing, for whoever looks into a failure."""
        if self.child.returncode is None:
            self._signal(signal.SIGUSR1)
            sys.stderr.write(f"process {self.child.pid}: {await self.status()}\n")

    def freeze(self) -> None:
        """As a machine does that swaps, or a container that is frozen."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It never learns how long it slept."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """As a power cut would."""
        self.was_killed = True
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self.child.send_signal(number)


def process_settings(
    mongodb: str, broker: BrokerUnderTest, *, driver: str = "motor"
) -> dict[str, Any]:
    """Settings of processes that share a database which nobody has used."""
    return {
        "mongodb": mongodb,
        "driver": driver,
        "database": f"process_{uuid4().hex[:12]}",
        "kafka": broker.bootstrap,
        "session": 6.0 if broker.kind == "apache" else 1.0,
        "topic": TOPIC,
    }


def connection(settings: dict[str, Any]) -> KafkaConnection:
    """The broker of such processes."""
    return KafkaConnection(bootstrap=settings["kafka"], session_timeout=settings["session"])


@asynccontextmanager
async def running(
    settings: dict[str, Any], ledger: Ledger, failpoints: str = ""
) -> AsyncIterator[ProcessUnderTest]:
    """A process for as long as the block runs, unless it dies before."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.delivery_program", json.dumps(settings)),
        cwd=ROOT,
        env=os.environ | {VARIABLE: failpoints},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    running_process = ProcessUnderTest(process, ledger)
    listening = asyncio.create_task(running_process.listen())
    try:
        yield running_process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening


@asynccontextmanager
async def under_load(
    processes: Callable[[], Iterable[ProcessUnderTest]], number: int = 4
) -> AsyncIterator[None]:
    """Steady load on all processes that live, for as long as the block runs."""

    async def load() -> None:
        while True:
            for process in processes():
                if process.child.returncode is None and process.unanswered < MOST_OPEN:
                    with suppress(ConnectionError):  # it has just died
                        await process.ask(number)
            await asyncio.sleep(BREAK)

    loading = asyncio.create_task(load())
    try:
        yield
    finally:
        loading.cancel()
        await asyncio.wait([loading])


async def answered(*processes: ProcessUnderTest, within: float = 10.0) -> None:
    """Waits until every living process has answered all it was asked."""
    async with asyncio.timeout(within):
        while any(process.unanswered for process in processes if process.child.returncode is None):
            await asyncio.sleep(0.05)


async def judged_consistent(
    ledger: Ledger, mongo: Mongo, settings: dict[str, Any], *processes: ProcessUnderTest
) -> list[dict[str, Any]]:
    """Has the oracle judge once all is answered; no living process may miss anything.

    Drops the database. Returns what the processes say of themselves.
    """
    await answered(*processes)
    database = mongo.database(settings["database"])
    try:
        await settled(ledger, database, connection(settings), settings["topic"], within=60)
    except AssertionError:
        for process in processes:
            await process.tell()
        raise
    told = [await process.status() for process in processes if process.child.returncode is None]
    assert [status["gaps"] for status in told] == [0] * len(told)
    await mongo.drop(settings["database"])
    return told
