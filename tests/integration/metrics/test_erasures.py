"""That the metrics service says when it is done with an erasure, and not before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.metrics.app import build_relay
from services.metrics.config import MetricsSettings
from services.metrics.erasures import COLLECTIONS as TOLD
from services.metrics.erasures import Erasures
from services.metrics.projection import fold
from services.metrics.store.documents import COLLECTIONS, FORGOTTEN, GROUPS, PEOPLE
from services.metrics.store.generations import GENERATIONS, Generations, clear_generation
from services.metrics.store.write.forgetting import forgetting
from services.metrics.store.write.writer import Writer
from shared.contract.aliases import MEMBER, VIEW, Aliases
from shared.contract.erasures import erasure_id
from shared.contract.events import people
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import MembershipJoined
from shared.contract.events.topics import GROUPS as GROUPS_TOPIC
from shared.contract.events.topics import METRICS_FORGOTTEN
from shared.contract.events.topics import PEOPLE as PEOPLE_TOPIC
from shared.delivery.consumer import FLUSHED
from shared.delivery.consumer.flusher import FLUSH_DEADLINE
from shared.delivery.dead_letters import DEAD_LETTERS
from shared.delivery.kafka import KafkaConnection
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import Database, Mongo
from shared.runtime.assembly import open_service
from shared.runtime.process import running
from shared.runtime.telemetry import Telemetry
from tests.integration.metrics.service import Teller, running_api, running_consumer
from tests.integration.metrics.test_counting import NOW, Office
from tests.support.identity import PSEUDONYM_KEY
from tests.support.metrics import told
from tests.support.oracle import published
from tooling.sample_events import sample

PERSON = "01936f3e-0000-4000-8000-000000000001"


class Clock:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(seconds=FLUSHED + 1)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Service:
    """The loop of a metrics service that doesn't run by itself.

    Attributes:
        base: The service's own database.
        other: The second one.
    """

    base: Database
    other: Database
    clock: Clock
    erasures: Erasures
    opened: AsyncExitStack

    @property
    def generations(self) -> Generations:
        return Generations(self.base)

    async def look(self) -> list[dict[str, Any]]:
        """Looks once; what it has said so far."""
        await self.erasures.look(self.opened)
        logs = await self.base.find(LOG, {}, sort=[("at", 1)])
        return [msgspec.json.decode(event.body) for log in logs for event in logged_events(log)]


@pytest.fixture
async def service(settings: MetricsSettings, mongo: Mongo) -> AsyncIterator[Service]:
    telemetry, clock = Telemetry("metrics"), Clock()
    collections = {**COLLECTIONS, **TOLD, GENERATIONS: ()}
    async with (
        open_service("metrics", settings, mongo, telemetry, collections) as context,
        AsyncExitStack() as opened,
    ):
        base, metrics = context.database, telemetry.metrics
        erasures = Erasures(
            base,
            mongo,
            context.open_committer,
            aliases=context.aliases(),
            now=clock,
            metrics=metrics,
        )
        other = mongo.database(f"{base.name}_next")
        yield Service(base, other, clock, erasures, opened)
        await mongo.drop(other.name)


async def forget(database: Database) -> None:
    for collection, updates in forgetting([PERSON]):
        await database.update(collection, updates)


async def test_an_erasure_is_told_once_and_names_nobody_any_more(service: Service) -> None:
    await forget(service.base)
    (said,) = await service.look()
    assert said["type"] == "mitmach.metrics.person_forgotten"
    assert said["data"] == {"erasure": erasure_id(PERSON)}
    assert PERSON not in str(await service.base.find(FORGOTTEN, {}))
    await forget(service.base)  # as a rebuild does that reads of it again
    assert await service.look() == [said]
    assert PERSON not in str(await service.base.find(FORGOTTEN, {}))


async def test_nothing_is_told_while_a_flush_may_still_write_what_was_forgotten(
    service: Service,
) -> None:
    await forget(service.base)
    service.clock.ahead = timedelta(seconds=FLUSH_DEADLINE)
    assert await service.look() == []
    leads = {"roles": {PERSON: {"said": "1", "is": "owner"}}, "group_id": "g"}
    await service.base.insert(GROUPS, [{"_id": "g|p", **leads}])
    await service.base.insert(PEOPLE, [{"_id": PERSON, "number": 7}])
    service.clock.ahead = timedelta(seconds=FLUSHED + 1)
    assert len(await service.look()) == 1
    for collection in (GROUPS, PEOPLE, FORGOTTEN):
        assert PERSON not in str(await service.base.find(collection, {}))


async def test_a_flush_that_looked_before_an_erasure_names_nobody_when_it_is_stored_after_it(
    service: Service, mongo: Mongo
) -> None:
    database = service.base
    await clear_generation(database, 1)
    late, forgets = Writer(database), Writer(database)
    await late.prepare([taken(f"{GROUPS_TOPIC}/0", sample(MembershipJoined, member=PERSON))])
    erased = sample(people.PersonErased, person=PERSON, erasure=erasure_id(PERSON))
    await forgets.prepare([taken(f"{PEOPLE_TOPIC}/0", erased)])
    sessions = mongo.sessions(database)
    session = await sessions.open()
    for writer in (forgets, late):
        async with session.transaction() as transaction:
            await writer.write(transaction)
            await transaction.commit()
    await sessions.close()
    assert await database.count(GROUPS, {}) == 1
    assert PERSON not in str(await database.find(GROUPS, {}))


def taken(partition: str, data: EventData) -> tuple[str, Any]:
    """What a partition hands over that has just one event."""
    folded = fold(partition)
    folded.apply(told(data))
    return partition, folded.take()


async def test_dead_letters_forget_too_under_which_name_ever_it_is_in_them(
    service: Service,
) -> None:
    aliases = Aliases(PSEUDONYM_KEY)
    named = [PERSON, aliases.of(VIEW, PERSON), aliases.of(MEMBER, PERSON, "a group")]
    other = aliases.of(VIEW, "01936f3e-0000-4000-8000-000000000002")
    letters = [
        {"_id": f"{n}", "key": b"k", "value": f'{{"actor":"{name}"}}'.encode(), "headers": [],
         "state": "open"}
        for n, name in enumerate((*named, other))
    ]  # fmt: skip
    await service.base.insert(DEAD_LETTERS, letters)
    await forget(service.base)
    assert len(await service.look()) == 1
    states = [
        (letter["state"], letter["value"])
        for letter in await service.base.find(DEAD_LETTERS, {}, sort=[("_id", 1)])
    ]
    assert states == [("forgotten", None)] * 3 + [("open", letters[3]["value"])]


async def test_nothing_is_told_while_figures_are_rebuilt_and_the_old_ones_forget_too(
    service: Service,
) -> None:
    target = await service.generations.begin()
    await service.base.insert(PEOPLE, [{"_id": PERSON, "number": 7}])
    await forget(service.base)
    assert await service.look() == []
    await clear_generation(service.other, target.number)
    await forget(service.other)
    await service.generations.switch(target)
    assert len(await service.look()) == 1
    for database in (service.base, service.other):
        assert PERSON not in str(await database.find(PEOPLE, {}))
    assert PERSON not in str(await service.other.find(FORGOTTEN, {}))


async def test_the_consumer_forgets_and_the_relay_publishes_that_it_has(
    settings: MetricsSettings, mongo: Mongo, teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.metrics.erasures.FLUSHED", 0.0)
    office = Office(teller)
    office.opens()
    gone = office.others[0]
    office.tell(people.PersonErased, None, NOW, person=gone, ever_activated=True)
    telemetry = Telemetry("metrics-relay")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running_consumer(settings, mongo))
        api = await stack.enter_async_context(running_api(settings, mongo))
        await office.teller.send()
        await api.has_counted(office.teller.types)
        part = await stack.enter_async_context(build_relay(settings, mongo, telemetry))
        await stack.enter_async_context(running(part, asyncio.Event()))
        kafka = KafkaConnection(bootstrap=settings.kafka_bootstrap)
        async with asyncio.timeout(20):
            while not (records := await published(kafka, METRICS_FORGOTTEN)):
                await asyncio.sleep(0.1)
    assert [record.subject for record in records] == [erasure_id(gone)]
