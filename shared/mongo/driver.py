"""The two drivers and everything in which they differ.

Motor runs PyMongo's blocking client in threads; PyMongo's asyncio API runs on the event loop. Where
one offers a coroutine and the other a plain function, `settled` takes both.
"""

import asyncio
import inspect
from enum import StrEnum
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient


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
        return AsyncMongoClient(url, **options)
    return AsyncIOMotorClient(url, **options)


async def close(client: Any) -> None:
    """Closes a client. Motor's blocks until the server has answered, so that goes to a thread."""
    if isinstance(client, AsyncMongoClient):
        await client.close()
    else:
        await asyncio.to_thread(client.close)
