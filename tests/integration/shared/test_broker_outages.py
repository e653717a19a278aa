"""The broker is unreachable, or back without its log: writing goes on, and nothing counts twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import shared.delivery.kafka.clients
import shared.delivery.kafka.topics
import shared.delivery.relay.sending
from mitmach.embedded.broker import Broker
from shared.contract.errors import Unavailable
from shared.delivery.consumer import Consumer, build_consumer
from shared.delivery.kafka import KafkaConnection, open_reader
from shared.delivery.lease import Lease
from shared.delivery.relay import Relay
from tests.integration.shared.outages import OutageService, outage_service
from tests.support.brokers import BrokerUnderTest
from tests.support.counters import Sums
from tests.support.fault_proxy import FaultProxy
from tests.support.log_lines import recorded
from tests.support.oracle import settled

TOPIC = "mitmach.people.v1"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests to the broker time out after two seconds instead of ten."""
    for module in (
        shared.delivery.kafka.clients,
        shared.delivery.kafka.topics,
        shared.delivery.relay.sending,
    ):
        monkeypatch.setattr(module, "REQUEST_TIMEOUT", 2.0)


@asynccontextmanager
async def published_and_read(
    counters: OutageService, kafka: KafkaConnection
) -> AsyncIterator[tuple[Relay, Consumer]]:
    lease = Lease(counters.database, "relay", holder="me")
    relay = Relay(
        counters.database,
        counters.sessions,
        kafka=kafka,
        topics={TOPIC: 3},
        lease=lease,
        service="groups",
    )
    running = asyncio.create_task(relay.run())
    try:
        async with build_consumer(
            Sums(TOPIC, f"sums-{counters.database.name}"),
            service="groups",
            database=counters.database,
            sessions=counters.sessions,
            kafka=kafka,
            topics={TOPIC: 3},
        ) as consumer:
            yield relay, consumer
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_writes_go_on_while_the_broker_is_unreachable(
    mongo_url: str, tmp_path: Path, impatient: None
) -> None:
    async with FaultProxy(0) as proxy:
        broker = Broker(tmp_path / "broker", advertised_port=proxy.port)
        proxy.target = broker.port
        await broker.start()
        kafka = KafkaConnection(bootstrap=broker.bootstrap, session_timeout=2.0)
        try:
            async with (
                outage_service(mongo_url) as counters,
                published_and_read(counters, kafka) as (relay, _),
            ):
                assert await counters.ask_many() == {None}
                await settled(counters.ledger, counters.database, kafka, TOPIC)
                async with proxy.unreachable():
                    assert await counters.ask_many(200) == {None}
                    async with asyncio.timeout(60):
                        while relay.failure is None:
                            await asyncio.sleep(0.05)
                assert await counters.ask_many() == {None}
                assert len(await counters.logged()) == 260
                await settled(counters.ledger, counters.database, kafka, TOPIC)
                assert relay.lost_logs == 0
        finally:
            await broker.stop()


async def test_a_broker_that_comes_back_empty_is_filled_again_and_nothing_counts_twice(
    mongo_url: str, embedded_broker: BrokerUnderTest, impatient: None
) -> None:
    with recorded("shared.delivery.relay") as told:
        await _comes_back_empty_twice(mongo_url, embedded_broker)
    levels = [line.levelname for line in told if "lost its log" in line.getMessage()]
    assert levels == ["INFO", "INFO"]  # a memory broker is made like that


async def _asked(counters: OutageService) -> None:
    """A hundred commands; a machine that is busy with other tests may refuse some in time."""
    answers = await counters.ask_many(100)
    assert None in answers
    assert answers <= {None, Unavailable}


async def _comes_back_empty_twice(mongo_url: str, embedded_broker: BrokerUnderTest) -> None:
    kafka = KafkaConnection(bootstrap=embedded_broker.bootstrap, session_timeout=2.0)
    async with (
        outage_service(mongo_url) as counters,
        published_and_read(counters, kafka) as (relay, consumer),
    ):
        for _ in range(2):
            await _asked(counters)
            await settled(counters.ledger, counters.database, kafka, TOPIC)
            embedded_broker.kill()
            await _asked(counters)
            await embedded_broker.restart()
            await settled(counters.ledger, counters.database, kafka, TOPIC)
        assert relay.lost_logs == 2
        assert consumer.repeats > 0
        assert consumer.gaps == []


async def test_asking_for_a_topic_makes_no_broker_invent_it(broker: BrokerUnderTest) -> None:
    """It would have another number of partitions than the log has numbered its events for."""
    kafka = KafkaConnection(bootstrap=broker.bootstrap)
    async with open_reader(kafka) as reader:
        reader.subscribe(["mitmach.unheard-of.v1"])
        assert await reader.getmany(timeout_ms=300) == {}
        assert "mitmach.unheard-of.v1" not in await reader.topics()
