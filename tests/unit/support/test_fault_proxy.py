"""The proxy that stands between clients and servers in fault tests does what it says."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.support.fault_proxy import Direction, FaultProxy


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[FaultProxy]:
    server = await asyncio.start_server(_echo, "127.0.0.1", 0)
    async with FaultProxy(server.sockets[0].getsockname()[1]) as proxy:
        yield proxy
    server.close()


class Client:
    """Asks the echo server through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, words: bytes, *, within: float = 2.0) -> bytes:
        self._writer.write(words)
        await self._writer.drain()
        return await asyncio.wait_for(self._reader.readexactly(len(words)), within)

    async def read_to_end(self) -> bytes:
        return await asyncio.wait_for(self._reader.read(), 2)


async def connected(proxy: FaultProxy) -> Client:
    return Client(*await asyncio.open_connection("127.0.0.1", proxy.port))


async def test_it_forwards_both_ways_and_counts(proxy: FaultProxy) -> None:
    client = await connected(proxy)

    assert await client.ask(b"hello") == b"hello"
    assert proxy.passed == {Direction.TO_SERVER: 5, Direction.TO_CLIENT: 5}


async def test_latency_holds_each_direction(proxy: FaultProxy) -> None:
    client = await connected(proxy)
    proxy.latency = 0.05

    started = time.monotonic()
    await client.ask(b"hello")

    assert time.monotonic() - started >= 0.1


async def test_a_black_hole_answers_nothing_and_keeps_the_connection(proxy: FaultProxy) -> None:
    client = await connected(proxy)

    async with proxy.unreachable():
        with pytest.raises(TimeoutError):
            await client.ask(b"hello", within=0.1)

    assert await (await connected(proxy)).ask(b"again") == b"again"


async def test_swallowing_answers_lets_requests_through(proxy: FaultProxy) -> None:
    client = await connected(proxy)
    proxy.swallow(Direction.TO_CLIENT)

    with pytest.raises(TimeoutError):
        await client.ask(b"hello", within=0.1)

    assert proxy.passed == {Direction.TO_SERVER: 5, Direction.TO_CLIENT: 0}


async def test_a_pause_loses_nothing(proxy: FaultProxy) -> None:
    client = await connected(proxy)
    proxy.pause()

    asked = asyncio.create_task(client.ask(b"hello"))
    await asyncio.sleep(0.05)
    assert not asked.done()
    proxy.resume()

    assert await asked == b"hello"


async def test_a_cut_in_the_middle_of_a_message_delivers_half_of_it(proxy: FaultProxy) -> None:
    client = await connected(proxy)
    proxy.cut_after(3, Direction.TO_CLIENT)

    with pytest.raises(asyncio.IncompleteReadError) as half:
        await client.ask(b"hello")

    assert half.value.partial == b"hel"
    assert await (await connected(proxy)).ask(b"hello") == b"hello"


async def test_down_refuses_and_up_listens_on_the_same_port(proxy: FaultProxy) -> None:
    client, port = await connected(proxy), proxy.port

    await proxy.down()
    with pytest.raises(OSError):  # noqa: PT011 - refused or reset, as the system likes
        await connected(proxy)
    assert await client.read_to_end() == b""
    await proxy.up()

    assert proxy.port == port
    assert await (await connected(proxy)).ask(b"hello") == b"hello"
