"""Carries a group's visibility to its posts, and a deletion to its memberships, step by step.

`Post.readers` is what lists of posts are found by. When a group is opened, closed or deleted, the
audience copy marks it, and here its posts are rewritten a few hundred at a time: as many posts as
it may have, no transaction is larger than another. Until that is done nobody sees what they may
not: a list checks its rows against the group itself. What a group has just opened appears in the
lists of others as this gets to it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.posts.domain.audience import Group, Membership
from services.posts.domain.post import Post
from services.posts.domain.visibility import readers_of
from shared.contract.errors import Unavailable
from shared.delivery.command import SETTLED, Entity
from shared.delivery.mongo import EntityStore, why_unavailable
from shared.runtime.health import Watchdog
from shared.runtime.telemetry import Metrics, Outage

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between looks: how long what was opened may be missing from others' lists
_GROUPS_AT_ONCE = 20
# Documents in one statement: it holds their locks for some milliseconds, and a reaction to such a
# post that comes in between is only tried again.
_AT_ONCE = 500


class Readership:
    """The loop that carries changes of groups to their posts.

    Two processes may do it at the same time: each writes what the group says.

    Args:
        store: The posts service's database.
        now: Gives the present time, in UTC.
        metrics: The process's metrics: rounds and failures are counted there.
    """

    def __init__(
        self, store: EntityStore, *, now: Callable[[], datetime], metrics: Metrics | None = None
    ) -> None:
        metrics = metrics or Metrics()
        self._runs = metrics.worker_runs.labels("posts", "readership")
        self._failures = metrics.worker_failures.labels("posts", "readership")
        self.watchdog = Watchdog(longest=60.0)
        self._store = store
        self._now = now

    async def run(self) -> None:
        """Looks again and again, until it is cancelled."""
        outage = Outage(log, "can't update who reads posts", first=PAUSE)
        while True:
            pause = PAUSE
            try:
                await self.settle()
                self._runs.inc()
                outage.over()
            except Unavailable as failure:
                self._failures.inc()
                pause = outage.failed(why_unavailable(failure))
            self.watchdog.feed()
            await asyncio.sleep(pause)

    async def settle(self) -> None:
        """Does what is left of every change, the oldest first."""
        unsettled = {"unsettled_since": {"$type": "date"}}
        for group in await self._store.find(
            Group, unsettled, sort=(("unsettled_since", 1),), limit=_GROUPS_AT_ONCE
        ):
            await self._settle(group)

    async def _settle(self, group: Group) -> None:
        since = group.unsettled_since
        assert since is not None  # it was asked for
        readers = readers_of(group.id, group)
        stale = {"group_id": group.id, "readers": {"$ne": readers}, "deleted_at": None}
        async for ids in self._ids(Post, stale):
            change = {"$set": {"readers": readers}}
            statement = {"q": {"_id": {"$in": ids}}, "u": change, "multi": True}
            await self._store.database.update(Post.collection, [statement])
        if group.deleted:
            # Their ids begin with the group's and a colon; a semicolon is what comes after that.
            of_group = {"_id": {"$gte": f"{group.id}:", "$lt": f"{group.id};"}}
            async for ids in self._ids(Membership, of_group):
                await self._store.database.delete(Membership.collection, {"_id": {"$in": ids}})
        if since < self._now() - timedelta(seconds=SETTLED):
            # Unless it has changed once more: then another moment is written there.
            as_seen = {"_id": group.id, "unsettled_since": since}
            done = {"q": as_seen, "u": {"$unset": {"unsettled_since": ""}}}
            await self._store.database.update(Group.collection, [done])

    async def _ids(self, kind: type[Entity], wanted: Mapping[str, Any]) -> AsyncIterator[list[str]]:
        """The ids of what matches, so many at a time; what is written meanwhile is found later."""
        ids: list[str] = []
        async for found in self._store.database.stream(kind.collection, wanted, fields=["_id"]):
            ids.append(found["_id"])
            if len(ids) == _AT_ONCE:
                yield ids
                ids = []
                self.watchdog.feed()
        if ids:
            yield ids
