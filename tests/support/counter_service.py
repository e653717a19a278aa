"""The counter service on a real database and broker: it writes, publishes and reads."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from shared.delivery.committer import Committer
from shared.delivery.consumer import Consumer, Projection, build_consumer
from shared.delivery.kafka import KafkaConnection
from shared.delivery.lease import Lease
from shared.delivery.log import source_of
from shared.delivery.mongo import Database, Driver, Mongo, SessionRegistry
from shared.delivery.relay import RELAY_LEASE, Relay
from tests.support.counters import COLLECTIONS, RaiseCounter, sums
from tests.support.mongodb import connected

TOPIC = "mitmach.people.v1"
PARTITIONS = 3


@dataclass
class CounterService:
    """The parts that stand on one database and one broker."""

    mongo: Mongo
    database: Database
    sessions: SessionRegistry
    committer: Committer
    kafka: KafkaConnection

    async def write(self, *counters: str) -> None:
        """Raises each counter once, in this order."""
        for counter in counters:
            await self.committer.execute(RaiseCounter(counter))

    @asynccontextmanager
    async def publishing(self) -> AsyncIterator[Relay]:
        """A relay that runs while the block does."""
        relay = Relay(
            self.database,
            self.sessions,
            kafka=self.kafka,
            topics={TOPIC: PARTITIONS},
            lease=Lease(self.database, RELAY_LEASE, holder=uuid4().hex),
            service="groups",
        )
        running = asyncio.create_task(relay.run())
        try:
            yield relay
        finally:
            running.cancel()
            await asyncio.wait([running])

    @asynccontextmanager
    async def reading(
        self, projection: Projection, *, allow_incomplete: bool = False
    ) -> AsyncIterator[Consumer]:
        """A consumer that runs while the block does."""
        async with build_consumer(
            projection,
            service="groups",
            database=self.database,
            sessions=self.sessions,
            kafka=self.kafka,
            topics={TOPIC: PARTITIONS},
            allow_incomplete=allow_incomplete,
        ) as consumer:
            yield consumer

    async def counted(self, wanted: dict[str, int], *, within: float = 60.0) -> None:
        """Waits until so much is counted, and wants nothing else to be."""
        async with asyncio.timeout(within):
            while sum((now := await sums(self.database)).values()) < sum(wanted.values()):
                await asyncio.sleep(0.05)
        assert now == wanted


@asynccontextmanager
async def counter_service(
    url: str, bootstrap: str, driver: Driver = Driver.MOTOR
) -> AsyncIterator[CounterService]:
    """On an empty database, dropped after the block."""
    async with connected(url, driver=driver) as mongo:
        database = mongo.database(f"counters_{uuid4().hex[:12]}")
        await database.ensure_collections(COLLECTIONS)
        sessions = mongo.sessions(database)
        source = await source_of(database, "groups")
        kafka = KafkaConnection(bootstrap=bootstrap, session_timeout=2.0)
        try:
            async with Committer(database, sessions, source=source).running() as committer:
                yield CounterService(mongo, database, sessions, committer, kafka)
        finally:
            await sessions.close()
            await mongo.drop(database.name)


def subjects(number: int) -> Sequence[str]:
    """Ids of so many counters."""
    return [f"c{index}" for index in range(number)]
