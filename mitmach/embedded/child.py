"""Child processes that hold a folder: started, watched, and ended by their process id alone."""

import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import psutil

from mitmach.embedded import die_with_parent

# Below the range from which systems take ports for outgoing connections (32768 on Linux): a port
# that was free yesterday isn't taken today by some browser tab.
_PORTS = range(20_000, 32_000)
# `mongod` needs room for its journal and its first checkpoints; it dies confusingly without.
_ROOM = 600 * 1024 * 1024
# Seconds between asking a child to end and ending it.
_GRACE = 15.0
# Seconds that the system may take to close what a killed server held.
_SOCKETS_CLOSED_WITHIN = 5.0


class EmbeddedFailure(Exception):  # noqa: N818 - it is shown to a person, as a sentence
    """An embedded part can't run here. Its text is one sentence that says what to do."""


_turns = deque(random.sample(_PORTS, len(_PORTS)))


def choose_ports_among(part: int, parts: int) -> None:
    """From now on `free_port` chooses among a part of the ports only.

    Processes that each have another part never choose the same port.

    Args:
        part: The index of the part, from 0.
        parts: How many parts there are.
    """
    ours = _PORTS[part::parts]
    _turns.clear()
    _turns.extend(random.sample(ours, len(ours)))


def free_port() -> int:
    """A port on the loopback interface that nobody listens on at this moment.

    Another one each time: a process that is told one takes it only a second later.
    """
    while True:
        _turns.rotate()
        if port_is_free(_turns[0]):
            return _turns[0]


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback interface."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still being forgotten counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def lock_folder(folder: Path) -> IO[str]:
    """Takes a folder for this process alone, until the answer is closed or the process ends.

    The lock is the system's, so a kill -9 leaves none behind.

    Raises:
        EmbeddedFailure: Another process has it.
    """
    lock = (folder / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise EmbeddedFailure(
            f"Mitmach already runs on {folder} (process {owner}): stop it there, or choose another "
            "place with --data."
        ) from None
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


class Child:
    """A server process with a folder of its own.

    The folder holds a lock (who runs here), the process id with the command (to recognise what an
    earlier run left behind) and the log of the current start; what else is in it is the server's.

    Args:
        name: The name of the server, for messages.
        folder: The folder of the process; made if missing.
        command: The program and its arguments.
        port: The port that it listens on.
        port_option: The command line option that chooses another port, for messages.
    """

    def __init__(
        self, *, name: str, folder: Path, command: Sequence[str], port: int, port_option: str
    ) -> None:
        self.name = name
        self.folder = folder
        self.command = list(command)
        self.port = port
        self._port_option = port_option
        self.log = folder / "log"
        self._pid_file = folder / "pid"
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        # Closed by the system when this process ends; the watcher of the child notices.
        self._lifeline: int | None = None

    @property
    def pid(self) -> int | None:
        """The id of the process while it lives."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """The exit code of the process; negative for a signal, None while it runs."""
        return self._process.poll() if self._process is not None else None

    def start(self, *, folders: Sequence[Path] = ()) -> None:
        """Starts the process; that it can serve is for the caller to find out.

        Args:
            folders: Further folders that the server needs; made if missing.

        Raises:
            EmbeddedFailure: The folder is in use, can't be written or has no room, or the port is
                taken.
        """
        try:
            for folder in (self.folder, *folders):
                folder.mkdir(parents=True, exist_ok=True)
            if self._lock is None:
                self._lock = lock_folder(self.folder)
            if (free := shutil.disk_usage(self.folder).free) < _ROOM:
                raise EmbeddedFailure(
                    f"Only {free // 2**20} MiB are free where {self.folder} is; make room for "
                    f"{_ROOM // 2**20} MiB or choose another place with --data."
                )
            if self._end_leftover():
                self._wait_for_port()
            if not port_is_free(self.port):
                raise EmbeddedFailure(
                    f"Port {self.port} is taken by another program: stop that, or choose another "
                    f"port with {self._port_option}."
                )
            self._process = self._start_process()
            note = {"pid": self._process.pid, "command": self.command}
            self._pid_file.write_text(json.dumps(note))
        except OSError as error:
            self.release()
            raise EmbeddedFailure(
                f"{self.folder} can't be used ({error.strerror}); choose another place with --data."
            ) from error
        except EmbeddedFailure:
            self.release()
            raise

    def _start_process(self) -> subprocess.Popen[bytes]:
        self._close_lifeline()  # of a process that was killed
        read_end, self._lifeline = (
            os.pipe() if die_with_parent.needs_lifeline() else (die_with_parent.NO_LIFELINE, None)
        )
        wrapper = [sys.executable, "-I", "-S", die_with_parent.__file__]
        try:
            with self.log.open("wb") as log:
                return subprocess.Popen(
                    [*wrapper, str(os.getpid()), str(read_end), *self.command],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=() if self._lifeline is None else (read_end,),
                    # Ctrl-C is for this process, which then ends the child in order.
                    start_new_session=True,
                )
        finally:
            if self._lifeline is not None:
                os.close(read_end)

    def stop(self) -> None:
        """Ends the process in order, or after a while in disorder. Blocks; harmless twice."""
        if (process := self._process) is not None:
            _end(process.pid, lambda: process.poll() is not None)
            process.wait()
            self._pid_file.unlink(missing_ok=True)
        self.release()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal, for tests that kill or freeze it; after SIGKILL waits for its end."""
        if (pid := self.pid) is None or self._process is None:
            return
        os.kill(pid, number)
        if number is signal.SIGKILL:
            self._process.wait()

    def release(self) -> None:
        """Releases the lock on the folder."""
        self._close_lifeline()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _close_lifeline(self) -> None:
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None

    def output(self) -> str:
        """What the process has written, the last 64 KiB of it."""
        try:
            return self.log.read_bytes()[-65536:].decode(errors="replace")
        except OSError:
            return ""

    def _end_leftover(self) -> bool:
        """Ends what an earlier run left in this folder, if it is certain that it is ours.

        True if an earlier run ended without order, whether or not its server was still there.

        Process ids are used again, so the id alone proves nothing: the running command must be the
        one that we noted, which names the folder.
        """
        try:
            note = json.loads(self._pid_file.read_text())
            pid, command = int(note["pid"]), list(note["command"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        if _command_of(pid) == command:
            _end(pid, lambda: _command_of(pid) != command)
        self._pid_file.unlink(missing_ok=True)
        return True

    def _wait_for_port(self) -> None:
        """A killed process is listed as dead before the system has closed its sockets."""
        deadline = time.monotonic() + _SOCKETS_CLOSED_WITHIN
        while not port_is_free(self.port) and time.monotonic() < deadline:
            time.sleep(0.02)


def _end(pid: int, has_ended: Callable[[], bool]) -> None:
    """Ends a process by SIGTERM, and after a grace period by SIGKILL."""
    for number, patience in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if has_ended():
                return
            time.sleep(0.02)


def _command_of(pid: int) -> list[str] | None:
    """The command line of a running process; None if there is none (a zombie has none either)."""
    try:
        return psutil.Process(pid).cmdline() or None
    except psutil.Error:
        return None
