"""The groups service, played: a source with a real log and relay that says what a test wants.

What another service hears of people and groups so comes the way it comes in production.
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
from shared.contract.events.topics import GROUPS, PEOPLE
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
class Say:
    """What there is to say."""

    events: tuple[EventData, ...]

    def reads(self, found: Found) -> Iterable[Key]:
        """Something that isn't there: a transaction takes its time from its first read."""
        del found
        yield IdempotencyRecord, "none"

    def decide(self, found: Found, now: datetime) -> Changes:
        """Says it."""
        del found, now
        return Changes(events=[Occurred(data) for data in self.events])


class GroupsVoice:
    """Speaks as the groups service."""

    def __init__(self, commits: Committer) -> None:
        self._commits = commits

    async def say(self, *events: EventData) -> None:
        """Publishes these."""
        await self._commits.execute(Say(events))

    async def activate(self, *pseudonyms: str) -> None:
        """These people are active from now on."""
        await self.say(
            *(sample(PersonActivated, person=one, account="human") for one in pseudonyms)
        )

    async def found_group(self, group_id: str, visibility: str, roles: dict[str, str]) -> None:
        """A group with these roles by pseudonym."""
        about: dict[str, Any] = {"group_id": group_id, "visibility": visibility}
        await self.say(
            sample(GroupCreated, **about),
            *(sample(MembershipJoined, **about, member=m, role=r) for m, r in roles.items()),
        )


@asynccontextmanager
async def groups_voice(
    database: Database, mongo: Mongo, kafka: KafkaConnection
) -> AsyncIterator[GroupsVoice]:
    """A source of its own, relayed as long as the block runs."""
    await database.prepare(SHARED_COLLECTIONS)
    sessions = mongo.sessions(database)
    publisher = Relay(
        database,
        sessions,
        kafka=kafka,
        topics=partitions((PEOPLE, GROUPS)),
        lease=Lease(database, "relay", holder="groups"),
        service="groups",
    )
    relaying = asyncio.create_task(publisher.run())
    try:
        source = await source_of(database, "groups")
        made = Committer(database, sessions, source=source, committed=publisher.wake)
        async with made.running() as commits:
            yield GroupsVoice(commits)
    finally:
        relaying.cancel()
        await asyncio.wait([relaying])
        await sessions.close()
