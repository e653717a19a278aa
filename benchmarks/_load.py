"""A load generator in a process of its own: keep-alive connections that repeat prepared requests.

    python benchmarks/_load.py PORT CONNECTIONS SECONDS < requests

Standard input holds one JSON object per line: method, path, headers, bodies. Connection i repeats
line i (modulo their number) and waits for each answer. `{n}` in a path becomes a number below
`numbers`, as twelve hexadecimal digits, another one each time; after all numbers it takes the next
body. In a body each `{n}` becomes the next number. Prints one line of JSON: answers by status,
seconds, and latencies in milliseconds. Only for servers on this machine.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from functools import partial
from typing import Any

import uvloop


class Prepared:
    """A request whose path counts.

    Args:
        request: A line of standard input, as JSON.
        port: TCP port of the server on this machine.
    """

    def __init__(self, request: dict[str, Any], port: int) -> None:
        self._numbers = request.get("numbers", 1)
        self._at = random.randrange(self._numbers)
        self._left = self._numbers
        before, _, after = request["path"].partition("{n}")
        self._start = f"{request['method']} {before}".encode()
        self._counts = "{n}" in request["path"]
        self._bodies = [self._pieces(request, after, body, port) for body in request["bodies"]]
        self._body_at = 0

    @staticmethod
    def _pieces(request: dict[str, Any], after: str, body: str, port: int) -> list[bytes]:
        """All that follows the number in the path, cut where the body has one."""
        first, *others = body.split("{n}")
        length = len(body.encode()) + 9 * len(others)  # twelve digits for three characters
        head = [f"{after} HTTP/1.1", f"host: 127.0.0.1:{port}"]
        head += [f"{name}: {value}" for name, value in request["headers"].items()]
        head.append(f"content-length: {length}")
        start = "\r\n".join(head) + "\r\n\r\n" + first
        return [start.encode(), *(other.encode() for other in others)]

    def _number(self) -> bytes:
        self._at = (self._at + 1) % self._numbers
        return b"%012x" % self._at

    def next(self) -> bytes:
        """The bytes of the next request."""
        start = self._start
        if self._counts:
            start += self._number()
            self._left -= 1
            if self._left == 0:
                self._left = self._numbers
                self._body_at = (self._body_at + 1) % len(self._bodies)
        first, *others = self._bodies[self._body_at]
        if not others:
            return start + first
        return b"".join([start, first, *(self._number() + other for other in others)])


def end_of_answer(buffer: bytes) -> int:
    """Where the first answer in a buffer ends; 0 while it isn't complete."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = buffer[:end].lower()
    at = head.find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
    end += 4 + length
    return end if len(buffer) >= end else 0


class Connection(asyncio.Protocol):
    """A keep-alive connection that asks again as soon as it is answered."""

    def __init__(self, request: Prepared, until: float, statuses: Counter[str]) -> None:
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self._request = request
        self._until = until
        self._statuses = statuses
        self._buffer = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        if self._sent >= self._until:
            self._transport.close()
            return
        self._transport.write(self._request.next())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = end_of_answer(self._buffer)
        if not end:
            return
        self._statuses[self._buffer[9:12].decode()] += 1
        self._buffer = self._buffer[end:]
        self.latencies.append(time.perf_counter() - self._sent)
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's shape
        if not self.finished.done():
            self.finished.set_result(None)


async def load(
    port: int, connections: int, seconds: float, requests: list[dict[str, Any]]
) -> dict[str, object]:
    """Asks for a while; gives answers by status and latencies, see the module."""
    loop = asyncio.get_running_loop()
    statuses: Counter[str] = Counter()
    began = time.perf_counter()
    made = [
        (
            await loop.create_connection(
                partial(
                    Connection,
                    Prepared(requests[i % len(requests)], port),
                    began + seconds,
                    statuses,
                ),
                "127.0.0.1",
                port,
            )
        )[1]
        for i in range(connections)
    ]
    await asyncio.wait([client.finished for client in made], timeout=seconds + 10)
    took = time.perf_counter() - began
    latencies = sorted(latency for client in made for latency in client.latencies)
    return {
        "statuses": dict(statuses),
        "seconds": took,
        "per_second": sum(n for s, n in statuses.items() if s.startswith("2")) / took,
        "p50_ms": 1000 * latencies[len(latencies) // 2] if latencies else None,
        "p99_ms": 1000 * latencies[int(len(latencies) * 0.99)] if latencies else None,
    }


def main() -> None:
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    requests = [json.loads(line) for line in sys.stdin if line.strip()]
    print(json.dumps(uvloop.run(load(port, connections, seconds, requests))))


if __name__ == "__main__":
    main()
