"""A program to be killed: committer, relay and consumer of the counter service in one process.

Run as `python -m tests.faults.delivery_program`, with JSON settings as its argument. It is driven
line by line: each line on standard input names a counter to raise; each answer is a line: `counter
event-id` after the commit, or `counter refused`, or `counter unknown`. A question mark is answered
by `status` and JSON. The end of the input ends the process.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import psutil

import shared.delivery.mongo.sessions
from shared.contract.errors import OutcomeUnknown, Refusal
from shared.delivery.committer import Committer
from shared.delivery.consumer import Consumer, build_consumer
from shared.delivery.kafka import KafkaConnection
from shared.delivery.lease import Lease
from shared.delivery.log import source_of
from shared.delivery.mongo import connect
from shared.delivery.relay import Relay
from tests.support.counters import COLLECTIONS, RaiseCounter, Sums

# The same protocol, with less patience: a test has to sit a dead process's lease and silence out.
LEASE = 1.5
shared.delivery.mongo.sessions.HEARTBEAT, shared.delivery.mongo.sessions.SILENT = 0.3, 1.2


async def main(settings: dict[str, Any]) -> None:
    """Runs until the input ends."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _tell_what_waits)
    kafka = KafkaConnection(bootstrap=settings["kafka"], session_timeout=settings["session"])
    topics = {settings["topic"]: 3}
    async with connect(settings["mongodb"], driver=settings["driver"]) as mongo:
        database = mongo.database(settings["database"])
        await database.ensure_collections(COLLECTIONS)
        sessions = mongo.sessions(database)
        source = await source_of(database, "groups")
        lease = Lease(database, "relay", holder=str(os.getpid()), duration=LEASE)
        relay = Relay(database, sessions, kafka=kafka, topics=topics, lease=lease, service="groups")
        publishing = asyncio.create_task(relay.run())
        async with (
            Committer(database, sessions, source=source).running() as committer,
            build_consumer(
                Sums(settings["topic"], "sums"),
                service="groups",
                database=database,
                sessions=sessions,
                kafka=kafka,
                topics=topics,
            ) as consumer,
        ):
            _say("ready")
            await _serve(committer, lambda: _status(relay, consumer))
        publishing.cancel()
        await asyncio.wait([publishing])
        await sessions.close()


def _status(relay: Relay, consumer: Consumer) -> dict[str, Any]:
    return {
        "leading": relay.leading,
        "published": relay.published,
        "lost_logs": relay.lost_logs,
        "relay": relay.failure,
        "reads": len(consumer.partitions),
        "counted": consumer.counted,
        "repeats": consumer.repeats,
        "restarts": consumer.restarts,
        "gaps": len(consumer.gaps),
        "consumer": consumer.failure,
        "memory": memory(),
    }


def _tell_what_waits() -> None:
    """Where each task stands, on standard error: for whoever looks for one that hangs."""
    for task in asyncio.all_tasks():
        sys.stderr.write(f"\n--- {task.get_name()}, {task.cancelling()} cancellations\n")
        inner: Any = task.get_coro()
        while inner is not None:
            frame = getattr(inner, "cr_frame", None) or getattr(inner, "gi_frame", None)
            if frame is not None:
                code = frame.f_code
                sys.stderr.write(f"{code.co_filename}:{frame.f_lineno} {code.co_qualname}\n")
            inner = getattr(inner, "cr_await", None) or getattr(inner, "gi_yieldfrom", None)
    sys.stderr.flush()


def memory() -> int:
    """Bytes of this process that are in memory."""
    return int(psutil.Process().memory_info().rss)


async def _serve(committer: Committer, status: Callable[[], dict[str, Any]]) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    async with asyncio.TaskGroup() as group:
        while line := await reader.readline():
            if line == b"?\n":
                _say(f"status {json.dumps(status())}")
            else:
                group.create_task(_raise(committer, line.decode().strip()))


async def _raise(committer: Committer, counter: str) -> None:
    try:
        outcome = await committer.execute(RaiseCounter(counter))
    except Refusal as refusal:
        _say(f"{counter} {'unknown' if isinstance(refusal, OutcomeUnknown) else 'refused'}")
        return
    _say(f"{counter} {outcome.event_ids[0]}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
