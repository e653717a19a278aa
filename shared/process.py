"""One process: a role of a service, served until it is told to stop.

    # services/posts/__main__.py
    if __name__ == "__main__":
        run_role("posts", PostsSettings, api=build_api, relay=build_relay, worker=build_worker)

`python -m services.posts api` then reads the settings, connects to the database, enters the
builder and serves what it gives: a FastAPI app, or a `Part`, beside which a small app answers
health and metrics. A builder is an async context manager of the service's `app.py`:

    @asynccontextmanager
    async def build_api(
        settings: PostsSettings, mongo: Mongo, telemetry: Telemetry
    ) -> AsyncIterator[FastAPI]: ...

    @asynccontextmanager
    async def build_relay(
        settings: PostsSettings, mongo: Mongo, telemetry: Telemetry
    ) -> AsyncIterator[Part]: ...

SIGTERM and SIGINT end it in order: no new requests, running ones get `MITMACH_HTTP_GRACE` seconds,
then the builder's context is left, which finishes what was accepted.
"""

import argparse
import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.types import ASGIApp

from shared.errors import Unavailable
from shared.health import Health
from shared.http import operations
from shared.mongo import Driver, Mongo, NoTransactions, connect
from shared.settings import HttpSettings, ServiceSettings, SettingsError, describe, load
from shared.telemetry import Telemetry, telemetry_from

log = logging.getLogger(__name__)

S = TypeVar("S", bound=ServiceSettings)

# Seconds that a starting process waits for the database. In a cluster all start together; one that
# gave up at once would be restarted with a growing pause.
PATIENCE = 60.0
_USAGE_ERROR = 2


@dataclass(frozen=True, slots=True)
class Part:
    """Something that runs without an API: a relay, a worker, a consumer.

    Attributes:
        name: For logs.
        run: Works until it is cancelled; if it ends by itself, the process ends too.
        health: What `/health/...` answers for it.
    """

    name: str
    run: Callable[[], Awaitable[None]]
    health: Health = field(default_factory=Health)


def together(**works: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Several works as one: they run side by side, and the first that fails ends all."""

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            for name, work in works.items():
                group.create_task(_awaited(work()), name=name)

    return run


async def _awaited(work: Awaitable[None]) -> None:
    await work


Build = Callable[[S, Mongo, Telemetry], AbstractAsyncContextManager[FastAPI | Part]]


class Stopped(Exception):  # noqa: N818 - one sentence for the person who started it
    """The process can't start or go on; the message says what to do."""


def run_role(
    service: str,
    settings: type[S],
    *,
    arguments: Sequence[str] | None = None,
    **roles: Callable[[S, Mongo, Telemetry], AbstractAsyncContextManager[Any]],
) -> NoReturn:
    """Runs the role that the command line names, and exits: 0 when told to stop, else not.

    Args:
        service: Its name.
        settings: Its settings class.
        arguments: The command line without the program; that of the process when left out.
        roles: Builders by role.
    """
    role = _parse(service, settings, tuple(roles), arguments)
    try:
        values = load(settings)
        uvloop.run(_run(service, role, values, roles[role]))
    except (SettingsError, Stopped) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the one sentence for a human
        sys.exit(_USAGE_ERROR if isinstance(error, SettingsError) else 1)
    sys.exit(0)


def _parse(
    service: str, settings: type[S], roles: Sequence[str], arguments: Sequence[str] | None
) -> str:
    parser = argparse.ArgumentParser(
        prog=f"python -m services.{service}",
        description=f"Runs one role of the {service} service.",
        epilog="Settings, as environment variables:\n" + describe(settings),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("role", choices=roles, help="what this process does")
    chosen: str = parser.parse_args(arguments).role
    return chosen


async def _run(
    service: str,
    role: str,
    settings: S,
    build: Callable[[S, Mongo, Telemetry], AbstractAsyncContextManager[FastAPI | Part]],
) -> None:
    telemetry = telemetry_from(settings, f"{service}-{role}")
    url = settings.mongodb_url.get_secret_value()
    listening = bind(settings)
    try:
        with stop_signals() as stop:
            async with connect(
                url, driver=Driver(settings.mongodb_driver), app_name=f"mitmach-{service}-{role}"
            ) as mongo:
                await _database_ready(mongo, stop)
                if stop.is_set():
                    return
                async with build(settings, mongo, telemetry) as built:
                    spare_collector()
                    log.info("%s %s is ready on port %d", service, role, port_of(listening))
                    await _serve_built(built, settings, telemetry, listening, stop)
    finally:
        listening.close()
        await asyncio.to_thread(telemetry.close)


def spare_collector() -> None:
    """Keeps what the start has made out of the garbage collector's walks, for good.

    Some 300,000 objects (modules, routes, models) that live as long as the process: each full
    collection went through all of them, which was a quarter of the processor time of a request.
    """
    gc.collect()
    gc.freeze()


async def _database_ready(mongo: Mongo, stop: asyncio.Event) -> None:
    """Waits until the database answers.

    Raises:
        Stopped: It can't be used, or didn't answer for `PATIENCE`.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    while not stop.is_set():
        try:
            await mongo.require_transactions()
            return
        except NoTransactions as error:
            raise Stopped(str(error)) from None
        except Unavailable:
            if loop.time() > deadline:
                raise Stopped(
                    f"MongoDB hasn't answered for {PATIENCE:.0f} s; check MITMACH_MONGODB_URL."
                ) from None
            log.warning("MongoDB doesn't answer yet")
            await asyncio.sleep(0.5)


async def _serve_built(
    built: FastAPI | Part,
    settings: HttpSettings,
    telemetry: Telemetry,
    listening: socket.socket,
    stop: asyncio.Event,
) -> None:
    if isinstance(built, FastAPI):
        await serve(built, settings, listening, stop)
        return
    async with running(built, stop) as work:
        await serve(side_app(telemetry, built.health), settings, listening, stop)
    if work.done() and not work.cancelled() and work.exception() is not None:
        raise Stopped(f"{built.name} has failed; the log says why.")


@asynccontextmanager
async def running(part: Part, stop: asyncio.Event) -> AsyncIterator[asyncio.Future[None]]:
    """Runs a part while the block runs; sets `stop` when it ends by itself."""
    work = asyncio.ensure_future(part.run())

    def ended(task: asyncio.Future[None]) -> None:
        if task.cancelled() or stop.is_set():
            return
        if task.exception() is not None:
            log.error("%s has failed", part.name, exc_info=task.exception())
        else:
            log.error("%s has ended although it wasn't told to", part.name)
        stop.set()

    work.add_done_callback(ended)
    try:
        yield work
    finally:
        work.cancel()
        await asyncio.wait([work])


@contextlib.contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set. A second SIGINT ends the process at once."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def asked() -> None:
        if stop.is_set():
            signal.signal(signal.SIGINT, signal.default_int_handler)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked)
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
        raise Stopped(
            f"Can't listen on {settings.http_host}:{settings.http_port} ({error.strerror});"
            " set MITMACH_HTTP_HOST and MITMACH_HTTP_PORT to something else."
        ) from None
    return listening


def port_of(listening: socket.socket) -> int:
    """The port that was given, where 0 was asked for."""
    port: int = listening.getsockname()[1]
    return port


class _Server(uvicorn.Server):
    ready: asyncio.Event | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """From its end on, connections are accepted."""
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
        app: What to serve.
        settings: Limits of the server.
        listening: From `bind`.
        stop: Ends it.
        ready: Set once connections are accepted.
    """
    server = _Server(
        uvicorn.Config(
            app,
            loop="none",
            http="httptools",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # `shared.http.proxies` reads them when it matters
            timeout_graceful_shutdown=settings.http_grace,
            backlog=4096,
        )
    )
    server.ready = ready
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="http")
    stopping = asyncio.create_task(stop.wait(), name="stop signal")
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    closing = getattr(getattr(app, "edge", None), "closing", None)
    if closing is not None:
        closing.set()  # streams that would never end by themselves watch it
    server.should_exit = True
    stopping.cancel()
    await serving


def side_app(telemetry: Telemetry, health: Health) -> FastAPI:
    """Health and metrics, for a process without an API."""
    app = FastAPI(openapi_url=None, telemetry={"tracing": False, "metrics": False, "logs": False})
    app.include_router(operations(telemetry, health))
    return app
