"""What exactness costs a reader: the metrics consumer against a bare loop that decodes and counts.

    python benchmarks/consumer.py [--events 600000] [--posts 5000] [--rounds 3]

On Apache Kafka where Java and Maven are there, else on the embedded broker; the line of JSON says
which. The bare loop is aiokafka's `getmany` with the same decoder and the same fold, and keeps
nothing. In turns, each from the start of the topic; ratios are medians of the rounds.

    totals      the real consumer and fold; only the sums are stored
    metrics     the real metrics service: sums, a record per post, bitmaps of people
"""

import argparse
import asyncio
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from aiokafka import AIOKafkaProducer, TopicPartition

from mitmach.embedded.broker import running_broker
from mitmach.embedded.mongod import running_mongodb
from services.metrics.consumer import MetricsProjection
from services.metrics.projection import Increments, decode, fold
from services.metrics.store.documents import COLLECTIONS
from shared.assembly import SHARED_COLLECTIONS
from shared.consumer import Projection, build_consumer
from shared.events.envelope import format_time, number, seal
from shared.events.posts import PostPublished, PostViewed
from shared.events.responses import CommentAdded, ReactionAdded
from shared.events.topics import POSTS
from shared.kafka import KafkaConnection, ensure_topics, looking, producing
from shared.mongo import Driver, Transaction, connect
from shared.relay.numbering import partition_of
from shared.telemetry import Metrics
from tests.support.apache_kafka import ApacheKafka, NotHere
from tests.support.events import sample

PARTITIONS = 6
PEOPLE = 20_000
SOURCE = "/mitmach/posts/benchmark"


class Totals:
    """The metrics fold, of which only the sums are stored."""

    topics: Sequence[str] = (POSTS,)
    decode = staticmethod(decode)

    def __init__(self, name: str) -> None:
        self.name = name

    def fold(self, partition: str) -> Any:
        """The real one."""
        return fold(partition)

    def late(self, event: Any) -> bool:  # noqa: ARG002 - all alike
        """It only adds."""
        return True

    async def prepare(self, taken: Sequence[tuple[str, Increments]]) -> None:
        """Nothing to read."""

    async def write(
        self, taken: Sequence[tuple[str, Increments]], transaction: Transaction
    ) -> None:
        """One document per partition."""
        await transaction.update(
            "sums",
            [
                {"q": {"_id": name}, "u": {"$inc": {"n": sum(i.tallies.values())}}, "upsert": True}
                for name, i in taken
            ],
        )

    def revoked(self, partition: str) -> None:
        """No caches."""


class Everything(MetricsProjection):
    """The metrics service's own projection under another name, on one topic."""

    topics: Sequence[str] = (POSTS,)


@asynccontextmanager
async def broker(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """Apache Kafka if it can be had, else the embedded broker: name and address."""
    try:
        kafka = ApacheKafka(folder / "kafka")
        kafka.child.command[1] = "-Xmx1g"
    except NotHere:
        async with running_broker(folder / "broker") as embedded:
            yield "embedded", embedded.bootstrap
        return
    await kafka.start()
    try:
        yield "apache", kafka.bootstrap
    finally:
        await kafka.stop()


async def fill(kafka: KafkaConnection, events: int, posts: int) -> int:
    """Publishes posts, then what people do with them; returns the mean size of an event."""
    await ensure_topics(kafka, {POSTS: PARTITIONS})
    dice = random.Random(1)
    start = datetime.now(UTC) - timedelta(hours=6)
    people = [f"{n:026d}".translate(str.maketrans("0189", "zyxw")) for n in range(PEOPLE)]
    ids = [f"01a20d23-4f02-7000-8000-{n:012x}" for n in range(posts)]
    common = {"published_at": start, "own": False, "in_audience": True}
    kinds = {
        "viewed": sample(PostViewed, **common),
        "reacted": sample(ReactionAdded, **common, comment_id=None, comment_author=None),
        "commented": sample(CommentAdded, **common),
    }
    published = sample(PostPublished, published_at=start)
    chains: list[list[tuple[bytes, bytes]]] = [[] for _ in range(PARTITIONS)]
    heads = [0] * PARTITIONS
    size = 0
    for n in range(1, events + 1):
        if n <= posts:
            post, data = ids[n - 1], published
        else:
            post = ids[min(int(dice.expovariate(6 / posts)), posts - 1)]
            data = kinds[dice.choices(("viewed", "reacted", "commented"), (7, 2, 1))[0]]
        sealed = seal(
            msgspec.structs.replace(data, post_id=post),
            actor=dice.choice(people),
            source=SOURCE,
            event_id=f"01a20d23-4f02-7000-8000-{n:012x}",
            time=format_time(start + timedelta(milliseconds=n)),
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        )
        at = partition_of(post, PARTITIONS)
        value = number(sealed.body, n, heads[at])
        heads[at] = n
        chains[at].append((post.encode(), value))
        size += len(value)
    async with producing(kafka) as producer:
        async with asyncio.TaskGroup() as group:
            for at, chain in enumerate(chains):
                group.create_task(_send(producer, at, chain))
    return size // events


async def _send(producer: AIOKafkaProducer, at: int, chain: list[tuple[bytes, bytes]]) -> None:
    position = 0
    while position < len(chain):
        batch = producer.create_batch()
        while position < len(chain):
            key, value = chain[position]
            if batch.append(key=key, value=value, timestamp=None) is None:
                break
            position += 1
        batch.close()
        await (await producer.send_batch(batch, POSTS, partition=at))


async def bare(kafka: KafkaConnection, events: int) -> float:
    """Decodes and folds everything, keeps nothing: events per second."""
    folds = {at: fold(f"{POSTS}/{at}") for at in range(PARTITIONS)}
    seen, began = 0, 0.0
    async with looking(kafka) as consumer:
        consumer.assign([TopicPartition(POSTS, at) for at in range(PARTITIONS)])
        await consumer.seek_to_beginning()
        while seen < events:
            for place, records in (
                await consumer.getmany(timeout_ms=500, max_records=2000)
            ).items():
                began = began or time.perf_counter()
                apply = folds[place.partition].apply
                for record in records:
                    apply(decode(record.value))
                seen += len(records)
    return events / (time.perf_counter() - began)


async def exact(kafka: KafkaConnection, url: str, kind: str, name: str, events: int) -> float:
    """The real consumer, until all of it is stored: events per second."""
    async with connect(url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(name)
        await database.prepare({**COLLECTIONS, **SHARED_COLLECTIONS, "sums": ()})
        sessions = mongo.sessions(database)
        projection: Projection = (
            Totals(name) if kind == "totals" else Everything(database, Metrics())
        )
        projection.name = name
        async with build_consumer(
            projection,
            service="metrics",
            database=database,
            sessions=sessions,
            kafka=kafka,
            topics={POSTS: PARTITIONS},
        ) as consumer:
            while not consumer.counted:
                await asyncio.sleep(0.001)
            began, before = time.perf_counter(), consumer.counted
            while consumer.counted < events:
                if consumer.restarts:
                    raise SystemExit(f"{kind}: the consumer started over: {consumer.failure}")
                await asyncio.sleep(0.005)
            await consumer.flush()
            took = time.perf_counter() - began
            if consumer.counted != events or consumer.repeats:
                raise SystemExit(f"{kind}: counted {consumer.counted} of {events}")
        await sessions.close()
        await mongo.drop(name)
    return (events - before) / took


async def main() -> None:
    """Runs the rounds and prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=600_000)
    parser.add_argument("--posts", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rates: dict[str, list[float]] = {"bare": [], "totals": [], "metrics": []}
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mitmach-bench-")))
        which, bootstrap = await stack.enter_async_context(broker(folder))
        mongodb = await stack.enter_async_context(running_mongodb(folder / "mongodb"))
        kafka = KafkaConnection(bootstrap=bootstrap, session_timeout=6.0)
        size = await fill(kafka, options.events, options.posts)
        for turn in range(options.rounds):
            for kind, found in rates.items():
                if kind == "bare":
                    rate = await bare(kafka, options.events)
                else:
                    name = f"bench_{kind}_{turn}"
                    rate = await exact(kafka, mongodb.url, kind, name, options.events)
                found.append(rate)
                print(f"{kind:8} {rate:9.0f} events/s", flush=True)
    median = {kind: statistics.median(found) for kind, found in rates.items()}
    print(
        json.dumps(
            {
                "benchmark": "consumer",
                "broker": which,
                "events": options.events,
                "posts": options.posts,
                "bytes_per_event": size,
                "to_bare_loop": round(median["totals"] / median["bare"], 2),
                "to_bare_loop_metrics": round(median["metrics"] / median["bare"], 2),
                "per_second": {kind: round(rate) for kind, rate in median.items()},
                "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    uvloop.run(main())
