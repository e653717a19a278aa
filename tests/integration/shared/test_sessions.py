"""Sessions that transactions run on: whose they are, and that it stays so."""

from shared.mongo import Database, Mongo


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
