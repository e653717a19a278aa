"""Forgets erased people, contest by contest, and says when nothing here names them any more.

The groups service tells that somebody was erased (`audience_copy.py` notes it). What contests keep
of them is changed by commands, one for each contest and each entry (`commands/erasures.py`), so
however much there is, no transaction is large. A contest whose votes are being counted is left
alone until its result is there. An erasure is finished by a round that finds nothing any more.

Nothing is begun before every command is over that may have seen the person still. A crash costs
nothing but time: what is done isn't found again, and one-off ids come out the same until then. One
process at a time does it, by a lease, because two would only do everything twice.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.contests.commands.erasures import (
    FinishForgetting,
    ForgetEntry,
    ForgetInContest,
    ForgetView,
)
from services.contests.domain.ballot import Ballot, ballot_id
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry, LastEntryView
from services.contests.domain.participation import Participation, participation_id
from services.contests.domain.tally import Result
from shared.audience import ErasedPerson
from shared.contract.aliases import BALLOT, Aliases
from shared.contract.errors import Unavailable
from shared.delivery.command import SETTLED, Command
from shared.delivery.committer import Committer, forget_in_records
from shared.delivery.dead_letters import forget_letters
from shared.delivery.lease import Lease
from shared.delivery.mongo import EntityStore, why_unavailable
from shared.runtime.health import Watchdog
from shared.runtime.telemetry import Metrics, Outage
from shared.web.quotas import DailyUse

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between looks
STUCK = 300.0  # seconds without a step that make the process count as stuck: a walk may take long
# Contests that are looked through at once, and things that are changed side by side.
AT_ONCE = 100


class Erasures:
    """The loop that forgets, while its lease is held.

    Args:
        store: The contests service's database.
        committer: Executes the steps.
        lease: The lease of this work, which one process holds at a time.
        aliases: Finds the ballots of a person: they say nobody's id.
        now: Gives the present time, in UTC.
        metrics: The process's metrics: rounds and failures are counted there.

    Attributes:
        watchdog: Fed with each step.
    """

    def __init__(
        self,
        store: EntityStore,
        committer: Committer,
        lease: Lease,
        aliases: Aliases,
        *,
        now: Callable[[], datetime],
        metrics: Metrics | None = None,
    ) -> None:
        metrics = metrics or Metrics()
        self._runs = metrics.worker_runs.labels("contests", "erasures")
        self._failures = metrics.worker_failures.labels("contests", "erasures")
        self.watchdog = Watchdog(longest=STUCK)
        self._store = store
        self._committer = committer
        self._lease = lease
        self._aliases = aliases
        self._now = now
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
        """A round for everybody who is due; whoever isn't found any more is forgotten."""
        settled = self._now() - timedelta(seconds=SETTLED)
        due = {"person": {"$type": "string"}, "noted_at": {"$lt": settled}}
        for erased in await self._store.find(ErasedPerson, due):
            if not await self._forget(erased):
                await self._committer.execute(FinishForgetting(erased.id))

    async def _forget(self, erased: ErasedPerson) -> bool:
        """Takes everything of a person away; tells whether something was found."""
        person, more = erased.person, False
        assert person is not None  # it was asked for
        async for contests in self._all_contests():
            found = await self._contests_with(contests, person)
            more |= await self._execute(
                [ForgetInContest(erased, each, self._voter(person, each)) for each in found]
            )
            entries = await self._entries_with(contests, person)
            more |= await self._execute([ForgetEntry(erased, each) for each in entries])
        async for entries in self._viewed_by(person):
            more |= await self._execute([ForgetView(erased, each) for each in entries])
        database = self._store.database
        await database.delete(DailyUse.collection, {"_id": person})
        await forget_in_records(database, person)
        await forget_letters(database, lambda value: person.encode() in value)
        return more

    async def _contests_with(self, contests: Sequence[str], person: str) -> list[str]:
        """Those of these contests in which the person is, by their ids."""
        among = {"_id": {"$in": contests}}
        made = {**among, "$or": [{"organiser": person}, {"trail.by": person}]}
        ranked = {**among, "tally.ranking.entrant": person}
        voters = [ballot_id(each, self._voter(person, each)) for each in contests]
        ballots = {"_id": {"$in": voters}}
        parts = {"_id": {"$in": [participation_id(each, person) for each in contests]}}
        found = {
            *await self._store.find_ids(Contest, made),
            *await self._store.find_ids(Result, ranked),
        }
        for ids in (
            await self._store.find_ids(Ballot, ballots),
            await self._store.find_ids(Participation, parts),
        ):
            found |= {key.partition(":")[0] for key in ids}
        return sorted(found)

    def _voter(self, person: str, contest_id: str) -> str:
        return self._aliases.of(BALLOT, person, contest_id)

    async def _entries_with(self, contests: Sequence[str], person: str) -> list[str]:
        fields = ("author", "accepted_by", "rejection.by", "rejection.confirmed_by")
        named = [{field: person} for field in fields]
        return await self._store.find_ids(Entry, {"contest_id": {"$in": contests}, "$or": named})

    async def _all_contests(self) -> AsyncIterator[list[str]]:
        last = ""
        while found := await self._store.find_ids(
            Contest, {"_id": {"$gt": last}}, sort=(("_id", 1),), limit=AT_ONCE
        ):
            self.watchdog.feed()
            last = found[-1]
            yield found

    async def _viewed_by(self, person: str) -> AsyncIterator[list[str]]:
        """The ids of entries that the person has seen: a walk through the index of ids."""
        last = ""
        while True:
            where: dict[str, Any] = {"$gt": last, "$regex": f":{re.escape(person)}$"}
            found = await self._store.find_ids(
                LastEntryView, {"_id": where}, sort=(("_id", 1),), limit=AT_ONCE, hint=(("_id", 1),)
            )
            self.watchdog.feed()
            if not found:
                return
            last = found[-1]
            yield [key.partition(":")[0] for key in found]

    async def _execute(self, commands: Sequence[Command]) -> bool:
        """Executes steps, some side by side; tells whether one of them found something."""
        more = False
        for start in range(0, len(commands), AT_ONCE):
            part = commands[start : start + AT_ONCE]
            done = await asyncio.gather(*(self._committer.execute(command) for command in part))
            more |= any(result.reply for result in done)
            self.watchdog.feed()
        return more
