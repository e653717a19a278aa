"""Sessions that transactions run on: whose they are, and that it stays so."""

import asyncio

from shared.mongo import Database, Mongo
from shared.mongo.sessions import SESSIONS


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
