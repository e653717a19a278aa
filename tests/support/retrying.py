"""A client that does what the API asks of one: after a 503 it waits and asks again.

A loaded machine may well keep a commit waiting past its deadline; that is an honest refusal, not a
failure of what a test is about. Tests about refusals use a plain client.
"""

import asyncio
from typing import Any

import httpx

from tooling.servers.http import NO_TLS

# Requests in all. Each refused one has already waited for the service's own deadline of seconds.
_MOST_TRIES = 10
# Nothing was stored: the same request may be sent again whatever it does.
_STORED_NOTHING = (b":unavailable", b":overloaded")


class RetryingTransport(httpx.AsyncHTTPTransport):
    """Repeats a request that was refused because the service couldn't take it right then."""

    def __init__(self, **options: Any) -> None:
        super().__init__(verify=NO_TLS, **options)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request until it is taken, at most ten times."""
        for _ in range(_MOST_TRIES - 1):
            answer = await super().handle_async_request(request)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return answer
            problem = await answer.aread()
            if not any(slug in problem for slug in _STORED_NOTHING):
                return answer
            await answer.aclose()
            await asyncio.sleep(0.2)
        return await super().handle_async_request(request)
