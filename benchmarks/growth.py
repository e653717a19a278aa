"""Does anything grow that shouldn't? Relay and metrics consumer over ten million events.

    python benchmarks/growth.py [--events 10000000] [--rate 15000]

A feeder writes commits into a log at a steady rate, the real relay publishes them, the real metrics
consumer counts them; each is a process of its own, and none ever starts over. What people do is the
same all along: it begins with as many posts as they look at later, so nothing grows but what is
stored. What one event costs is measured when the state is small, after a tenth and at the end of
the run (of ten million events: at ten thousand, one million and ten million), in processor time,
because other work on the machine hardly changes that. Memory is sampled all along; it is compared
with that after a tenth, when pools and caches have what they need. Both should be flat: within
20 %.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psutil
import uvloop
from bson import Timestamp

from benchmarks._broker import running_kafka
from benchmarks._events import ALIASES, PARTITIONS, PEOPLE, SOURCE, TRACE, persons
from benchmarks._flatness import Sample, judged
from benchmarks._machine import cpu_seconds
from benchmarks._parts import ROOT, ended
from mitmach.embedded.mongod import running_mongodb
from services.metrics.consumer import MetricsProjection
from services.metrics.store.documents import COLLECTIONS
from shared.contract.aliases import VIEW
from shared.contract.events.envelope import EventData, Sealed, format_time, seal
from shared.contract.events.posts import PostPublished, PostViewed
from shared.contract.events.responses import CommentAdded, ReactionAdded
from shared.contract.events.topics import POSTS
from shared.contract.ids import new_id
from shared.delivery.consumer import build_consumer
from shared.delivery.kafka import KafkaConnection, ensure_topics
from shared.delivery.lease import Lease
from shared.delivery.log import LOG, log_documents
from shared.delivery.mongo import Driver, connect
from shared.delivery.relay import RELAY_LEASE, Relay
from shared.runtime.assembly import SHARED_COLLECTIONS
from shared.runtime.telemetry import Metrics
from tooling.sample_events import sample

EVERY = 0.1  # seconds between samples
POST_EACH = 50  # events: so ten million events are about two hundred thousand posts
RECENT = 2000  # posts that people mostly look at
COMMITTED_AT_ONCE = 64
AT_ONCE = 20  # documents of the log that are written together
MOST_AHEAD = 50_000  # events that wait for the relay at most, should the machine be too slow
LOG_DATABASE, FIGURES = "bench_growth_posts", "bench_growth_metrics"


def happening(events: int) -> Iterator[Sealed]:
    """Events of posts that come and go: people do things with recent ones, nobody with old ones."""
    dice = random.Random(1)
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
    people = [ALIASES.of(VIEW, person) for person in persons(PEOPLE)]
    common: dict[str, Any] = {"published_at": start, "own": False, "in_audience": True}
    kinds = (
        sample(PostViewed, **common),
        sample(ReactionAdded, **common, comment_id=None, comment_author=None),
        sample(CommentAdded, **common),
    )
    published = sample(PostPublished, published_at=start)
    posts = 0
    for n in range(1, events + 1):
        if n <= RECENT or n % POST_EACH == 1:
            posts += 1
            number = posts
            data: EventData = published
        else:
            number = max(posts - int(dice.expovariate(3 / RECENT)), 1)
            data = dice.choices(kinds, (7, 2, 1))[0]
        yield seal(
            msgspec.structs.replace(data, post_id=f"01a20d23-4f02-7000-8000-{number:012x}"),
            actor=dice.choice(people),
            source=SOURCE,
            event_id=f"01a20d23-4f02-7000-8000-{n:012x}",
            time=format_time(start + timedelta(milliseconds=n)),
            traceparent=TRACE,
        )


async def feed(options: argparse.Namespace) -> None:
    """Writes the log, and rests while the relay has enough to do; it reads how far that is."""
    reading = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reading), sys.stdin
    )
    async with connect(options.mongodb, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(LOG_DATABASE)
        waiting: list[Sealed] = []
        documents: list[dict[str, Any]] = []
        written = published = 0
        began = time.monotonic()
        for n, event in enumerate(happening(options.events), 1):
            waiting.append(event)
            if len(waiting) == COMMITTED_AT_ONCE or n == options.events:
                documents += log_documents(new_id(), Timestamp(1000 + n, 1), waiting)
                waiting = []
            if len(documents) >= AT_ONCE or n == options.events:
                await database.insert(LOG, documents)
                documents, written = [], n
                while written - published > MOST_AHEAD:
                    published = int(await reading.readline() or options.events)
                await asyncio.sleep(began + n / options.rate - time.monotonic())


async def tell(ready: Callable[[], bool], done: Callable[[], int], events: int) -> None:
    """Says every tenth of a second how far it is and what that took, until all is done."""
    while not ready():
        await asyncio.sleep(EVERY)
    while True:
        now = done()
        memory = psutil.Process().memory_info().rss / 2**20
        sys.stdout.write(json.dumps([now, cpu_seconds(), memory]) + "\n")
        sys.stdout.flush()
        if now >= events:
            return
        await asyncio.sleep(EVERY)


async def relay(options: argparse.Namespace) -> None:
    """Runs the relay of the product over the whole log."""
    async with connect(options.mongodb, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(LOG_DATABASE)
        sessions = mongo.sessions(database)
        relay = Relay(
            database,
            sessions,
            kafka=KafkaConnection(bootstrap=options.bootstrap),
            topics={POSTS: PARTITIONS},
            lease=Lease(database, RELAY_LEASE, holder=new_id()),
            service="posts",
        )
        running = asyncio.create_task(relay.run())
        await tell(lambda: relay.leading, lambda: relay.published, options.events)
        await ended(running)
        await sessions.close()


class Everything(MetricsProjection):
    """The projection of the metrics service, of the topic of posts alone."""

    topics: Sequence[str] = (POSTS,)


async def consumer(options: argparse.Namespace) -> None:
    """Runs the consumer of the metrics service over the whole topic."""
    async with connect(options.mongodb, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(FIGURES)
        await database.ensure_collections({**COLLECTIONS, **SHARED_COLLECTIONS})
        sessions = mongo.sessions(database)
        async with build_consumer(
            Everything(database, Metrics(), person=ALIASES.person),
            service="metrics",
            database=database,
            sessions=sessions,
            kafka=KafkaConnection(bootstrap=options.bootstrap, session_timeout=10.0),
            topics={POSTS: PARTITIONS},
        ) as reader:
            await tell(
                lambda: len(reader.partitions) == PARTITIONS, lambda: reader.counted, options.events
            )
            await reader.flush()
            if reader.restarts or reader.gaps or reader.counted != options.events:
                raise SystemExit(
                    f"{reader.counted} counted, {reader.restarts} restarts, {reader.gaps}"
                )
        await sessions.close()


PARTS: dict[str, Callable[[argparse.Namespace], Awaitable[None]]] = {
    "feeder": feed,
    "relay": relay,
    "consumer": consumer,
}


async def start(part: str, given: dict[str, object]) -> asyncio.subprocess.Process:
    """Starts a part of this script as a process."""
    arguments = [text for name, value in given.items() for text in (f"--{name}", str(value))]
    return await asyncio.create_subprocess_exec(
        *(sys.executable, __file__, "--part", part, *arguments),
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


class Followed:
    """A part, and what it said of itself.

    Attributes:
        samples: In order.
        ready: Set when there is the first.
        feeder: Told how far this part is.
    """

    def __init__(self, process: asyncio.subprocess.Process, database: int) -> None:
        self.samples: list[Sample] = []
        self.ready = asyncio.Event()
        self.feeder: asyncio.subprocess.Process | None = None
        self._process = process
        self._database = database

    async def listen(self) -> None:
        """Follows what the part prints until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            used = cpu_seconds(self._database)
            self.samples.append(Sample(*json.loads(line))._replace(database_cpu=used))
            self.ready.set()
            if self.feeder is not None and self.feeder.returncode is None:
                assert self.feeder.stdin is not None
                self.feeder.stdin.write(f"{self.samples[-1].events}\n".encode())
        if await self._process.wait():
            raise SystemExit(f"a part ended with {self._process.returncode}")


async def main() -> None:
    """Runs relay and consumer once and prints how flat their costs were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rate", type=float, default=15_000.0, help="events per second")
    for name in ("part", "bootstrap", "mongodb"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        await PARTS[options.part](options)
        return
    began = time.perf_counter()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mitmach-bench-")))
        broker = await stack.enter_async_context(running_kafka(folder))
        mongodb = await stack.enter_async_context(running_mongodb(folder / "mongodb"))
        database = mongodb.members[0].child.pid
        assert database is not None
        await ensure_topics(KafkaConnection(bootstrap=broker.bootstrap), {POSTS: PARTITIONS})
        async with connect(mongodb.url) as mongo:
            await mongo.database(LOG_DATABASE).ensure_collections(SHARED_COLLECTIONS)
        given: dict[str, object] = {
            "events": options.events,
            "rate": options.rate,
            "bootstrap": broker.bootstrap,
            "mongodb": mongodb.url,
        }
        parts = {
            name: Followed(await start(name, given), database) for name in ("relay", "consumer")
        }
        async with asyncio.TaskGroup() as group:
            for part in parts.values():
                group.create_task(part.listen())
            for part in parts.values():
                await part.ready.wait()
            feeder = await start("feeder", given)
            parts["relay"].feeder = feeder
        if await feeder.wait():
            raise SystemExit("the feeder failed")
    samples = {name: one.samples for name, one in parts.items()}
    measured = {
        "benchmark": "growth",
        "broker": broker.name,
        "events": options.events,
        "rate": options.rate,
        "seconds": round(time.perf_counter() - began),
    }
    print(json.dumps(measured | judged(samples, options.events)))


if __name__ == "__main__":
    uvloop.run(main())
