"""How many members each group has: human beings whose account is active."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.groups.domain.counts import MemberCount
from shared.audience import EVERYONE
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import (
    MembershipJoined,
    MembershipLeft,
    MembershipReinstated,
    MembershipRemoved,
    MembershipSuspended,
)
from shared.contract.events.people import (
    PersonActivated,
    PersonErased,
    PersonLeft,
    PersonReinstated,
    PersonSuspended,
)
from shared.contract.events.registry import Event
from shared.contract.events.topics import GROUPS, PEOPLE
from shared.delivery.mongo import Transaction
from shared.delivery.projections import TypedFold, TypedProjection


class MemberCountChanges(msgspec.Struct):
    """What the events since the last flush add to the numbers of members.

    Attributes:
        by_group: Members to add, by group id; negative where more have gone. A group whose members
            have come and gone is there with 0: it has been counted.
        through: By group id, the time of the latest event that was counted.
    """

    by_group: dict[str, int] = msgspec.field(default_factory=dict)
    through: dict[str, datetime] = msgspec.field(default_factory=dict)

    def count(self, event: Event) -> None:
        """Counts an event, and notes when it happened."""
        self.apply(event.data)
        for group_id in (getattr(event.data, "group_id", None), EVERYONE):
            if group_id in self.by_group:
                known = self.through.get(group_id)
                self.through[group_id] = event.time if known is None else max(known, event.time)

    def apply(self, data: EventData) -> None:
        """Adds what an event changes, mostly nothing.

        The members of the group of everyone are the active people: events about accounts count
        them.
        """
        match data:
            case MembershipJoined() | MembershipReinstated():
                self._add(data.group_id, int(data.counted))
            case MembershipLeft() | MembershipRemoved() | MembershipSuspended():
                self._add(data.group_id, -int(data.counted))
            case PersonActivated(account="human"):
                self._add(EVERYONE, 1)
            case PersonReinstated(account="human"):
                self._add(EVERYONE, int(data.status == "active"))
            case (
                PersonSuspended(account="human")
                | PersonLeft(account="human")
                | PersonErased(account="human")
            ):
                self._add(EVERYONE, -int(data.previous == "active"))
            case _:
                pass

    def size(self) -> int:
        """How many groups have changed."""
        return len(self.by_group)

    def _add(self, group_id: str, members: int) -> None:
        self.by_group[group_id] = self.by_group.get(group_id, 0) + members


class MemberCountFold(TypedFold[MemberCountChanges]):
    """What a partition's events have changed, and when the last of them happened."""

    def apply(self, event: Event) -> None:
        """Adds one event."""
        self._state.count(event)


class MemberCounts(TypedProjection[MemberCountChanges]):
    """Adds up `MemberCount`.

    Increments, so a group's events may come through any process in any number of flushes; the
    consumer stores them together with how far it has read, so that none counts twice.
    """

    name = "mitmach.groups.member-counts"
    topics: Sequence[str] = (GROUPS, PEOPLE)
    state = MemberCountChanges
    only_adds = True

    def fold(self, partition: str) -> MemberCountFold:  # noqa: ARG002 - all partitions alike
        """An empty fold."""
        return MemberCountFold(self.state)

    async def write(
        self, taken: Sequence[tuple[str, MemberCountChanges]], transaction: Transaction
    ) -> None:
        """Adds up what the partitions say, one statement per group."""
        sums: dict[str, int] = {}
        through: dict[str, datetime] = {}
        for _, changes in taken:
            for group_id, members in changes.by_group.items():
                sums[group_id] = sums.get(group_id, 0) + members
                time = changes.through[group_id]
                through[group_id] = max(through.get(group_id, time), time)
        statements = [
            {
                "q": {"_id": group_id},
                "u": {"$inc": {"members": members}, "$max": {"through": through[group_id]}},
                "upsert": True,
            }
            for group_id, members in sums.items()
        ]
        if statements:
            await transaction.update(MemberCount.collection, statements)
