"""Sessions that transactions run on: whose they are, and that it stays so."""

import asyncio
from urllib.parse import urlsplit

import pytest

from shared.delivery.mongo import (
    CommitUnknown,
    Conflict,
    Database,
    Driver,
    Mongo,
    Session,
    connect,
    deadline,
)
from shared.delivery.mongo.sessions import SESSIONS
from tests.support.fault_proxy import Direction, FaultProxy


async def test_a_session_that_ended_is_used_for_nothing_else(
    mongo: Mongo, database: Database
) -> None:
    """Whoever takes over ends sessions by their ids: that mustn't cut another's work off."""
    first = mongo.sessions(database)
    ended = (await first.open()).id
    await first.close()
    second = mongo.sessions(database)
    later = await second.open()
    assert later.id != ended
    await second.kill([ended])
    async with later.transaction() as transaction:
        await transaction.insert("things", [{"_id": 1}])
        await transaction.commit()
    await second.close()


async def test_each_of_many_sessions_opened_at_once_is_written_down_before_it_is_used(
    mongo: Mongo, database: Database
) -> None:
    """What isn't there when a process dies keeps its locks for a minute."""
    sessions = mongo.sessions(database)

    async def open_one() -> None:
        opened = await sessions.open()
        stored = await database.find_one(SESSIONS, {})
        assert stored is not None
        assert opened.id in stored["sessions"]

    await asyncio.gather(*(open_one() for _ in range(40)))
    (stored,) = await database.find(SESSIONS, {})
    assert len(stored["sessions"]) == 40
    await sessions.close()


async def test_a_connection_that_was_opened_to_a_member_without_sessions_is_not_kept(
    mongo: Mongo, database: Database, driver: Driver
) -> None:
    """A member that has just come back says so, and its connection would believe it for ever."""
    await database.insert("things", [{"_id": 1}])
    sessions = mongo.sessions(database)
    session = await sessions.open()
    inner = database.handle.client if driver is Driver.PYMONGO else database.handle.client.delegate
    (server,) = inner._topology._servers.values()
    assert server.pool.conns
    for connection in server.pool.conns:
        connection.supports_sessions = False
    with pytest.raises(Conflict):
        async with session.transaction() as transaction:
            await transaction.find("things", {})
    async with session.transaction() as transaction:
        assert await transaction.find("things", {}) == [{"_id": 1}]
    await sessions.close()


async def test_nothing_is_locked_by_a_process_that_has_ended(
    mongo: Mongo, database: Database
) -> None:
    """Its transaction was cut off so that the server never heard of an end."""
    await database.insert("things", [{"_id": 1, "n": 0}])
    sessions = mongo.sessions(database)
    cut_off = (await sessions.open()).transaction()
    transaction = await cut_off.__aenter__()
    await transaction.update("things", [{"q": {"_id": 1}, "u": {"$inc": {"n": 1}}}])
    await sessions.close()
    async with asyncio.timeout(30):
        await database.update("things", [{"q": {"_id": 1}, "u": {"$set": {"n": 7}}}])
    assert await database.find("things", {}) == [{"_id": 1, "n": 7}]
    await cut_off.__aexit__(None, None, None)


async def commit_into_the_void(session: Session, proxy: FaultProxy) -> None:
    with deadline(1.0):
        async with session.transaction() as transaction:
            await transaction.update("things", [{"q": {"_id": 1}, "u": {"$inc": {"n": 1}}}])
            proxy.swallow(Direction.TO_SERVER)
            await transaction.commit()


async def test_a_commit_that_never_arrived_keeps_nobody_waiting(
    mongo_url: str, database: Database, driver: Driver
) -> None:
    """The server waits a minute for it, its locks in everybody's way, unless it is told."""
    await database.insert("things", [{"_id": 1, "n": 0}])
    async with FaultProxy(int(urlsplit(mongo_url).port or 0)) as proxy:
        url = f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true"
        async with connect(url, driver=driver) as mongo:
            sessions = mongo.sessions(mongo.database(database.name))
            session = await sessions.open()
            with pytest.raises(CommitUnknown):
                await commit_into_the_void(session, proxy)
            proxy.heal()
            assert session.unclear
            async with asyncio.timeout(30):
                await database.update("things", [{"q": {"_id": 1}, "u": {"$set": {"n": 7}}}])
            assert await database.find("things", {}) == [{"_id": 1, "n": 7}]
            await sessions.close()
