"""Does what is due in contests: enters phases, counts sealed votes, takes away what has to go.

One process at a time does it, by a lease, because two would only do everything twice. Correctness
doesn't rest on the lease: each change is a command that looks at what is stored
(`commands/scheduled.py`), and counting twice gives the same result.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from services.contests.commands.scheduled import EnterDuePhases, RecordResult
from services.contests.domain.contest import Contest
from services.contests.domain.phases import LONGEST_COMMIT
from services.contests.queries.ballots import count_ballots
from services.contests.queries.rolls import rolls_of
from services.contests.worker.purge import GroupPurge
from shared.contract.errors import Unavailable
from shared.delivery.committer import Committer
from shared.delivery.lease import Lease
from shared.delivery.mongo import EntityStore, SessionRegistry, why_unavailable
from shared.runtime.health import Watchdog
from shared.runtime.telemetry import Metrics, Outage

log = logging.getLogger(__name__)

# Seconds between two looks: how late a phase may begin, beside the commit.
PAUSE = 0.25
# Contests in a look; more wait for the next, so that what is to be taken away gets its turn.
AT_ONCE = 100
# Seconds without a look that make the process count as stuck.
STUCK = 60.0


class Scheduler:
    """Does what is due in contests, while its lease is held.

    Args:
        store: The service's entities.
        committer: Executes what is due.
        sessions: The sessions of processes with the service's database: before the votes are
            counted, those of processes that fell silent are ended.
        lease: Held by the process whose scheduler works.
        now: Gives the time.
        metrics: Counts what was done, and what failed.

    Attributes:
        watchdog: Says that it is stuck where it hasn't looked for `STUCK` seconds.
    """

    def __init__(
        self,
        store: EntityStore,
        committer: Committer,
        sessions: SessionRegistry,
        lease: Lease,
        *,
        now: Callable[[], datetime],
        metrics: Metrics | None = None,
    ) -> None:
        labels = ("contests", "clock")
        metrics = metrics or Metrics()
        self._runs = metrics.worker_runs.labels(*labels)
        self._failures = metrics.worker_failures.labels(*labels)
        self.watchdog = Watchdog(longest=STUCK)
        self._store = store
        self._committer = committer
        self._sessions = sessions
        self._lease = lease
        self._now = now
        self._purge = GroupPurge(store, committer, sessions)
        # When this process knew that a contest was sealed, in seconds of the loop's clock.
        self._sealed: dict[str, float] = {}
        self._outage = Outage(log, "the clock waits", first=PAUSE)

    async def run(self) -> None:
        """Works until it is cancelled."""
        async with self._lease.contending():
            while True:
                self.watchdog.feed()
                pause = PAUSE
                if self._lease.held:
                    pause = await self._look()
                else:
                    self._sealed.clear()
                await asyncio.sleep(pause)

    async def _look(self) -> float:
        """Does what is due; returns how long to wait before the next look."""
        try:
            await self.tick()
            self._outage.over()
        except Unavailable as failure:
            return self._outage.failed(why_unavailable(failure))
        return PAUSE

    async def tick(self) -> None:
        """Does all that is due now."""
        due = await self._store.find(
            Contest, {"due_at": {"$lte": self._now()}}, sort=[("due_at", 1)], limit=AT_ONCE
        )
        for contest in due:
            try:
                await self._do(contest)
                self._runs.inc()
            except Unavailable:
                raise
            except Exception:  # a contest must not stop what is due in all others
                self._failures.inc()
                log.exception("a contest can't go on", extra={"contest": contest.id})
        try:
            await self._purge.step()
        except Unavailable:
            raise
        except Exception:  # nor must what is to go
            self._failures.inc()
            log.exception("contests of groups that are gone can't be taken away")

    async def _do(self, contest: Contest) -> None:
        if contest.phase == "sealed":
            await self._count(contest)
            return
        _, voters = await rolls_of(self._store, contest.id)
        outcome = await self._committer.execute(
            EnterDuePhases(contest.id, voters), moment=contest.overdue_since
        )
        entered: Contest | None = outcome.reply
        if entered is not None and entered.phase == "sealed":
            self._sealed.setdefault(contest.id, asyncio.get_running_loop().time())

    async def _count(self, contest: Contest) -> None:
        """Counts once no ballot can be under way any more.

        The time is measured here, from when the sealing was known to be visible to everyone: who
        began later saw it and was refused. So neither a sealing that took long to commit nor
        processes whose clocks differ can let an acknowledged vote miss the count. The contest's
        own `due_at` is the same rule by the calendar; the later of the two decides.
        """
        known = self._sealed.setdefault(contest.id, asyncio.get_running_loop().time())
        if asyncio.get_running_loop().time() - known < LONGEST_COMMIT.total_seconds():
            return
        # A process that hung in a transaction is silent by now: what it holds never commits.
        await self._sessions.end_silent()
        counted = await count_ballots(self._store, contest)
        await self._committer.execute(
            RecordResult(contest.id, counted), moment=contest.overdue_since
        )
        self._sealed.pop(contest.id, None)
