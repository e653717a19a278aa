"""Events of the groups service without that service: a real log and relay, for any events.

What another service reads about people and groups in a test so comes the way it comes in
production.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.contract.events.envelope import EventData
from shared.contract.events.groups import GroupCreated, MembershipJoined
from shared.contract.events.people import PersonActivated
from shared.contract.events.topics import GROUPS, LOGINS, PEOPLE
from shared.delivery.command import Changes, Found, Key, Occurred
from shared.delivery.committer import Committer
from shared.delivery.committer.idempotency import IdempotencyRecord
from shared.delivery.kafka import KafkaConnection
from shared.delivery.lease import Lease
from shared.delivery.log import source_of
from shared.delivery.mongo import Database, Mongo
from shared.delivery.relay import Relay
from shared.runtime.assembly import SHARED_COLLECTIONS, partitions
from tooling.sample_events import sample


@dataclass(frozen=True, slots=True)
class PublishEvents:
    """A command that commits these events and changes nothing else."""

    events: tuple[EventData, ...]

    def reads(self, found: Found) -> Iterable[Key]:
        """Something that isn't there: a transaction takes its time from its first read."""
        del found
        yield IdempotencyRecord, "none"

    def decide(self, found: Found, now: datetime) -> Changes:
        """Commits the events."""
        del found, now
        return Changes(events=[Occurred(data) for data in self.events])


class GroupsPublisher:
    """Publishes events as the groups service would.

    Args:
        committer: Writes the log that the relay publishes.
    """

    def __init__(self, committer: Committer) -> None:
        self._committer = committer

    async def publish(self, *events: EventData) -> None:
        """Publishes these events."""
        await self._committer.execute(PublishEvents(events))

    async def activate(self, *people: str) -> None:
        """Tells that these people are active from now on."""
        activated = [sample(PersonActivated, person=who, account="human") for who in people]
        await self.publish(*activated)

    async def found_group(self, group_id: str, visibility: str, roles: dict[str, str]) -> None:
        """Tells of a group, and of its members with their roles by id."""
        about: dict[str, Any] = {"group_id": group_id, "visibility": visibility}
        joined = [sample(MembershipJoined, **about, member=m, role=r) for m, r in roles.items()]
        await self.publish(sample(GroupCreated, **about), *joined)


@asynccontextmanager
async def open_groups_publisher(
    database: Database, mongo: Mongo, kafka: KafkaConnection
) -> AsyncIterator[GroupsPublisher]:
    """A publisher with a source of its own, relayed as long as the block runs."""
    await database.ensure_collections(SHARED_COLLECTIONS)
    sessions = mongo.sessions(database)
    relay = Relay(
        database,
        sessions,
        kafka=kafka,
        topics=partitions((LOGINS, PEOPLE, GROUPS)),
        lease=Lease(database, "relay", holder="groups"),
        service="groups",
    )
    relaying = asyncio.create_task(relay.run())
    try:
        source = await source_of(database, "groups")
        committer = Committer(database, sessions, source=source)
        async with committer.running() as running:
            yield GroupsPublisher(running)
    finally:
        relaying.cancel()
        await asyncio.wait([relaying])
        await sessions.close()
