"""Two of everything on one database and one broker, as processes; some are killed under load."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec
import pytest

from mitmach.agreement import SERVICES as WRITING
from mitmach.agreement import compare
from mitmach.demo.client import Client, Ledger
from mitmach.development import DevelopmentSecrets
from mitmach.platform import create_topics
from mitmach.services import SERVICES
from shared.kafka import KafkaConnection
from shared.mongo import Mongo
from shared.outbox import LOG, logged
from tests.support.brokers import BrokerUnderTest
from tests.support.processes import Role, running_roles

TAKEN_OVER_WITHIN = 10.0  # seconds from the leader's death; a lease lasts five
PATIENCE = 60.0  # seconds; a group that changes its members waits for some
PEOPLE = [f"person-{number}" for number in range(30)]
AT_ONCE = 8
MOST_DEEDS = 8000  # a bound for a slow takeover; about 1500 are usual

ROLES = {
    "groups-api": ("services.groups", "api"),
    "groups-relay": ("services.groups", "relay"),
    "posts-api-1": ("services.posts", "api"),
    "posts-api-2": ("services.posts", "api"),
    "posts-relay-1": ("services.posts", "relay"),
    "posts-relay-2": ("services.posts", "relay"),
    "posts-worker-1": ("services.posts", "worker"),
    "posts-worker-2": ("services.posts", "worker"),
    "metrics-api": ("services.metrics", "api"),
    "metrics-consumer-1": ("services.metrics", "consumer"),
    "metrics-consumer-2": ("services.metrics", "consumer"),
}


class Community:
    """People who post and react through both APIs in turn, with one ledger of receipts."""

    def __init__(self, http: aiohttp.ClientSession, roles: dict[str, Role], data: Path) -> None:
        secrets = DevelopmentSecrets(data)
        self.ledger = Ledger()
        self._dice = random.Random(4)
        self._groups, *self._posts = [
            Client(
                http,
                roles[name].http,
                token=secrets.token,
                ledger=self.ledger,
                dice=self._dice,
            )
            for name in ("groups-api", "posts-api-1", "posts-api-2")
        ]
        self._post_ids: list[str] = []

    async def gather(self) -> None:
        """People arrive, found a group, and post."""
        founder = PEOPLE[0]
        for person in PEOPLE:
            await self._groups.call("POST", "/v1/me/visits", person)
        body = {"kind": "community", "visibility": "open", "name": "Runners"}
        group = await self._groups.call("POST", "/v1/groups", founder, body=body, key="g")
        path = f"/v1/groups/{group['id']}"
        for person in PEOPLE[1:]:
            await self._groups.call("PUT", f"{path}/members/me", person)
        channels = await self._groups.call("GET", f"{path}/channels", founder)
        body = {"channel_id": channels["items"][0]["id"], "text": "Who joins?"}
        async with asyncio.timeout(20):
            while len(self._post_ids) < 12:
                person = PEOPLE[len(self._post_ids)]
                post = await self._post(person, body)
                if post is None:
                    await asyncio.sleep(0.1)  # posts hasn't heard of the channel, or of them, yet
                else:
                    self._post_ids.append(post["id"])

    async def _post(self, person: str, body: dict[str, str]) -> dict[str, str] | None:
        key = f"p-{len(self._post_ids)}-{random.random()}"
        posts: dict[str, str] | None = await self._posts[0].call(
            "POST", "/v1/posts", person, body=body, key=key, fine=(403, 404)
        )
        return posts

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """They go on doing things as long as the block runs; every answer must be a good one."""
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as together:
            for number in range(AT_ONCE):
                together.create_task(self._go_on(number, enough))
            yield
            enough.set()

    async def _go_on(self, number: int, enough: asyncio.Event) -> None:
        for deed in range(MOST_DEEDS // AT_ONCE):
            if enough.is_set():
                return
            await self._do_something(f"{number}-{deed}")

    async def _do_something(self, key: str) -> None:
        dice = self._dice
        client, person = dice.choice(self._posts), dice.choice(PEOPLE)
        path = f"/v1/posts/{dice.choice(self._post_ids)}"
        match dice.choices(("view", "react", "comment", "share"), (5, 4, 2, 1))[0]:
            case "view":
                await client.call("PUT", f"{path}/view", person)
            case "react":
                kind = dice.choice(("like", "thanks", "funny"))
                await client.call("PUT", f"{path}/reaction", person, body={"kind": kind})
            case "comment":
                text = {"text": "I do."}
                await client.call("POST", f"{path}/comments", person, body=text, key=key)
            case _:
                await client.call("POST", f"{path}/shares", person, body={}, key=key)


async def caused_by_people(mongo: Mongo, prefix: str) -> set[str]:
    """The ids of all events in the logs but those of the services themselves."""
    found = set()
    for service in WRITING:
        async for document in mongo.database(prefix + service).stream(LOG, {}):
            events = [msgspec.json.decode(event.body) for event in logged(document)]
            found |= {event["id"] for event in events if "actor" in event}
    return found


async def until_both_count(consumers: list[Role]) -> None:
    """Waits until each of them has partitions that have told it something."""
    async with asyncio.timeout(PATIENCE):
        while not all([await one.metric("mitmach_consumer_events_total") for one in consumers]):
            await asyncio.sleep(0.2)


async def until_more_is_published(relay: Role, events: int = 100) -> None:
    """Waits until this relay has sent so many."""
    async with asyncio.timeout(PATIENCE):
        while await relay.metric("mitmach_relay_published_events_total") < events:
            await asyncio.sleep(0.1)


async def leads(relay: Role) -> bool:
    return await relay.metric("mitmach_relay_leader") == 1


@pytest.mark.faults
@pytest.mark.timeout(240)
@pytest.mark.parametrize("driver", ["motor"], indirect=True)
async def test_a_leader_and_a_consumer_die_under_load_and_the_counts_agree(
    tmp_path: Path,
    mongo: Mongo,
    mongo_url: str,
    database_prefix: str,
    broker: BrokerUnderTest,
) -> None:
    secrets = DevelopmentSecrets(tmp_path)
    settings = {
        "MITMACH_MONGODB_URL": mongo_url,
        "MITMACH_DATABASE_PREFIX": database_prefix,
        "MITMACH_KAFKA_BOOTSTRAP": broker.bootstrap,
        "MITMACH_KAFKA_SESSION_TIMEOUT": "3",
        "MITMACH_JWT_KEY_FILE": str(secrets.public_file),
        "MITMACH_PSEUDONYM_KEY": secrets.pseudonym_key,
        "MITMACH_HTTP_PERSON_RATE": "0",
    }
    kafka = KafkaConnection(bootstrap=broker.bootstrap)
    if broker.kind == "embedded":  # it makes up whatever topic it is asked for
        await create_topics(kafka, SERVICES)

    async with running_roles(ROLES, settings, tmp_path) as roles, aiohttp.ClientSession() as http:
        relays = [roles["posts-relay-1"], roles["posts-relay-2"]]
        consumers = [roles["metrics-consumer-1"], roles["metrics-consumer-2"]]
        community = Community(http, roles, tmp_path)
        await community.gather()
        async with community.busy():
            await until_both_count(consumers)
            leading = [await leads(relay) for relay in relays]
            assert sorted(leading) == [False, True]
            leader, standby = relays if leading[0] else reversed(relays)

            leader.kill()
            consumers[0].kill()
            async with asyncio.timeout(TAKEN_OVER_WITHIN):
                while not await leads(standby):
                    await asyncio.sleep(0.05)
            # What goes on now reaches the broker through the new leader alone.
            await until_more_is_published(standby)

        agreement = await compare(mongo, kafka, roles["metrics-api"].http, prefix=database_prefix)
        assert agreement.agrees, (agreement.differences(), agreement.published.gaps)
        assert community.ledger.receipts == await caused_by_people(mongo, database_prefix)
