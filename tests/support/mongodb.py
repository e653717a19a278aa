"""Fixtures: a real `mongod` for each test process, databases of its own for each test.

`mongo_url` is shared by all tests of a process, so a test keeps to names that start with its
`database_prefix`; the databases with such names are dropped after it. A test that stops or kills
the server takes `own_mongodb`. A test that uses `mongo` or `database` runs once per driver, unless
its package says otherwise.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import uuid4

import pytest

from mitmach.embedded.child import EmbeddedFailure
from mitmach.embedded.mongod import Mongod, ReplicaSet
from shared.delivery.mongo import Database, Driver, Mongo
from shared.runtime import process

# For tests of services: only `shared` touches a driver, and its own tests take both each time, so
# that services with the one that isn't the default may wait for the long run. So may those of the
# shared tests that take half a minute.
DRIVERS_OF_SERVICES = (
    Driver.MOTOR,
    pytest.param(Driver.PYMONGO, marks=pytest.mark.faults_long),
)

_NAMES = ("test", "groups", "posts", "contests", "metrics", "metrics_next")


@pytest.fixture(scope="session")
def mongo_url() -> Iterator[str]:
    """The address of a replica set of one."""
    with (
        tempfile.TemporaryDirectory(prefix="mitmach-mongod-") as folder,
        # Not asyncio.run: that would take the loop away from tests that have one already.
        asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner,
    ):
        mongodb = ReplicaSet([Mongod(Path(folder))])
        try:
            runner.run(mongodb.start())
        except EmbeddedFailure as failure:
            pytest.skip(str(failure))
        yield mongodb.url
        runner.run(mongodb.stop())


def connected(url: str, driver: Driver = Driver.MOTOR) -> AbstractAsyncContextManager[Mongo]:
    """A connection to a database that runs, once it answers; see `process.connected`."""
    return process.connected(url, asyncio.Event(), driver=driver)


@pytest.fixture
async def database_prefix(mongo_url: str) -> AsyncIterator[str]:
    """What the names of this test's databases start with."""
    prefix = f"t{uuid4().hex[:12]}_"
    yield prefix
    async with connected(mongo_url, driver=Driver.PYMONGO) as mongo:
        for name in _NAMES:
            await mongo.drop(prefix + name)


@pytest.fixture(params=list(Driver))
def driver(request: pytest.FixtureRequest) -> Driver:
    """Each of the two drivers in turn."""
    chosen: Driver = request.param
    return chosen


@pytest.fixture
async def mongo(mongo_url: str, driver: Driver) -> AsyncIterator[Mongo]:
    """A connection, once with each driver."""
    async with connected(mongo_url, driver=driver) as mongo:
        yield mongo


@pytest.fixture
def database(mongo: Mongo, database_prefix: str) -> Database:
    """An empty database."""
    return mongo.database(f"{database_prefix}test")


@pytest.fixture
async def own_mongodb() -> AsyncIterator[ReplicaSet]:
    """A replica set of one that the test may stop, kill and freeze."""
    with tempfile.TemporaryDirectory(prefix="mitmach-mongod-") as folder:
        mongodb = ReplicaSet([Mongod(Path(folder))])
        await mongodb.start()
        try:
            yield mongodb
        finally:
            await mongodb.stop()


@pytest.fixture
async def three_mongods() -> AsyncIterator[ReplicaSet]:
    """A replica set of three that elects within seconds, for tests of failover."""
    with tempfile.TemporaryDirectory(prefix="mitmach-mongod-") as folder:
        mongodb = ReplicaSet(
            [Mongod(Path(folder) / str(number)) for number in range(3)], election_timeout=2.0
        )
        await mongodb.start()
        try:
            yield mongodb
        finally:
            await mongodb.stop()
