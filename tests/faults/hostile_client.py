"""One person with an ordinary token who asks for everything that could stop or slow the others.

This person has a machine of their own: a process that gets only what time the servers leave, so
that what it costs to attack isn't taken for what the attack costs.

`python -m tests.faults.hostile_client` reads a target, as JSON on a line; says `now`; goes on until
its input ends; says the report.
"""

import asyncio
import os
import random
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import msgspec

from mitmach.development import DevelopmentSecrets
from tests.faults.hostile_requests import KINDS, PERSON, Known, Request

AT_ONCE = 200  # requests that wait for their answers; more would only measure this client
ANSWER_WITHIN = 10.0
SLOW_LINES = 40  # connections that send half a head, and as many that send half a body
_ENDS_WITHIN = 30.0


class Target(msgspec.Struct, kw_only=True):
    """Whom to attack, and how.

    Attributes:
        apis: Addresses by service.
        secrets: The folder of the key that signs tokens.
        posts: Ids of posts of others.
        channel: The id of one in which this person may post.
        contest: The id of one that takes entries.
        rate: Requests per second.
        seed: Of the dice.
    """

    apis: dict[str, str]
    secrets: str
    posts: list[str]
    channel: str
    contest: str
    rate: float
    seed: int = 7


class Report(msgspec.Struct):
    """What became of it.

    Attributes:
        statuses: How many requests were answered how, by `kind status`; 0 for no answer.
        complaints: Answers that say that something broke.
    """

    statuses: dict[str, int] = msgspec.field(default_factory=dict)
    complaints: list[str] = msgspec.field(default_factory=list)


@asynccontextmanager
async def attacked(target: Target) -> AsyncIterator[Report]:
    """Somebody attacks as long as the block runs; the report is filled at its end."""
    report = Report()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.hostile_client"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(msgspec.json.encode(target) + b"\n")
        assert await process.stdout.readline(), "the hostile person can't begin"
        yield report
        process.stdin.close()
        said, _ = await asyncio.wait_for(process.communicate(), _ENDS_WITHIN)
        told = msgspec.json.decode(said, type=Report)
        report.statuses, report.complaints = told.statuses, told.complaints
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class HostilePerson:
    """Sends requests at a rate, whatever becomes of them.

    Args:
        http: To send them with.
        target: Whom to attack.
    """

    def __init__(self, http: aiohttp.ClientSession, target: Target) -> None:
        self._http = http
        self._target = target
        self._token: Callable[..., str] = DevelopmentSecrets(Path(target.secrets)).token
        self._known = Known(
            self._token,
            random.Random(target.seed),
            target.posts,
            target.channel,
            target.contest,
        )
        self._statuses: Counter[str] = Counter()
        self._complaints: list[str] = []

    async def attack(self, stop: asyncio.Event) -> Report:
        """Goes on until it is told to stop."""
        attacks = [
            asyncio.create_task(self._send_all()),
            *(asyncio.create_task(self._hold(half)) for half in self._halves()),
        ]
        await stop.wait()
        for attack in attacks:
            attack.cancel()
        await asyncio.gather(*attacks, return_exceptions=True)
        return Report(dict(self._statuses), self._complaints)

    async def _send_all(self) -> None:
        loop = asyncio.get_running_loop()
        places = asyncio.Semaphore(AT_ONCE)
        next_at = loop.time()
        async with asyncio.TaskGroup() as together:
            while True:
                await places.acquire()
                kind = self._known.dice.choice(KINDS)
                together.create_task(self._send(kind, places))
                next_at = max(next_at + 1 / self._target.rate, loop.time())
                await asyncio.sleep(next_at - loop.time())

    async def _send(self, kind: Callable[[Known], Request], places: asyncio.Semaphore) -> None:
        try:
            await self._asked(kind.__name__, kind(self._known))
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._statuses[f"{kind.__name__} 0"] += 1
        finally:
            places.release()

    async def _asked(self, kind: str, request: Request) -> None:
        headers = {"authorization": f"Bearer {self._token(PERSON, ())}", **request.headers}
        raw = isinstance(request.body, bytes)
        if raw:
            headers.setdefault("content-type", "application/json")
        async with self._http.request(
            request.method,
            self._target.apis[request.service] + request.path,
            data=request.body if raw else None,
            json=None if raw else request.body,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN),
        ) as answer:
            self._statuses[f"{kind} {answer.status}"] += 1
            if answer.status >= 500 and answer.status != 503:
                self._complaints.append(f"{kind}: {answer.status} {(await answer.text())[:300]}")
            elif answer.status == 201 and answer.content_type == "application/json":
                made = (await answer.json()).get("id")
                if made is not None:
                    self._known.made.setdefault(kind, []).append(made)

    def _halves(self) -> list[bytes]:
        head = (
            f"POST /v1/posts/{self._target.posts[0]}/comments HTTP/1.1\r\nhost: posts\r\n"
            f"authorization: Bearer {self._token(PERSON, ())}\r\n"
        ).encode()
        body = head + b'content-type: application/json\r\ncontent-length: 30\r\n\r\n{"text": "'
        return [head] * SLOW_LINES + [body] * SLOW_LINES

    async def _hold(self, half: bytes) -> None:
        """Keeps a connection busy with a request that never ends; opens another when it is cut."""
        address = urlsplit(self._target.apis["posts"])
        while True:
            with suppress(OSError, socket.gaierror):
                reader, writer = await asyncio.open_connection(address.hostname, address.port)
                try:
                    writer.write(half)
                    await reader.read()  # until the server has had enough
                finally:
                    writer.close()
            await asyncio.sleep(1)


async def main() -> None:
    """Attacks until the input ends, and reports."""
    loop = asyncio.get_running_loop()
    target = msgspec.json.decode(sys.stdin.buffer.readline(), type=Target)
    os.nice(19)
    stop = asyncio.Event()

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(stop.set)

    async with aiohttp.ClientSession() as http:
        waiting = loop.run_in_executor(None, wait_for_the_end)
        sys.stdout.buffer.write(b"now\n")
        sys.stdout.buffer.flush()
        report = await HostilePerson(http, target).attack(stop)
        await waiting
    sys.stdout.buffer.write(msgspec.json.encode(report))


if __name__ == "__main__":
    asyncio.run(main())
