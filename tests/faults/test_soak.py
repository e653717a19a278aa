"""Everything breaks at random while people use the services over HTTP; then all of it is counted.

The faults are printed with their seed: `make soak SEED=...` has them again, `MINUTES=...` has more
of them, `BROKER=embedded` has them without Apache Kafka. Processes are killed and frozen, so are
database and broker, and the lines in between swallow, cut and delay.
"""

import asyncio
import os
import random
import sys
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from mitmach.development import DevelopmentSecrets
from mitmach.embedded.mongod import ReplicaSet
from mitmach.platform import create_topics
from mitmach.services import SERVICES
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import connect
from tests.faults.fault_schedule import FaultTargets, inject_faults
from tests.faults.load import Load
from tests.faults.platform_oracle import PlatformOracle
from tests.support.brokers import behind_a_proxy
from tests.support.fault_proxy import FaultProxy
from tooling.servers.apache_kafka import ApacheKafka
from tooling.servers.not_available import NotAvailable
from tooling.servers.role_processes import RoleProcess, running_roles, settings_of_roles

MINUTES = float(os.environ.get("MINUTES") or 3)
SEED = int(os.environ.get("SEED") or random.randrange(1_000_000))
SETTLED_WITHIN = 180.0  # seconds; some relays may have to send everything again

# Half of them reach the database over a line that breaks.
ROLES = {
    "groups-api": ("services.groups", "api"),
    "groups-relay-1": ("services.groups", "relay"),
    "groups-relay-2": ("services.groups", "relay"),
    "posts-api-1": ("services.posts", "api"),
    "posts-api-2": ("services.posts", "api"),
    "posts-relay-1": ("services.posts", "relay"),
    "posts-relay-2": ("services.posts", "relay"),
    "posts-worker-1": ("services.posts", "worker"),
    "posts-worker-2": ("services.posts", "worker"),
    "metrics-consumer-1": ("services.metrics", "consumer"),
    "metrics-consumer-2": ("services.metrics", "consumer"),
}
METRICS_API = {"metrics-api": ("services.metrics", "api")}
METRICS = METRICS_API | {"metrics-consumer": ("services.metrics", "consumer")}

pytestmark = [pytest.mark.faults_long, pytest.mark.timeout(MINUTES * 60 + 600)]


def say(line: str) -> None:
    sys.stderr.write(f"  {line}\n")


def best_broker(folder: Path) -> str:
    """Apache Kafka where it can be had: that is what separate processes are deployed with."""
    try:
        ApacheKafka(folder / "probe")
    except NotAvailable:
        return "embedded"
    return "apache"


async def test_what_people_were_told_is_what_was_counted_whatever_broke(
    own_mongodb: ReplicaSet, tmp_path: Path
) -> None:
    kind = os.environ.get("BROKER") or best_broker(tmp_path)
    say(f"SEED={SEED} MINUTES={MINUTES:g} BROKER={kind}")
    dice = random.Random(SEED)
    secrets = DevelopmentSecrets(tmp_path)
    async with (
        behind_a_proxy(kind, tmp_path) as (broker, broker_line),
        FaultProxy(int(urlsplit(own_mongodb.url).port or 0)) as database_line,
        connect(own_mongodb.url) as mongo,
        aiohttp.ClientSession() as http,
    ):
        kafka = KafkaConnection(bootstrap=broker.bootstrap)
        await create_topics(kafka, SERVICES)
        session = 6 if kind == "apache" else 3
        settings = settings_of_roles(
            secrets, mongodb=own_mongodb.url, kafka=broker.bootstrap, session=session
        )
        bad_line = {
            "MITMACH_MONGODB_URL": f"mongodb://127.0.0.1:{database_line.port}/?directConnection=true"
        }
        behind = {name: role for name, role in ROLES.items() if name.endswith("-1")}
        beside = {name: role for name, role in ROLES.items() if name not in behind}
        async with (
            running_roles(behind, settings | bad_line, tmp_path) as some,
            running_roles(beside, settings, tmp_path) as others,
            running_roles(METRICS_API, settings, tmp_path) as figures,
        ):
            roles = some | others
            load = Load(
                http,
                roles["groups-api"],
                [roles["posts-api-1"], roles["posts-api-2"]],
                secrets.token,
                dice,
            )
            await load.set_up()
            targets = FaultTargets(
                random.Random(SEED),
                list(roles.values()),
                own_mongodb.members[0],
                broker,
                database_line,
                broker_line,
            )
            async with load.running():
                await inject_faults(targets, MINUTES * 60, say)
            oracle = PlatformOracle(load, mongo, "mitmach_", kafka)
            await agreed(oracle, figures["metrics-api"], list(roles.values()))
            kpis = await oracle.kpis(figures["metrics-api"])
            assert kpis
        told = sum(operation.receipts is not None for operation in load.operations)
        say(f"{len(load.operations)} operations, {told} acknowledged")
        assert not load.bad_answers
        assert told > 100 * MINUTES

        # The same events once more, counted by somebody whom nothing ever happened to.
        undisturbed = settings | {"MITMACH_DATABASE_PREFIX": "undisturbed_"}
        async with running_roles(METRICS, undisturbed, tmp_path) as fresh:
            async with asyncio.timeout(SETTLED_WITHIN):
                while await oracle.kpis(fresh["metrics-api"]) != kpis:
                    await asyncio.sleep(1)


async def agreed(oracle: PlatformOracle, figures: RoleProcess, roles: list[RoleProcess]) -> None:
    """Waits until all processes are well and nothing disagrees."""
    await asyncio.gather(*(role.ready(within=SETTLED_WITHIN) for role in roles))
    loop = asyncio.get_running_loop()
    began = loop.time()
    until = began + SETTLED_WITHIN
    while faults := await oracle.disagreements(figures):
        say(f"after {loop.time() - began:.0f} s {len(faults)} faults, such as: {faults[0]}")
        if loop.time() > until:
            break
        await asyncio.sleep(1)
    assert not faults, f"SEED={SEED}, {len(faults)} faults:\n" + "\n".join(faults[:20])
