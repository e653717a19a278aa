"""What is stored of a partition between two consumers."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from shared.delivery.consumer.chain import Partition
from shared.delivery.consumer.marks import (
    FlushFenced,
    PartitionProgress,
    claim,
    complete_from,
    store_progress,
)
from shared.delivery.dead_letters import LetterChanges
from shared.delivery.mongo import Database, Mongo, Session, SessionRegistry
from tests.support.counters import COLLECTIONS, Sums
from tests.support.records import Record

SOURCE = "/mitmach/groups/1"
NAME = "mitmach.people.v1/5"
PROJECTION = Sums("mitmach.people.v1")


def record(sequence: int, predecessor: int) -> Record:
    event = {
        "source": SOURCE,
        "type": "t",
        "sequence": f"{sequence:020d}",
        "predecessor": f"{predecessor:020d}",
        "subject": "s",
        "time": f"2026-01-01T00:00:{sequence:02d}Z",
    }
    return Record(sequence - 1, json.dumps(event).encode(), partition=5)


class Reader:
    """Consumers of one partition, one after the other."""

    def __init__(self, database: Database, registry: SessionRegistry, session: Session) -> None:
        self._database = database
        self._registry = registry
        self._session = session

    async def claimed(self, *, allow_incomplete: bool = False) -> Partition:
        """The partition for the next of them."""
        return await claim(
            self._database,
            "g",
            NAME,
            registry=self._registry,
            session=self._session,
            cluster="c",
            fold=PROJECTION.fold(NAME),
            allow_incomplete=allow_incomplete,
        )

    async def stored(self, partition: Partition) -> None:
        """What a flush stores."""
        progress = PartitionProgress(
            partition, partition.next, partition.marks, partition.seen, LetterChanges()
        )
        async with self._session.transaction() as transaction:
            await store_progress(transaction, "g", [progress])
            await transaction.commit()


@pytest.fixture
async def reader(mongo: Mongo, database: Database) -> AsyncIterator[Reader]:
    await database.ensure_collections(COLLECTIONS)
    registry = mongo.sessions(database)
    yield Reader(database, registry, await registry.open())
    await registry.close()


async def test_the_next_consumer_goes_on_where_the_last_one_was(reader: Reader) -> None:
    first = await reader.claimed()
    first.fold_in([record(1, 0), record(2, 1)], PROJECTION.decode)
    await reader.stored(first)

    second = await reader.claimed()
    second.fold_in([record(2, 1), record(3, 2)], PROJECTION.decode)
    assert (second.counted, second.repeats, second.next) == (1, 1, 3)
    with pytest.raises(FlushFenced):
        await reader.stored(first)


async def test_a_chain_of_which_only_a_later_event_was_seen_begins_at_its_beginning(
    reader: Reader,
) -> None:
    """A partition changed hands while its first records were still to come again."""
    first = await reader.claimed()
    first.fold_in([record(3, 2)], PROJECTION.decode)
    await reader.stored(first)

    second = await reader.claimed()
    assert second.seen == {SOURCE: f"{3:020d}"}
    second.fold_in([record(1, 0), record(2, 1), record(3, 2)], PROJECTION.decode)
    assert second.counted == 3


async def test_an_incomplete_beginning_may_still_be_allowed_then(
    reader: Reader, database: Database
) -> None:
    first = await reader.claimed()
    first.fold_in([record(3, 2)], PROJECTION.decode)
    await reader.stored(first)

    second = await reader.claimed(allow_incomplete=True)
    second.fold_in([record(3, 2)], PROJECTION.decode)
    assert second.counted == 1
    assert await complete_from(database) is None
    await reader.stored(second)

    # It is said as long as the counts are based on it, whatever comes later.
    third = await reader.claimed()
    third.fold_in([record(4, 3)], PROJECTION.decode)
    await reader.stored(third)
    assert await complete_from(database) == datetime(2026, 1, 1, 0, 0, 3, tzinfo=UTC)
