"""Parts of a benchmark in processes of their own, so that time and memory of one are its alone."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tooling.servers.not_available import NotAvailable

ROOT = Path(__file__).parent.parent


def run_part(command: Sequence[str], *, timeout: float = 300.0) -> dict[str, Any]:
    """Runs a program; gives the JSON of its last line.

    Raises:
        NotAvailable: It failed or took too long; the text has the end of what it said.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    try:
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotAvailable(f"took longer than {timeout:.0f} s") from None
    lines = [line for line in ran.stdout.splitlines() if line.startswith("{")]
    if ran.returncode or not lines:
        said = (ran.stderr.strip() or ran.stdout.strip()).splitlines()
        raise NotAvailable(f"ended with {ran.returncode}: {' '.join(said[-3:])[-300:]}")
    answered: dict[str, Any] = json.loads(lines[-1])
    return answered


def own_part(script: str, part: str, options: Mapping[str, object]) -> dict[str, Any]:
    """Runs a part of one of our scripts: a part that fails fails the benchmark."""
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    try:
        return run_part([sys.executable, script, "--part", part, *arguments])
    except NotAvailable as failure:
        raise SystemExit(f"{part}: {failure}") from None


async def ended(task: asyncio.Task[None]) -> None:
    """Cancels a task until it ends: in Python 3.11 a wait that is over takes a cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=1.0)
