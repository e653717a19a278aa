"""Prometheus' own tool, where it is installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROMTOOL = shutil.which("promtool") or ""
needs_promtool = pytest.mark.skipif(
    not PROMTOOL, reason="promtool isn't installed (Debian: prometheus)"
)


def promtool(*arguments: str, cwd: Path | None = None, given: bytes = b"") -> str:
    """What it says to something good; the test fails if it finds fault."""
    # A tool that lives for seconds needn't collect its garbage as a server does: a third less work.
    environment = os.environ | {"GOGC": "400"}
    done = subprocess.run(
        [PROMTOOL, *arguments],
        cwd=cwd,
        env=environment,
        input=given,
        capture_output=True,
        check=False,
    )
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    return said
