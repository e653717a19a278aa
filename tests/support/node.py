"""Programs of the TypeScript client, where Node and its packages are installed."""

import os
import subprocess
from pathlib import Path

import pytest

from tooling.clients import TYPESCRIPT, node_program
from tooling.servers.not_available import NotAvailable

_SECONDS = 120  # each takes a few, on a machine with nothing else to do


def run_node_program(name: str, *arguments: str) -> None:
    """Runs one in the client's folder; the test fails with what it says, or is skipped."""
    try:
        program = node_program(name)
    except NotAvailable as reason:
        pytest.skip(str(reason))
    run_in_client(program, *arguments)


def run_in_client(*command: str, cwd: Path = TYPESCRIPT) -> str:
    """Runs a command in the client's folder; the test fails with what it says."""
    done = subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
