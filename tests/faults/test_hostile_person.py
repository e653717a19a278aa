"""One person with an ordinary token, a hundred requests a second: the others must not notice.

For ten minutes, alone on the machine: beside other tests nobody could tell for whom they wait.
From a minute on what they wait is compared with what they waited before.
"""

import asyncio
import os
import random
import statistics
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from mitmach.demo.client import Client
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.mongod import ReplicaSet
from mitmach.platform import create_topics
from mitmach.reconciliation import reconcile
from mitmach.services import SERVICES
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import connect
from tests.faults.hostile_client import Target, attacked
from tests.faults.hostile_requests import PERSON
from tests.faults.load import Load
from tests.support.brokers import BrokerUnderTest
from tooling.servers.role_processes import UNLIMITED, RoleProcess, running_roles, settings_of_roles

RATE = 100  # requests per second: ten times what a person may sustain
SECONDS = 60 * float(os.environ.get("MINUTES") or 10)
ENOUGH = 60.0  # seconds from which on the waits are compared: a percentile of fewer is mere chance
FEWEST = 1 / 3  # of the rate: what must at least have been sent
BEFORE = 0.5  # of that time the others are alone, at most two minutes
PAUSE = 0.25  # seconds between two operations of one of them: within a day's quotas
SLOWER = 2.0  # times what the others waited before
ROLES = {
    f"{service}-{role}": (f"services.{service}", role)
    for service in ("groups", "posts", "contests")
    for role in ("api", "relay", "worker")
} | {
    "metrics-api": ("services.metrics", "api"),
    "metrics-consumer": ("services.metrics", "consumer"),
}


def say(line: str) -> None:
    sys.stderr.write(f"  {line}\n")


def p99(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=100)[98]


async def open_contest(call: Client) -> str:
    """A contest of everyone that takes entries now."""
    phases = ("submissions_at", "review_at", "voting_at", "closes_at")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    schedule = {
        phase: (tomorrow + timedelta(days=day)).isoformat() for day, phase in enumerate(phases)
    }
    body = {
        "title": "The light of this week",
        "kind": "photo",
        "rules": {"reviewed": True},
        "schedule": schedule,
    }
    organiser = ("editor",)
    contest = await call.call("POST", "/v1/contests", "organiser", body=body, roles=organiser)
    path = f"/v1/contests/{contest['id']}"
    await call.call("POST", f"{path}:announce", "organiser", roles=organiser)
    step = {"to": "submissions"}
    await call.call("POST", f"{path}:advance", "organiser", body=step, roles=organiser)
    return str(contest["id"])


async def stays_ready(roles: dict[str, RoleProcess], seconds: float) -> None:
    """Asks all of them again and again whether they can work."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        await asyncio.gather(*(role.ready(within=20) for role in roles.values()))
        await asyncio.sleep(1)


@pytest.mark.faults
@pytest.mark.faults_long
@pytest.mark.timeout(SECONDS + 600)
async def test_one_hostile_person_can_neither_stop_nor_slow_the_others(
    own_mongodb: ReplicaSet, tmp_path: Path, embedded_broker: BrokerUnderTest
) -> None:
    secrets, dice = DevelopmentSecrets(tmp_path), random.Random(7)
    settings = settings_of_roles(
        secrets, mongodb=own_mongodb.url, kafka=embedded_broker.bootstrap, session=3
    )
    settings = {name: settings[name] for name in settings.keys() - UNLIMITED.keys()}
    kafka = KafkaConnection(bootstrap=embedded_broker.bootstrap)
    await create_topics(kafka, SERVICES)
    async with (
        connect(own_mongodb.url) as mongo,
        running_roles(ROLES, settings, tmp_path) as roles,
        aiohttp.ClientSession() as http,
    ):
        load = Load(http, roles["groups-api"], [roles["posts-api"]], secrets.token, dice)
        load.pause = PAUSE
        await load.set_up()
        apis = {name.partition("-")[0]: one.http for name, one in roles.items() if "-api" in name}
        groups, contests = (
            Client(http, apis[name], token=secrets.token, ledger=load.receipts, rng=dice)
            for name in ("groups", "contests")
        )
        for person in (PERSON, "organiser"):
            await groups.call("POST", "/v1/me/visits", person)
        await groups.call("PUT", f"/v1/groups/{load.group}/members/me", PERSON)
        target = Target(
            apis=apis,
            secrets=str(tmp_path),
            posts=load.posts,
            channel=load.channel,
            contest=await open_contest(contests),
            rate=RATE,
        )

        async with load.running():
            await asyncio.sleep(min(BEFORE * SECONDS, 120))
            before, load.answer_times, told_to_wait = load.answer_times, [], load.told_to_wait
            async with attacked(target) as report:
                await stays_ready(roles, SECONDS)
            during = load.answer_times
        await asyncio.gather(*(role.ready() for role in roles.values()))

        requests = sum(report.statuses.values())
        say(f"{requests} requests: {sorted(report.statuses.items())}")
        say(f"others: p99 {p99(before):.3f} s, then {p99(during):.3f} s")
        assert requests > SECONDS * RATE * FEWEST
        assert not report.complaints
        assert not load.bad_answers
        assert load.told_to_wait == told_to_wait
        for name in ("metrics-consumer", "posts-worker", "groups-worker", "contests-worker"):
            assert await roles[name].metric("mitmach_dead_letters_total") == 0, name
        reconciliation = await reconcile(mongo, kafka, apis["metrics"], prefix="mitmach_")
        assert reconciliation.agrees, (reconciliation.differences(), reconciliation.published.gaps)
        if SECONDS >= ENOUGH:
            assert p99(during) < SLOWER * p99(before)
