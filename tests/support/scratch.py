"""Where tests put things: databases in memory where there is room, servers on ports of their own.

What is tested is the protocol, not the disk. Every commit waits for the journal to be flushed, and
some disks take seconds over it when several servers ask at once. `MITMACH_TEST_DISK=1` keeps all on
the disk; so does a `TMPDIR` of one's own.
"""

import os
import shutil
import tempfile
from pathlib import Path

from mitmach.embedded.child import choose_ports_among

_MEMORY = Path("/dev/shm")
_ROOM = 4 * 1024**3  # bytes. Three test processes hold three databases of 300 MB each at most.


def use_memory() -> None:
    """Makes `tempfile`, pytest's folders and child processes use memory, unless told otherwise."""
    if "TMPDIR" in os.environ or os.environ.get("MITMACH_TEST_DISK"):
        return
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM:
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None  # asked anew


def use_own_ports() -> None:
    """Keeps test processes that run side by side from choosing the same port."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    choose_ports_among(int(worker), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
