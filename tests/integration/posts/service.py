"""The posts service on real parts: HTTP over a socket, a real `mongod`, a real broker.

What posts reads about people and groups is published by `groups_publisher.py`.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from aiokafka import TopicPartition
from pydantic import SecretStr

from mitmach.embedded.broker import running_broker
from services.posts.app import build_api, build_relay, build_worker
from services.posts.config import PostsSettings
from services.posts.domain.audience import Channel, Group, Person
from shared.audience import Login
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import ChannelCreated, GroupCreated, MembershipJoined
from shared.contract.events.people import PersonActivated
from shared.contract.events.registry import Event, decode_event
from shared.contract.events.topics import POSTS, TOPICS
from shared.contract.events.vocabulary import AccountKind
from shared.contract.ids import new_id
from shared.delivery.kafka import KafkaConnection, end_offsets, open_reader
from shared.delivery.mongo import Database, Driver
from shared.runtime.process import running
from shared.runtime.telemetry import Telemetry
from shared.web.identity import public_jwks
from tests.support.groups_publisher import GroupsPublisher, open_groups_publisher
from tests.support.identity import (
    PRIVATE_PEM,
    PSEUDONYM_KEY,
    login_told,
    person_id_of,
    token_of,
)
from tests.support.mongodb import connected
from tests.support.retrying import RetryingTransport
from tooling.sample_events import sample
from tooling.servers.http import running_http

PATIENCE = 60.0  # seconds until something that should take a fraction of one has failed


@dataclass(frozen=True)
class Caller:
    """Somebody with a token.

    Attributes:
        id: Who they are on the platform.
        subject: What the identity provider calls them.
    """

    id: str
    subject: str
    http: httpx.AsyncClient
    headers: dict[str, str]

    async def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """One request; header names with underscores."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        content = {} if body is None else {"json": body}
        return await self.http.request(method, path, headers=self.headers | more, **content)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Reads."""
        return await self.call("GET", path, **headers)

    async def publish(self, channel_id: str, **given: Any) -> dict[str, Any]:
        """A published post."""
        body = {"channel_id": channel_id, "title": "A run at noon", "text": "Who joins?"} | given
        answer = await self.call("POST", "/v1/posts", body)
        assert answer.status_code == 201, answer.text
        post: dict[str, Any] = answer.json()
        return post

    async def comment(self, post_id: str, text: str = "I do.", **given: Any) -> dict[str, Any]:
        """A comment."""
        answer = await self.call("POST", f"/v1/posts/{post_id}/comments", {"text": text} | given)
        assert answer.status_code == 201, answer.text
        comment: dict[str, Any] = answer.json()
        return comment


@dataclass
class PostsService:
    """A running posts service."""

    database: Database
    kafka: KafkaConnection
    http: httpx.AsyncClient
    groups: GroupsPublisher
    _unheard: list[str] = field(default_factory=list)

    def caller(self, subject: str, *roles: str) -> Caller:
        """Somebody of whom nothing has been heard."""
        headers = {"authorization": f"Bearer {token_of(subject, roles)}"}
        return Caller(person_id_of(subject), subject, self.http, headers)

    async def tell(self, *events: EventData) -> None:
        """Says something as the groups service."""
        await self.groups.publish(*events)

    async def people(
        self, *names: str, roles: tuple[str, ...] = (), account: AccountKind = "human"
    ) -> list[Caller]:
        """Active people, or programs; known to posts once there is a group, channel or place."""
        callers = [self.caller(f"{name}-{uuid4().hex[:8]}", *roles) for name in names]
        await self.tell(*(login_told(caller.subject, account=account) for caller in callers))
        await self.tell(*(activated(caller, account) for caller in callers))
        self._unheard += [caller.id for caller in callers]
        return callers

    async def group(self, *members: Caller, visibility: str = "open") -> str:
        """A group with members, known to posts."""
        group_id = new_id()
        await self.tell(*founded(group_id, members, visibility))
        await self._heard(Group.collection, {"_id": group_id, "members": len(members)})
        return group_id

    async def channel(
        self, group_id: str, kind: str = "discussion", visibility: str = "open"
    ) -> str:
        """A channel, known to posts."""
        channel_id = new_id()
        await self.tell(opened(channel_id, group_id, kind, visibility))
        await self._heard(Channel.collection, {"_id": channel_id})
        return channel_id

    async def place(self, *members: Caller, visibility: str = "open") -> str:
        """A channel of a group with these members, known to posts."""
        group_id, channel_id = new_id(), new_id()
        await self.tell(
            *founded(group_id, members, visibility),
            opened(channel_id, group_id, "discussion", visibility),
        )
        await self._heard(Group.collection, {"_id": group_id, "members": len(members)})
        await self._heard(Channel.collection, {"_id": channel_id})
        return channel_id

    async def _heard(self, collection: str, wanted: dict[str, Any]) -> None:
        people = {"_id": {"$in": self._unheard}}

        async def all_there() -> bool:
            found = await self.database.count(Person.collection, people)
            logins = await self.database.count(Login.collection, {"person": {"$in": self._unheard}})
            return found == logins == len(self._unheard) and bool(
                await self.database.find_one(collection, wanted)
            )

        await self.until(all_there)
        self._unheard.clear()

    async def until(self, ask: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Waits until the answer is something."""
        async with asyncio.timeout(PATIENCE):
            while not (answer := await ask()):
                await asyncio.sleep(0.02)
        return answer

    async def counts(self, caller: Caller, post_id: str, **wanted: Any) -> dict[str, Any]:
        """Waits until these counts are shown beside a post."""

        async def shown() -> dict[str, Any] | None:
            counts: dict[str, Any] = (await caller.get(f"/v1/posts/{post_id}")).json()["counts"]
            return counts if all(counts[name] == value for name, value in wanted.items()) else None

        found: dict[str, Any] = await self.until(shown)
        return found

    async def published(self) -> list[Event]:
        """Everything on the posts topic now."""
        async with open_reader(self.kafka) as consumer:
            places = [(POSTS, number) for number in range(TOPICS[POSTS].partitions)]
            ends = await end_offsets(consumer, places)
            wanted = {TopicPartition(*place): end for place, end in ends.items() if end}
            consumer.assign(list(wanted))
            await consumer.seek_to_beginning()
            found: list[Event] = []
            idle = 0
            while idle < 3:
                batches = await consumer.getmany(timeout_ms=200)
                idle = 0 if batches else idle + 1
                found += [
                    decode_event(record.value) for batch in batches.values() for record in batch
                ]
            return found


def activated(caller: Caller, account: AccountKind = "human") -> PersonActivated:
    """That somebody has become active."""
    return sample(PersonActivated, person=caller.id, account=account)


def joined(
    caller: Caller, group_id: str, *, role: str = "member", visibility: str = "open"
) -> MembershipJoined:
    """That somebody has become a member."""
    return sample(
        MembershipJoined,
        group_id=group_id,
        member=caller.id,
        role=role,
        visibility=visibility,
    )


def founded(group_id: str, members: Sequence[Caller], visibility: str) -> tuple[EventData, ...]:
    """That a group was founded and people have joined it."""
    created = sample(GroupCreated, group_id=group_id, visibility=visibility)
    return created, *(joined(member, group_id, visibility=visibility) for member in members)


def opened(channel_id: str, group_id: str, kind: str, visibility: str) -> ChannelCreated:
    """That a channel was opened."""
    return sample(
        ChannelCreated,
        group_id=group_id,
        channel_id=channel_id,
        channel_kind=kind,
        visibility=visibility,
    )


@asynccontextmanager
async def running_posts(
    mongo_url: str, driver: Driver, telemetry: Telemetry | None = None
) -> AsyncIterator[PostsService]:
    """The service with all its roles, on a broker of its own."""
    telemetry = telemetry or Telemetry("posts")
    prefix = f"t{uuid4().hex[:12]}_"
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mitmach-posts-")))
        (folder / "keys.json").write_text(public_jwks(PRIVATE_PEM))
        broker = await stack.enter_async_context(running_broker(folder / "broker"))
        settings = PostsSettings(
            mongodb_url=SecretStr(mongo_url),
            database_prefix=prefix,
            kafka_bootstrap=broker.bootstrap,
            kafka_session_timeout=3.0,
            jwt_key_file=folder / "keys.json",
            pseudonym_key=SecretStr(PSEUDONYM_KEY.decode()),
            http_port=0,
            http_person_rate=0,
            quotas=False,
        )
        mongo = await stack.enter_async_context(connected(mongo_url, driver=driver))
        stack.push_async_callback(mongo.drop, f"{prefix}posts")
        stack.push_async_callback(mongo.drop, f"{prefix}groups")
        stop = asyncio.Event()
        kafka = KafkaConnection.of(settings)
        groups = await stack.enter_async_context(
            open_groups_publisher(mongo.database(f"{prefix}groups"), mongo, kafka)
        )
        api = await stack.enter_async_context(build_api(settings, mongo, telemetry))
        worker = await stack.enter_async_context(build_worker(settings, mongo, telemetry))
        relay = await stack.enter_async_context(build_relay(settings, mongo, telemetry))
        await stack.enter_async_context(running(relay, stop))
        await stack.enter_async_context(running(worker, stop))
        address = await stack.enter_async_context(running_http(api, settings, stop))
        http = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=address,
                timeout=10,
                transport=RetryingTransport(),
            )
        )
        service = PostsService(mongo.database(f"{prefix}posts"), kafka, http, groups)

        async def ready() -> bool:
            reports = [await part.health.ready() for part in (relay, worker)]
            return all(report.ok for report in reports)

        await service.until(ready)
        yield service
