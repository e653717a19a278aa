"""Becomes a command that can't outlive the process that started it.

Run as a script: `python die_with_parent.py PARENT LIFELINE COMMAND ...`. Then no server is left
holding a port and a folder, even after a kill -9 of the parent. It is a process of its own because
code that runs between fork and exec of a threaded parent can deadlock.

Linux does it: it ends the command with SIGKILL when the parent is gone, and that setting survives
exec. Other systems know no such thing. There a watcher stays beside the command and reads from a
pipe, the lifeline, whose other end only the parent has: it ends when the parent ends.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
NO_LIFELINE = -1


def needs_lifeline() -> bool:
    """Whether this system doesn't end children with their parent by itself."""
    return sys.platform != "linux"


def main() -> None:
    """Ties this process to its parent and replaces it by the command."""
    parent, lifeline = int(sys.argv[1]), int(sys.argv[2])
    if lifeline != NO_LIFELINE:
        _leave_watcher(lifeline)
    elif sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the line above, so nothing would tell us
            sys.exit(1)
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606 - replacing this process is the point


def _leave_watcher(lifeline: int) -> None:
    """Forks a watcher that ends this process when the lifeline ends."""
    command = os.getpid()
    if os.fork():
        os.close(lifeline)
        return
    os.setsid()
    while os.read(lifeline, 1):
        pass
    # A child of the command: with another parent the command is gone, and its id may be another's.
    if os.getppid() == command:
        os.kill(command, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main()
