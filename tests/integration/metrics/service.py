"""The metrics service on a real database and a real broker, and somebody who tells it events."""

import asyncio
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from services.metrics.app import build_api, build_consumer
from services.metrics.config import MetricsSettings
from shared.audience import Login
from shared.contract.events.envelope import EventData, format_time, seal, with_sequence
from shared.contract.events.topics import TOPICS
from shared.contract.events.vocabulary import LoginStanding
from shared.contract.ids import new_id
from shared.contract.principal import Standing
from shared.delivery.kafka import KafkaConnection, ensure_topics, open_producer
from shared.delivery.mongo import Database, Mongo, document
from shared.runtime.telemetry import Telemetry
from shared.web.identity import public_jwks
from tests.support.identity import PRIVATE_PEM, PSEUDONYM_KEY, login_told, token_of
from tests.support.metrics import SOURCES
from tests.support.retrying import RetryingTransport
from tooling.servers.http import running_http

Record = tuple[str, int, bytes]


class Teller:
    """Makes records as the relays would, and sends them.

    Attributes:
        sent: Everything, in order.
        types: How many events of each type.
    """

    def __init__(self, bootstrap: str) -> None:
        self.sent: list[Record] = []
        self.types: Counter[str] = Counter()
        self._kafka = KafkaConnection(bootstrap=bootstrap)
        self._waiting: list[Record] = []
        self._sequences: Counter[str] = Counter()
        self._heads: dict[tuple[str, str, int], int] = {}

    async def prepare(self) -> None:
        """Creates the topics."""
        await ensure_topics(self._kafka, {plan.name: plan.partitions for plan in TOPICS.values()})

    def tell(self, data: EventData, *, actor: str | None = None, at: datetime) -> None:
        """Makes the record of an event; `send` sends it."""
        service = SOURCES[data.topic.split(".")[1]]
        source = f"/mitmach/{service}/0123456789abcdef01234567"
        sealed = seal(
            data,
            actor=actor,
            source=source,
            event_id=new_id(),
            time=format_time(at),
            traceparent=None,
        )
        partition = zlib.crc32(sealed.key.encode()) % TOPICS[data.topic].partitions
        self._sequences[source] += 1
        sequence = self._sequences[source]
        head = (source, data.topic, partition)
        body = with_sequence(sealed.body, sequence, self._heads.get(head, 0))
        self._heads[head] = sequence
        self._waiting.append((data.topic, partition, body))
        self.types[data.type] += 1

    def lose(self) -> None:
        """What was told and not sent is gone, as from a topic that keeps nothing for long."""
        self._waiting.clear()
        self.types.clear()

    async def send(self, again: Sequence[Record] = ()) -> None:
        """Sends what was made since the last time, or the given records again."""
        records = list(again) or self._waiting
        async with open_producer(self._kafka) as producer:
            for topic, partition, body in records:
                await producer.send(topic, body, partition=partition)
            await producer.flush()
        if not again:
            self.sent += self._waiting
            self._waiting = []


class MetricsApi:
    """A running API, for which whoever asks is active unless something else is stored.

    Attributes:
        client: Speaks to it.
        database: The service's own, which has the logins.
    """

    def __init__(self, client: httpx.AsyncClient, database: Database) -> None:
        self.client = client
        self.database = database
        self._told: set[str] = set()

    async def knows(self, who: str) -> None:
        """Has somebody be active of whom nothing else was said."""
        if who not in self._told:
            await self.stands(who, "active")

    async def stands(self, who: str, standing: LoginStanding) -> None:
        """Stores where somebody stands, as if the groups service had told it."""
        told = login_told(who, standing)
        login = Login(
            id=told.login, person=told.person, standing=Standing(standing), at=datetime.now(UTC)
        )
        whole = {"q": {"_id": login.id}, "u": document(login), "upsert": True}
        await self.database.update(Login.collection, [whole])
        self._told.add(who)  # not before: somebody else would ask while they aren't known yet

    async def call(
        self, path: str, *, who: str = "ann", roles: Sequence[str] = ("analyst",), **more: Any
    ) -> httpx.Response:
        """A request of somebody, of an analyst if nothing else is said."""
        await self.knows(who)
        headers = {"authorization": f"Bearer {token_of(who, roles)}"} | more.pop("headers", {})
        return await self.client.get(path, headers=headers, **more)

    async def head(self, path: str, *, who: str = "ann") -> httpx.Response:
        """A HEAD request of an analyst."""
        await self.knows(who)
        headers = {"authorization": f"Bearer {token_of(who, ['analyst'])}"}
        return await self.client.head(path, headers=headers)

    async def good(self, path: str, **more: Any) -> Any:
        """What a request is answered that must succeed."""
        answer = await self.call(path, **more)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def refused(self, path: str, **more: Any) -> tuple[int, str]:
        """Status and problem of a request that must be refused."""
        answer = await self.call(path, **more)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.status_code, answer.json()["type"].rpartition(":")[2]

    async def samples(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        """What `/metrics` shows, by name and sorted labels."""
        answer = await self.client.get("/metrics")
        assert answer.status_code == 200
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    async def counted(self) -> Counter[str]:
        """Events by type, as `/metrics` shows them."""
        return Counter(
            {
                dict(labels)["type"]: int(value)
                for (name, labels), value in (await self.samples()).items()
                if name == "mitmach_events_total"
            }
        )

    async def has_counted(self, types: Counter[str]) -> None:
        """Waits until exactly these events are counted."""
        async with asyncio.timeout(30):
            while await self.counted() != types:
                await asyncio.sleep(0.05)

    async def shows(self, name: str, value: float, **labels: str) -> None:
        """Waits until `/metrics` shows this; ratios are read a little less often than counters."""
        key = (name, tuple(sorted(labels.items())))
        async with asyncio.timeout(5):
            while abs((await self.samples()).get(key, -1.0) - value) > 1e-9:
                await asyncio.sleep(0.1)


def metrics_settings(prefix: str, folder: Path, bootstrap: str, **more: Any) -> MetricsSettings:
    """Settings of the service for tests."""
    keys = folder / "keys.json"
    keys.write_text(public_jwks(PRIVATE_PEM))
    values: dict[str, Any] = {
        "database_prefix": prefix,
        "kafka_bootstrap": bootstrap,
        "kafka_session_timeout": 3.0,
        "jwt_key_file": keys,
        "pseudonym_key": SecretStr(PSEUDONYM_KEY.decode()),
        "http_port": 0,
        "http_person_rate": 0,
    }
    return MetricsSettings(**values | more)


@asynccontextmanager
async def running_consumer(settings: MetricsSettings, mongo: Mongo) -> AsyncIterator[Telemetry]:
    """Consumes as long as the block runs."""
    telemetry = Telemetry("metrics-consumer")
    async with build_consumer(settings, mongo, telemetry) as part:
        running = asyncio.ensure_future(part.run())
        try:
            yield telemetry
        finally:
            running.cancel()
            await asyncio.wait([running])


@asynccontextmanager
async def running_api(settings: MetricsSettings, mongo: Mongo) -> AsyncIterator[MetricsApi]:
    """Serves the API on a free port as long as the block runs."""
    async with (
        build_api(settings, mongo, Telemetry("metrics-api")) as app,
        running_http(app, settings) as address,
        httpx.AsyncClient(base_url=address, timeout=20.0, transport=RetryingTransport()) as client,
    ):
        yield MetricsApi(client, mongo.database(settings.database_name("metrics")))
