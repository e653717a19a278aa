"""Two of everything on one database and one broker, as processes; some are killed under load."""

import asyncio
import random
from pathlib import Path

import aiohttp
import pytest

from mitmach.demo.client import Client, Ledger
from mitmach.development import DevelopmentSecrets
from mitmach.platform import create_topics
from mitmach.reconciliation import reconcile
from mitmach.services import SERVICES
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Mongo
from tests.integration.platform.load import PlatformLoad, caused_by_people
from tests.support.brokers import APACHE_FIRST, BrokerUnderTest
from tooling.servers.role_processes import RoleProcess, running_roles, settings_of_roles

TAKEN_OVER_WITHIN = 10.0  # seconds from the leader's death; a lease lasts five
PATIENCE = 60.0  # seconds; a group that changes its members waits for some

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


async def until_both_count(consumers: list[RoleProcess]) -> None:
    """Waits until each of them has partitions that have told it something."""
    async with asyncio.timeout(PATIENCE):
        while not all([await one.metric("mitmach_consumer_events_total") for one in consumers]):
            await asyncio.sleep(0.2)


async def until_more_is_published(relay: RoleProcess, events: int = 100) -> None:
    """Waits until this relay has sent so many."""
    async with asyncio.timeout(PATIENCE):
        while await relay.metric("mitmach_relay_published_events_total") < events:
            await asyncio.sleep(0.1)


async def leads(relay: RoleProcess) -> bool:
    return await relay.metric("mitmach_relay_leader") == 1


@pytest.mark.faults
@pytest.mark.timeout(240)
@pytest.mark.parametrize("broker", APACHE_FIRST, indirect=True)
@pytest.mark.parametrize("driver", ["motor"], indirect=True)
async def test_a_leader_and_a_consumer_die_under_load_and_the_counts_agree(
    tmp_path: Path,
    mongo: Mongo,
    mongo_url: str,
    database_prefix: str,
    broker: BrokerUnderTest,
) -> None:
    secrets = DevelopmentSecrets(tmp_path)
    settings = settings_of_roles(secrets, mongodb=mongo_url, kafka=broker.bootstrap, session=3)
    settings["MITMACH_DATABASE_PREFIX"] = database_prefix
    kafka = KafkaConnection(bootstrap=broker.bootstrap)
    if broker.kind == "embedded":  # it makes up whatever topic it is asked for
        await create_topics(kafka, SERVICES)

    async with running_roles(ROLES, settings, tmp_path) as roles, aiohttp.ClientSession() as http:
        relays = [roles["posts-relay-1"], roles["posts-relay-2"]]
        consumers = [roles["metrics-consumer-1"], roles["metrics-consumer-2"]]
        ledger, dice = Ledger(), random.Random(4)
        groups, *posts = [
            Client(http, roles[name].http, token=secrets.token, ledger=ledger, rng=dice)
            for name in ("groups-api", "posts-api-1", "posts-api-2")
        ]
        load = PlatformLoad(groups, posts, dice)
        await load.set_up()
        async with load.running():
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

        reconciliation = await reconcile(
            mongo, kafka, roles["metrics-api"].http, prefix=database_prefix
        )
        assert reconciliation.agrees, (reconciliation.differences(), reconciliation.published.gaps)
        assert ledger.receipts == await caused_by_people(mongo, database_prefix)
