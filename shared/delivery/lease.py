"""Leases: at most one process does a thing at a time, and an ex-holder is recognised by its fence.

The clock is the database's (`$$NOW`), so processes with wrong clocks can't disagree. Each time a
lease changes hands its fencing number grows; what the holder writes names that number, and a paused
ex-holder's writes match nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from shared.contract.errors import Unavailable
from shared.delivery.mongo import Database, Index, why_unavailable
from shared.runtime.telemetry import Outage

log = logging.getLogger(__name__)

LEASES = "leases"
COLLECTIONS: Mapping[str, Sequence[Index]] = {LEASES: ()}

# Seconds. Shorter: a pause of the holder costs a change of hands. Longer: a crash costs that long.
DURATION = 5.0
_RENEW = DURATION / 4


async def holder_of(database: Database, name: str) -> str | None:
    """Who holds a lease now, by the database's clock; None if nobody does."""
    held = {"_id": name, "$expr": {"$gte": ["$expires", "$$NOW"]}}
    lease = await database.find_one(LEASES, held)
    return None if lease is None else lease["holder"]


class Lease:
    """A process's claim to a named lease, renewed in the background.

    Args:
        database: The database that has the lease, and whose clock counts.
        name: Name of the lease, unique in the database.
        holder: Id of this process.
        duration: Seconds that the lease lasts without being renewed.

    Attributes:
        fence: The fencing number while the lease is held, else None.
    """

    def __init__(
        self, database: Database, name: str, *, holder: str, duration: float = DURATION
    ) -> None:
        self.fence: int | None = None
        self._database = database
        self._name = name
        self._holder = holder
        self._duration = duration
        self._held_until = 0.0  # on the event loop's clock
        self._changed = asyncio.Event()
        self._made = False

    @property
    def held(self) -> bool:
        """Whether the lease is held for certain: its time counts from before it was asked for."""
        return self.fence is not None and asyncio.get_running_loop().time() < self._held_until

    @asynccontextmanager
    async def contending(self) -> AsyncIterator["Lease"]:
        """Tries to get and keep the lease as long as the block runs; gives it back at the end."""
        task = asyncio.create_task(self._contend(), name=f"lease {self._name}")
        try:
            yield self
        finally:
            task.cancel()
            try:
                await asyncio.wait([task])
            finally:
                await self._release()

    async def acquired(self) -> int:
        """Waits until the lease is held; returns its fencing number."""
        while not self.held:
            self._changed.clear()
            await self._changed.wait()
        assert self.fence is not None
        return self.fence

    async def _contend(self) -> None:
        outage = Outage(log, "can't renew a lease", first=_RENEW, facts={"lease": self._name})
        while True:
            pause = _RENEW
            try:
                await self.renew()
                outage.over()
            except Unavailable as failure:
                pause = outage.failed(why_unavailable(failure))
            except Exception as failure:  # noqa: BLE001 - a bug must not end the contest for good
                pause = outage.failed(type(failure).__name__, error=failure)
            # While it is ours it is worth the tries: a pause that grows would outlast it.
            await asyncio.sleep(_RENEW if self.held else pause)

    async def renew(self) -> bool:
        """Takes the lease if it is free or expired, prolongs it if it is ours.

        Returns:
            Whether we hold it.
        """
        asked = asyncio.get_running_loop().time()
        ours = {"$eq": ["$holder", self._holder]}
        expires = {"$add": ["$$NOW", int(self._duration * 1000)]}
        change: list[dict[str, Any]] = [
            {
                "$set": {
                    "number": {"$cond": [ours, "$number", {"$add": ["$number", 1]}]},
                    "holder": self._holder,
                    "expires": expires,
                }
            }
        ]
        free_or_ours = {"_id": self._name, "$expr": {"$or": [ours, {"$lt": ["$expires", "$$NOW"]}]}}
        # Two steps, because the server refuses $expr in an upsert.
        if not self._made:
            unclaimed = {
                "_id": self._name,
                "number": 0,
                "holder": None,
                "expires": datetime.fromtimestamp(0, UTC),
            }
            await self._database.insert(LEASES, [unclaimed], ignore_duplicates=True)
            self._made = True
        after = await self._database.find_and_update(LEASES, free_or_ours, change)
        self.fence = None if after is None else int(after["number"])
        self._held_until = asked + self._duration
        self._changed.set()
        return after is not None

    async def _release(self) -> None:
        if self.fence is None:
            return
        expire_now = [{"$set": {"expires": {"$subtract": ["$$NOW", 1]}, "holder": None}}]
        with suppress(Unavailable):
            await self._database.update(
                LEASES, [{"q": {"_id": self._name, "holder": self._holder}, "u": expire_now}]
            )
        self.fence = None
