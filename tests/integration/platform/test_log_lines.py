"""What real processes write to their logs: at start and stop, and while what they need is away."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mitmach.embedded.child import free_port

ROOT = Path(__file__).resolve().parents[3]
LIFE = {"starting", "ready", "stopping", "stopped"}
# Seconds that a process is listened to. An outage is told at once, after 20 s and after 40 s more:
# so a minute has at most two lines more than these seconds, of each loop.
HEARD = 12.0
A_MINUTE = 10
UP_WITHIN = 60.0
TOLD_WITHIN = 5.0


class Heard:
    """A process and the lines that it has written so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []

    async def listen(self) -> None:
        """Reads to the end; each line must be a JSON object."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(json.loads(line))

    def said(self, message: str) -> list[dict[str, Any]]:
        """The lines with this message."""
        return [line for line in self.lines if line["message"] == message]

    async def until(self, message: str) -> dict[str, Any]:
        """The first line with this message."""
        async with asyncio.timeout(UP_WITHIN):
            while not self.said(message):
                assert self.process.returncode is None, self.lines
                await asyncio.sleep(0.05)
        return self.said(message)[0]

    def troubles(self) -> list[dict[str, Any]]:
        """All lines but those about its life."""
        return [line for line in self.lines if line["message"] not in LIFE]


@asynccontextmanager
async def running(role: str, mongo_url: str, prefix: str) -> AsyncIterator[Heard]:
    """A role of the posts service without a broker."""
    others = {k: v for k, v in os.environ.items() if not k.startswith("MITMACH_")}
    ours = {
        "MITMACH_MONGODB_URL": mongo_url,
        "MITMACH_DATABASE_PREFIX": prefix,
        "MITMACH_KAFKA_BOOTSTRAP": f"127.0.0.1:{free_port()}",
        "MITMACH_PSEUDONYM_KEY": "x" * 20,
        "MITMACH_HTTP_PORT": "0",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.posts", role),
        cwd=ROOT,
        env=others | ours,
        stderr=asyncio.subprocess.PIPE,
    )
    heard = Heard(process)
    listening = asyncio.create_task(heard.listen())
    try:
        yield heard
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()
        await listening


def seconds_between(earlier: dict[str, Any], later: dict[str, Any]) -> float:
    times = [datetime.fromisoformat(line["time"]) for line in (earlier, later)]
    return (times[1] - times[0]).total_seconds()


async def outage_of_the_broker(
    mongo_url: str, prefix: str, role: str, message: str, loops: int
) -> None:
    async with running(role, mongo_url, prefix) as heard:
        ready = await heard.until("ready")
        first = await heard.until(message)
        await asyncio.sleep(HEARD)
        troubles = heard.troubles()
        heard.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(heard.process.wait(), 40) == 0
    assert seconds_between(ready, first) < TOLD_WITHIN
    assert "connection refused" in first["reason"]
    assert "MITMACH_KAFKA_BOOTSTRAP" in first["reason"]
    assert len(troubles) + 2 * loops < A_MINUTE, troubles
    (starting,) = heard.said("starting")
    assert starting["role"] == f"posts {role}"
    assert mongo_url.partition("//")[2].startswith(starting["mongodb"])
    assert ready["seconds"] > 0
    assert heard.said("stopping")[0]["reason"] == "SIGTERM"
    assert len(heard.said("stopped")) == 1


async def outage_of_the_database() -> None:
    async with running("worker", f"mongodb://127.0.0.1:{free_port()}/", "test_") as heard:
        started = await heard.until("starting")
        message = "MongoDB isn't reached; check MITMACH_MONGODB_URL"
        first = await heard.until(message)
        await asyncio.sleep(HEARD)
        troubles = heard.troubles()
    assert seconds_between(started, first) < TOLD_WITHIN
    assert "connection refused" in first["reason"]
    assert len(troubles) + 2 < A_MINUTE, troubles


@pytest.mark.faults_long
async def test_a_process_without_a_broker_or_a_database_says_so_soon_and_seldom(
    mongo_url: str, database_prefix: str
) -> None:
    async with asyncio.TaskGroup() as at_once:  # each is mostly listened to
        for case in (
            outage_of_the_broker(mongo_url, database_prefix, "relay", "the relay starts over", 1),
            outage_of_the_broker(
                mongo_url, database_prefix, "worker", "the consumer starts over", 2
            ),
            outage_of_the_database(),
        ):
            at_once.create_task(case)
