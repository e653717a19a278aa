"""What is stored of a partition between two consumers."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from shared.consumer.chain import Partition
from shared.consumer.marks import Fenced, Progress, claim, store
from shared.mongo import Database, Mongo, Session, SessionRegistry
from tests.support.tiny import COLLECTIONS, Sums

SOURCE = "/mitmach/groups/1"
NAME = "mitmach.people.v1/5"
PROJECTION = Sums("mitmach.people.v1")


@dataclass
class Record:
    offset: int
    value: bytes


def record(sequence: int, predecessor: int) -> Record:
    event = {
        "source": SOURCE,
        "type": "t",
        "sequence": f"{sequence:020d}",
        "predecessor": f"{predecessor:020d}",
        "subject": "s",
    }
    return Record(sequence - 1, json.dumps(event).encode())


@pytest.fixture
async def registry(mongo: Mongo, database: Database) -> AsyncIterator[SessionRegistry]:
    await database.prepare(COLLECTIONS)
    sessions = mongo.sessions(database)
    yield sessions
    await sessions.close()


@pytest.fixture
async def session(registry: SessionRegistry) -> Session:
    return await registry.open()


async def claimed(
    database: Database, session: Session, registry: SessionRegistry, **options: Any
) -> Partition:
    """The partition for its next consumer."""
    fold = PROJECTION.fold(NAME)
    options = {"allow_incomplete": False, "cluster": "c", **options}
    return await claim(
        database, "g", NAME, session=session, registry=registry, fold=fold, **options
    )


async def stored(session: Session, *partitions: Partition) -> None:
    """What a flush stores of them."""
    progress = [Progress(one, one.next, one.marks, one.seen) for one in partitions]
    async with session.transaction() as transaction:
        await store(transaction, "g", progress)
        await transaction.commit()


async def test_the_next_consumer_goes_on_where_the_last_one_was(
    database: Database, session: Session, registry: SessionRegistry
) -> None:
    first = await claimed(database, session, registry)
    first.take([record(1, 0), record(2, 1)], PROJECTION.decode)
    await stored(session, first)

    second = await claimed(database, session, registry)
    second.take([record(2, 1), record(3, 2)], PROJECTION.decode)
    assert (second.counted, second.repeats, second.next) == (1, 1, 3)
    with pytest.raises(Fenced):
        await stored(session, first)


async def test_a_chain_of_which_only_a_later_event_was_seen_begins_at_its_beginning(
    database: Database, session: Session, registry: SessionRegistry
) -> None:
    """A partition changed hands while its first records were still to come again."""
    first = await claimed(database, session, registry)
    first.take([record(3, 2)], PROJECTION.decode)
    await stored(session, first)

    second = await claimed(database, session, registry)
    assert second.seen == {SOURCE: f"{3:020d}"}
    second.take([record(1, 0), record(2, 1), record(3, 2)], PROJECTION.decode)
    assert second.counted == 3


async def test_an_incomplete_beginning_may_still_be_allowed_then(
    database: Database, session: Session, registry: SessionRegistry
) -> None:
    first = await claimed(database, session, registry)
    first.take([record(3, 2)], PROJECTION.decode)
    await stored(session, first)

    second = await claimed(database, session, registry, allow_incomplete=True)
    second.take([record(3, 2)], PROJECTION.decode)
    assert second.counted == 1
