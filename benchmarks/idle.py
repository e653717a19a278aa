"""What the platform in one process costs while nobody uses it: processor time of its processes.

    python benchmarks/idle.py [--seconds 60] [--settle 15] [--profile]

Starts `mitmach up` in a folder of its own, lets it settle, and reads from /proc how much of a
processor the platform, its database and its broker take each. `--profile` says in which functions
of the platform the time goes, which costs some itself. The last line is the figures as JSON.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._machine import cpu_seconds
from benchmarks._parts import ROOT
from mitmach import __main__ as cli
from mitmach.platform import Platform

# Seconds until the platform must be up.
_UP_WITHIN = 120.0


def main() -> None:
    """Measures, and prints a table and the figures as JSON."""
    parser = argparse.ArgumentParser(description="What an idle platform costs.")
    parser.add_argument("--seconds", type=float, default=60, help="how long is measured")
    parser.add_argument("--settle", type=float, default=15, help="how long it may settle before")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--part", choices=("platform",), help=argparse.SUPPRESS)
    options, arguments = parser.parse_known_args()
    if options.part:
        _profiled(arguments)
        return
    with tempfile.TemporaryDirectory(prefix="idle-") as folder:
        shares = measure(Path(folder), options.seconds, options.settle, profile=options.profile)
    for name, share in shares.items():
        print(f"{name:10} {share:6.2%} of a processor")
    print(json.dumps({name: round(share, 4) for name, share in shares.items()}))


def measure(folder: Path, seconds: float, settle: float, *, profile: bool) -> dict[str, float]:
    """Share of a processor by process, over some seconds without any client.

    Args:
        folder: Where the platform stores everything.
        seconds: How long is measured.
        settle: Seconds before, in which start-up may end.
        profile: Whether the platform says where its time goes.
    """
    command = [sys.executable, "-m", "mitmach"]
    if profile:
        command = [sys.executable, __file__, "--part", "platform"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    platform = subprocess.Popen(
        [*command, "up", "--data", str(folder / "data"), "--http-port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_until_up(folder / "data" / "addresses.json", platform)
        time.sleep(settle)
        pids = {"platform": platform.pid, **_servers(folder / "data")}
        before = {name: cpu_seconds(pid) for name, pid in pids.items()}
        began = time.monotonic()
        time.sleep(seconds)
        took = time.monotonic() - began
        return {name: (cpu_seconds(pid) - before[name]) / took for name, pid in pids.items()}
    finally:
        platform.send_signal(signal.SIGINT)
        platform.wait(timeout=60)


def _wait_until_up(addresses: Path, platform: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _UP_WITHIN
    while not addresses.exists():
        if platform.poll() is not None or time.monotonic() > deadline:
            raise SystemExit("The platform didn't come up.")
        time.sleep(0.1)


def _servers(data: Path) -> dict[str, int]:
    """Process ids of what the platform has started, as their folders name them."""
    return {
        name: json.loads((data / folder / "pid").read_text())["pid"]
        for name, folder in (("mongod", "mongodb"), ("broker", "broker"))
    }


def _profiled(arguments: list[str]) -> None:
    """Runs the command line under the profiler, from when the platform is up to its end."""
    profiler = cProfile.Profile()

    def begin(platform: Platform, data: Path) -> None:
        del platform, data
        asyncio.get_running_loop().call_later(10, profiler.enable)

    cli.show = begin
    sys.argv = ["mitmach", *arguments]
    try:
        cli.main()
    finally:
        profiler.disable()
        statistics = pstats.Stats(profiler, stream=sys.stderr)
        statistics.sort_stats("tottime").print_stats(40)
        statistics.sort_stats("cumulative").print_stats(80)


if __name__ == "__main__":
    main()
