"""An app behind a socket in this process, and what a client of it needs."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from shared.runtime.process import bind, port_of, serve
from shared.runtime.settings import ServiceSettings

# What is asked here listens on loopback without TLS. httpx would read all certificate authorities
# for each client, which takes as long as a dozen requests.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@asynccontextmanager
async def running_http(
    app: FastAPI, settings: ServiceSettings, stop: asyncio.Event | None = None
) -> AsyncIterator[str]:
    """Serves an app as its own process would, as long as the block runs; gives its address.

    Args:
        app: The application that answers.
        settings: Limits of the server, and its port; 0 for a free port.
        stop: Ends the server when it is set, and is set after the block. Parts that run beside the
            server share it.
    """
    stop = asyncio.Event() if stop is None else stop
    with bind(settings) as listening:
        listening.listen()  # a request may come before the server has begun
        serving = asyncio.create_task(serve(app, settings, listening, stop))
        try:
            yield f"http://127.0.0.1:{port_of(listening)}"
        finally:
            stop.set()
            await serving
