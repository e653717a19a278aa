"""What assignment and marks cost: the relay against bare producers of the same bytes.

    python benchmarks/relay.py [--events 200000] [--rounds 3]

    relay         the real one: reads the log, stores numbers and places before anything is sent,
                  sends, stores how far it got
    send_batch    a bare aiokafka loop: one batch per partition in flight
    send          one `send` per record, then all answers awaited; with the idempotent producer,
                  which keeps the order when it must send something again, as the relay does
    send, large batches   the same with batches as large as those of the relay

For the bare ones the values lie ready. All send the same bytes and wait for all replicas, on Apache
Kafka where it can be had. In turns, each in a process of its own.
"""

import argparse
import asyncio
import json
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop
from aiokafka import AIOKafkaProducer
from bson import Timestamp

from benchmarks._broker import running_kafka
from benchmarks._events import PARTITIONS, TRACE, Record, chains, numbered, sealed
from benchmarks._machine import Clock, Rows, ratio
from benchmarks._parts import ended, own_part
from mitmach.embedded.mongod import running_mongodb
from shared.contract.events.topics import POSTS
from shared.contract.ids import new_id
from shared.delivery.kafka import BATCH_BYTES, KafkaConnection, ensure_topics
from shared.delivery.lease import Lease
from shared.delivery.log import LOG, log_documents
from shared.delivery.mongo import Driver, connect
from shared.delivery.relay import RELAY_LEASE, Relay
from shared.runtime.assembly import SHARED_COLLECTIONS
from shared.runtime.process import spare_collector

POSTS_PUBLISHED = 5000
COMMITTED_AT_ONCE = 64  # events of one commit: as many as there are under load
HEADERS = [("content-type", b"application/cloudevents+json"), ("traceparent", TRACE.encode())]
PARTS = ("relay", "send_batch", "send", "send, large batches")


async def fill(url: str, name: str, events: int) -> None:
    """Fills the log with events that nobody has relayed yet."""
    async with connect(url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(name)
        await database.ensure_collections(SHARED_COLLECTIONS)
        waiting = list(sealed(events, min(POSTS_PUBLISHED, events // 2)))
        documents = [
            document
            for at in range(0, events, COMMITTED_AT_ONCE)
            for document in log_documents(
                new_id(), Timestamp(1000 + at, 1), waiting[at : at + COMMITTED_AT_ONCE]
            )
        ]
        for at in range(0, len(documents), 1000):
            await database.insert(LOG, documents[at : at + 1000])


async def relay(kafka: KafkaConnection, url: str, name: str, events: int) -> Clock:
    """Measures the relay from its lead to the last mark."""
    async with connect(url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(name)
        sessions = mongo.sessions(database)
        lease = Lease(database, RELAY_LEASE, holder=new_id())
        relay = Relay(
            database,
            sessions,
            kafka=kafka,
            topics={POSTS: PARTITIONS},
            lease=lease,
            service="posts",
        )
        running = asyncio.create_task(relay.run())
        while not relay.leading:
            await asyncio.sleep(0.001)
        clock = Clock()
        while relay.published < events:
            if running.done() or relay.failure:
                raise SystemExit(f"the relay failed: {relay.failure}")
            await asyncio.sleep(0.002)
        clock.stop()
        await ended(running)
        await sessions.close()
    return clock


async def batches(producer: AIOKafkaProducer, ready: list[list[Record]]) -> None:
    """The fast way to send: the next batch of a partition after the answer to its last."""

    async def send(at: int, records: list[Record]) -> None:
        position = 0
        while position < len(records):
            batch = producer.create_batch()
            while position < len(records):
                record = records[position]
                appended = batch.append(
                    key=record.key, value=record.value, timestamp=None, headers=HEADERS
                )
                if appended is None:
                    break
                position += 1
            batch.close()
            await (await producer.send_batch(batch, POSTS, partition=at))

    async with asyncio.TaskGroup() as group:
        for at, records in enumerate(ready):
            group.create_task(send(at, records))


async def singly(producer: AIOKafkaProducer, ready: list[tuple[int, Record]]) -> None:
    """Sends each record with a `send` of its own, as most programs do."""
    answers = [
        await producer.send(POSTS, record.value, key=record.key, partition=at, headers=HEADERS)
        for at, record in ready
    ]
    await asyncio.gather(*answers)


async def bare(kafka: KafkaConnection, kind: str, events: int) -> Clock:
    """Sends records that lie ready, without reading a log."""
    ready = list(numbered(events, min(POSTS_PUBLISHED, events // 2)))
    by_partition = chains(ready) if kind == "send_batch" else []
    large = {"max_batch_size": BATCH_BYTES, "max_request_size": BATCH_BYTES + 100_000}
    producer = AIOKafkaProducer(
        **kafka.options(),
        acks="all",
        enable_idempotence=kind != "send_batch",
        **({} if kind == "send" else large),
    )
    async with producer:
        await producer.partitions_for(POSTS)
        clock = Clock()
        if kind == "send_batch":
            await batches(producer, by_partition)
        else:
            await singly(producer, ready)
        clock.stop()
    return clock


async def part(options: argparse.Namespace) -> None:
    """Measures a way to send once and prints the figures."""
    kafka = KafkaConnection(bootstrap=options.bootstrap)
    spare_collector()  # as our services do; it helps the bare ones no less
    if options.part == "relay":
        clock = await relay(kafka, options.mongodb, options.database, options.events)
    else:
        clock = await bare(kafka, options.part, options.events)
    print(json.dumps(clock.figures(options.events)))


async def main() -> None:
    """Measures all ways to send in rounds and prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    for name in ("part", "bootstrap", "mongodb", "database"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        await part(options)
        return
    rows = Rows("relay")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mitmach-bench-")))
        broker = await stack.enter_async_context(running_kafka(folder))
        mongodb = await stack.enter_async_context(running_mongodb(folder / "mongodb"))
        await ensure_topics(KafkaConnection(bootstrap=broker.bootstrap), {POSTS: PARTITIONS})
        # The broker's first seconds are slow; the marks of this go with its database.
        await fill(mongodb.url, "warm_up", min(options.events, 20_000))
        given = {"bootstrap": broker.bootstrap, "mongodb": mongodb.url}
        warm = {**given, "database": "warm_up", "events": min(options.events, 20_000)}
        await asyncio.to_thread(own_part, __file__, "relay", warm)
        for turn in range(options.rounds):
            for name in PARTS:
                database = f"bench_relay_{turn}"
                if name == "relay":
                    await fill(mongodb.url, database, options.events)
                wanted = {**given, "database": database, "events": options.events}
                rows.add(name, values=await asyncio.to_thread(own_part, __file__, name, wanted))
    rate = {name: rows.median(name, "per_second") for name in PARTS}
    print(
        json.dumps(
            {
                "benchmark": "relay",
                "broker": broker.name,
                "events": options.events,
                "to_send_batch": ratio(rate["relay"], rate["send_batch"]),
                "to_send": ratio(rate["relay"], rate["send"]),
                "to_send_in_large_batches": ratio(rate["relay"], rate["send, large batches"]),
                "rows": rows.stored,
            }
        )
    )


if __name__ == "__main__":
    uvloop.run(main())
