"""Folding the events about groups: that they exist, their state, and how many members they have."""

from collections.abc import Callable
from datetime import UTC

from services.metrics.projection.event import FlatEvent
from services.metrics.projection.increments import (
    GroupIncrement,
    PartitionIncrements,
    TallyKey,
    ToldRole,
)
from services.metrics.projection.participants import MembershipChange
from shared.contract.events.groups import (
    GroupArchived,
    GroupChanged,
    GroupCreated,
    GroupDeleted,
    GroupRestored,
    MembershipJoined,
    MembershipLeft,
    MembershipReinstated,
    MembershipRemoved,
    MembershipRoleChanged,
    MembershipSuspended,
)

# Rows of people that cost a flush as much as a document.
ROWS = 100
_LEADING = frozenset({"owner", "moderator"})


class GroupsFold:
    """One partition of the groups topic since its last flush."""

    def __init__(self) -> None:
        self._increments = PartitionIncrements()

    def apply(self, event: FlatEvent) -> None:
        """Adds an event, in full or (if it raises) not at all."""
        increments, data = self._increments, event.data
        change = _HANDLERS.get(event.type)
        if change is not None:
            group = increments.group(data.group_id)
            group.kind, group.visibility = data.group_kind, data.visibility
            group.said = event.sequence
            change(group, event)
        belongs = _COUNTED.get(event.type)
        if belongs is not None and data.counted:
            group = increments.group(data.group_id)
            group.members += 1 if belongs else -1
            day = event.time.astimezone(UTC).date()
            increments.memberships.append(
                MembershipChange(day, data.group_id, data.member, belongs)
            )
        increments.tally(TallyKey(event.type, data.group_kind))
        increments.stamp(event)

    def size(self) -> int:
        """How many documents a flush would write, roughly."""
        return self._increments.documents() + len(self._increments.memberships) // ROWS

    def take(self) -> PartitionIncrements:
        """Hands the increments over and starts empty."""
        increments, self._increments = self._increments, PartitionIncrements()
        return increments


def _created(group: GroupIncrement, event: FlatEvent) -> None:
    group.status, group.created_at = "active", event.time
    group.status_said = event.sequence


def _changes_status(status: str) -> Callable[[GroupIncrement, FlatEvent], None]:
    def change(group: GroupIncrement, event: FlatEvent) -> None:
        group.status, group.status_said = status, event.sequence

    return change


def _says_its_state(_group: GroupIncrement, _event: FlatEvent) -> None:
    """Nothing more: kind, visibility and who is counted are noted for every event."""


def _joined(group: GroupIncrement, event: FlatEvent) -> None:
    group.joined += 1
    if event.data.role in _LEADING:
        group.roles[event.data.member] = ToldRole(event.sequence, event.data.role)


def _has_role(group: GroupIncrement, event: FlatEvent) -> None:
    role = event.data.role
    group.roles[event.data.member] = ToldRole(event.sequence, role if role in _LEADING else "")


def _gone(group: GroupIncrement, event: FlatEvent) -> None:
    # Of whoever led it that is remembered: another partition may have heard of it, and not of this.
    # All others were told to be something else before.
    if event.data.role in _LEADING:
        group.roles[event.data.member] = ToldRole(event.sequence, "")


_HANDLERS: dict[str, Callable[[GroupIncrement, FlatEvent], None]] = {
    GroupCreated.type: _created,
    GroupChanged.type: _says_its_state,
    GroupArchived.type: _changes_status("archived"),
    GroupRestored.type: _changes_status("active"),
    GroupDeleted.type: _changes_status("deleted"),
    MembershipJoined.type: _joined,
    MembershipLeft.type: _gone,
    MembershipRemoved.type: _gone,
    MembershipRoleChanged.type: _has_role,
    MembershipSuspended.type: _says_its_state,
    MembershipReinstated.type: _says_its_state,
}
# Who is counted among the members from then on, or was until then.
_COUNTED = {
    MembershipJoined.type: True,
    MembershipReinstated.type: True,
    MembershipLeft.type: False,
    MembershipRemoved.type: False,
    MembershipSuspended.type: False,
}
