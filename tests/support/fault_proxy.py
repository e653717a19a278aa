"""A TCP proxy that misbehaves on request, to stand between a client and a server.

It knows nothing of the protocol: it can delay, swallow, hold back and cut. Everything is done at
once to all connections, present and future, until it is taken back.

A MongoDB client must be told `directConnection=true`, or it learns the real address from the
server; a broker must advertise the proxy's port.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from types import TracebackType
from typing import Self

_CHUNK = 65536


class Direction(Enum):
    """The direction in which bytes travel."""

    TO_SERVER = "to server"
    TO_CLIENT = "to client"


class FaultProxy:
    """Forwards `port` to a server on the loopback interface.

    Attributes:
        latency: Seconds that each chunk is held, in both directions.
        passed: Bytes forwarded so far, by direction.
    """

    def __init__(self, target: int, *, port: int = 0) -> None:
        self.target = target
        self.port = port
        self.latency = 0.0
        self.passed = dict.fromkeys(Direction, 0)
        self._swallowed: set[Direction] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._budget: dict[Direction, int] = {}
        self._connections: dict[asyncio.Task[None], list[asyncio.StreamWriter]] = {}
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listens on its port."""
        await self.up()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stops listening and cuts what is open."""
        await self.down()

    async def up(self) -> None:
        """Accepts connections, on the same port as before."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Refuses new connections and cuts the open ones: as if the server's process had died."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()
        if self._connections:
            await asyncio.wait(list(self._connections))

    def cut(self) -> None:
        """Resets all open connections, wherever in a message they are."""
        for writers in list(self._connections.values()):
            for writer in writers:
                writer.transport.abort()

    def cut_after(self, count: int, direction: Direction) -> None:
        """Lets that many more bytes pass in one direction, then resets all connections, once."""
        self._budget[direction] = count

    def swallow(self, *directions: Direction) -> None:
        """Takes bytes and forwards none: a black hole. Without directions: both."""
        self._swallowed = set(directions or Direction)

    def swallow_no_more(self) -> None:
        """Forwards what comes from now on. What is lost stays lost, and nobody is told."""
        self._swallowed = set()

    def pause(self) -> None:
        """Holds everything back; nothing is lost."""
        self._open.clear()

    def resume(self) -> None:
        """Forwards again, first what was held back."""
        self._open.set()

    def heal(self) -> None:
        """Forwards everything at once. What was swallowed stays lost: those connections are cut."""
        if self._swallowed:
            self._swallowed = set()
            self.cut()
        self.latency = 0.0
        self._budget.clear()
        self.resume()

    @asynccontextmanager
    async def unreachable(self) -> AsyncIterator[None]:
        """A black hole for as long as the block runs."""
        self.swallow()
        try:
            yield
        finally:
            self.heal()

    async def _serve(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        assert connection is not None
        self._connections[connection] = [answer]
        ways: list[asyncio.Task[None]] = []
        try:
            server, request = await asyncio.open_connection("127.0.0.1", self.target)
            self._connections[connection].append(request)
            if answer.is_closing():  # cut in the meantime
                return
            ways.append(asyncio.create_task(self._forward(client, request, Direction.TO_SERVER)))
            ways.append(asyncio.create_task(self._forward(server, answer, Direction.TO_CLIENT)))
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except OSError:
            answer.transport.abort()
        finally:
            for way in ways:
                way.cancel()
            for writer in self._connections.pop(connection):
                writer.close()

    async def _forward(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, direction: Direction
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(_CHUNK):
                if self.latency:
                    await asyncio.sleep(self.latency)
                await self._open.wait()
                if direction not in self._swallowed:
                    await self._pass(chunk, sink, direction)

    async def _pass(self, chunk: bytes, sink: asyncio.StreamWriter, direction: Direction) -> None:
        budget = self._budget.get(direction)
        cutting = budget is not None and len(chunk) > budget
        if budget is not None:
            chunk = chunk[:budget]
            self._budget[direction] = budget - len(chunk)
        sink.write(chunk)
        await sink.drain()
        self.passed[direction] += len(chunk)
        if cutting:
            del self._budget[direction]
            await asyncio.sleep(0.02)  # so that the half message arrives before the reset
            self.cut()
