"""PostgreSQL, where it is installed: a new cluster for the time of a run.

It stores nothing of the product: a benchmark compares with a program that needs it.
"""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from mitmach.embedded.child import free_port
from tooling.servers.not_available import NotAvailable


class Postgresql(NamedTuple):
    """A running server.

    Attributes:
        address: URL for SQLAlchemy's driver asyncpg, of the superuser in the default database.
        pid: Process id of the server, whose children serve the connections.
        version: Name and major version, for a page of results.
    """

    address: str
    pid: int
    version: str


@asynccontextmanager
async def running_postgresql() -> AsyncIterator[Postgresql]:
    """A new cluster with the server's own settings, durable as they are by default.

    Raises:
        NotAvailable: PostgreSQL isn't installed.
    """
    programs = _installed()
    if not programs:
        raise NotAvailable("PostgreSQL isn't installed (on Debian: apt install postgresql)")
    binaries = programs[-1].parent
    # It refuses to run as root; Debian's package brings a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="mitmach-bench-postgresql-"))
    port = free_port()
    data = str(folder / "data")
    try:
        await asyncio.to_thread(_initialise, binaries, folder, data, user)
        with (folder / "log").open("w") as log:
            server = await asyncio.create_subprocess_exec(
                str(binaries / "postgres"),
                *("-D", data, "-p", str(port)),
                *("-c", "listen_addresses=127.0.0.1"),
                *("-c", f"unix_socket_directories={folder}"),
                user=user,
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            if not await _accepts(port, server):
                raise NotAvailable(f"PostgreSQL doesn't start: {_end_of(folder / 'log')}")
            address = f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres"
            yield Postgresql(address, server.pid, f"PostgreSQL {programs[-1].parts[-3]}")
        finally:
            # Its "fast shutdown"; SIGTERM would wait for its clients.
            server.send_signal(signal.SIGINT)
            await server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(binaries: Path, folder: Path, data: str, user: str | None) -> None:
    if user:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    command = [str(binaries / "initdb"), "-D", data, "-U", "postgres", "-A", "trust"]
    subprocess.run(command, user=user, cwd=folder, check=True, capture_output=True)


def _installed() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def _end_of(log: Path) -> str:
    return log.read_text()[-300:]


async def _accepts(port: int, server: asyncio.subprocess.Process) -> bool:
    for _ in range(300):
        if server.returncode is not None:
            return False
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return True
    return False
