"""What a run measures besides time: processor seconds and memory of processes, by psutil.

Processor time is steadier than a rate on a machine that does other work too, so both stand in the
results.
"""

import os
import platform
import statistics
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil


def cpu_seconds(pid: int | None = None) -> float:
    """What a process and the children that it has waited for have used so far; None: this one."""
    return sum(psutil.Process(pid).cpu_times()[:4])


def cpu_of_tree(pid: int) -> float:
    """The same with the children that run now: PostgreSQL has a process per connection."""
    total = cpu_seconds(pid)
    for child in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess):  # it has ended in between
            total += cpu_seconds(child.pid)
    return total


def peak_memory_mib(pid: int | None = None) -> int:
    """The most that a process has had resident; children don't count.

    Of another process Linux alone tells it; elsewhere it is what is resident now.
    """
    status = Path(f"/proc/{pid or 'self'}/status")
    if not status.exists():
        return psutil.Process(pid).memory_info().rss // 2**20
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(fields["VmHWM"].split()[0]) // 1024


def machine() -> dict[str, str]:
    """Processor, memory and system that the figures were measured on."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.exists() else []
    processor = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    memory = psutil.virtual_memory().total
    return {
        "Processor": f"{processor}, {_cores()} cores",
        "Memory": f"{memory / 2**30:.0f} GiB",
        "System": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class Clock:
    """Wall and processor time of this process from now on.

    Args:
        beside: Ids of servers whose processor time is told apart, by what they are called.
    """

    def __init__(self, beside: Mapping[str, int] | None = None) -> None:
        self._servers = dict(beside or {})
        self._beside = {name: cpu_seconds(pid) for name, pid in self._servers.items()}
        self._began, self._used = time.perf_counter(), cpu_seconds()
        self._taken: tuple[float, float] | None = None

    def stop(self) -> None:
        """Stops the clock: later work of the process, or of a server, doesn't count."""
        self._taken = time.perf_counter() - self._began, cpu_seconds() - self._used
        for name, pid in self._servers.items():
            self._beside[name] = cpu_seconds(pid) - self._beside[name]

    def figures(self, events: int) -> dict[str, float]:
        """For so many events, until now or the stop."""
        if self._taken is None:
            self.stop()
        took, used = self._taken or (0.0, 0.0)
        return {
            "per_second": events / took,
            "cpu_us": 1e6 * used / events,
            "memory_mib": peak_memory_mib(),
            **{f"{name}_cpu_us": 1e6 * used / events for name, used in self._beside.items()},
        }


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """How many times as much; None where one of them wasn't measured."""
    return None if ours is None or not theirs else round(ours / theirs, 2)


class Rows:
    """What the rounds of a benchmark gave: one row per subject and circumstance.

    Args:
        benchmark: Its name, for what is printed on the way.

    Attributes:
        stored: As they stand in the line of JSON: `row`, its circumstances, and under `rounds` the
            values of each measure, one per round.
    """

    def __init__(self, benchmark: str) -> None:
        self.stored: list[dict[str, Any]] = []
        self._benchmark = benchmark

    def add(self, row: str, *, values: Mapping[str, float], **circumstances: Any) -> None:
        """Adds the figures of a round to a row, and prints them."""
        stored = self._find(row, circumstances)
        if stored is None:
            stored = {"row": row, **circumstances, "rounds": {}}
            self.stored.append(stored)
        for name, value in values.items():
            stored["rounds"].setdefault(name, []).append(round(value, 2))
        said = "  ".join(f"{name} {value:,.1f}" for name, value in values.items())
        where = "".join(f", {value} {name}" for name, value in circumstances.items())
        print(f"{self._benchmark}: {row}{where}: {said}", flush=True)

    def median(self, row: str, measure: str, **circumstances: Any) -> float | None:
        """Of one measure over the rounds; None where it wasn't measured."""
        stored = self._find(row, circumstances)
        return None if stored is None else statistics.median(stored["rounds"][measure])

    def _find(self, row: str, circumstances: Mapping[str, Any]) -> dict[str, Any] | None:
        wanted = {"row": row, **circumstances}
        for stored in self.stored:
            if {**stored, **wanted} == stored:
                return stored
        return None
