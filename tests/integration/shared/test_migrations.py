"""Documents of the previous version, changed at start-up: all of them, each once, by one process.

The example: counters were kept as text, and are numbers now.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

import shared.delivery.migrations
from shared.contract.errors import Unavailable
from shared.delivery.lease import Lease
from shared.delivery.migrations import Migration, NewerData, migrate
from shared.delivery.mongo import Database, Driver, Mongo, entity
from shared.runtime.assembly import open_service, prepare_database
from shared.runtime.process import Stopped
from shared.runtime.settings import ServiceSettings
from shared.runtime.telemetry import Telemetry
from tests.support.counters import COLLECTIONS, Counter
from tests.support.mongodb import connected

KIND = Counter.collection
# `times` is for the test: a migration that came twice to a document would show in it.
NUMBERS = Migration(
    KIND,
    2,
    {"value": {"$type": "string"}},
    [
        {
            "$set": {
                "value": {"$toInt": "$value"},
                "times": {"$add": [{"$ifNull": ["$times", 0]}, 1]},
            }
        }
    ],
)

NAMES = Migration(KIND, 3, {"name": {"$exists": False}}, [{"$set": {"name": "$_id"}}])


@pytest.fixture
async def mongo(mongo_url: str) -> AsyncIterator[Mongo]:
    async with connected(mongo_url, driver=Driver.PYMONGO) as mongo:
        yield mongo


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared.delivery.migrations, "_AT_ONCE", 10)


async def old_counters(database: Database, number: int = 95) -> None:
    """As version 1 has stored them."""
    await database.ensure_collections(COLLECTIONS)
    await database.insert(
        KIND, [{"_id": f"c{index:03d}", "value": str(index)} for index in range(number)]
    )


async def all_are_new(database: Database, number: int = 95) -> None:
    stored = await database.find(KIND, {}, sort=(("_id", 1),))
    assert [entity(Counter, one).value for one in stored] == list(range(number))
    assert {one["times"] for one in stored} == {1}


async def versions(database: Database) -> dict[str, int]:
    return {one["_id"]: one["version"] for one in await database.find("versions", {})}


async def test_documents_of_the_previous_version_are_changed_once(database: Database) -> None:
    await old_counters(database)
    assert await migrate(database, [NUMBERS]) == 95
    await all_are_new(database)
    assert await versions(database) == {KIND: 2}
    assert await migrate(database, [NUMBERS]) == 0


async def test_several_versions_are_made_up_in_their_order(database: Database) -> None:
    await old_counters(database)
    assert await migrate(database, [NUMBERS, NAMES]) == 190
    assert await versions(database) == {KIND: 3}
    assert await database.count(KIND, {"$expr": {"$eq": ["$name", "$_id"]}}) == 95


async def test_processes_that_start_together_change_each_document_once(
    database: Database,
) -> None:
    await old_counters(database)
    changed = await asyncio.gather(*(migrate(database, [NUMBERS]) for _ in range(4)))
    assert sorted(changed) == [0, 0, 0, 95]
    await all_are_new(database)


async def test_a_migration_that_was_killed_is_finished_by_the_next_process(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await old_counters(database)
    steps = 0

    async def die(_place: str) -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            raise KeyboardInterrupt  # nothing in between catches it

    with monkeypatch.context() as patched:
        patched.setattr(shared.delivery.migrations, "failpoint", die)
        with pytest.raises(KeyboardInterrupt):
            await migrate(database, [NUMBERS])
    assert await database.count(KIND, NUMBERS.old) == 65
    assert await versions(database) == {}
    assert await migrate(database, [NUMBERS]) == 65
    await all_are_new(database)


async def test_who_has_lost_the_lease_changes_nothing_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await old_counters(database)

    async def oversleep(_place: str) -> None:
        monkeypatch.setattr(Lease, "held", False)

    monkeypatch.setattr(shared.delivery.migrations, "failpoint", oversleep)
    with pytest.raises(Unavailable):
        await migrate(database, [NUMBERS])
    assert await database.count(KIND, NUMBERS.old) == 85


async def test_a_program_that_is_older_than_its_data_doesnt_start(
    mongo: Mongo, database: Database, database_prefix: str
) -> None:
    await old_counters(database)
    await migrate(database, [NUMBERS, NAMES])
    with pytest.raises(NewerData, match="version 3, and this program knows 2"):
        await migrate(database, [NUMBERS])
    settings: Any = ServiceSettings(
        database_prefix=database_prefix,
        pseudonym_key="x" * 16,  # type: ignore[arg-type]
    )
    with pytest.raises(Stopped, match="start the newer one"):
        async with open_service("test", settings, mongo, Telemetry("test"), COLLECTIONS):
            pass


async def test_a_service_migrates_before_it_does_anything_else(
    mongo: Mongo, database: Database, database_prefix: str
) -> None:
    await old_counters(database)
    settings: Any = ServiceSettings(
        database_prefix=database_prefix,
        pseudonym_key="x" * 16,  # type: ignore[arg-type]
    )
    async with open_service(
        "test", settings, mongo, Telemetry("test"), COLLECTIONS, migrations=[NUMBERS]
    ) as base:
        await all_are_new(base.database)


async def test_a_migration_that_finds_its_own_work_again_is_a_mistake(database: Database) -> None:
    await old_counters(database, 3)
    endless = Migration(KIND, 2, {"value": {"$type": "string"}}, [{"$set": {"value": "$value"}}])
    with pytest.raises(RuntimeError, match="leaves documents as they are"):
        await migrate(database, [endless])


async def test_what_nobody_can_read_any_more_is_refused_with_what_to_do(
    mongo: Mongo, database: Database
) -> None:
    older = {KIND: {"value": {"$type": "string"}}}
    await old_counters(database, 1)
    with pytest.raises(Stopped, match=r"before 0\.1\.0.*`mitmach up --fresh`"):
        await prepare_database(database, COLLECTIONS, older=older)
    assert await versions(database) == {}


async def test_what_was_looked_through_once_isnt_again(mongo: Mongo, database: Database) -> None:
    older = {KIND: {"value": {"$type": "string"}}}
    await prepare_database(database, COLLECTIONS, older=older)
    assert await versions(database) == {"database": 1}
    await old_counters(database, 1)
    await prepare_database(database, COLLECTIONS, older=older)
