"""Fixtures: a data team on Apache Kafka as the compose file sets it, and on the demo's broker."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from mitmach.embedded.broker import running_broker
from shared.contract.events.topics import POSTS, TOPICS
from shared.delivery.kafka import KafkaConnection, ensure_topics
from tests.integration.data_teams.page import Team
from tests.integration.data_teams.world import World
from tests.integration.deploy.password_servers import PasswordServers, password_servers

MITMACH = Path(sys.prefix) / "bin" / "mitmach"


@pytest.fixture(
    scope="module", params=["embedded", pytest.param("apache", marks=pytest.mark.apache)]
)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A broker with some thousand events, and a team that may read them."""
    with (
        tempfile.TemporaryDirectory(prefix="mitmach-data-team-") as name,
        asyncio.Runner() as runner,
    ):
        folder, stack = Path(name), AsyncExitStack()
        try:
            opened = _apache if request.param == "apache" else _demo
            found = runner.run(opened(stack, folder))
            found.runner = runner
            found.more(3000)
            yield found
        finally:
            runner.run(stack.aclose())


async def _demo(stack: AsyncExitStack, folder: Path) -> World:
    broker = await stack.enter_async_context(running_broker(folder / "broker"))
    writer = KafkaConnection(bootstrap=broker.bootstrap)
    await ensure_topics(writer, {POSTS: TOPICS[POSTS].partitions})
    team = Team(folder / "team", address=broker.bootstrap, password=None)
    return World(team, writer)


async def _apache(stack: AsyncExitStack, folder: Path) -> World:
    servers = await stack.enter_async_context(password_servers(folder))
    await asyncio.to_thread(_let_in, servers)
    writer = KafkaConnection(
        bootstrap=servers.clients,
        mechanism="SCRAM-SHA-512",
        username="posts",
        password=servers.password("kafka", "posts"),
    )
    password = (servers.passwords / "data-teams" / "marketing").read_text()
    team = Team(folder / "team", address=servers.data, password=password)
    return World(team, writer, servers)


def _let_in(servers: PasswordServers) -> None:
    """What the operators do, by the same commands."""
    secrets = ["secrets", str(servers.passwords), "--mongodb", servers.mongodb]
    subprocess.run([MITMACH, *secrets, "--data-team", "marketing"], check=True, capture_output=True)
    environment = {**os.environ, **servers.init_variables()}
    subprocess.run([MITMACH, "init"], check=True, capture_output=True, env=environment)
