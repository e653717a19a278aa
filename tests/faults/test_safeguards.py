"""Each safeguard of the write path, the relay and the consumer by itself, on a real MongoDB.

They are the tests that `make mutants` relies on: each fails when its safeguard is taken out.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from pymongo import monitoring

from shared.contract.events.envelope import Sealed
from shared.delivery.committer import Committer
from shared.delivery.consumer import marks
from shared.delivery.consumer.chain import Partition
from shared.delivery.dead_letters import LetterChanges
from shared.delivery.log import LOG, log_documents, source_of
from shared.delivery.mongo import Database, Driver, Mongo, Session, SessionRegistry
from shared.delivery.relay.sending import send
from shared.delivery.relay.sequences import (
    RelayFenced,
    assign_sequences,
    sequenced_after,
    take_fence,
)
from tests.support.counters import COLLECTIONS, RaiseCounter, Sums
from tests.support.mongodb import connected

TOPIC = "mitmach.people.v1"
GROUP, NAME = "sums", f"{TOPIC}/0"


class Stage:
    """A database, and processes on it that know nothing of each other."""

    def __init__(self, mongo: Mongo, database: Database) -> None:
        self.mongo = mongo
        self.database = database
        self._registries: list[SessionRegistry] = []

    async def process(self) -> tuple[SessionRegistry, Session]:
        registry = self.mongo.sessions(self.database)
        self._registries.append(registry)
        return registry, await registry.open()

    async def commit(self, number: int) -> None:
        """Puts events into the log, several commits of one."""
        registry, _ = await self.process()
        source = await source_of(self.database, "groups")
        async with Committer(self.database, registry, source=source).running() as committer:
            for i in range(number):
                await committer.execute(RaiseCounter(f"c{i}"))

    async def close(self) -> None:
        for registry in self._registries:
            await registry.close()


@pytest.fixture
async def stage(mongo_url: str) -> AsyncIterator[Stage]:
    async with connected(mongo_url, driver=Driver.PYMONGO) as mongo:
        stage = Stage(mongo, mongo.database(f"guards_{uuid4().hex[:12]}"))
        await stage.database.ensure_collections(COLLECTIONS)
        yield stage
        await stage.close()
        await mongo.drop(stage.database.name)


def one_partition(topic: str) -> int:
    return 1


# --- the log


async def test_every_commit_waits_for_a_majority(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the server is told, since a set of one can't show the difference."""
    told: list[Any] = []
    handle = stage.database.handle.client
    registry, session = await stage.process()

    class Listener(monitoring.CommandListener):
        def started(self, event: monitoring.CommandStartedEvent) -> None:
            if event.command_name == "commitTransaction":
                told.append(event.command.get("writeConcern"))

        def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
            """Not asked."""

        def failed(self, event: monitoring.CommandFailedEvent) -> None:
            """Not asked."""

    listeners = handle._event_listeners
    monkeypatch.setattr(listeners, "_EventListeners__command_listeners", [Listener()], raising=True)
    monkeypatch.setattr(listeners, "_EventListeners__enabled_for_commands", True, raising=True)
    async with session.transaction() as transaction:
        await transaction.insert("counters", [{"_id": "a", "value": 1}])
        await transaction.commit()
    assert told == [{"w": "majority", "j": True}]
    assert registry is not None


# --- the relay


async def test_numbers_are_stored_before_anyone_can_send_them(stage: Stage) -> None:
    await stage.commit(3)
    registry, session = await stage.process()
    state = await take_fence(stage.database, 1, session, registry)
    numbered = await assign_sequences(stage.database, session, 1, state, one_partition)
    assert [one["first_sequence"] for one in numbered] == [1, 2, 3]
    assert await sequenced_after(stage.database, 0) == numbered


async def test_a_leader_that_has_lost_its_lease_gives_no_numbers(stage: Stage) -> None:
    """It slept while another took over and numbered; its own idea of what is next is old."""
    old_registry, old_session = await stage.process()
    old = await take_fence(stage.database, 1, old_session, old_registry)
    new_registry, new_session = await stage.process()
    new = await take_fence(stage.database, 2, new_session, new_registry)
    await stage.commit(2)
    await assign_sequences(stage.database, new_session, 2, new, one_partition)
    await stage.commit(2)
    with pytest.raises(RelayFenced):
        await assign_sequences(stage.database, old_session, 1, old, one_partition)
    await assign_sequences(stage.database, new_session, 2, new, one_partition)
    numbers = [one["first_sequence"] for one in await stage.database.find(LOG, {})]
    assert sorted(numbers) == [1, 2, 3, 4]


class OneAtATime:
    """A producer that answers late, and notices what is sent before it has answered."""

    def __init__(self) -> None:
        self.waiting = 0
        self.overlaps = 0
        self.batches = 0

    def create_batch(self) -> Any:
        return _Batch()

    async def send_batch(self, batch: Any, topic: str, *, partition: int) -> Any:
        self.overlaps += self.waiting
        self.waiting += 1
        return asyncio.create_task(self._answer())

    async def _answer(self) -> Any:
        await asyncio.sleep(0.01)
        self.waiting -= 1
        self.batches += 1
        return _Acknowledged(self.batches)


class _Acknowledged:
    def __init__(self, offset: int) -> None:
        self.offset = offset


class _Batch:
    """Takes one record."""

    def __init__(self) -> None:
        self._full = False

    def append(self, **record: Any) -> object | None:
        taken, self._full = not self._full, True
        return self if taken else None

    def close(self) -> None:
        """Nothing to do."""


async def test_the_next_batch_of_a_partition_waits_for_the_answer_to_the_last() -> None:
    (document,) = log_documents("c", None, [Sealed(TOPIC, "k", b'{"id":"1"}')] * 4)
    document |= {"first_sequence": 1, "partitions": [0] * 4, "predecessors": [0, 1, 2, 3]}
    producer = OneAtATime()
    assert await send(producer, [document], {}) == 4
    assert producer.batches == 4
    assert producer.overlaps == 0


# --- the consumer


async def claim(stage: Stage) -> tuple[Partition, Session]:
    registry, session = await stage.process()
    partition = await marks.claim(
        stage.database,
        GROUP,
        NAME,
        registry=registry,
        session=session,
        cluster="one",
        fold=Sums(TOPIC).fold(NAME),
        allow_incomplete=False,
    )
    return partition, session


async def test_who_was_replaced_can_store_nothing_more(stage: Stage) -> None:
    old, old_session = await claim(stage)
    new, new_session = await claim(stage)
    for partition, session, allowed in ((old, old_session, False), (new, new_session, True)):
        progress = [marks.PartitionProgress(partition, 5, {"s": "1"}, {}, LetterChanges())]
        async with session.transaction() as transaction:
            if not allowed:
                with pytest.raises(marks.FlushFenced):
                    await marks.store_progress(transaction, GROUP, progress)
                continue
            await marks.store_progress(transaction, GROUP, progress)
            await transaction.commit()
    assert (await claim(stage))[0].next == 5


async def test_a_partition_is_taken_over_at_once_from_who_died_inside_a_flush(
    stage: Stage,
) -> None:
    """What it had written is locked until its session ends: by itself after more than a minute."""
    dead, session = await claim(stage)
    async with session.transaction() as transaction:
        await marks.store_progress(
            transaction, GROUP, [marks.PartitionProgress(dead, 5, {}, {}, LetterChanges())]
        )
        async with asyncio.timeout(3):
            heir, _ = await claim(stage)
    assert heir.next == 0


async def test_another_cluster_is_read_from_its_beginning(stage: Stage) -> None:
    first, session = await claim(stage)
    async with session.transaction() as transaction:
        await marks.store_progress(
            transaction, GROUP, [marks.PartitionProgress(first, 5, {}, {}, LetterChanges())]
        )
        await transaction.commit()
    await stage.database.update(marks.MARKS, [{"q": {}, "u": {"$set": {"cluster": "another"}}}])
    assert (await claim(stage))[0].next == 0
