"""A session is ended from outside while its commit waits for a majority.

Whoever comes back after an outage ends the sessions of those who are silent, and some of them were
only slow. Their commit has taken effect already; told that it was aborted they would do it again.
"""

import asyncio
import signal

from mitmach.embedded.mongod import ReplicaSet
from shared.delivery.mongo import CommitUnknown, Conflict, Driver, connect
from tests.support.replica_set import all_follow, primary


async def test_its_outcome_is_not_known_and_the_same_commit_finds_it_out(
    three_mongods: ReplicaSet, driver: Driver
) -> None:
    await all_follow(three_mongods)
    leading = await primary(three_mongods)
    others = [member for member in three_mongods.members if member is not leading]
    async with connect(three_mongods.url, driver=driver) as mongo:
        database = mongo.database("interrupted")
        await database.ensure_collections({"things": ()})
        slow, quick = mongo.sessions(database), mongo.sessions(database)
        session = await slow.open()
        async with session.transaction() as transaction:
            await transaction.insert("things", [{"_id": 1}])
            for member in others:
                member.child.signal(signal.SIGSTOP)
            try:
                committing = asyncio.create_task(transaction.commit())
                await asyncio.sleep(0.5)  # it is stored by now, and waits
                await quick.kill([session.id])
                (outcome,) = await asyncio.gather(committing, return_exceptions=True)
            finally:
                for member in others:
                    member.child.signal(signal.SIGCONT)
            assert isinstance(outcome, CommitUnknown), outcome
            async with asyncio.timeout(60):
                while True:
                    try:
                        await transaction.commit()
                        break
                    except (CommitUnknown, Conflict):
                        await asyncio.sleep(0.2)
        assert await database.find("things", {}) == [{"_id": 1}]
        await slow.close()
        await quick.close()
