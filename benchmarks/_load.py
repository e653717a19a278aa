"""A load generator in a process of its own: keep-alive connections that repeat prepared requests.

    python benchmarks/_load.py PORT CONNECTIONS SECONDS < requests

Standard input holds one JSON object per line: method, path, headers, body. Each connection sends
them in an order of its own and waits for each answer. Prints one line of JSON: answers by status,
seconds, and latencies in milliseconds. Only for servers on this machine.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter

import uvloop


def rendered(request: dict[str, str], port: int) -> bytes:
    """The bytes of a request."""
    body = request.get("body", "").encode()
    head = [f"{request['method']} {request['path']} HTTP/1.1", f"host: 127.0.0.1:{port}"]
    head += [f"{name}: {value}" for name, value in request.get("headers", {}).items()]
    head.append(f"content-length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Connection(asyncio.Protocol):
    """One browser tab that never rests."""

    def __init__(self, requests: list[bytes], until: float, statuses: Counter[str]) -> None:
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self._requests = requests
        self._next = random.randrange(len(requests))
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
        self._transport.write(self._requests[self._next])  # type: ignore[attr-defined]
        self._next = (self._next + 1) % len(self._requests)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(b"content-length:")
        length = (
            int(head[at + 15 : head.find(b"\r", at) if b"\r" in head[at:] else None])
            if at >= 0
            else 0
        )
        if len(self._buffer) < end + 4 + length:
            return
        self._statuses[head[9:12].decode()] += 1
        self._buffer = self._buffer[end + 4 + length :]
        self.latencies.append(time.perf_counter() - self._sent)
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's shape
        if not self.finished.done():
            self.finished.set_result(None)


async def load(
    port: int, connections: int, seconds: float, requests: list[bytes]
) -> dict[str, object]:
    """Runs it; see the module."""
    loop = asyncio.get_running_loop()
    statuses: Counter[str] = Counter()
    began = time.perf_counter()
    made = [
        (
            await loop.create_connection(
                lambda: Connection(requests, began + seconds, statuses), "127.0.0.1", port
            )
        )[1]
        for _ in range(connections)
    ]
    await asyncio.wait([one.finished for one in made], timeout=seconds + 10)
    took = time.perf_counter() - began
    latencies = sorted(latency for one in made for latency in one.latencies)
    return {
        "statuses": dict(statuses),
        "seconds": took,
        "per_second": sum(n for s, n in statuses.items() if s.startswith("2")) / took,
        "p50_ms": 1000 * latencies[len(latencies) // 2] if latencies else None,
        "p99_ms": 1000 * latencies[int(len(latencies) * 0.99)] if latencies else None,
    }


def main() -> None:
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    requests = [rendered(json.loads(line), port) for line in sys.stdin if line.strip()]
    print(json.dumps(uvloop.run(load(port, connections, seconds, requests))))


if __name__ == "__main__":
    main()
