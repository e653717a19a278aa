"""Serving: the port, HTTP on it until the process is told to stop, and the app beside a part."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from shared.runtime.health import Health
from shared.runtime.process.connections import ArrivalLimits, connection_class, enforce_deadlines
from shared.runtime.settings import HttpSettings
from shared.runtime.telemetry import Telemetry
from shared.web.http.app import create_operations_app
from shared.web.http.scraping import Scrapers

log = logging.getLogger(__name__)

IDLE_TIMEOUT = 75
"""Seconds until an idle connection is closed.

Proxies give theirs up after 60 s; if we did so first, a request could meet a closing connection,
and what isn't safe to repeat would fail.
"""

BACKLOG = 4096
"""Connections that may wait to be accepted."""


class Stopped(Exception):  # noqa: N818 - one sentence for the person who started it
    """The process can't start or go on; the message says what to do."""


@contextlib.contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set. A second SIGINT ends the process at once."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def asked(number: signal.Signals) -> None:
        if stop.is_set():
            signal.signal(signal.SIGINT, signal.default_int_handler)
        else:
            log.info("stopping", extra={"reason": number.name})
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked, number)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def bind(settings: HttpSettings) -> socket.socket:
    """Takes the port, before anything else is started.

    Raises:
        Stopped: It is taken, or the address isn't this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.http_host, settings.http_port))
    except OSError as error:
        listening.close()
        raise _not_ours(settings.http_host, settings.http_port, error) from None
    return listening


def _not_ours(host: str, port: int, error: OSError) -> Stopped:
    return Stopped(
        f"Can't listen on {host}:{port} ({error.strerror});"
        " set MITMACH_HTTP_HOST and MITMACH_HTTP_PORT to something else."
    )


def port_of(listening: socket.socket) -> int:
    """The port that was given, where 0 was asked for."""
    port: int = listening.getsockname()[1]
    return port


class _Server(uvicorn.Server):
    ready: asyncio.Event | None = None

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second: looks at the connections; true ends the server."""
        if counter % 10 == 0:
            enforce_deadlines(self.server_state.connections)
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts the server; once it is done, connections are accepted."""
        await super().startup(sockets)
        if self.ready is not None:
            self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to the process: uvicorn would raise them again before we have finished."""
        yield


async def serve(
    app: ASGIApp,
    settings: HttpSettings,
    listening: socket.socket,
    stop: asyncio.Event,
    *,
    ready: asyncio.Event | None = None,
) -> None:
    """Serves an app on a bound socket until `stop`, then lets running requests finish.

    Args:
        app: The ASGI app that answers.
        settings: Sizes, timeouts and the grace at the end.
        listening: The socket, from `bind`.
        stop: Ends the serving once it is set.
        ready: Is set here once connections are accepted.

    Raises:
        Stopped: Another process listens on the port: two can bind it, until either listens.
    """
    try:
        listening.listen(BACKLOG)
    except OSError as error:
        raise _not_ours(settings.http_host, port_of(listening), error) from None
    server = _Server(
        uvicorn.Config(
            app,
            loop="none",
            http=connection_class(
                ArrivalLimits(
                    head=settings.http_head_limit,
                    body=settings.http_body_limit,
                    head_time=settings.http_head_timeout,
                    body_time=settings.http_body_timeout,
                )
            ),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # `shared.web.http.proxies` reads them when it matters
            timeout_graceful_shutdown=settings.http_grace,
            timeout_keep_alive=IDLE_TIMEOUT,
            backlog=BACKLOG,
        )
    )
    server.ready = ready
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="http")
    stopping = asyncio.create_task(stop.wait(), name="stop signal")
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    closing = getattr(getattr(app, "web", None), "closing", None)
    if closing is not None:
        closing.set()  # streams that would never end by themselves watch it
    server.should_exit = True
    stopping.cancel()
    await serving


def side_app(telemetry: Telemetry, health: Health, settings: HttpSettings) -> FastAPI:
    """Health and metrics, for a process without an API."""
    return create_operations_app(telemetry, health, Scrapers.from_settings(settings))
