"""Figures that are counted again beside the live ones, compared, and put in their place."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import services.metrics.store.generations
import shared.delivery.consumer.assignment
from services.metrics.config import MetricsSettings
from services.metrics.rebuild.replay import Replay, ReplayOutcome, ReplayRuns
from services.metrics.store.documents import FORGOTTEN, PEOPLE, TO_FORGET, TOTALS
from services.metrics.store.generations import Generation, Generations, JustSwitched
from shared.contract.events import people, posts
from shared.delivery.consumer import read_marks
from shared.delivery.consumer.chain import Partition
from shared.delivery.consumer.marks import claim
from shared.delivery.kafka import KafkaConnection
from shared.delivery.lease import holder_of
from shared.delivery.mongo import Driver, Mongo, Session
from tests.integration.metrics.service import (
    MetricsApi,
    Teller,
    running_api,
    running_consumer,
)
from tests.integration.metrics.test_counting import NOW, WEEK, Office
from tests.support.identity import PSEUDONYM_KEY
from tests.support.mongodb import connected


@pytest.fixture
async def mongo(mongo_url: str) -> AsyncIterator[Mongo]:
    """Both drivers are tested where events are counted for the first time."""
    async with connected(mongo_url, driver=Driver.MOTOR) as mongo:
        yield mongo


@pytest.fixture
def office(teller: Teller) -> Office:
    return Office(teller)


@dataclass
class Rebuild:
    """The metrics service on servers of its own, and whoever counts again.

    Attributes:
        name: Of the service's database.
    """

    settings: MetricsSettings
    mongo: Mongo
    name: str
    kafka: KafkaConnection

    async def replay(self, **options: Any) -> ReplayOutcome:
        return await Replay(self.mongo, self.kafka, self.name, str, **options).run()

    @property
    def generations(self) -> Generations:
        return Generations(self.mongo.database(self.name))

    async def miscount(self) -> None:
        """As if a mistake had counted five views too many."""
        database = self.mongo.database(self.name)
        for document in await database.find(TOTALS, {}):
            for name in document.get("events", {}):
                if name.startswith("post/viewed|"):
                    wrong = {"$inc": {f"events.{name}": 5}}
                    await database.update(TOTALS, [{"q": {"_id": document["_id"]}, "u": wrong}])


@pytest.fixture
def rebuild(settings: MetricsSettings, mongo: Mongo, kafka_bootstrap: str) -> Rebuild:
    kafka = KafkaConnection(bootstrap=kafka_bootstrap, session_timeout=3.0)
    return Rebuild(settings, mongo, settings.database_name("metrics"), kafka)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay may follow another at once."""
    monkeypatch.setattr(services.metrics.store.generations, "_SETTLED", 0.0)


async def test_differences_are_said_and_the_switch_is_somebodys_decision(
    office: Office, rebuild: Rebuild
) -> None:
    office.opens()
    office.watches_a_video()
    gone = office.others[0]
    async with running(rebuild) as api:
        await office.teller.send()
        await api.has_counted(office.teller.types)
        office.tell(people.PersonErased, None, NOW, person=gone, ever_activated=True)
        await office.teller.send()
        await api.has_counted(office.teller.types)
        before = await adoption(api)
        await rebuild.miscount()

        refused = await rebuild.replay()
        assert not refused.switched
        ((name, counts),) = refused.comparison.differences.items()
        assert name.startswith("post/viewed|")
        assert counts == (15, 10)
        assert (await api.counted())["mitmach.post.viewed"] == 15

        done = await rebuild.replay(accept=True)
        assert done.switched
        assert done.followed
        await api.has_counted(office.teller.types)
        assert await rebuild.generations.live() == Generation(2, f"{rebuild.name}_next")
        assert await adoption(api) == before
        rebuilt = rebuild.mongo.database(f"{rebuild.name}_next")
        assert await rebuilt.find_one(PEOPLE, {"_id": gone}) is None
        assert await rebuilt.count(FORGOTTEN, {}) == 1
        assert await rebuilt.count(TO_FORGET, {}) == 0

        office.tell(posts.PostViewed, office.others[3], NOW, first_view=False)
        await office.teller.send()
        await api.has_counted(office.teller.types)
        with pytest.raises(JustSwitched):
            await rebuild.replay()


@pytest.mark.faults_long
async def test_a_resumed_replay_waits_for_who_follows_though_it_takes_partitions_over_slowly(
    office: Office, rebuild: Rebuild, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners: set[bytes] = set()

    async def slowly(*where: Any, session: Session, **more: Any) -> Partition:
        await asyncio.sleep(0.05)
        claimed = await claim(*where, session=session, **more)
        owners.add(session.id)
        return claimed

    office.opens()
    async with running(rebuild) as api:
        await office.teller.send()
        await api.has_counted(office.teller.types)
        assert not (await rebuild.replay(switch=False)).switched

        monkeypatch.setattr(shared.delivery.consumer.assignment, "claim", slowly)
        assert (await rebuild.replay()).followed
        assert len(owners) == 2  # the replay, and the consumer of the service


@asynccontextmanager
async def running(rebuild: Rebuild) -> AsyncIterator[MetricsApi]:
    """A consumer and an API."""
    async with (
        running_consumer(rebuild.settings, rebuild.mongo),
        running_api(rebuild.settings, rebuild.mongo) as api,
    ):
        yield api


async def adoption(api: MetricsApi) -> Any:
    """The KPI, but for the moment of the answer."""
    return await api.good(f"/v1/kpis/adoption?window={WEEK}") | {"as_of": None}


class Traffic:
    """People who go on viewing a video, and somebody who watches the counter."""

    def __init__(self, office: Office, api: MetricsApi) -> None:
        self._office = office
        self._api = api
        self.shown: list[int] = []

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(work()) for work in (self._view, self._watch)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _view(self) -> None:
        while True:
            for person in self._office.others:
                self._office.tell(posts.PostViewed, person, datetime.now(UTC), first_view=False)
            # A batch that is half sent is all told: nothing of it may be missed.
            await asyncio.shield(self._office.teller.send())
            await asyncio.sleep(0.02)

    async def _watch(self) -> None:
        while True:
            self.shown.append((await self._api.counted())["mitmach.post.viewed"])
            await asyncio.sleep(0.02)


async def test_the_switch_happens_under_traffic_and_no_counter_goes_back(
    office: Office, rebuild: Rebuild
) -> None:
    office.opens()
    office.watches_a_video()
    await office.teller.send()
    async with running(rebuild) as api:
        await api.has_counted(office.teller.types)
        traffic = Traffic(office, api)
        async with traffic.flowing():
            done = await rebuild.replay()
            assert done.comparison.same, done.comparison
            assert done.switched
            assert done.followed
            at_the_switch = traffic.shown[-1]
            async with asyncio.timeout(20):
                while traffic.shown[-1] < at_the_switch + 1000:
                    await asyncio.sleep(0.05)
        await api.has_counted(office.teller.types)
        assert traffic.shown == sorted(traffic.shown)


async def run_command(rebuild: Rebuild, data: Path, **more: str) -> tuple[int | None, str]:
    """`mitmach replay` in a process of its own: exit code and output."""
    environment = {
        "PATH": os.environ["PATH"],
        "MITMACH_MONGODB_URL": rebuild.settings.mongodb_url.get_secret_value(),
        "MITMACH_KAFKA_BOOTSTRAP": rebuild.kafka.bootstrap,
        "MITMACH_KAFKA_SESSION_TIMEOUT": "3",
        "MITMACH_DATABASE_PREFIX": rebuild.settings.database_prefix,
        "MITMACH_PSEUDONYM_KEY": PSEUDONYM_KEY.decode(),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "mitmach", "replay", "--data", str(data)),
        env=environment | more,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


@pytest.mark.faults_long
async def test_a_replay_that_is_killed_goes_on_where_it_was(
    office: Office, rebuild: Rebuild, mongo_url: str, tmp_path: Path
) -> None:
    rebuild.settings = rebuild.settings.model_copy(update={"mongodb_url": SecretStr(mongo_url)})
    office.opens()
    office.watches_a_video()
    await office.teller.send()
    async with running(rebuild) as api:
        await api.has_counted(office.teller.types)
        async with Traffic(office, api).flowing():
            # In its second flush: what the first has stored stays, the second leaves a transaction.
            killed = {"MITMACH_FAILPOINTS": "consumer.before_flush_commit=kill@2"}
            code, said = await run_command(rebuild, tmp_path, **killed)
            assert code == -signal.SIGKILL, said
            rebuilt = rebuild.mongo.database(f"{rebuild.name}_next")
            stored = await read_marks(rebuilt, "mitmach.metrics.2")
            assert any(mark.sources for mark in stored.values())
            code, said = await run_command(rebuild, tmp_path)
            assert code == 0, said
            assert "same as the live ones" in said
        await api.has_counted(office.teller.types)
        assert (await rebuild.generations.live()).number == 2


async def test_only_one_replay_runs(rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.metrics.rebuild.replay.DURATION", 0.3)
    first = asyncio.create_task(rebuild.replay(switch=False))
    async with asyncio.timeout(60):
        while await holder_of(rebuild.mongo.database(rebuild.name), "metrics-replay") is None:
            await asyncio.sleep(0.01)
    with pytest.raises(ReplayRuns):
        await rebuild.replay()
    first.cancel()
    await asyncio.wait([first])


@pytest.mark.faults_long
async def test_who_slept_through_two_replays_counts_into_neither(
    office: Office, rebuild: Rebuild, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consumer of the first figures that doesn't look at the pointer, back in their database."""
    office.opens()
    await office.teller.send()
    async with running(rebuild) as api:
        await api.has_counted(office.teller.types)
        for number, name in ((2, f"{rebuild.name}_next"), (3, rebuild.name)):
            done = await rebuild.replay()
            assert done.comparison.same
            assert done.followed
            assert await rebuild.generations.live() == Generation(number, name)
        await api.has_counted(office.teller.types)

        async def first(_: Generations) -> Generation:
            return Generation(1, rebuild.name)

        monkeypatch.setattr(Generations, "live", first)
        async with running_consumer(rebuild.settings, rebuild.mongo) as telemetry:
            async with asyncio.timeout(20):
                while not telemetry.metrics.registry.get_sample_value(
                    "mitmach_consumer_lost_flushes_total", {"consumer": "mitmach.metrics"}
                ):
                    await asyncio.sleep(0.05)
        monkeypatch.undo()
        assert await api.counted() == office.teller.types
        office.watches_a_video()
        await office.teller.send()
        await api.has_counted(office.teller.types)
