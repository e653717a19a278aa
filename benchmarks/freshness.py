"""How long after the 2xx a write shows in `/metrics`.

    python benchmarks/freshness.py [--rates 10,500,2000] [--seconds 8] [--rounds 3]

The roles run as processes of their own, as in a cluster: the posts API and its relay, the metrics
consumer and its API, on Apache Kafka where it can be had. A load generator keeps a rate of
reactions, no two alike; meanwhile `/metrics` is read again and again. The n-th answer is fresh when
the first reading has ended whose counter is at n or above; what a reading takes and the pause
between two of them are part of it. Afterwards the counter must be what was acknowledged, exactly.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from benchmarks._broker import running_kafka
from benchmarks._machine import Rows
from benchmarks._write_path_seed import POSTS, reactions, seed
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.mongod import running_mongodb
from tooling.servers.role_processes import RoleProcess, running_roles, settings_of_roles

ROLES = {
    "posts-api": ("services.posts", "api"),
    "posts-relay": ("services.posts", "relay"),
    "metrics-consumer": ("services.metrics", "consumer"),
    "metrics-api": ("services.metrics", "api"),
}
CONNECTIONS = 64
# Seconds between readings: a reading costs some 5 ms of a processor, so more often would measure
# what the reading itself takes from the others.
PAUSE = 0.02
PATIENCE = 60.0
COUNTER = re.compile(
    rb'^mitmach_events_total\{service="posts",type="mitmach.reaction.added"\} (\S+)$', re.MULTILINE
)


class Readings:
    """What `/metrics` showed, and when the reading had ended."""

    def __init__(self, http: aiohttp.ClientSession, api: RoleProcess) -> None:
        self.seen: list[tuple[float, int]] = []
        self.took: list[float] = []
        self._http = http
        self._address = f"{api.http}/metrics"

    async def read(self) -> int:
        """Reads the counter of events once."""
        began = time.monotonic()
        async with self._http.get(self._address, headers={"accept": "text/plain"}) as answer:
            found = COUNTER.search(await answer.read())
        ended = time.monotonic()
        count = int(float(found[1])) if found else 0
        self.seen.append((ended, count))
        self.took.append(ended - began)
        return count

    async def until(self, count: int) -> None:
        """Reads until so many are counted.

        Raises:
            SystemExit: There are more, or fewer for ever.
        """
        deadline = time.monotonic() + PATIENCE
        while (now := await self.read()) != count:
            if now > count or time.monotonic() > deadline:
                raise SystemExit(f"{now} events are counted, {count} were acknowledged")
            await asyncio.sleep(PAUSE)


def delays(answered: list[float], seen: list[tuple[float, int]], before: int) -> list[float]:
    """Seconds from each answer to the reading that shows it, sorted."""
    readings = iter(seen)
    ended, count = next(readings)
    found = []
    for number, answer in enumerate(sorted(answered), before + 1):
        while count < number:
            ended, count = next(readings)
        # The event may be counted before its answer is read here: fresh at once.
        found.append(max(ended - answer, 0.0))
    return sorted(found)


async def measure(
    readings: Readings, api: RoleProcess, prepared: str, rate: int, seconds: float
) -> tuple[dict[str, float], int]:
    """One load; gives the figures, and how many were acknowledged."""
    before = await readings.read()
    readings.seen, readings.took = [], []
    port = api.http.rpartition(":")[2]
    script = str(Path(__file__).parent / "_paced.py")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, script, port, str(CONNECTIONS), str(rate), str(seconds)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    loading = asyncio.create_task(process.communicate(prepared.encode()))
    while not loading.done():
        await readings.read()
        await asyncio.sleep(PAUSE)
    answered: dict[str, Any] = json.loads((await loading)[0])
    acknowledged = len(answered["answered"])
    if answered["refused"] or not acknowledged:
        raise SystemExit(f"{answered['refused']} of {acknowledged} requests were refused")
    await readings.until(before + acknowledged)
    ordered = delays(answered["answered"], readings.seen, before)
    return {
        "p50_ms": 1000 * ordered[len(ordered) // 2],
        "p99_ms": 1000 * ordered[int(len(ordered) * 0.99)],
        "most_ms": 1000 * ordered[-1],
        "reading_ms": 1000 * sorted(readings.took)[len(readings.took) // 2],
        "late_requests": answered["late"],
    }, acknowledged


async def main() -> None:
    """Measures each rate in rounds and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rates", type=lambda text: [int(n) for n in text.split(",")], default=[10, 500, 2000]
    )
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    turns = [("warm", 200)] + [
        (f"{turn}", rate) for turn in range(options.rounds) for rate in options.rates
    ]
    people = {
        turn: [f"person-{turn[0]}-{turn[1]}-{number}" for number in range(CONNECTIONS)]
        for turn in turns
    }
    rows = Rows("freshness")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mitmach-bench-")))
        broker = await stack.enter_async_context(running_kafka(folder))
        mongodb = await stack.enter_async_context(running_mongodb(folder / "mongodb"))
        secrets = DevelopmentSecrets(folder)
        await seed(mongodb.url, secrets, [name for names in people.values() for name in names])
        settings = settings_of_roles(
            secrets, mongodb=mongodb.url, kafka=broker.bootstrap, session=6.0
        )
        settings["MITMACH_HTTP_ADDRESS_RATE"] = "0"
        roles = await stack.enter_async_context(running_roles(ROLES, settings, folder))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        readings = Readings(http, roles["metrics-api"])
        for turn in turns:
            prepared = reactions(secrets, people[turn], numbers=POSTS)
            name, rate = turn
            values, acknowledged = await measure(
                readings, roles["posts-api"], prepared, rate, options.seconds
            )
            if name != "warm":
                values["acknowledged"] = acknowledged
                rows.add("2xx to /metrics", writes_per_second=rate, values=values)
    print(
        json.dumps(
            {
                "benchmark": "freshness",
                "broker": broker.name,
                "seconds": options.seconds,
                "rows": rows.stored,
            }
        )
    )


if __name__ == "__main__":
    uvloop.run(main())
