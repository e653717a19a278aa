"""The environment of the programs that benchmarks compare with; `make peers` installs it."""

import os
import subprocess
from pathlib import Path

from tooling.servers.not_available import NotAvailable

PEERS = Path(os.environ.get("MITMACH_PEERS", ".venv-peers"))
"""Its folder, below the working directory unless the environment says otherwise."""


def peer_python() -> str:
    """The interpreter that has the peers.

    Raises:
        NotAvailable: They aren't installed.
    """
    python = PEERS.absolute() / "bin" / "python"
    if not python.exists():
        raise NotAvailable("the peers aren't installed (make peers)")
    return str(python)


def peer_packages() -> str:
    """The folder that the peers' packages are in, for a benchmark that loads one of them.

    Raises:
        NotAvailable: They aren't installed.
    """
    return subprocess.check_output(
        [peer_python(), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    ).strip()
