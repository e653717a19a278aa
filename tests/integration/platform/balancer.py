"""What stands before several processes of a service: one origin that knows which of them to ask.

It tries nothing again, so that a request which a process cuts off is noticed.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

from mitmach.services import SERVICES

_IDLE = 4.0  # seconds; a proxy gives a connection up before the server does
_ANSWERED_WITHIN = 60.0


class Balancer:
    """Takes the place of a client's session: a request's path decides who is asked.

    Attributes:
        broken: Requests without an answer, by what was noticed of it.
    """

    def __init__(self) -> None:
        self.broken: Counter[str] = Counter()
        self._addresses: dict[str, list[str]] = {}
        self._turn = 0

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE),
            timeout=aiohttp.ClientTimeout(total=_ANSWERED_WITHIN),
        )
        self._http._retry_connection = False  # it would ask again on another connection, unseen
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    def add(self, service: str, address: str) -> None:
        """This process is asked from now on, too."""
        self._addresses.setdefault(service, []).append(address)

    def remove(self, service: str, address: str) -> None:
        """It isn't asked any more; what it was asked goes on."""
        self._addresses[service].remove(address)

    def addresses(self, service: str) -> list[str]:
        """Who is asked."""
        return self._addresses[service]

    @asynccontextmanager
    async def request(
        self, method: str, path: str, **options: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """As a session has it, with a path for the address."""
        addresses = self._addresses[_service(path)]
        self._turn += 1
        address = addresses[self._turn % len(addresses)]
        try:
            async with self._http.request(method, address + path, **options) as answer:
                yield answer
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            self.broken[f"{method} {_service(path)} {type(error).__name__}"] += 1
            raise


def _service(path: str) -> str:
    """Whose path it is: the longest start wins."""
    starts = {start: one.name for one in SERVICES for start in one.paths if path.startswith(start)}
    return starts[max(starts, key=len)]
