"""Roles: what the command line names, built, and run until the process is told to stop."""

import argparse
import asyncio
import logging
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NoReturn, TypeVar

import uvloop
from fastapi import FastAPI

from shared.contract.errors import Unavailable
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Driver, Mongo, NoTransactions, check_url, connect, denied
from shared.runtime.process.parts import Part, running, spare_collector
from shared.runtime.process.serving import Stopped, bind, port_of, serve, side_app, stop_signals
from shared.runtime.settings import (
    HttpSettings,
    ServiceSettings,
    SettingsError,
    describe,
    hosts_of,
    load,
)
from shared.runtime.telemetry import Outage, Telemetry, telemetry_from
from shared.web.http import build_verifier

log = logging.getLogger(__name__)

S = TypeVar("S", bound=ServiceSettings)

DATABASE_TIMEOUT = 60.0
"""Seconds that a starting process waits for the database.

In a cluster all start together; a process that gave up at once would be restarted with a growing
pause.
"""
_USAGE_ERROR = 2
_NO_RIGHT = (
    "MongoDB says: {refused}. The user of MITMACH_MONGODB_URL needs the rights of this service's"
    " role."
)

Build = Callable[[S, Mongo, Telemetry], AbstractAsyncContextManager[FastAPI | Part]]


def run_role(
    service: str,
    settings: type[S],
    *,
    arguments: Sequence[str] | None = None,
    **roles: Callable[[S, Mongo, Telemetry], AbstractAsyncContextManager[Any]],
) -> NoReturn:
    """Runs the role that the command line names, and exits: 0 when told to stop, else not.

    Args:
        service: The name of the service, for logs, metrics and the connection to the database.
        settings: The class of its settings; they are read here.
        arguments: The command line without the program; that of the process when left out.
        roles: By the name of the role, what builds its app or part.
    """
    role = _parse(service, settings, tuple(roles), arguments)
    try:
        values = load(settings)
        _check_files(values, role)
        uvloop.run(_run(service, role, values, roles[role]))
    except (SettingsError, Stopped) as error:
        print(error, file=sys.stderr)  # noqa: T201 - sentences for a human
        sys.exit(_USAGE_ERROR if isinstance(error, SettingsError) else 1)
    except Unavailable as error:
        log.error(
            "stopped: what it needs went away while it started", extra={"reason": error.detail}
        )
        sys.exit(1)
    except Exception as error:
        if (refused := denied(error)) is not None:
            print(_NO_RIGHT.format(refused=refused), file=sys.stderr)  # noqa: T201
        else:
            log.critical("stopped by a mistake in the program", exc_info=True)
        sys.exit(1)
    sys.exit(0)


def _check_files(settings: ServiceSettings, role: str) -> None:
    """Reads what settings name, before anything is waited for.

    Raises:
        SettingsError: A connection string, a certificate or the keys of tokens can't be used.
    """
    check_url(settings.mongodb_url.get_secret_value())
    KafkaConnection.of(settings).check_files()
    if role == "api":  # the only role that checks tokens
        build_verifier(settings)


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
    began = time.monotonic()
    telemetry = telemetry_from(settings, f"{service}-{role}")
    url = settings.mongodb_url.get_secret_value()
    log.info("starting", extra=_facts(service, role, settings))
    listening = bind(settings)
    try:
        with stop_signals() as stop:
            app_name, driver = f"mitmach-{service}-{role}", Driver(settings.mongodb_driver)
            async with connected(url, stop, driver=driver, app_name=app_name) as mongo:
                if not stop.is_set():
                    async with build(settings, mongo, telemetry) as built:
                        spare_collector()
                        telemetry.metrics.role_running.labels(service, role).set(1)
                        facts = {"port": port_of(listening), "seconds": _since(began)}
                        log.info("ready", extra=facts)
                        await _serve_built(built, settings, telemetry, listening, stop)
    finally:
        listening.close()
        await asyncio.to_thread(telemetry.close)
    log.info("stopped", extra={"after_seconds": _since(began)})


def _facts(service: str, role: str, settings: ServiceSettings) -> dict[str, object]:
    """What the first line of a process says: who it is, and whom it talks to; no secrets."""
    return {
        "version": program_version(),
        "role": f"{service} {role}",
        "mongodb": hosts_of(settings.mongodb_url.get_secret_value()),
        "kafka": settings.kafka_bootstrap,
        "kafka_protocol": settings.kafka_security_protocol,
        "log_level": settings.log_level,
    }


def program_version() -> str:
    """The version that is installed."""
    try:
        return version("mitmach")
    except PackageNotFoundError:
        return "not installed"


def _since(began: float) -> float:
    return round(time.monotonic() - began, 2)


@asynccontextmanager
async def connected(
    url: str, stop: asyncio.Event, *, driver: Driver = Driver.MOTOR, app_name: str = "mitmach"
) -> AsyncIterator[Mongo]:
    """A connection to a database that answers: a new one's first request may take seconds.

    Args:
        url: The connection string.
        stop: Ends the waiting when set; then the database may not answer yet.
        driver: Whose client it is; both keep the same promises.
        app_name: What the server calls the connection.

    Raises:
        Stopped: The database can't be used, or didn't answer for `DATABASE_TIMEOUT`.
    """
    async with connect(url, driver=driver, app_name=app_name) as mongo:
        await _database_ready(mongo, stop, hosts_of(url))
        yield mongo


async def _database_ready(mongo: Mongo, stop: asyncio.Event, hosts: str) -> None:
    """Waits until the database answers.

    Raises:
        Stopped: It can't be used, or didn't answer for `DATABASE_TIMEOUT`.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + DATABASE_TIMEOUT
    outage = Outage(
        log,
        "MongoDB isn't reached; check MITMACH_MONGODB_URL",
        first=0.5,
        facts={"mongodb": hosts},
    )
    while not stop.is_set():
        try:
            await mongo.require_transactions()
            outage.over()
            return
        except NoTransactions as error:
            raise Stopped(str(error)) from None
        except Unavailable as error:
            pause = outage.failed(error.detail)
            if loop.time() > deadline:
                raise Stopped(
                    f"{error.detail}, for {DATABASE_TIMEOUT:.0f} s at {hosts};"
                    " check MITMACH_MONGODB_URL."
                ) from None
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()


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
        await serve(side_app(telemetry, built.health, settings), settings, listening, stop)
    if work.done() and not work.cancelled() and work.exception() is not None:
        raise Stopped(f"{built.name} has failed; the log says why.")
