"""A relay that stands by: it has nothing to do, so nothing can be wrong with it."""

import asyncio
from datetime import UTC, datetime, timedelta

from mitmach.embedded.child import free_port
from shared.delivery.kafka import KafkaConnection
from shared.delivery.lease import LEASES, Lease
from shared.delivery.mongo import Database, Mongo
from shared.delivery.relay import RELAY_LEASE, Relay
from tests.support.counters import COLLECTIONS


async def test_a_relay_that_failed_as_leader_is_well_once_another_leads(
    mongo: Mongo, database: Database
) -> None:
    await database.ensure_collections(COLLECTIONS)
    sessions = mongo.sessions(database)
    relay = Relay(
        database,
        sessions,
        kafka=KafkaConnection(bootstrap=f"127.0.0.1:{free_port()}"),
        topics={"mitmach.people.v1": 3},
        lease=Lease(database, RELAY_LEASE, holder="the one that fails", duration=1.0),
        service="groups",
    )
    running = asyncio.create_task(relay.run())
    try:
        async with asyncio.timeout(60):
            while relay.failure is None:
                await asyncio.sleep(0.05)
            later = datetime.now(UTC) + timedelta(hours=1)
            taken = {"$set": {"holder": "another", "expires": later}, "$inc": {"number": 1}}
            await database.find_and_update(LEASES, {"_id": RELAY_LEASE}, taken)
            while relay.failure is not None:
                await asyncio.sleep(0.05)
    finally:
        running.cancel()
        await asyncio.wait([running])
        await sessions.close()
