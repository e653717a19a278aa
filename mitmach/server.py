"""All roles of all services in one process, behind one HTTP port."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from mitmach.embedded.child import EmbeddedFailure
from mitmach.gateway import Gateway
from mitmach.services import Service
from shared.delivery.mongo import Mongo
from shared.runtime.health import Health
from shared.runtime.process import Part, Stopped, port_of, running, serve, spare_collector
from shared.runtime.settings import HttpSettings, ServiceSettings, cors_origins, load
from shared.runtime.telemetry import Telemetry
from shared.web.http import WebContext
from shared.web.http.scraping import Scrapers

# Seconds until all parts must be ready; joining the consumer groups takes most of them.
_READY_WITHIN = 60.0


@asynccontextmanager
async def running_services(
    *,
    services: Sequence[Service],
    values: Mapping[str, Any],
    mongo: Mongo,
    telemetry: Telemetry,
    listening: socket.socket,
    stop: asyncio.Event,
) -> AsyncIterator[tuple[str, dict[str, asyncio.Future[None]]]]:
    """Builds all roles, runs and serves them, and waits until all are ready.

    Args:
        services: The services whose roles run here.
        values: Settings that follow from what runs here, by name; all others come from the
            environment.
        mongo: The connection that all roles share.
        telemetry: The telemetry that all roles share.
        listening: The bound socket of the API.
        stop: Set by a part that fails; ends the waiting.

    Yields:
        The address of the API, and the running parts by name.

    Raises:
        EmbeddedFailure: A part didn't become ready; the message names it.
        Stopped: A signal came, or a part has failed, before all were ready.
    """
    apis: dict[str, FastAPI] = {}
    parts: dict[str, Part] = {}
    async with AsyncExitStack() as stack:
        for service in services:
            settings = load(service.settings, **values)
            for role, build in service.roles.items():
                built = await stack.enter_async_context(build(settings, mongo, telemetry))
                telemetry.metrics.role_running.labels(service.name, role).set(1)
                if isinstance(built, FastAPI):
                    apis[service.name] = built
                else:
                    parts[f"{service.name}-{role}"] = built
        work = {
            name: await stack.enter_async_context(running(part, stop))
            for name, part in parts.items()
        }
        settings = load(ServiceSettings, **values)
        gateway = Gateway(
            apis,
            {service.name: service.all_paths for service in services},
            others={name: part.health for name, part in parts.items()},
            telemetry=telemetry,
            scrapers=_scrapers(apis, settings),
            origins=cors_origins(settings.http_cors_origins),
        )
        await stack.enter_async_context(_http(gateway, apis, settings, listening))
        await _all_ready(gateway.health, stop)
        spare_collector()
        yield f"http://{_reachable(settings.http_host)}:{port_of(listening)}", work


def _scrapers(apis: Mapping[str, FastAPI], settings: HttpSettings) -> Scrapers:
    """Who may read `/metrics`: everybody reaches this port, so not everybody may."""
    webs: list[WebContext] = [api.state.web for api in apis.values()]
    if not webs:
        return Scrapers.from_settings(settings, shared=True)
    first = webs[0]  # of the groups service, which knows of everybody first
    return Scrapers.from_settings(
        settings, shared=True, verifier=first.verifier, people=first.people
    )


def _reachable(host: str) -> str:
    """An address to connect to; where the server listens on all, that of this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared


async def _all_ready(health: Health, stop: asyncio.Event) -> None:
    """Waits until every part can work.

    Raises:
        EmbeddedFailure: A part can't; the message names it.
        Stopped: A signal came, or a part has failed.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _READY_WITHIN
    while not (report := await health.ready()).ok:
        if stop.is_set():
            raise Stopped("Stopped before everything was ready.")
        if loop.time() > deadline:
            failing = [f"{name} {check}" for name, check in report.checks.items() if check != "ok"]
            raise EmbeddedFailure(
                f"Not everything became ready ({', '.join(failing)}); the log above says why."
            )
        await asyncio.sleep(0.05)


@asynccontextmanager
async def _http(
    gateway: Gateway,
    apis: Mapping[str, FastAPI],
    settings: ServiceSettings,
    listening: socket.socket,
) -> AsyncIterator[None]:
    """Serves until the block ends, then lets running requests finish."""
    ended = asyncio.Event()
    serving = asyncio.create_task(serve(gateway, settings, listening, ended), name="http")
    try:
        yield
    finally:
        for api in apis.values():
            api.state.web.closing.set()
        ended.set()
        await serving
