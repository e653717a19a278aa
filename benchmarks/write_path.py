"""What the promise costs: the reaction endpoint against an empty one, and against the textbook.

    python benchmarks/write_path.py [--connections 256] [--seconds 6] [--rounds 3]

Each server runs in a process of its own, one at a time, in turns; the ratios are medians of the
rounds. Absolute figures depend on the machine and on what else it does, the ratios hardly.
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from mitmach.development import DevelopmentSecrets
from mitmach.embedded.child import free_port
from mitmach.embedded.mongod import ReplicaSet, running_mongodb
from services.posts.domain.audience import Channel, Group, Membership, Person
from services.posts.domain.post import Post
from shared.access import Visibility
from shared.audience import EVERYONE
from shared.identity import pseudonym
from shared.mongo import Driver, connect, document

HERE = Path(__file__).parent
POSTS = 1000
CHANNEL = "01a20d23-4f02-7000-9000-000000000000"
KINDS = ("like", "celebrate", "insightful", "thanks", "support", "funny")


def post_id(number: int) -> str:
    """Ids that a load generator can count."""
    return f"01a20d23-4f02-7000-8000-{number:012x}"


async def seed(url: str, secrets: DevelopmentSecrets, people: list[str]) -> None:
    """A channel with posts, and people who may react to them."""
    key = secrets.pseudonym_key.encode()
    names = {person: pseudonym(key, person) for person in people}
    member = {EVERYONE: Membership(number=1)}
    posts = [
        Post(
            id=post_id(number),
            group_id=EVERYONE,
            channel_id=CHANNEL,
            author_id="author",
            author=pseudonym(key, "author"),
            format="video",
            kind="news",
            topics=("sport", "running"),
            published_at=datetime.now(UTC).replace(microsecond=123_000),
            audience_size=300,
            audience_through=300,
        )
        for number in range(POSTS)
    ]
    entities = {
        "people": [Person(id=name, status="active", groups=member) for name in names.values()],
        "groups": [Group(id=EVERYONE, visibility=Visibility.OPEN, members=300, arrivals=300)],
        "channels": [Channel(id=CHANNEL, group_id=EVERYONE, kind="discussion")],
        "posts": posts,
    }
    async with connect(url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database("mitmach_posts")
        for collection, stored in entities.items():
            statements = [
                {"q": {"_id": one.id}, "u": document(one), "upsert": True} for one in stored
            ]
            await database.update(collection, statements)


def requests(secrets: DevelopmentSecrets, people: list[str]) -> str:
    """One line per person: they react to one post after the other, then differently."""
    lines = [
        {
            "method": "PUT",
            "path": "/v1/posts/01a20d23-4f02-7000-8000-{n}/reaction",
            "numbers": POSTS,
            "headers": {
                "authorization": f"Bearer {secrets.token(person)}",
                "content-type": "application/json",
            },
            "bodies": [json.dumps({"kind": kind}) for kind in KINDS],
        }
        for person in people
    ]
    return "\n".join(map(json.dumps, lines))


def cpu_seconds(pid: int) -> float:
    """What a process has used so far: steadier than rates on a machine that does other work too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Measured(NamedTuple):
    """How one server did.

    Attributes:
        rate: Requests per second.
        server_us: CPU microseconds of the server per request.
        database_us: CPU microseconds of the database per request.
    """

    rate: float
    server_us: float
    database_us: float


def measure(
    mode: str, mongodb: ReplicaSet, data: Path, prepared: str, options: argparse.Namespace
) -> Measured:
    """Loads one server; fails if any request did."""
    port = free_port()
    name, _, driver = mode.partition("/")
    script = str(HERE / "_write_path_server.py")
    command = [sys.executable, script, name, str(port), mongodb.url, str(data), driver or "motor"]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    server = subprocess.Popen(command, env=environment)
    try:
        wait_for(port)
        load(port, options.connections, 1.0, prepared)  # warms up
        pids = (server.pid, mongodb.members[0].child.pid or 0)
        before = [cpu_seconds(pid) for pid in pids]
        answered = load(port, options.connections, options.seconds, prepared)
        used = [cpu_seconds(pid) - was for pid, was in zip(pids, before, strict=True)]
    finally:
        server.terminate()
        server.wait(20)
    if set(answered["statuses"]) != {"200"}:
        raise SystemExit(f"{mode} answered {answered['statuses']}")
    count = answered["statuses"]["200"]
    found = Measured(answered["per_second"], *(1e6 * seconds / count for seconds in used))
    print(
        f"{mode:16} {found.rate:8.0f}/s  p50 {answered['p50_ms']:6.1f} ms  p99"
        f" {answered['p99_ms']:6.1f} ms  CPU {found.server_us:5.0f} us,"
        f" database {found.database_us:5.0f} us",
        flush=True,
    )
    return found


def wait_for(port: int) -> None:
    """Until the server accepts connections."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server doesn't start")


def load(port: int, connections: int, seconds: float, prepared: str) -> dict[str, Any]:
    """Runs the load generator; gives what it says."""
    command = [sys.executable, str(HERE / "_load.py"), str(port), str(connections), str(seconds)]
    ran = subprocess.run(command, input=prepared, capture_output=True, text=True, check=True)
    answered: dict[str, Any] = json.loads(ran.stdout)
    return answered


async def main() -> None:
    """Runs the rounds and prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    modes = ("empty", "ours/motor", "ours/pymongo", "textbook/motor")
    found: dict[str, list[Measured]] = {mode: [] for mode in modes}
    with tempfile.TemporaryDirectory(prefix="mitmach-bench-") as folder:
        data = Path(folder)
        secrets = DevelopmentSecrets(data)
        people = [f"person-{number}" for number in range(options.connections)]
        prepared = requests(secrets, people)
        async with running_mongodb(data / "mongodb") as mongodb:
            await seed(mongodb.url, secrets, people)
            for _ in range(options.rounds):
                for mode in modes:
                    one = await asyncio.to_thread(measure, mode, mongodb, data, prepared, options)
                    found[mode].append(one)
    rate = {mode: statistics.median(one.rate for one in every) for mode, every in found.items()}
    cpu = {mode: statistics.median(one.server_us for one in every) for mode, every in found.items()}
    pairs = zip(found["ours/motor"], found["empty"], strict=True)
    print(
        json.dumps(
            {
                "benchmark": "write_path",
                "connections": options.connections,
                "to_empty_endpoint": round(rate["ours/motor"] / rate["empty"], 2),
                "to_empty_endpoint_pymongo": round(rate["ours/pymongo"] / rate["empty"], 2),
                "to_textbook": round(rate["ours/motor"] / rate["textbook/motor"], 1),
                "rounds": [round(ours.rate / empty.rate, 2) for ours, empty in pairs],
                "cpu_to_empty_endpoint": round(cpu["ours/motor"] / cpu["empty"], 2),
                "cpu_to_empty_endpoint_pymongo": round(cpu["ours/pymongo"] / cpu["empty"], 2),
                "per_second": {mode: round(value) for mode, value in rate.items()},
                "server_cpu_us": {mode: round(value) for mode, value in cpu.items()},
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main())
