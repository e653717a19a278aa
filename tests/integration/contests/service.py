"""The contests service on real parts: HTTP over a socket, a real `mongod`, a real broker."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from aiokafka import TopicPartition
from pydantic import SecretStr

from mitmach.embedded.broker import running_broker
from mitmach.embedded.child import free_port
from services.contests.app import build_api, build_relay, build_worker
from services.contests.config import ContestsSettings
from shared.audience import Group, Login, Membership, Person
from shared.contract.events.topics import TOPICS
from shared.contract.ids import new_id
from shared.contract.principal import Principal, Standing
from shared.delivery.kafka import KafkaConnection, end_offsets, open_reader
from shared.delivery.mongo import Database, Driver
from shared.runtime.process import Part, running
from shared.runtime.telemetry import Telemetry
from shared.web.identity import public_jwks
from tests.support.groups_publisher import GroupsPublisher, open_groups_publisher
from tests.support.identity import PRIVATE_PEM, PSEUDONYM_KEY, login_told, person_id_of, token_of
from tests.support.mongodb import connected
from tests.support.retrying import RetryingTransport
from tooling.servers.http import running_http

PATIENCE = 60.0  # seconds until something that should take a fraction of it has failed
HOUR = timedelta(hours=1)
PHOTO = {"url": "https://media.example/1.jpg", "alt": "A cup"}


@dataclass(frozen=True)
class Somebody:
    """A person with a token.

    Attributes:
        id: Who they are on the platform.
        subject: What the identity provider calls them.
    """

    id: str
    subject: str
    roles: tuple[str, ...]
    http: httpx.AsyncClient

    async def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """A request; header names with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["authorization"] = f"Bearer {token_of(self.subject, self.roles)}"
        content = {} if body is None else {"json": body}
        return await self.http.request(method, path, headers=sent, **content)

    async def good(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to a request that must succeed; None for an empty one."""
        answer = await self.call(method, path, body, **headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def refused(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, str]:
        """Status and problem of a request that must be refused."""
        answer = await self.call(method, path, body, **headers)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        problem = answer.json()
        assert problem["status"] == answer.status_code
        return answer.status_code, problem["type"].rpartition(":")[2]

    def principal(self) -> Principal:
        """The person as commands know them."""
        return Principal(self.id, frozenset(self.roles), Standing.ACTIVE)


@dataclass
class ContestsService:
    """A running contests service.

    Attributes:
        database: What it stores.
        settings: To run another process of it.
        environment: The same settings, for a child process.
        groups: Publishes events as the groups service would.
        parts: Relay and worker.
    """

    database: Database
    settings: ContestsSettings
    environment: dict[str, str]
    http: httpx.AsyncClient
    groups: GroupsPublisher
    parts: Sequence[Part]

    def somebody(self, name: str, *roles: str, http: httpx.AsyncClient | None = None) -> Somebody:
        """A person of whom nothing has been heard."""
        return Somebody(person_id_of(name), name, roles, http or self.http)

    async def people(self, *names: str, roles: tuple[str, ...] = ()) -> list[Somebody]:
        """Active people, known to contests."""
        found = [self.somebody(f"{name}-{uuid4().hex[:8]}", *roles) for name in names]
        ids = [person.id for person in found]
        await self.groups.publish(*(login_told(person.subject) for person in found))
        await self.groups.activate(*ids)
        known = {"_id": {"$in": ids}, "status": "active"}
        await self.until(lambda: self._are(Person.collection, known, len(found)))
        logins = {"person": {"$in": ids}}
        await self.until(lambda: self._are(Login.collection, logins, len(found)))
        return found

    async def group(self, visibility: str, roles: dict[str, str]) -> str:
        """A group known to contests; roles by person."""
        group_id = new_id()
        await self.groups.found_group(group_id, visibility, roles)
        members = {"group_id": group_id}
        await self.until(lambda: self._are(Membership.collection, members, len(roles)))
        await self.until(lambda: self._are(Group.collection, {"_id": group_id}, 1))
        return group_id

    async def _are(self, collection: str, where: dict[str, Any], number: int) -> bool:
        return await self.database.count(collection, where) == number

    async def until(self, ask: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Waits until the answer is something."""
        async with asyncio.timeout(PATIENCE):
            while not (answer := await ask()):
                await asyncio.sleep(0.02)
        return answer

    async def phase(self, contest: str, wanted: str) -> None:
        """Waits until the clock has brought the contest into this phase."""

        async def there() -> bool:
            stored = await self.database.find_one("contests", {"_id": contest})
            return stored is not None and stored["phase"] == wanted

        await self.until(there)

    async def voting(
        self, organiser: Somebody, authors: Sequence[Somebody], **rules: Any
    ) -> tuple[str, list[str]]:
        """A contest that takes votes: its path, and the ids of an entry of each author."""
        path = await announced(organiser, **rules)
        await organiser.good("POST", f"{path}:advance", {"to": "submissions"})
        entries = [await enter(author, path) for author in authors]
        await organiser.good("POST", f"{path}:advance", {"to": "review"})
        for entry in entries:
            await organiser.good("POST", f"/v1/entries/{entry}:accept")
        await organiser.good("POST", f"{path}:advance", {"to": "voting"})
        return path, entries

    async def published(self, topic: str) -> list[bytes]:
        """Every value on a topic, once the relay has sent all that is in the log."""
        pending = {"first_sequence": None}
        await self.until(lambda: self._are("log", pending, 0))
        async with open_reader(KafkaConnection.of(self.settings)) as consumer:
            places = [(topic, number) for number in range(TOPICS[topic].partitions)]
            ends = await end_offsets(consumer, places)
            consumer.assign([TopicPartition(*place) for place, end in ends.items() if end])
            await consumer.seek_to_beginning()
            values: list[bytes] = []
            idle = 0
            while idle < 3:
                batches = await consumer.getmany(timeout_ms=200)
                idle = 0 if batches else idle + 1
                values += [record.value for batch in batches.values() for record in batch]
            return values


async def announced(organiser: Somebody, **rules: Any) -> str:
    """The path of a contest for everyone whose phases lie an hour apart."""
    now = datetime.now(UTC)
    times = ("submissions_at", "review_at", "voting_at", "closes_at")
    body = {
        "title": "Best coffee corner",
        "kind": "photo",
        "rules": rules,
        "schedule": {name: (now + n * HOUR).isoformat() for n, name in enumerate(times, start=1)},
    }
    contest = await organiser.good("POST", "/v1/contests", body)
    path = f"/v1/contests/{contest['id']}"
    await organiser.good("POST", f"{path}:announce")
    return path


async def enter(author: Somebody, path: str) -> str:
    """The id of a new entry."""
    body = {"title": f"By {author.subject}", "media": [PHOTO], "consent": True}
    entry = await author.good("POST", f"{path}/entries", body)
    return str(entry["id"])


def id_of(path: str) -> str:
    """The contest's id, from its path."""
    return path.rpartition("/")[2]


@asynccontextmanager
async def running_contests(mongo_url: str, driver: Driver) -> AsyncIterator[ContestsService]:
    """The service with all its roles, on a broker of its own."""
    prefix = f"t{uuid4().hex[:12]}_"
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mitmach-contests-")))
        (folder / "keys.json").write_text(public_jwks(PRIVATE_PEM))
        broker = await stack.enter_async_context(running_broker(folder / "broker"))
        values = {
            "mongodb_url": mongo_url,
            "mongodb_driver": driver.value,
            "database_prefix": prefix,
            "kafka_bootstrap": broker.bootstrap,
            "kafka_session_timeout": "3",
            "jwt_key_file": str(folder / "keys.json"),
            "pseudonym_key": PSEUDONYM_KEY.decode(),
            "http_port": "0",
            "http_person_rate": "0",
            "quotas": "false",
        }
        secrets = {name: SecretStr(values[name]) for name in ("mongodb_url", "pseudonym_key")}
        settings = ContestsSettings.model_validate(values | secrets)
        mongo = await stack.enter_async_context(connected(mongo_url, driver=driver))
        for name in ("contests", "groups"):
            stack.push_async_callback(mongo.drop, prefix + name)
        kafka = KafkaConnection.of(settings)
        groups = await stack.enter_async_context(
            open_groups_publisher(mongo.database(f"{prefix}groups"), mongo, kafka)
        )
        telemetry, stop = Telemetry("contests"), asyncio.Event()
        api = await stack.enter_async_context(build_api(settings, mongo, telemetry))
        parts = [
            await stack.enter_async_context(build(settings, mongo, telemetry))
            for build in (build_relay, build_worker)
        ]
        for part in parts:
            await stack.enter_async_context(running(part, stop))
        address = await stack.enter_async_context(running_http(api, settings, stop))
        http = await stack.enter_async_context(client(address))
        environment = {f"MITMACH_{name.upper()}": value for name, value in values.items()}
        database = mongo.database(f"{prefix}contests")
        service = ContestsService(database, settings, environment, http, groups, parts)

        async def ready() -> bool:
            return all([(await part.health.ready()).ok for part in parts])

        await service.until(ready)
        yield service


def client(address: str) -> httpx.AsyncClient:
    """Speaks to a process on this machine."""
    return httpx.AsyncClient(
        base_url=address,
        timeout=30,
        transport=RetryingTransport(limits=httpx.Limits(max_connections=64)),
    )


@asynccontextmanager
async def another_api(
    service: ContestsService, **environment: str
) -> AsyncIterator[tuple[httpx.AsyncClient, asyncio.subprocess.Process]]:
    """A further API process of the same service, with a client that speaks to it."""
    port = free_port()
    variables = os.environ | service.environment | {"MITMACH_HTTP_PORT": str(port)} | environment
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.contests", "api", env=variables
    )
    try:
        async with client(f"http://127.0.0.1:{port}") as http:

            async def answers() -> bool:
                try:
                    return (await http.get("/health/ready")).is_success
                except httpx.TransportError:
                    return False

            await service.until(answers)
            yield http, process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        await process.wait()
