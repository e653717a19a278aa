"""What the promise costs: the reaction endpoint against an empty one, the textbook, and a peer.

    python benchmarks/write_path.py [--connections 1,64,256] [--seconds 3] [--rounds 3]

Each server runs in a process of its own, one at a time, in turns, each with all numbers of
connections; ratios are of medians over the rounds. The load generator and the database share the
machine with it, so absolute figures depend on it, the ratios hardly. An answer other than 200 fails
the run.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks._machine import Rows, cpu_of_tree, peak_memory_mib, ratio
from benchmarks._write_path_seed import POSTS, VIEWS_AT_ONCE, reactions, seed, views
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.child import free_port
from mitmach.embedded.mongod import running_mongodb
from tooling.servers.not_available import NotAvailable
from tooling.servers.peers import peer_python
from tooling.servers.postgresql import running_postgresql

HERE = Path(__file__).parent


class Mode(NamedTuple):
    """One server.

    Attributes:
        command: What starts it, given a port.
        database: Process id of the database behind it.
        requests: Lines for the load generator, by what makes a load unlike the one before.
    """

    command: Callable[[int], list[str]]
    database: int
    requests: Callable[[str, int], str]


@contextmanager
def serving(name: str, mode: Mode) -> Iterator[tuple[int, int]]:
    """The server's port and process while the block runs."""
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    server = subprocess.Popen(mode.command(port), env=environment)
    try:
        for _ in range(600):
            if server.poll() is not None:
                raise SystemExit(f"{name}: the server ended with {server.returncode}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"{name}: the server doesn't start")
        yield port, server.pid
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def load(port: int, connections: int, seconds: float, prepared: str) -> dict[str, Any]:
    """Runs the load generator; gives what it says."""
    command = [sys.executable, str(HERE / "_load.py"), str(port), str(connections), str(seconds)]
    ran = subprocess.run(command, input=prepared, capture_output=True, text=True, check=True)
    answered: dict[str, Any] = json.loads(ran.stdout)
    return answered


def measure(name: str, mode: Mode, turn: int, options: argparse.Namespace, rows: Rows) -> None:
    """One server with every number of connections; fails if any request did."""
    with serving(name, mode) as (port, pid):
        load(port, 64, 1.0, mode.requests(f"warm-{turn}", 64))
        for connections in options.connections:
            prepared = mode.requests(f"{turn}-{connections}", connections)
            before = [cpu_of_tree(process) for process in (pid, mode.database)]
            answered = load(port, connections, options.seconds, prepared)
            after = [cpu_of_tree(process) for process in (pid, mode.database)]
            if set(answered["statuses"]) != {"200"}:
                raise SystemExit(f"{name} answered {answered['statuses']}")
            count = answered["statuses"]["200"]
            if "views" in name and count * VIEWS_AT_ONCE > connections * POSTS:
                raise SystemExit(f"{name}: views may have been repeats; measure fewer seconds")
            server, database = (
                1e6 * (used - was) / count for used, was in zip(after, before, strict=True)
            )
            rows.add(
                name,
                connections=connections,
                values={
                    "per_second": answered["per_second"],
                    "p50_ms": answered["p50_ms"],
                    "p99_ms": answered["p99_ms"],
                    "cpu_us": server,
                    "database_cpu_us": database,
                    "memory_mib": peak_memory_mib(pid),
                },
            )


def modes(
    mongodb: tuple[str, int], data: Path, people: list[str], secrets: DevelopmentSecrets
) -> dict[str, Mode]:
    """The modes whose server runs on MongoDB."""
    url, pid = mongodb

    def command(name: str, driver: str, server: str = "uvicorn") -> Callable[[int], list[str]]:
        script = str(HERE / "_write_path_server.py")
        end = [url, str(data), driver, server]
        return lambda port: [sys.executable, script, name, str(port), *end]

    prepared = reactions(secrets, people)
    viewing: dict[str, str] = {}

    def react(load: str, connections: int) -> str:
        return prepared

    def view(load: str, connections: int) -> str:
        return viewing.setdefault(
            load, views(secrets, [viewer(load, n) for n in range(connections)])
        )

    return {
        "empty endpoint": Mode(command("empty", "motor"), pid, react),
        "one document, no event": Mode(command("single", "motor"), pid, react),
        "ours, motor": Mode(command("ours", "motor"), pid, react),
        "ours, PyMongo": Mode(command("ours", "pymongo"), pid, react),
        "ours, views:batch": Mode(command("ours", "motor"), pid, view),
        "one transaction per request": Mode(command("textbook", "motor"), pid, react),
        "empty endpoint, granian": Mode(command("empty", "motor", "granian"), pid, react),
        "ours, granian": Mode(command("ours", "motor", "granian"), pid, react),
    }


def viewer(load: str, number: int) -> str:
    """Somebody who hasn't seen anything before this load."""
    return f"viewer-{load}-{number}"


def viewers(options: argparse.Namespace) -> Iterator[str]:
    """The viewers of all loads."""
    for turn in range(options.rounds):
        for load, connections in [
            (f"warm-{turn}", 64),
            *((f"{turn}-{n}", n) for n in options.connections),
        ]:
            yield from (viewer(load, number) for number in range(connections))


async def outbox(
    stack: AsyncExitStack, secrets: DevelopmentSecrets, requests: Callable[[str, int], str]
) -> Mode:
    """The peer.

    Raises:
        NotAvailable: It or PostgreSQL isn't installed.
    """
    python = peer_python()
    server = await stack.enter_async_context(running_postgresql())
    script = str(HERE / "peers" / "outbox_server.py")
    keys = [str(secrets.public_file), secrets.pseudonym_key]
    return Mode(
        lambda port: [python, script, str(port), server.address, *keys], server.pid, requests
    )


async def main() -> None:
    """Measures all modes in rounds and prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--connections", type=lambda text: [int(n) for n in text.split(",")], default=[1, 64, 256]
    )
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="rows with this in their name, and the baseline")
    options = parser.parse_args()
    rows, skipped = Rows("write_path"), {}
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mitmach-bench-")))
        secrets = DevelopmentSecrets(data)
        people = [f"person-{number}" for number in range(max(options.connections))]
        mongodb = await stack.enter_async_context(running_mongodb(data / "mongodb"))
        await seed(mongodb.url, secrets, [*people, *viewers(options)])
        wanted = modes((mongodb.url, mongodb.members[0].child.pid or 0), data, people, secrets)
        try:
            wanted["faststream-outbox"] = await outbox(
                stack, secrets, wanted["empty endpoint"].requests
            )
        except NotAvailable as missing:
            skipped["faststream-outbox"] = str(missing)
        try:
            peer_python()
        except NotAvailable as missing:
            for name in [name for name in wanted if "granian" in name]:
                skipped[name] = str(missing)
                del wanted[name]
        for turn in range(options.rounds):
            for name, mode in wanted.items():
                if options.only in name or name == "empty endpoint":
                    await asyncio.to_thread(measure, name, mode, turn, options, rows)
    most = max(options.connections)
    rate = {name: rows.median(name, "per_second", connections=most) for name in wanted}
    empty, ours = rate["empty endpoint"], rate["ours, motor"]
    print(
        json.dumps(
            {
                "benchmark": "write_path",
                "seconds": options.seconds,
                "views_per_request": VIEWS_AT_ONCE,
                "skipped": skipped,
                "to_empty_endpoint": ratio(ours, empty),
                "to_empty_endpoint_pymongo": ratio(rate["ours, PyMongo"], empty),
                "to_textbook": ratio(ours, rate["one transaction per request"]),
                "granian_to_uvicorn": ratio(rate.get("ours, granian"), ours),
                "to_outbox_peer": ratio(ours, rate.get("faststream-outbox")),
                "rows": rows.stored,
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main())
