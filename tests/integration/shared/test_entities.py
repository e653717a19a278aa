"""What queries read: entities by id, by what they say, and one after the other."""

import pytest

from shared.delivery.mongo import Database, EntityStore, document
from tests.support.counters import COLLECTIONS, Counter

KIND = Counter.collection


@pytest.fixture
async def store(database: Database) -> EntityStore:
    """Counters c0 to c4, each with its own number."""
    await database.ensure_collections(COLLECTIONS)
    counters = [Counter(id=f"c{value}", value=value) for value in range(5)]
    await database.insert(KIND, [document(counter) for counter in counters])
    return EntityStore(database)


async def test_an_entity_is_found_by_its_id(store: EntityStore) -> None:
    assert await store.get(Counter, "c3") == Counter(id="c3", value=3)
    assert await store.get(Counter, "c9") is None


async def test_of_many_ids_those_that_are_there_are_found(store: EntityStore) -> None:
    found = await store.get_many(Counter, (name for name in ("c4", "c9", "c0")))
    assert found == {"c0": Counter(id="c0", value=0), "c4": Counter(id="c4", value=4)}
    assert await store.get_many(Counter, []) == {}


async def test_matching_entities_come_in_order_and_within_the_limit(store: EntityStore) -> None:
    high = {"value": {"$gt": 1}}
    downwards = (("value", -1),)
    found = await store.find(Counter, high, sort=downwards, limit=2, hint=(("_id", 1),))
    assert found == [Counter(id="c4", value=4), Counter(id="c3", value=3)]
    assert len(await store.find(Counter, high)) == 3
    assert await store.find_ids(Counter, high, sort=downwards) == ["c4", "c3", "c2"]
    assert await store.find_ids(Counter, high, sort=downwards, limit=1) == ["c4"]


async def test_matching_entities_are_streamed(store: EntityStore) -> None:
    streamed = [
        counter
        async for counter in store.stream(Counter, {"value": {"$lt": 3}}, sort=(("value", -1),))
    ]
    assert [counter.id for counter in streamed] == ["c2", "c1", "c0"]
