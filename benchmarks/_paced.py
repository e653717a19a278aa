"""A load generator that keeps a rate: sends when it is time, whether answers are late or not.

    python benchmarks/_paced.py PORT CONNECTIONS RATE SECONDS < requests

Requests as in `_load.py`. Prints one line of JSON: when each answer came (seconds of the system's
monotonic clock, which all processes share), how many weren't a success, and how many requests were
more than a tenth of a second late because no connection was free. Only for servers on this machine.
"""

import asyncio
import json
import sys
import time
from typing import Any

import uvloop

from benchmarks._load import Prepared, end_of_answer


class Line(asyncio.Protocol):
    """One keep-alive connection with at most one request under way.

    Args:
        free: Queue of the connections that wait for their next request.
        answered: Gets the time of each good answer, in seconds of the monotonic clock.
        request: The request that it repeats.
    """

    def __init__(
        self, free: "asyncio.Queue[Line]", answered: list[float], request: Prepared
    ) -> None:
        self.refused = 0
        self._free = free
        self._answered = answered
        self._request = request
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._free.put_nowait(self)

    def send(self) -> None:
        """Sends its next request."""
        self._transport.write(self._request.next())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = end_of_answer(self._buffer)
        if not end:
            return
        if self._buffer[9:10] == b"2":
            self._answered.append(time.monotonic())
        else:
            self.refused += 1
        self._buffer = self._buffer[end:]
        self._free.put_nowait(self)

    def close(self) -> None:
        """Closes the connection."""
        self._transport.close()


async def load(
    port: int, connections: int, rate: float, seconds: float, requests: list[dict[str, Any]]
) -> dict[str, object]:
    """Sends at the rate for a while; see the module."""
    loop = asyncio.get_running_loop()
    free: asyncio.Queue[Line] = asyncio.Queue()
    answered: list[float] = []
    lines = []
    for number in range(connections):
        prepared = Prepared(requests[number % len(requests)], port)
        _, line = await loop.create_connection(
            lambda prepared=prepared: Line(free, answered, prepared),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
        lines.append(line)
    late = 0
    began = loop.time()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        # Sleeps are a millisecond long at least: at high rates several requests share one.
        if (pause := due - loop.time()) > 0.001:
            await asyncio.sleep(pause)
        line = await free.get()
        late += loop.time() - due > 0.1
        line.send()
    for _ in lines:  # all answers have come once all lines are free
        await asyncio.wait_for(free.get(), 30)
    for line in lines:
        line.close()
    return {"answered": answered, "refused": sum(line.refused for line in lines), "late": late}


def main() -> None:
    """Reads the requests and runs."""
    port, connections = int(sys.argv[1]), int(sys.argv[2])
    rate, seconds = float(sys.argv[3]), float(sys.argv[4])
    requests = [json.loads(line) for line in sys.stdin if line.strip()]
    print(json.dumps(uvloop.run(load(port, connections, rate, seconds, requests))))


if __name__ == "__main__":
    main()
