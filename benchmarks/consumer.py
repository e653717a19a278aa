"""What exactness costs a reader: the metrics consumer against bare loops, and against peers.

    python benchmarks/consumer.py [--events 1000000] [--posts 5000] [--rounds 3] [--only bare]

On Apache Kafka where Java and Maven are there, else on the embedded broker (then without peers);
the line of JSON says which. In turns, each from the start of the topic, each in a process of its
own; ratios are of medians over the rounds. The topic begins with three quarters as many events as
are measured, on posts of their own: all readers are measured after these, when they have warmed
up; after a quarter Kafka Streams hasn't. Ours and Kafka Streams store what they have counted until
then before the clock begins, and the clock ends when all is stored.

    bare        aiokafka's `getmany` with the decoder and the fold of the metrics; keeps nothing
    bare count  the same loop, which only counts per post and type, as the peers do
    totals      the real consumer and fold; only the sums are stored, exactly once
    metrics     the real metrics service: sums, a record per post, bitmaps of people, exactly once

The peers (`_consumer_peers.py`) count per post and type. Kafka Streams stands there with its
defaults, and "tuned": it commits as rarely as the metrics service has flushed in the same round and
has memory for all counters. Goals are held against the faster of the two.
"""

import argparse
import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import uvloop
from aiokafka import AIOKafkaProducer, TopicPartition

from benchmarks._broker import running_kafka
from benchmarks._consumer_peers import EXACT_STREAMS, PEERS, Load, command
from benchmarks._events import ALIASES, PARTITIONS, Record, chains, numbered
from benchmarks._machine import Clock, Rows, ratio
from benchmarks._parts import own_part, run_part
from mitmach.embedded.mongod import running_mongodb
from services.metrics.consumer import MetricsProjection
from services.metrics.projection import PartitionIncrements, decode, fold
from services.metrics.store.documents import COLLECTIONS
from shared.contract.events.topics import POSTS
from shared.delivery.consumer import Consumer, Projection, build_consumer
from shared.delivery.kafka import KafkaConnection, ensure_topics, open_producer, open_reader
from shared.delivery.mongo import Driver, Transaction, connect
from shared.runtime.assembly import SHARED_COLLECTIONS
from shared.runtime.process import spare_collector
from shared.runtime.telemetry import Metrics
from tooling.servers.not_available import NotAvailable

OURS = ("bare", "bare count", "totals", "metrics")


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
        """Says that late events may be counted: sums only add."""
        return True

    async def prepare(self, taken: Sequence[tuple[str, PartitionIncrements]]) -> None:
        """Reads nothing before the transaction."""

    async def write(
        self, taken: Sequence[tuple[str, PartitionIncrements]], transaction: Transaction
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
        """Forgets nothing: nothing is cached."""


class Everything(MetricsProjection):
    """The metrics service's own projection under another name, on one topic."""

    topics: Sequence[str] = (POSTS,)


async def fill(kafka: KafkaConnection, events: int, posts: int, warm_up: int) -> int:
    """Publishes everything; returns the mean size of an event."""
    await ensure_topics(kafka, {POSTS: PARTITIONS})
    waiting = chains(numbered(events, posts, warm_up=warm_up))
    async with open_producer(kafka) as producer:
        async with asyncio.TaskGroup() as group:
            for at, chain in enumerate(waiting):
                group.create_task(_send(producer, at, chain))
    return sum(len(record.value) for chain in waiting for record in chain) // (events + warm_up)


async def _send(producer: AIOKafkaProducer, at: int, chain: Sequence[Record]) -> None:
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


async def bare(
    kafka: KafkaConnection, load: Load, beside: Mapping[str, int], *, folding: bool
) -> dict[str, float]:
    """Decodes and folds, or counts, everything; keeps nothing."""
    folds = {at: fold(f"{POSTS}/{at}") for at in range(PARTITIONS)}
    counts: Counter[tuple[str, str]] = Counter()

    def count(event: Any) -> None:
        counts[event.data.post_id, event.type] += 1

    seen, before, clock = 0, 0, None
    async with open_reader(kafka) as consumer:
        consumer.assign([TopicPartition(POSTS, at) for at in range(PARTITIONS)])
        await consumer.seek_to_beginning()
        while seen < load.total:
            for place, records in (
                await consumer.getmany(timeout_ms=500, max_records=2000)
            ).items():
                if clock is None and seen >= load.warm_up:
                    clock, before = Clock(beside), seen
                apply: Callable[[Any], None] = folds[place.partition].apply if folding else count
                for record in records:
                    apply(decode(record.value))
                seen += len(records)
        if clock is None:
            raise SystemExit("bare: nothing to read")
        return clock.figures(seen - before)


async def exact(
    kafka: KafkaConnection, options: argparse.Namespace, load: Load, beside: Mapping[str, int]
) -> dict[str, float]:
    """The real consumer, until all of it is stored."""
    kind, name = options.part, options.database
    async with connect(options.mongodb, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(name)
        await database.ensure_collections({**COLLECTIONS, **SHARED_COLLECTIONS, "sums": ()})
        sessions = mongo.sessions(database)
        projection: Projection = (
            Totals(name)
            if kind == "totals"
            else Everything(database, Metrics(), person=ALIASES.person)
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
            await _counted(consumer, max(load.warm_up, 1))
            await consumer.flush()
            clock, flushes = Clock(beside), consumer.flushes
            # Of a small load, to try it, all may have been counted beside the flush.
            before = min(consumer.counted, load.total - 1)
            await _counted(consumer, load.total)
            await consumer.flush()
            figures = clock.figures(load.total - before)
            figures["flushes"] = consumer.flushes - flushes
            took = (load.total - before) / figures["per_second"]
            figures["commit_ms"] = 1000 * took / figures["flushes"]
            # A batch that was fetched before the seek to the stored place is repeated after it.
            figures["repeats_left_out"] = consumer.repeats
            if consumer.counted != load.total:
                raise SystemExit(f"{kind}: counted {consumer.counted} of {load.total}")
        await sessions.close()
        await mongo.drop(name)
    return figures


async def _counted(consumer: Consumer, events: int) -> None:
    """Waits until so many are counted."""
    while consumer.counted < events:
        if consumer.restarts:
            raise SystemExit(f"the consumer started over: {consumer.failure}")
        await asyncio.sleep(0.002)


async def part(options: argparse.Namespace) -> None:
    """Measures a reader once and prints the figures."""
    kafka = KafkaConnection(bootstrap=options.bootstrap, session_timeout=6.0)
    load = Load(options.bootstrap, POSTS, options.events, options.warm_up)
    servers = {"database": options.database_pid, "broker": options.broker_pid}
    beside = {name: pid for name, pid in servers.items() if pid is not None}
    spare_collector()  # as our services do; it helps the bare loops no less
    if options.part == "fill":
        figures: dict[str, float] = {
            "bytes_per_event": await fill(kafka, options.events, options.posts, options.warm_up)
        }
    elif options.part in {"bare", "bare count"}:
        beside.pop("database", None)  # it has nothing to do
        figures = await bare(kafka, load, beside, folding=options.part == "bare")
    else:
        figures = await exact(kafka, options, load, beside)
    print(json.dumps(figures))


def measure(name: str, given: dict[str, Any], turn: int, pause: float | None) -> dict[str, float]:
    """One of ours, or a peer.

    Args:
        name: The row.
        given: Options of our own parts, by their names.
        turn: The round.
        pause: Seconds from one flush of the metrics service to the next in this round, if known.

    Raises:
        NotAvailable: The peer isn't here, or failed.
    """
    if name in OURS:
        database = f"bench_{name.replace(' ', '_')}_{turn}"
        return own_part(__file__, name, {**given, "database": database})
    with tempfile.TemporaryDirectory(prefix="mitmach-bench-") as folder:
        load = Load(given["bootstrap"], POSTS, given["events"], given["warm-up"])
        started = command(name, load, Path(folder), pause=pause, broker_pid=given.get("broker-pid"))
        return run_part(started, timeout=240.0)


def chosen(asked: Sequence[str]) -> list[str]:
    """The rows that are measured, in order: Kafka Streams gets the pause of the metrics service."""
    of_peers = {*asked, *(EXACT_STREAMS if "streams" in asked else ())}
    return [
        *(name for name in OURS if name in asked),
        *(name for name in PEERS if "peers" in asked or name in of_peers),
    ]


async def main() -> None:
    """Measures all readers in rounds and prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--posts", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm-up", type=int, help="events before; by default 3/4 as many")
    parser.add_argument(
        "--only", default=",".join([*OURS, "peers"]), help="rows; or `peers`, or `streams`"
    )
    for name in ("part", "bootstrap", "mongodb", "database"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    for name in ("broker-pid", "database-pid"):
        parser.add_argument(f"--{name}", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.warm_up is None:
        options.warm_up = 3 * options.events // 4
    if options.part:
        await part(options)
        return
    wanted = chosen(options.only.split(","))
    rows, skipped = Rows("consumer"), {}
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mitmach-bench-")))
        broker = await stack.enter_async_context(running_kafka(folder))
        mongodb = await stack.enter_async_context(running_mongodb(folder / "mongodb"))
        given = {
            "bootstrap": broker.bootstrap,
            "mongodb": mongodb.url,
            "events": options.events,
            "posts": options.posts,
            "warm-up": options.warm_up,
        }
        pids = {"broker-pid": broker.pid, "database-pid": mongodb.members[0].child.pid}
        given |= {name: pid for name, pid in pids.items() if pid is not None}
        filled = await asyncio.to_thread(own_part, __file__, "fill", given)
        for turn in range(options.rounds):
            pause = None
            for name in wanted:
                if name in skipped:
                    continue
                try:
                    figures = await asyncio.to_thread(measure, name, given, turn, pause)
                    rows.add(name, values=figures)
                    if name == "metrics":
                        pause = figures["commit_ms"] / 1000
                except NotAvailable as missing:
                    skipped[name] = str(missing)
                    print(f"consumer: {name} is left out: {missing}", flush=True)
    rate = {name: rows.median(name, "per_second") for name in wanted}
    bare_rate = rate.get("bare")
    streams = max((rate[name] or 0.0 for name in EXACT_STREAMS if name in rate), default=None)
    print(
        json.dumps(
            {
                "benchmark": "consumer",
                "broker": broker.name,
                "events": options.events,
                "posts": options.posts,
                "warm_up": options.warm_up,
                **filled,
                "to_bare_loop": ratio(rate.get("totals"), bare_rate),
                "to_bare_loop_metrics": ratio(rate.get("metrics"), bare_rate),
                "to_kafka_streams": ratio(rate.get("metrics"), streams),
                "skipped": skipped,
                "rows": rows.stored,
            }
        )
    )


if __name__ == "__main__":
    uvloop.run(main())
