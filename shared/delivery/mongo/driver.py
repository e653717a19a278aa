"""The two drivers and everything in which they differ.

Motor runs PyMongo's blocking client in threads; PyMongo's asyncio API runs on the event loop. Where
the first offers a plain function and the second a coroutine, or the other way round, `settled`
takes both.
"""

import asyncio
import inspect
import sys
from collections.abc import Awaitable
from enum import StrEnum
from typing import Any, TypeVar

import pymongo.lock
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient

T = TypeVar("T")


class Driver(StrEnum):
    """Which client library talks to MongoDB: the setting `MITMACH_MONGODB_DRIVER`."""

    MOTOR = "motor"
    PYMONGO = "pymongo"


async def settled(result: Any) -> Any:
    """The value, awaited where this driver made a coroutine of it."""
    return await result if inspect.isawaitable(result) else result


def make_client(url: str, driver: Driver, **options: Any) -> Any:
    """A client of the chosen driver. Both take the same options.

    Neither connects before it is used.
    """
    if driver is Driver.PYMONGO:
        if sys.version_info < (3, 12):
            mend_waiting()
        return AsyncMongoClient(url, **options)
    return AsyncIOMotorClient(url, **options)


async def close_client(client: Any) -> None:
    """Closes a client. Motor's blocks until the server has answered, so that goes to a thread."""
    if isinstance(client, AsyncMongoClient):
        await client.close()
    else:
        await asyncio.to_thread(client.close)


async def renew_connections(client: Any) -> None:
    """Has every connection opened anew before it is used again.

    A connection remembers what its server was when it was opened. If that was a member that had
    just come back, the connection believes for ever that there are no sessions, also when the
    member is the primary by now.
    """
    inner = client if isinstance(client, AsyncMongoClient) else client.delegate
    for server in list(inner._topology._servers.values()):  # noqa: SLF001 - nothing public does it
        await settled(server.pool.reset_without_pause())


def mend_waiting() -> None:
    """Lets PyMongo's conditions wait as Python 3.12 does.

    The `wait_for` of Python 3.11 runs what is waited for as another task, which may outlive its
    caller when that is cancelled: the caller gives the condition's lock back, and the other takes
    it again for ever. After a change of primary all of a process then waits for that lock.
    """
    pymongo.lock.wait_for = _wait_for  # type: ignore[assignment, attr-defined]  # asyncio's


async def _wait_for(awaitable: Awaitable[T], timeout: float | None) -> T:
    async with asyncio.timeout(timeout):
        return await awaitable
