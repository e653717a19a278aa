"""Takes away what was in groups that are gone: contests with their entries, ballots and results.

From the moment at which a group is marked as deleted no command sees its contests any more. What
began before that may still be stored for `LONGEST_COMMIT`, as a ballot may after the close, so
nothing is taken away earlier. Then it goes in bounded steps, first what hangs on a contest, last
the contest itself, and once the group has none, its mark. So whoever takes over after a crash finds
what is left, and two who do it at once take away the same: only the contest's own end is told, and
that is a command, which finds the contest once.

The log of sent events keeps no text of an entry. Answers that are kept for repeated requests do,
for as long as they are kept; and ballots are on the restricted topic until its records expire.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from services.contests.commands.scheduled import DeleteContest
from services.contests.domain.ballot import Ballot
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry, LastEntryView
from services.contests.domain.participation import Participation
from services.contests.domain.phases import LONGEST_COMMIT
from services.contests.store import begins_with
from shared.audience import Group
from shared.delivery.command import Entity
from shared.delivery.committer import Committer
from shared.delivery.mongo import EntityStore, SessionRegistry

# Groups in a step; more wait for the next, so that what is due by the clock isn't late.
GROUPS = 4
# Documents that a step deletes of a group: some milliseconds of the database.
AT_ONCE = 500
# Entries of which a step looks for views.
ENTRIES = 20


class GroupPurge:
    """Takes contests away with their groups.

    Args:
        store: The service's entities.
        committer: Executes the last step of each contest.
        sessions: The sessions of processes with the service's database: before anything is taken
            away, those of processes that fell silent are ended.
    """

    def __init__(self, store: EntityStore, committer: Committer, sessions: SessionRegistry) -> None:
        self._store = store
        self._committer = committer
        self._sessions = sessions
        # When this process knew that a group was gone, in seconds of the loop's clock.
        self._known: dict[str, float] = {}

    async def step(self) -> None:
        """One bounded step for each of the first groups that are gone."""
        gone = await self._store.find_ids(Group, {"deleted": True}, limit=GROUPS)
        now = asyncio.get_running_loop().time()
        self._known = {group_id: self._known.get(group_id, now) for group_id in gone}
        margin = LONGEST_COMMIT.total_seconds()
        ready = [group_id for group_id in gone if now - self._known[group_id] >= margin]
        if ready:
            # A process that hung in a transaction is silent by now: what it holds never commits.
            await self._sessions.end_silent()
        for group_id in ready:
            await self._go_on(group_id)

    async def _go_on(self, group_id: str) -> None:
        contests = await self._store.find_ids(Contest, {"group_id": group_id}, limit=1)
        for contest_id in contests:
            if await self._is_empty(contest_id):
                await self._committer.execute(DeleteContest(contest_id))
        if not contests:
            await self._store.database.delete(Group.collection, {"_id": group_id, "deleted": True})

    async def _is_empty(self, contest_id: str) -> bool:
        """Deletes some of what hangs on a contest; whether nothing was left."""
        inside = {"contest_id": contest_id}
        entries = await self._store.find_ids(Entry, inside, limit=ENTRIES)
        views = {"$or": [{"_id": begins_with(f"{entry}:")} for entry in entries]}
        some = (
            await self._delete_some(Ballot, inside)
            or await self._delete_some(Participation, {"_id": begins_with(f"{contest_id}:")})
            or (bool(entries) and await self._delete_some(LastEntryView, views))
            or await self._delete_some(Entry, {"_id": {"$in": entries}})
        )
        return not some

    async def _delete_some(self, kind: type[Entity], where: Mapping[str, Any]) -> bool:
        ids = await self._store.find_ids(kind, where, limit=AT_ONCE)
        if ids:
            await self._store.database.delete(kind.collection, {"_id": {"$in": ids}})
        return bool(ids)
