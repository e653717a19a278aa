"""Becomes a command that can't outlive the process that started it.

Run as a script: `python die_with_parent.py PARENT COMMAND ...`. Linux ends the command with SIGKILL
when the parent is gone, even after a kill -9, so that no server is left holding a port and a
folder. It is a process of its own because code that runs between fork and exec of a threaded parent
can deadlock; the setting survives exec.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ties this process to its parent and replaces it by the command."""
    parent = int(sys.argv[1])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the line above, so nothing would tell us
            sys.exit(1)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - replacing this process is the point


if __name__ == "__main__":
    main()
