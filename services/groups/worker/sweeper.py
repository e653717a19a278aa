"""Does by the clock what changes of accounts and deletions leave to be done."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from services.groups.commands.account_changes import (
    EndMembership,
    FinishErasure,
    FinishPropagation,
    PropagateSuspension,
    SuccessorGone,
)
from services.groups.commands.leaving import ForgetLeaver, RestMembership
from services.groups.domain.channel import Channel
from services.groups.domain.counts import MemberCount
from services.groups.domain.erasure import Erasure
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, MembershipStanding
from services.groups.domain.person import AccountStatus, Person
from shared.contract.erasures import FORMER_COLLEAGUE
from shared.contract.errors import Unavailable
from shared.contract.events.vocabulary import TextsPolicy
from shared.delivery.command import SETTLED
from shared.delivery.committer import Committer, forget_in_records
from shared.delivery.dead_letters import forget_letters
from shared.delivery.mongo import EntityStore, why_unavailable
from shared.runtime.health import Watchdog
from shared.runtime.telemetry import Metrics, Outage
from shared.web.quotas import DailyUse

log = logging.getLogger(__name__)

# Seconds between two sweeps: how long an erased person's memberships may outlive them.
PAUSE = 1.0
# People, groups, or memberships of a person in one sweep; the rest comes a second later. With many
# more a sweep could last longer than the watchdog waits.
_PER_SWEEP = 100


class Sweeper:
    """Carries changes of accounts to memberships, and removes what was in deleted groups.

    Whoever has left long ago it erases.

    Two processes may do it at the same time: the commands decide on what they find, and removing
    what is gone removes nothing.

    Attributes:
        watchdog: Fed after each sweep.

    Args:
        store: The people, groups and memberships to look through.
        committer: Executes the commands of `commands/account_changes.py`.
        now: Tells the time, in UTC.
        forget_after: How long after leaving somebody is erased; None: never.
        texts: What becomes of what such people wrote.
        metrics: Counts sweeps and those that failed; left out where nobody reads them.
    """

    def __init__(
        self,
        store: EntityStore,
        committer: Committer,
        *,
        now: Callable[[], datetime],
        forget_after: timedelta | None = None,
        texts: TextsPolicy = "kept",
        metrics: Metrics | None = None,
    ) -> None:
        metrics = metrics or Metrics()
        self._runs = metrics.worker_runs.labels("groups", "sweeper")
        self._failures = metrics.worker_failures.labels("groups", "sweeper")
        self.watchdog = Watchdog(longest=60.0)
        self._store = store
        self._committer = committer
        self._now = now
        self._forget_after = forget_after
        self._texts: TextsPolicy = texts

    async def run(self) -> None:
        """Sweeps every `PAUSE` seconds until it is cancelled."""
        outage = Outage(log, "can't clear up", first=PAUSE)
        while True:
            pause = PAUSE
            try:
                await self.sweep()
                self._runs.inc()
                outage.over()
            except Unavailable as failure:
                self._failures.inc()
                pause = outage.failed(why_unavailable(failure))
            self.watchdog.feed()
            await asyncio.sleep(pause)

    async def sweep(self) -> None:
        """Looks once through people and groups, and does what is due."""
        await self._erase_the_left()
        settled = self._now() - timedelta(seconds=SETTLED)
        wanted: dict[str, Any] = {"status": AccountStatus.ERASED}
        order = [("erased_at", 1)]
        for person in await self._store.find(Person, wanted, sort=order, limit=_PER_SWEEP):
            await self._end_memberships(person, settled)
        unsettled = {"unsettled_since": {"$type": "date"}}
        order = [("unsettled_since", 1)]
        for person in await self._store.find(Person, unsettled, sort=order, limit=_PER_SWEEP):
            await self._propagate(person, settled)
        for group in await self._store.find(
            Group, {"deleted_at": {"$type": "date", "$lt": settled}}, limit=_PER_SWEEP
        ):
            await self._clear(group)

    async def _end_memberships(self, person: Person, settled: datetime) -> None:
        of_person = {"person_id": person.id}
        for membership in await self._store.find(Membership, of_person):
            group_id = membership.group_id
            successor = await self._successor(group_id, person.id)
            try:
                await self._committer.execute(EndMembership(group_id, person.id, successor))
            except SuccessorGone:
                continue  # the next sweep finds another one
        if person.erased_at is not None and person.erased_at < settled:
            left = await self._store.database.count(Membership.collection, of_person)
            if not left:
                await self._forget(person.id)

    async def _forget(self, person_id: str) -> None:
        """Takes an erased person out of what isn't about them, and then away."""
        database = self._store.database
        asked = {"$set": {"requested_by": FORMER_COLLEAGUE}}
        theirs = {"q": {"requested_by": person_id}, "u": asked, "multi": True}
        await database.update(Erasure.collection, [theirs])
        await database.delete(DailyUse.collection, {"_id": person_id})
        await forget_in_records(database, person_id)
        await forget_letters(database, lambda value: person_id.encode() in value)
        await self._committer.execute(FinishErasure(person_id))

    async def _propagate(self, person: Person, settled: datetime) -> None:
        """Brings what happened to an account to the person's memberships, some at a time.

        Where that was recorded later than it happened, what follows happened then, too.
        """
        differing: dict[str, Any] = {
            "person_id": person.id,
            "standing": MembershipStanding.MEMBER,
            "suspended": not person.is_barred,
        }
        if person.is_left:
            waiting = [MembershipStanding.REQUESTED, MembershipStanding.INVITED]
            owned = {"standing": MembershipStanding.MEMBER, "role": "owner"}
            also = [{"person_id": person.id, "standing": {"$in": waiting}}]
            differing = {"$or": [differing, {"person_id": person.id, **owned}, *also]}
        found = await self._store.find(Membership, differing, limit=_PER_SWEEP)
        settle = self._rest if person.is_left else self._follow
        moment = person.recorded_since
        await asyncio.gather(*(settle(membership, moment) for membership in found))
        since = person.unsettled_since
        if not found and since is not None and since < settled:
            await self._committer.execute(FinishPropagation(person.id, since))

    async def _follow(self, membership: Membership, moment: datetime | None) -> None:
        command = PropagateSuspension(membership.group_id, membership.person_id)
        await self._committer.execute(command, moment=moment)

    async def _rest(self, membership: Membership, moment: datetime | None) -> None:
        group_id, person_id = membership.group_id, membership.person_id
        owned = membership.role == "owner"
        successor = await self._successor(group_id, person_id) if owned else None
        # Otherwise the next sweep finds another one.
        with suppress(SuccessorGone):
            command = RestMembership(group_id, person_id, successor)
            await self._committer.execute(command, moment=moment)

    async def _erase_the_left(self) -> None:
        """Erases whoever has left long enough ago."""
        if self._forget_after is None:
            return
        before = self._now() - self._forget_after
        wanted = {"status": AccountStatus.LEFT, "left_at": {"$lt": before}}
        due = await self._store.find(Person, wanted, sort=[("left_at", 1)], limit=_PER_SWEEP)
        commands = [ForgetLeaver(person.id, before, self._texts) for person in due]
        await asyncio.gather(*(self._committer.execute(command) for command in commands))

    async def _successor(self, group_id: str, leaving: str) -> str | None:
        """Who would own the group: its longest moderator, else its longest member."""
        for role in ("moderator", "member"):
            wanted = {
                "group_id": group_id,
                "standing": MembershipStanding.MEMBER,
                "role": role,
                "suspended": False,
                "person_id": {"$ne": leaving},
            }
            found = await self._store.find(
                Membership, wanted, sort=[("since", 1), ("_id", 1)], limit=1
            )
            if found:
                return found[0].person_id
        return None

    async def _clear(self, group: Group) -> None:
        """Removes what belonged to a deleted group, and the group last: a crash repeats it."""
        database = self._store.database
        await database.delete(Membership.collection, {"group_id": group.id})
        await database.delete(Channel.collection, {"group_id": group.id})
        await database.delete(MemberCount.collection, {"_id": group.id})
        await database.delete(Group.collection, {"_id": group.id})
