"""The process is killed with -9 at each place where state and messages could part ways.

A ledger of what was answered is kept outside of it. After a restart: every acknowledged operation
has its one event, every other has one or none, and the sums are those of the distinct events.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import TopicPartition

from shared.events.topics import dlq_topic
from shared.failpoints import VARIABLE
from shared.kafka import KafkaConnection, ensure_topics, looking, producing
from shared.mongo import Driver, connect
from tests.support.brokers import BrokerUnderTest
from tests.support.oracle import Ledger, settled

ROOT = Path(__file__).parents[2]
TOPIC = "mitmach.people.v1"
FOREIGN = b"not an event"

# Which visit is the last: the first ones let the parts start, so that there is something to lose.
PLACES = {
    "committer.before_transaction": 3,
    "committer.before_commit": 3,
    "committer.answer_lost": 3,
    "relay.before_numbers_commit": 2,
    "relay.numbered": 2,
    "relay.acknowledged": 2,
    "relay.marked": 2,
    "consumer.fetched": 2,
    "consumer.before_flush_commit": 2,
    "consumer.flushed": 2,
    "consumer.dead_letters_kept": 1,
}

pytestmark = pytest.mark.faults


class Victim:
    """The process, and the ledger of what it has answered."""

    def __init__(self, process: asyncio.subprocess.Process, ledger: Ledger) -> None:
        self.process = process
        self._ledger = ledger
        self._asked = 0
        self._open: list[str] = []

    async def ask(self, number: int) -> None:
        """Sends operations; those without an answer count as unknown until there is one."""
        assert self.process.stdin is not None
        for _ in range(number):
            counter = f"c{self._asked % 5}"
            self._asked += 1
            self._open.append(counter)
            self._ledger.unknown[counter] += 1
            self.process.stdin.write(f"{counter}\n".encode())
        await self.process.stdin.drain()

    async def listen(self) -> None:
        """Notes its answers until it ends."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            if (words := line.decode().split()) and words != ["ready"]:
                counter, told = words
                self._open.remove(counter)
                if told != "unknown":
                    self._ledger.unknown[counter] -= 1
                if told not in {"unknown", "refused"}:
                    self._ledger.acknowledged[told] = counter

    async def works(self) -> None:
        """Asks until all is acknowledged: at first, a dead process's locks may be in the way."""
        before = len(self._ledger.acknowledged)
        async with asyncio.timeout(30):
            while len(self._ledger.acknowledged) < before + 20:
                await self.ask(20)
                while self._open:
                    await asyncio.sleep(0.01)


@asynccontextmanager
async def running(
    settings: dict[str, Any], ledger: Ledger, failpoints: str = ""
) -> AsyncIterator[Victim]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.victim", json.dumps(settings)),
        cwd=ROOT,
        env=os.environ | {VARIABLE: failpoints},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    victim = Victim(process, ledger)
    listening = asyncio.create_task(victim.listen())
    try:
        yield victim
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening


@pytest.mark.parametrize("place", PLACES)
async def test_a_kill_loses_nothing_and_repeats_nothing(
    mongo_url: str, broker: BrokerUnderTest, place: str
) -> None:
    kafka = KafkaConnection(
        bootstrap=broker.bootstrap, session_timeout=6.0 if broker.kind == "apache" else 1.0
    )
    settings = {
        "mongodb": mongo_url,
        "driver": list(Driver)[list(PLACES).index(place) % 2],
        "database": f"victim_{uuid4().hex[:12]}",
        "kafka": kafka.bootstrap,
        "session": kafka.session_timeout,
        "topic": TOPIC,
    }
    ledger = Ledger()
    await ensure_topics(kafka, {TOPIC: 3})
    async with connect(mongo_url) as mongo:
        async with running(settings, ledger, f"{place}=kill@{PLACES[place]}") as victim:
            async with asyncio.timeout(30):
                while victim.process.returncode is None:
                    await _ask_and_disturb(victim, kafka, place)
            assert victim.process.returncode == -signal.SIGKILL
        async with running(settings, ledger) as heir:
            await heir.works()
            await settled(ledger, mongo.database(settings["database"]), kafka, TOPIC)
        if place == "consumer.dead_letters_kept":
            assert FOREIGN in await dead_letters(kafka)


async def _ask_and_disturb(victim: Victim, kafka: KafkaConnection, place: str) -> None:
    try:
        await victim.ask(8)
    except ConnectionError:  # it has just died
        await victim.process.wait()
    if place == "consumer.dead_letters_kept":
        async with producing(kafka) as producer:
            await producer.send_and_wait(TOPIC, FOREIGN, partition=0)
    await asyncio.sleep(0.1)


async def dead_letters(kafka: KafkaConnection) -> list[bytes | None]:
    """What was kept of records that nobody could read."""
    async with looking(kafka) as reader:
        place = TopicPartition(dlq_topic("groups"), 0)
        reader.assign([place])
        await reader.seek_to_beginning(place)
        found = await reader.getmany(timeout_ms=5000)
        return [record.value for records in found.values() for record in records]
