"""How many members each group has: human beings whose account is active."""

from collections.abc import Sequence

import msgspec

from services.groups.store import MEMBER_COUNTS
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
from shared.contract.events.topics import GROUPS, PEOPLE
from shared.delivery.mongo import Transaction
from shared.delivery.projections import TypedProjection


class MemberCountChanges(msgspec.Struct):
    """What the events since the last flush add to the numbers of members.

    Attributes:
        by_group: Members to add, by group id; negative where more have gone. A group whose members
            have come and gone is there with 0: it has been counted.
    """

    by_group: dict[str, int] = msgspec.field(default_factory=dict)

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


class MemberCounts(TypedProjection[MemberCountChanges]):
    """Adds up `member_counts`, see `store.py`.

    Increments, so a group's events may come through any process in any number of flushes; the
    consumer stores them together with how far it has read, so that none counts twice.
    """

    name = "mitmach.groups.member-counts"
    topics: Sequence[str] = (GROUPS, PEOPLE)
    state = MemberCountChanges
    only_adds = True

    async def write(
        self, taken: Sequence[tuple[str, MemberCountChanges]], transaction: Transaction
    ) -> None:
        """Adds up what the partitions say, one statement per group."""
        sums: dict[str, int] = {}
        for _, changes in taken:
            for group_id, members in changes.by_group.items():
                sums[group_id] = sums.get(group_id, 0) + members
        statements = [
            {"q": {"_id": group_id}, "u": {"$inc": {"members": members}}, "upsert": True}
            for group_id, members in sums.items()
        ]
        if statements:
            await transaction.update(MEMBER_COUNTS, statements)
