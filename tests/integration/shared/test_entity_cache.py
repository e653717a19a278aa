"""What a process needn't read again: a kind that changes with another one's number."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

import pytest

from shared.delivery.command import Changes, ChangesWith, Entity, Found, Key, Occurred
from shared.delivery.committer import Committer
from shared.delivery.committer.entity_cache import EntityCache
from shared.delivery.log import source_of
from shared.delivery.mongo import Conflict, Database, Mongo, Transaction
from tests.support.counters import ACTOR, COLLECTIONS, visited
from tests.support.mongodb import connected


class Owner(Entity, frozen=True, kw_only=True):
    """Read by each act; says how often one of their keys has changed."""

    collection: ClassVar[str] = "owners"
    changes: int = 0


def _changes(found: Found, key: str) -> int | None:
    owner = found.get(Owner, key.partition(":")[0])
    return None if owner is None else owner.changes


class DoorKey(Entity, frozen=True, kw_only=True):
    """Changes with its owner's `changes`."""

    collection: ClassVar[str] = "door_keys"
    changes_with: ClassVar[ChangesWith | None] = staticmethod(_changes)
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Enter:
    """Tells what an owner's key opens, and says so with an event."""

    owner: str

    def reads(self, found: Found) -> Iterable[Key]:
        yield Owner, self.owner
        if found.knows((Owner, self.owner)):
            yield DoorKey, f"{self.owner}:1"

    def decide(self, found: Found, now: datetime) -> Changes:
        key = found.get(DoorKey, f"{self.owner}:1")
        reply = None if key is None else key.opens
        return Changes(reply=reply, events=[Occurred(visited(self.owner), ACTOR)])


@pytest.fixture
async def mongo(mongo_url: str) -> AsyncIterator[Mongo]:
    async with connected(mongo_url) as mongo:
        yield mongo


@pytest.fixture
async def database(mongo: Mongo) -> AsyncIterator[Database]:
    database = mongo.database(f"memory_{uuid4().hex[:12]}")
    await database.ensure_collections({**COLLECTIONS, "owners": (), "door_keys": ()})
    yield database
    await mongo.drop(database.name)


@pytest.fixture
async def committer(mongo: Mongo, database: Database) -> AsyncIterator[Committer]:
    sessions = mongo.sessions(database)
    source = await source_of(database, "groups")
    async with Committer(database, sessions, source=source).running() as committer:
        yield committer
    await sessions.close()


async def set_key(database: Database, opens: str | None, changes: int | None) -> None:
    """Stores what the key opens (None: there is no key), and its owner's number if it is given."""
    await database.delete("door_keys", {"_id": "o:1"})
    if opens is not None:
        await database.insert("door_keys", [{"_id": "o:1", "opens": opens}])
    if changes is not None:
        statement = {"q": {"_id": "o"}, "u": {"$set": {"changes": changes}}, "upsert": True}
        await database.update("owners", [statement])


async def test_what_changed_with_its_number_is_read_again(
    database: Database, committer: Committer
) -> None:
    told: list[object] = []
    for changes, opens in enumerate(("hall", "attic", None, "cellar")):
        await set_key(database, opens, changes)
        told += [(await committer.execute(Enter("o"))).reply for _ in range(3)]
    assert told == ["hall"] * 3 + ["attic"] * 3 + [None] * 3 + ["cellar"] * 3


@pytest.mark.parametrize(("opens", "behind_its_back"), [("hall", "attic"), (None, "attic")])
async def test_at_the_same_number_nothing_is_read_again(
    database: Database, committer: Committer, opens: str | None, behind_its_back: str
) -> None:
    await set_key(database, opens, 1)
    await committer.execute(Enter("o"))
    await set_key(database, behind_its_back, None)
    assert (await committer.execute(Enter("o"))).reply == opens


async def test_without_a_number_it_is_read_each_time(
    database: Database, committer: Committer
) -> None:
    for opens in ("hall", "attic"):
        await set_key(database, opens, None)
        assert (await committer.execute(Enter("o"))).reply == opens


async def test_what_a_failed_transaction_has_read_is_not_remembered(
    database: Database, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have seen what a change of primary takes back, number and all."""
    await set_key(database, "hall", 1)
    commit, failed = Transaction.commit, 0

    async def once_in_vain(transaction: Transaction) -> None:
        nonlocal failed
        if not failed:
            failed += 1
            await set_key(database, "attic", None)
            raise Conflict("as after a change of primary")
        await commit(transaction)

    monkeypatch.setattr(Transaction, "commit", once_in_vain)
    assert (await committer.execute(Enter("o"))).reply == "attic"
    assert failed


def test_the_first_that_was_read_is_forgotten_first() -> None:
    cache = EntityCache(most=2)
    for name in ("a", "b", "a", "c"):
        cache.put((DoorKey, name), 1, None)
    assert cache.get((DoorKey, "b"), 1) is None
    assert cache.get((DoorKey, "a"), 1) is not None
    assert cache.get((DoorKey, "a"), 2) is None
    assert cache.get((DoorKey, "c"), 1) is not None
