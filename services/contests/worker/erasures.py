"""Finds what contests keep of an erased person, and has it forgotten contest by contest.

It is changed by commands, one for each contest and each entry (`commands/erasures.py`). A contest
whose votes are being counted is left alone until its result is there, so an erasure is finished by
a round that finds nothing any more. When and by whom that is done, and what a crash costs,
`shared/audience/erasures.py` tells.
"""

from collections.abc import AsyncIterator, Sequence

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
from shared.audience.erasures import AT_ONCE, Erasures
from shared.contract.aliases import BALLOT
from shared.delivery.command import Command
from shared.web.quotas import DailyUse


class ContestsErasures(Erasures):
    """The loop that forgets people in the contests service."""

    async def _forget(self, erased: ErasedPerson, person: str) -> bool:
        found: list[bool] = []
        async for contests in self._all_contests():
            among = await self._contests_with(contests, person)
            found += await self._execute(
                [ForgetInContest(erased, each, self._voter(person, each)) for each in among]
            )
            entries = await self._entries_with(contests, person)
            found += await self._execute([ForgetEntry(erased, each) for each in entries])
        async for entries in self._ending_with(LastEntryView, person):
            found += await self._execute([ForgetView(erased, each) for each in entries])
        await self._store.database.delete(DailyUse.collection, {"_id": person})
        return any(found)

    def _last_step(self, erasure: str) -> Command:
        return FinishForgetting(erasure)

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
