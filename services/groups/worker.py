"""What happens after the answer: counting members, following accounts, clearing up.

`MemberCounts` reads the service's own events; `Sweeper` looks for work by the clock.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from services.groups.commands.housekeeping import (
    EndMembership,
    FinishErasure,
    FinishPropagation,
    PropagateSuspension,
    SuccessorGone,
)
from services.groups.domain.channels import Channel
from services.groups.domain.groups import Group
from services.groups.domain.memberships import Membership, MembershipStanding
from services.groups.domain.people import AccountStatus, Person
from services.groups.store import MEMBER_COUNTS, Store
from shared.audience import EVERYONE
from shared.contract.errors import Unavailable
from shared.contract.events.topics import GROUPS, PEOPLE
from shared.delivery.committer import Committer
from shared.delivery.mongo import Transaction
from shared.runtime.health import Watchdog
from shared.runtime.telemetry import Metrics

log = logging.getLogger(__name__)

# Seconds after an erasure, suspension or deletion until nothing can come after it any more: a
# command that still saw the person or group has 3 s to commit, and servers' clocks differ a little.
SETTLED = 10.0
PAUSE = 1.0  # seconds between looks: how long an erased person's memberships may outlive them
_AT_ONCE = 100  # erased people or deleted groups in one look


class _Data(msgspec.Struct):
    group_id: str = ""
    counted: bool = False
    account: str = ""
    previous: str = ""
    status: str = ""


class _Event(msgspec.Struct):
    type: str
    source: str
    sequence: str
    predecessor: str
    data: msgspec.Raw


_data = msgspec.json.Decoder(_Data).decode

_Change = Callable[[_Data], int]

# What each event does to the number of members: active human beings. Of everyone, for events about
# people.
_MEMBERS: dict[str, _Change] = {
    "mitmach.membership.joined": lambda data: int(data.counted),
    "mitmach.membership.left": lambda data: -int(data.counted),
    "mitmach.membership.removed": lambda data: -int(data.counted),
    "mitmach.membership.suspended": lambda data: -int(data.counted),
    "mitmach.membership.reinstated": lambda data: int(data.counted),
}
_PEOPLE: dict[str, _Change] = {
    "mitmach.person.activated": lambda _: 1,
    "mitmach.person.reinstated": lambda data: int(data.status == "active"),
    "mitmach.person.suspended": lambda data: -int(data.previous == "active"),
    "mitmach.person.left": lambda data: -int(data.previous == "active"),
    "mitmach.person.erased": lambda data: -int(data.previous == "active"),
}


class CountFold:
    """Changes of member counts since the last flush, by group."""

    def __init__(self) -> None:
        self._changes: dict[str, int] = {}

    def apply(self, event: _Event) -> None:
        """Adds what the event changes, mostly nothing."""
        if (change := _MEMBERS.get(event.type)) is not None:
            data = _data(event.data)
            self._add(data.group_id, change(data))
        elif (change := _PEOPLE.get(event.type)) is not None:
            data = _data(event.data)
            if data.account == "human":
                self._add(EVERYONE, change(data))

    def _add(self, group_id: str, change: int) -> None:
        # Nothing is noted too: a group that was counted and has 0 isn't one that wasn't counted.
        self._changes[group_id] = self._changes.get(group_id, 0) + change

    def size(self) -> int:
        """How many groups have changed."""
        return len(self._changes)

    def take(self) -> dict[str, int]:
        """Hands the changes over."""
        taken, self._changes = self._changes, {}
        return taken


class MemberCounts:
    """How many members each group has, folded from the service's own events.

    Increments, so a group's events may come through any process in any number of flushes; the
    consumer stores them together with how far it has read, so that none counts twice.
    """

    name = "mitmach.groups.member-counts"
    topics: Sequence[str] = (GROUPS, PEOPLE)
    decode = staticmethod(msgspec.json.Decoder(_Event).decode)

    def fold(self, partition: str) -> CountFold:
        """An empty fold."""
        del partition
        return CountFold()

    def late(self, event: _Event) -> bool:  # noqa: ARG002 - all events alike
        """Every event only adds."""
        return True

    async def prepare(self, taken: Sequence[tuple[str, dict[str, int]]]) -> None:
        """Nothing needs to be read."""

    async def write(
        self, taken: Sequence[tuple[str, dict[str, int]]], transaction: Transaction
    ) -> None:
        """Adds up what the partitions say, one statement per group."""
        sums: dict[str, int] = {}
        for _, changes in taken:
            for group_id, change in changes.items():
                sums[group_id] = sums.get(group_id, 0) + change
        statements = [
            {"q": {"_id": group_id}, "u": {"$inc": {"members": change}}, "upsert": True}
            for group_id, change in sums.items()
        ]
        if statements:
            await transaction.update(MEMBER_COUNTS, statements)

    def revoked(self, partition: str) -> None:
        """Nothing is cached."""


class Sweeper:
    """Carries suspensions and erasures to memberships, and removes what was in deleted groups.

    Two processes may do it at the same time: the commands decide on what they find, and removing
    what is gone removes nothing.
    """

    def __init__(
        self,
        store: Store,
        committer: Committer,
        *,
        clock: Callable[[], datetime],
        metrics: Metrics | None = None,
    ) -> None:
        metrics = metrics or Metrics()
        self._runs = metrics.worker_runs.labels("groups", "sweeper")
        self._failures = metrics.worker_failures.labels("groups", "sweeper")
        self.watchdog = Watchdog(longest=60.0)
        self._store = store
        self._committer = committer
        self._clock = clock

    async def run(self) -> None:
        """Looks again and again, until it is cancelled."""
        while True:
            try:
                await self.sweep()
                self._runs.inc()
            except Unavailable:
                self._failures.inc()
                log.warning("can't clear up: the database doesn't answer")
            self.watchdog.feed()
            await asyncio.sleep(PAUSE)

    async def sweep(self) -> None:
        """Does what is due."""
        settled = self._clock() - timedelta(seconds=SETTLED)
        wanted: dict[str, Any] = {"status": AccountStatus.ERASED, "memberships_ended": False}
        order = [("erased_at", 1)]
        for person in await self._store.some(Person, wanted, sort=order, limit=_AT_ONCE):
            await self._end_memberships(person, settled)
        unsettled = {"unsettled_since": {"$type": "date"}}
        order = [("unsettled_since", 1)]
        for person in await self._store.some(Person, unsettled, sort=order, limit=_AT_ONCE):
            await self._follow(person, settled)
        for group in await self._store.some(
            Group, {"deleted_at": {"$type": "date", "$lt": settled}}, limit=_AT_ONCE
        ):
            await self._clear(group)

    async def _end_memberships(self, person: Person, settled: datetime) -> None:
        of_person = {"person_id": person.id}
        for membership in await self._store.some(Membership, of_person):
            group_id = membership.group_id
            successor = await self._successor(group_id, person.id)
            try:
                await self._committer.execute(EndMembership(group_id, person.id, successor))
            except SuccessorGone:
                continue  # the next sweep finds another one
        if person.erased_at is not None and person.erased_at < settled:
            left = await self._store.database.count(Membership.collection, of_person)
            if not left:
                await self._committer.execute(FinishErasure(person.id))

    async def _follow(self, person: Person, settled: datetime) -> None:
        """Has memberships of somebody who was suspended or reinstated say so, some at a time."""
        differing = {
            "person_id": person.id,
            "standing": MembershipStanding.MEMBER,
            "suspended": person.status is not AccountStatus.SUSPENDED,
        }
        found = await self._store.some(Membership, differing, limit=_AT_ONCE)
        await asyncio.gather(
            *(
                self._committer.execute(PropagateSuspension(one.group_id, person.id))
                for one in found
            )
        )
        since = person.unsettled_since
        if not found and since is not None and since < settled:
            await self._committer.execute(FinishPropagation(person.id, since))

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
            found = await self._store.some(
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
        await database.delete(MEMBER_COUNTS, {"_id": group.id})
        await database.delete(Group.collection, {"_id": group.id})
