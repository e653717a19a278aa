"""What the promise costs: the reaction endpoint against an empty one, and against the textbook.

    python benchmarks/write_path.py [--connections 256] [--seconds 6] [--rounds 3]

Each server runs in a process of its own, one at a time, in turns; the ratios are medians of the
rounds. Absolute figures depend on the machine and on what else it does, the ratios hardly.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from mitmach.development import DevelopmentSecrets
from mitmach.embedded.child import free_port
from mitmach.embedded.mongod import running_mongodb
from services.posts.domain.audience import EVERYONE, Channel, Group, Membership, Person
from services.posts.domain.post import Post
from shared.access import Visibility
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
            published_at=datetime.now(UTC).replace(microsecond=0),
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


def measure(mode: str, url: str, data: Path, prepared: str, options: argparse.Namespace) -> float:
    """Requests per second of one server; fails if any request did."""
    port = free_port()
    name, _, driver = mode.partition("/")
    command = [sys.executable, str(HERE / "_write_path_server.py"), name, str(port), url, str(data)]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    server = subprocess.Popen([*command, *([driver] if driver else [])], env=environment)
    try:
        load = [sys.executable, str(HERE / "_load.py"), str(port), str(options.connections)]
        answered = {}
        for seconds in (1.0, options.seconds):  # the first warms up
            for _ in range(100):
                ran = subprocess.run(
                    [*load, str(seconds)],
                    input=prepared,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if ran.returncode == 0:
                    break
                time.sleep(0.1)
            answered = json.loads(ran.stdout)
        if set(answered["statuses"]) != {"200"}:
            raise SystemExit(f"{mode} answered {answered['statuses']}")
        print(
            f"{mode:16} {answered['per_second']:8.0f}/s  p50 {answered['p50_ms']:6.1f} ms"
            f"  p99 {answered['p99_ms']:6.1f} ms",
            flush=True,
        )
        return float(answered["per_second"])
    finally:
        server.terminate()
        server.wait(20)


async def main() -> None:
    """Runs the rounds and prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    modes = ("empty", "ours/motor", "ours/pymongo", "textbook/motor")
    rates: dict[str, list[float]] = {mode: [] for mode in modes}
    with tempfile.TemporaryDirectory(prefix="mitmach-bench-") as folder:
        data = Path(folder)
        secrets = DevelopmentSecrets(data)
        people = [f"person-{number}" for number in range(options.connections)]
        prepared = requests(secrets, people)
        async with running_mongodb(data / "mongodb") as mongodb:
            await seed(mongodb.url, secrets, people)
            for _ in range(options.rounds):
                for mode in modes:
                    rate = await asyncio.to_thread(
                        measure, mode, mongodb.url, data, prepared, options
                    )
                    rates[mode].append(rate)
    median = {mode: statistics.median(found) for mode, found in rates.items()}
    pairs = zip(rates["ours/motor"], rates["empty"], strict=True)
    spread = [round(ours / nothing, 2) for ours, nothing in pairs]
    print(
        json.dumps(
            {
                "benchmark": "write_path",
                "connections": options.connections,
                "to_empty_endpoint": round(median["ours/motor"] / median["empty"], 2),
                "to_empty_endpoint_pymongo": round(median["ours/pymongo"] / median["empty"], 2),
                "to_textbook": round(median["ours/motor"] / median["textbook/motor"], 1),
                "rounds": spread,
                "per_second": {mode: round(rate) for mode, rate in median.items()},
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main())
