"""Says of each erasure that the metrics service is done with it; what it has to say it commits.

The consumer forgets people in the flush that reads of their erasure (`store/forgetting.py`). When
no flush can be left that didn't see it, what such a one has stored is taken out, and then it is
said. While figures are being rebuilt there is another database that names them, so nothing is said
until that is over. The database that was live before the last rebuild is emptied by the next one
only: there people are taken out here.

Two processes may do it at the same time: what was said is stored with the event that says it.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from services.metrics.store.generations import Generations, database_names
from services.metrics.store.write.forgetting import (
    OpenErasure,
    close_erasure,
    forget_again,
    open_erasures,
)
from shared.audience import Login
from shared.contract.aliases import Aliases
from shared.contract.errors import Unavailable
from shared.contract.events.erasures import MetricsPersonForgotten
from shared.delivery.command import Changes, Entity, Found, Key, Occurred
from shared.delivery.committer import Committer
from shared.delivery.consumer import FLUSHED
from shared.delivery.dead_letters import forget_letters
from shared.delivery.mongo import Database, Mongo, why_unavailable
from shared.runtime.health import Watchdog
from shared.runtime.telemetry import Metrics, Outage

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between looks
STUCK = 60.0  # seconds without a look that make the process count as stuck

OpenCommitter = Callable[[], AbstractAsyncContextManager[Committer]]


class ToldErasure(Entity, frozen=True, kw_only=True):
    """That the service has said that it is done with an erasure; the id is that of the erasure.

    Attributes:
        told_at: The moment of the event that says it.
    """

    collection: ClassVar[str] = "told_erasures"
    told_at: datetime


COLLECTIONS = {ToldErasure.collection: ()}


@dataclass(frozen=True, slots=True)
class TellForgotten:
    """Says that nothing here names the person of an erasure any more; once, however often asked."""

    erasure: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """Whether it was said before."""
        return [(ToldErasure, self.erasure)]

    def decide(self, found: Found, now: datetime) -> Changes:
        """Said by nobody: the service does it by itself."""
        if found.get(ToldErasure, self.erasure) is not None:
            return Changes()
        told = ToldErasure(id=self.erasure, told_at=now)
        return Changes(put=[told], events=[Occurred(MetricsPersonForgotten(erasure=self.erasure))])


class Erasures:
    """The loop that says it.

    Args:
        base: The service's own database.
        mongo: The connection to the databases of all generations.
        open_committer: Opens a committer on the service's own database. It is opened with the first
            erasure: one that waits writes to the database every second.
        aliases: Tells who is named in dead letters.
        now: Gives the present time, in UTC.
        metrics: The process's metrics: rounds and failures are counted there.

    Attributes:
        watchdog: Fed with each look.
    """

    def __init__(
        self,
        base: Database,
        mongo: Mongo,
        open_committer: OpenCommitter,
        *,
        aliases: Aliases,
        now: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        self.watchdog = Watchdog(longest=STUCK)
        self._runs = metrics.worker_runs.labels("metrics", "erasures")
        self._failures = metrics.worker_failures.labels("metrics", "erasures")
        self._base = base
        self._aliases = aliases
        self._generations = Generations(base)
        self._databases = [mongo.database(name) for name in database_names(base.name)]
        self._open_committer = open_committer
        self._committer: Committer | None = None
        self._now = now
        self._outage = Outage(log, "can't say who is forgotten", first=PAUSE)

    async def run(self) -> None:
        """Looks every `PAUSE` seconds until it is cancelled."""
        async with AsyncExitStack() as opened:
            while True:
                self.watchdog.feed()
                pause = PAUSE
                try:
                    await self.look(opened)
                    self._runs.inc()
                    self._outage.over()
                except Unavailable as failure:
                    self._failures.inc()
                    pause = self._outage.failed(why_unavailable(failure))
                await asyncio.sleep(pause)

    async def look(self, opened: AsyncExitStack) -> None:
        """Says what can be said by now.

        Args:
            opened: Closes what is opened here.
        """
        if await self._generations.building() is not None:
            return
        live = (await self._generations.live()).database
        (database,) = [database for database in self._databases if database.name == live]
        due = await open_erasures(database, self._now() - timedelta(seconds=FLUSHED))
        due = await self._without_logins(due)
        if not due:
            return
        people = [erasure.person for erasure in due]
        for other in self._databases:
            await forget_again(other, people)
            for person in people:
                await forget_letters(other, partial(self._aliases.names, person=person))
        if await self._generations.building() is not None:  # it began meanwhile
            return
        if self._committer is None:
            self._committer = await opened.enter_async_context(self._open_committer())
        for erasure in due:
            await self._committer.execute(TellForgotten(erasure.erasure))
            await close_erasure(database, erasure.erasure)

    async def _without_logins(self, due: Sequence[OpenErasure]) -> list[OpenErasure]:
        """Those of the erasures to whose person no login leads here any more."""
        if not due:
            return []
        people = {"person": {"$in": [erasure.person for erasure in due]}}
        logins = await self._base.find(Login.collection, people)
        named = {login["person"] for login in logins}
        return [erasure for erasure in due if erasure.person not in named]
