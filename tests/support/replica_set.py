"""What is done to the members of a replica set, and who of them leads."""

import asyncio
import signal
from contextlib import suppress
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from mitmach.embedded.mongod import Mongod, ReplicaSet

ELECTED_WITHIN = 30.0  # seconds; two on an idle machine


async def _asked(member: Mongod, command: dict[str, Any]) -> dict[str, Any]:
    """What one member answers; nothing if it doesn't."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        f"mongodb://{member.address}/",
        directConnection=True,
        serverSelectionTimeoutMS=1000,
        connectTimeoutMS=500,
        socketTimeoutMS=2000,
    )
    with suppress(PyMongoError):
        try:
            return await client.admin.command(command)
        finally:
            await client.close()
    return {}


async def primary(members: ReplicaSet, *, but: Mongod | None = None) -> Mongod:
    """Waits for a primary, if need be one that isn't the old one."""
    async with asyncio.timeout(ELECTED_WITHIN):
        while True:
            for member in members.members:
                if member is not but and (await _asked(member, {"hello": 1})).get(
                    "isWritablePrimary"
                ):
                    return member
            await asyncio.sleep(0.1)


async def step_down(member: Mongod) -> None:
    """Asks the primary to let another one lead."""
    await _asked(member, {"replSetStepDown": 10, "secondaryCatchUpPeriodSecs": 5})


async def all_follow(members: ReplicaSet) -> None:
    """Waits until every member is primary or secondary."""
    async with asyncio.timeout(ELECTED_WITHIN):
        for member in members.members:
            while not (
                (now := await _asked(member, {"hello": 1})).get("secondary")
                or now.get("isWritablePrimary")
            ):
                await asyncio.sleep(0.1)


def kill(member: Mongod) -> None:
    """Ends a member as a power cut would."""
    member.child.signal(signal.SIGKILL)
