"""The loop in which a service forgets the erased, and what every service does for that alike.

The groups service tells that somebody was erased (`copy.py` notes it). What a service keeps of them
is changed by commands, each one bounded step, so however much there is, no transaction is large;
the service's own `worker/erasures.py` finds it and says when nothing is left.

Nothing is begun before every command is over that may have seen the person still, so what is looked
for doesn't become more. Then it is all taken away. That nothing is left is said only after another
look, when every flush is over, too, that may have stored something of them at the same moment
(`remains.py`). A crash costs nothing but time: what is done isn't found again, and one-off ids come
out the same until the erasure is finished.

One process at a time does it, by a lease, because two would only do everything twice.

What has somebody's id at the end of its own is found by walking through the index of ids: one over
people would be paid for with every view, and somebody is erased once. The walk goes in parts, each
a question that is answered soon, however much there is.
"""

import asyncio
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from shared.audience.entities import ErasedPerson
from shared.audience.remains import take_remains_away
from shared.contract.aliases import Aliases
from shared.contract.errors import Unavailable
from shared.delivery.command import SETTLED, Command, Entity
from shared.delivery.committer import Committer, forget_in_records
from shared.delivery.consumer import FLUSHED
from shared.delivery.dead_letters import forget_letters
from shared.delivery.lease import Lease
from shared.delivery.mongo import EntityStore, why_unavailable
from shared.runtime.health import Watchdog
from shared.runtime.telemetry import Metrics, Outage

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between looks
STUCK = 300.0  # seconds without a step that make the process count as stuck: a walk may take long
# Things that are looked through at once, and things that are changed side by side in a few commits.
AT_ONCE = 100
# Ids that are walked through in one question: some tenths of a second. With millions it would take
# as long as the driver waits for an answer, and no round would ever end.
WALKED_AT_ONCE = 50_000


class Erasures(ABC):
    """The loop that forgets whoever is due, while its lease is held.

    Args:
        service: The service whose process this is, as metrics name it.
        store: The service's database.
        committer: Executes the steps.
        lease: The lease of this work, which one process holds at a time.
        aliases: Tells who is named where nobody's id is.
        now: Gives the present time, in UTC.
        metrics: The process's metrics: rounds and failures are counted there.

    Attributes:
        watchdog: Fed with each step.
    """

    def __init__(
        self,
        service: str,
        store: EntityStore,
        committer: Committer,
        lease: Lease,
        aliases: Aliases,
        *,
        now: Callable[[], datetime],
        metrics: Metrics | None = None,
    ) -> None:
        metrics = metrics or Metrics()
        self._runs = metrics.worker_runs.labels(service, "erasures")
        self._failures = metrics.worker_failures.labels(service, "erasures")
        self.watchdog = Watchdog(longest=STUCK)
        self._store = store
        self._committer = committer
        self._lease = lease
        self._aliases = aliases
        self._now = now
        self._resting: set[str] = set()  # erasures with nothing to be done before the last look
        self._outage = Outage(log, "can't forget who was erased", first=PAUSE)

    async def run(self) -> None:
        """Works until it is cancelled."""
        async with self._lease.contending():
            while True:
                self.watchdog.feed()
                pause = PAUSE
                if self._lease.held:
                    try:
                        await self.look()
                        self._runs.inc()
                        self._outage.over()
                    except Unavailable as failure:
                        self._failures.inc()
                        pause = self._outage.failed(why_unavailable(failure))
                await asyncio.sleep(pause)

    async def look(self) -> None:
        """A round for everybody who is due; of whom nothing is left, that is said.

        Raises:
            Unavailable: Somebody couldn't be forgotten; all others have had their turn.
        """
        now = self._now()
        settled = now - timedelta(seconds=SETTLED)
        due = {"person": {"$type": "string"}, "noted_at": {"$lt": settled}}
        failure: Unavailable | None = None
        for erased in await self._store.find(ErasedPerson, due):
            last = erased.noted_at < now - timedelta(seconds=FLUSHED)
            if last or erased.id not in self._resting:
                try:
                    await self._take_away(erased, now, last=last)
                except Unavailable as unavailable:
                    failure = unavailable
        if failure is not None:
            raise failure

    async def _take_away(self, erased: ErasedPerson, now: datetime, *, last: bool) -> None:
        """Takes everything of a person away; after the last look it is said that nothing is left.

        In between there is nothing to be found, so they rest: each look may be a long walk.
        """
        person = erased.person
        assert person is not None  # it was asked for
        self._resting.discard(erased.id)
        if await take_remains_away(self._store.database, erased, now):
            return
        more = await self._forget(erased, person)
        await forget_in_records(self._store.database, person)
        await forget_letters(self._store.database, partial(self._aliases.names, person=person))
        if more:
            return
        if last:
            await self._committer.execute(self._last_step(erased.id))
        else:
            self._resting.add(erased.id)

    @abstractmethod
    async def _forget(self, erased: ErasedPerson, person: str) -> bool:
        """Takes everything of a person away; tells whether there may be more in the next round."""

    @abstractmethod
    def _last_step(self, erasure: str) -> Command:
        """The command that says that nothing here names somebody any more."""

    async def _execute(self, commands: Sequence[Command]) -> list[Any]:
        """Executes steps, some side by side; returns what each replied."""
        replies: list[Any] = []
        for start in range(0, len(commands), AT_ONCE):
            part = commands[start : start + AT_ONCE]
            done = await asyncio.gather(*(self._committer.execute(command) for command in part))
            replies += [result.reply for result in done]
            self.watchdog.feed()
        return replies

    async def _ending_with(self, kind: type[Entity], person: str) -> AsyncIterator[list[str]]:
        """The ids of the things in front of the person's, where they did something with them."""
        last = ""
        while walked := await self._store.database.aggregate(
            kind.collection, _ids_after(last, f":{re.escape(person)}$")
        ):
            self.watchdog.feed()
            (part,) = walked
            last, found = part["last"], [key.partition(":")[0] for key in part["found"]]
            for start in range(0, len(found), AT_ONCE):
                yield found[start : start + AT_ONCE]


def _ids_after(last: str, ending: str) -> list[dict[str, Any]]:
    """Walks through some ids: the last of them, and those that end so; all from the index."""
    matches = {"$regexMatch": {"input": "$_id", "regex": ending}}
    return [
        {"$match": {"_id": {"$gt": last}}},
        {"$sort": {"_id": 1}},
        {"$limit": WALKED_AT_ONCE},
        {"$project": {"_id": 1}},
        {
            "$group": {
                "_id": None,
                "last": {"$max": "$_id"},
                "found": {"$push": {"$cond": [matches, "$_id", "$$REMOVE"]}},
            }
        },
    ]
