"""Clients that send slowly, too much or nothing, over real sockets."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI

from shared.runtime.process import bind, port_of, serve
from shared.runtime.settings import ServiceSettings, load
from tests.support.identity import token_of
from tests.support.log_lines import recorded
from tests.support.web import NOTE_ID, Recorder, make_web_context, notes_app

STAR = f"/v1/notes/{NOTE_ID}/star"
BODY = b'{"kind": "gold"}'


class Client:
    """One connection, spoken to byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    def send(self, content: bytes) -> None:
        """Sends and doesn't wait."""
        self.writer.write(content)

    async def answer(self, within: float = 10) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers, body."""
        async with asyncio.timeout(within):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.rstrip().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines)
            body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return int(first.split()[1]), headers, body

    async def rest(self, within: float = 10) -> bytes:
        """What comes until the server closes, one way or the other."""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(within):
                return await self._reader.read()
        return b""


@contextlib.asynccontextmanager
async def served(app: FastAPI, **values: Any) -> AsyncIterator[Any]:
    """Serves with short deadlines; gives what opens a connection."""
    limits = {"http_head_timeout": 1.0, "http_body_timeout": 1.5, "http_head_limit": 4096}
    defaults: dict[str, Any] = {"pseudonym_key": "x" * 20, "http_port": 0, "http_grace": 1}
    settings = load(ServiceSettings, **(defaults | limits | values))
    stop, ready = asyncio.Event(), asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        listening = stack.enter_context(bind(settings))
        serving = asyncio.create_task(serve(app, settings, listening, stop, ready=ready))
        await asyncio.wait_for(ready.wait(), 10)

        async def connect() -> Client:
            opened = await asyncio.open_connection("127.0.0.1", port_of(listening))
            stack.callback(opened[1].close)
            return Client(*opened)

        try:
            yield connect
        finally:
            stop.set()
            await serving


def head(path: str = STAR, length: int = len(BODY), person: str = "anna", more: str = "") -> bytes:
    lines = (
        f"PUT {path} HTTP/1.1",
        "Host: notes.test",
        f"Authorization: Bearer {token_of(person)}",
        "Content-Type: application/json",
        f"Content-Length: {length}" if length >= 0 else "Transfer-Encoding: chunked",
    )
    return ("\r\n".join(lines) + f"\r\n{more}\r\n").encode()


async def test_a_connection_that_says_nothing_is_closed() -> None:
    async with served(notes_app(make_web_context())) as connect:
        assert await (await connect()).rest() == b""


async def test_a_head_that_doesnt_end_is_answered_and_closed() -> None:
    with recorded("shared.web") as lines:
        async with served(notes_app(make_web_context())) as connect:
            client = await connect()
            client.send(b"GET /health/live HTTP/1.1\r\nHost: notes.test\r\n")
            status, headers, body = await client.answer()
            assert await client.rest() == b""
    assert status == 408
    assert [vars(line)["instance"] for line in lines] == [json.loads(body)["instance"]]
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert json.loads(body)["type"] == "urn:mitmach:problem:request-timeout"


async def test_a_byte_now_and_then_gains_a_head_no_time() -> None:
    async with served(notes_app(make_web_context())) as connect:
        client = await connect()
        client.send(head()[:-2])
        answering = asyncio.create_task(client.answer())
        for number in range(100):
            if answering.done():
                break
            client.send(b"X-%d: 1\r\n" % number)
            await asyncio.sleep(0.1)
        assert (await answering)[0] == 408
        assert number < 40


async def test_nor_do_empty_lines_between_two_requests() -> None:
    async with served(notes_app(make_web_context())) as connect:
        client = await connect()
        client.send(head() + BODY)
        assert (await client.answer())[0] == 200
        closing = asyncio.create_task(client.rest())
        for _ in range(100):
            if closing.done():
                break
            client.send(b"\r\n")
            await asyncio.sleep(0.1)
        assert await closing == b""


@pytest.mark.parametrize("length", [len(BODY), -1])
async def test_a_body_that_doesnt_end_is_answered_and_closed(length: int) -> None:
    recorder = Recorder()
    web = make_web_context(recorder, person_in_flight=1)
    async with served(notes_app(web)) as connect:
        client = await connect()
        client.send(head(length=length) + (b"5\r\n" if length < 0 else b"") + BODY[:5])
        status, headers, body = await client.answer()
        assert await client.rest() == b""
        other = await connect()  # the place of the person is free again
        other.send(head() + BODY)
        assert (await other.answer())[0] == 200
    assert status == 408
    assert headers["connection"] == "close"
    assert json.loads(body)["type"] == "urn:mitmach:problem:body-too-slow"
    assert len(recorder.asked) == 1


async def test_the_rest_of_a_body_that_was_refused_isnt_awaited_for_ever() -> None:
    async with served(notes_app(make_web_context())) as connect:
        client = await connect()
        client.send(head(length=1 << 30) + BODY)
        assert (await client.answer())[0] == 413
        assert await client.rest() == b""


async def test_who_is_still_sending_takes_no_place_of_others() -> None:
    web = make_web_context(in_flight=2, person_in_flight=3)
    async with served(notes_app(web)) as connect:
        slow = [await connect() for _ in range(3)]
        for client in slow:
            client.send(head() + BODY[:5])
        await asyncio.sleep(0.2)
        one_more, somebody = await connect(), await connect()
        one_more.send(head() + BODY)
        somebody.send(head(person="ben") + BODY)
        status, _, body = await one_more.answer()
        assert (await somebody.answer())[0] == 200
        assert status == 429
        assert json.loads(body)["type"] == "urn:mitmach:problem:too-many-requests-at-once"
        for client in slow:
            client.send(BODY[5:])
            assert (await client.answer())[0] == 200


async def test_a_slow_body_within_its_time_is_taken() -> None:
    async with served(notes_app(make_web_context()), http_body_timeout=8.0) as connect:
        client = await connect()
        client.send(head())
        for byte in BODY:
            client.send(bytes([byte]))
            await asyncio.sleep(0.15)
        assert (await client.answer())[0] == 200


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_head_that_is_too_large_is_refused(at_once: bool) -> None:
    async with served(notes_app(make_web_context())) as connect:
        client = await connect()
        client.send(head()[:-2])
        answering = asyncio.create_task(client.answer())
        for number in range(20):
            if answering.done():
                break
            client.send(b"X-%d: %b\r\n" % (number, b"x" * 1000))
            if not at_once:
                await asyncio.sleep(0.05)
        status, headers, body = await answering
    assert status == 431
    assert headers["connection"] == "close"
    assert json.loads(body)["type"] == "urn:mitmach:problem:request-header-fields-too-large"


async def test_a_head_within_the_limit_is_taken_in_one_piece_and_in_many() -> None:
    more = "".join(f"X-{number}: {'x' * 100}\r\n" for number in range(20))
    async with served(notes_app(make_web_context())) as connect:
        client = await connect()
        client.send(head(more=more) + BODY)
        assert (await client.answer())[0] == 200
        for byte in head(more=more) + BODY:
            client.send(bytes([byte]))
            await client.writer.drain()
        assert (await client.answer())[0] == 200


async def test_trailers_arent_headers_and_have_an_end() -> None:
    recorder = Recorder()
    async with served(
        notes_app(make_web_context(recorder, body=1024)), http_body_limit=1024
    ) as connect:
        client = await connect()
        chunk = b"%x\r\n%b\r\n0\r\n" % (len(BODY), BODY)
        client.send(head("/v1/notes/none/star", -1) + chunk + b"Idempotency-Key: k\r\n\r\n")
        assert (await client.answer())[0] == 404
        client.send(head(length=-1) + chunk)
        with contextlib.suppress(ConnectionError):
            for number in range(2000):
                client.send(b"X-%d: %b\r\n" % (number, b"x" * 100))
                await client.writer.drain()
            assert b"200" not in await client.rest()
    assert recorder.asked == []


async def test_what_isnt_http_gets_a_problem_too() -> None:
    async with served(notes_app(make_web_context())) as connect:
        client = await connect()
        client.send(b"HELLO\r\n\r\n")
        status, headers, body = await client.answer()
    assert status == 400
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["type"] == "urn:mitmach:problem:bad-request"


async def test_requests_that_come_together_are_answered_one_by_one() -> None:
    async with served(notes_app(make_web_context())) as connect:
        client = await connect()
        client.send((head() + BODY) * 50)
        for _ in range(50):
            assert (await client.answer())[0] == 200


async def test_an_answer_that_nobody_takes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.runtime.process.connections.ANSWER_TIME", 1.0)
    app = FastAPI()
    ended = asyncio.Event()

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(10_000):
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
        ended.set()

    app.mount("/", endless)
    async with served(app) as connect:
        client = await connect()
        client.writer.transport.pause_reading()
        client.send(b"GET / HTTP/1.1\r\nHost: notes.test\r\n\r\n")
        await asyncio.wait_for(ended.wait(), 20)


async def test_what_stands_behind_a_body_isnt_taken_for_a_header() -> None:
    recorder = Recorder()
    async with served(notes_app(make_web_context(recorder))) as connect:
        client = await connect()
        asked = head(f"/v1/notes/{NOTE_ID}/stickers", -1).replace(b"PUT", b"POST", 1)
        chunk = b"%x\r\n%b\r\n0\r\n" % (len(BODY), BODY)
        client.send(asked + chunk + b"Idempotency-Key: k\r\n\r\n")
        assert (await client.answer())[0] == 201
    assert recorder.asked[0].once is None
