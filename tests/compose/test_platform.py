"""The platform of the compose file, for real: `make compose-test` starts it and calls this.

An organisation is played through the origin while every container is killed once; afterwards the
three counts agree. And the users of one service get at nothing of another's.
"""

import json
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from mitmach.services import SERVICES

ROOT = Path(__file__).parents[2]
ROLES = [f"{service.name}-{role}" for service in SERVICES for role in service.roles]
ENDED_BY_THEMSELVES = {"init", "demo"}
ENVIRONMENT = os.environ | {"MITMACH_OPERATOR": str(os.getuid())}
_BACK_WITHIN = 90

pytestmark = [
    pytest.mark.skipif(
        not os.environ.get("MITMACH_COMPOSE_TEST"), reason="`make compose-test` runs these"
    ),
    pytest.mark.timeout(900),
]


def compose(*arguments: str, check: bool = True, given: str | None = None) -> str:
    done = subprocess.run(
        ["docker", "compose", "--profile", "*", *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout + done.stderr


def python_in(container: str, code: str) -> str:
    return compose("exec", "-T", container, "python3", "-", given=code)


def healthy(names: Sequence[str]) -> bool:
    listed = compose("ps", "--all", "--format", "json", *names).splitlines()
    states = [json.loads(line) for line in listed if line.startswith("{")]
    return len(states) == len(names) and all(
        one["State"] == "running" and one.get("Health") in {"healthy", ""} for one in states
    )


def back(names: Sequence[str]) -> None:
    until = time.monotonic() + _BACK_WITHIN
    while not healthy(names):
        assert time.monotonic() < until, compose("ps", "--all")
        time.sleep(1)


def running() -> list[str]:
    """Every container that stays up: all of the file, but what was left out at the start."""
    names = compose("ps", "--services").split()
    return sorted(set(names) - ENDED_BY_THEMSELVES)


def test_killing_each_container_under_load_loses_and_doubles_nothing() -> None:
    killed = running()
    assert set(killed) >= {*ROLES, "origin", "kafka", "mongodb"}
    command = ["run", "--rm", "--no-deps", "-T", "demo", "mitmach", "demo", "--once"]
    command += ["--target", "http://origin:8080", "--seed", str(time.time_ns() % 1_000_000)]
    playing = subprocess.Popen(
        ["docker", "compose", "--profile", "*", *command],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        time.sleep(8)
        for name in killed:
            compose("kill", "--signal", "KILL", name)
            # `kill` counts as a stop by hand, after which Docker restarts nothing by itself.
            compose("start", name)
            time.sleep(2)
        back(killed)
        said, _ = playing.communicate(timeout=600)
    finally:
        if playing.poll() is None:
            playing.kill()
    assert playing.returncode == 0, said[-3000:]
    assert "agreement: " in said


_OTHERS_TOPIC = """
import asyncio
from aiokafka.errors import KafkaError
from shared.delivery.kafka import KafkaConnection, existing_partitions, open_producer
from shared.runtime.settings import KafkaSettings, load

async def main():
    kafka = KafkaConnection.of(load(KafkaSettings))
    seen = await existing_partitions(kafka, {topics!r})
    print("sees", sorted({{place.topic for place in seen}}))
    for topic in {foreign!r}:
        try:
            async with open_producer(kafka) as producer, asyncio.timeout(5):
                await producer.send_and_wait(topic, b"forged")
                print("WROTE", topic)
        except (KafkaError, TimeoutError) as refused:
            print("refused", topic, type(refused).__name__)

asyncio.run(main())
"""

_OTHERS_DATABASE = """
import asyncio
from shared.delivery.mongo import connect
from shared.runtime.settings import MongoSettings, load

async def main():
    async with connect(load(MongoSettings).mongodb_url.get_secret_value()) as mongo:
        for name in {databases!r}:
            try:
                await mongo.database(name).find_one("log", {{}})
                print("READ", name)
            except Exception as refused:
                print("refused", name, type(refused).__name__)

asyncio.run(main())
"""


def test_a_services_kafka_user_gets_at_nothing_of_anothers() -> None:
    topics = ["mitmach.ballots.v1", "mitmach.posts.v1", "dlq.mitmach.metrics"]
    said = python_in(
        "metrics-consumer",
        _OTHERS_TOPIC.format(topics=topics, foreign=["mitmach.posts.v1", "mitmach.ballots.v1"]),
    )
    assert "sees ['dlq.mitmach.metrics', 'mitmach.posts.v1']" in said
    assert "WROTE" not in said
    assert said.count("refused") == 2


def test_a_services_mongodb_user_gets_at_nothing_of_anothers() -> None:
    others = ["mitmach_groups", "mitmach_contests", "mitmach_metrics"]
    said = python_in(
        "posts-api", _OTHERS_DATABASE.format(databases=[*others, "mitmach_posts", "admin"])
    )
    assert {line.split()[1] for line in said.splitlines() if line.startswith("READ")} == {
        "mitmach_posts"
    }


def test_no_role_can_write_to_its_image_or_is_root() -> None:
    for name in ROLES:
        said = python_in(
            name,
            "import os\n"
            "print('user', os.getuid())\n"
            "try:\n open('/opt/mitmach/x', 'w'); print('WROTE')\n"
            "except OSError as error:\n print('refused', error.errno)\n",
        )
        assert "user 10001" in said
        assert "WROTE" not in said
