"""Folding the events about groups: that they exist, their state, and how many members they have."""

from collections.abc import Callable

from services.metrics.projection.event import Event
from services.metrics.projection.increments import GroupIncrement, Increments, Tally


class GroupsFold:
    """One partition of the groups topic since its last flush."""

    def __init__(self) -> None:
        self._taken = Increments()

    def apply(self, event: Event) -> None:
        """Adds one event."""
        taken, data = self._taken, event.data
        change = _CHANGES.get(event.type)
        if change is not None:
            group = taken.group(data.group_id)
            group.kind, group.visibility = data.group_kind, data.visibility
            change(group, event)
        taken.tally(Tally(event.type, data.group_kind))
        taken.newest = event.time
        if taken.oldest is None:
            taken.oldest = event.time

    def size(self) -> int:
        """How many documents a flush would write, roughly."""
        return self._taken.documents()

    def take(self) -> Increments:
        """Hands the increments over and starts empty."""
        taken, self._taken = self._taken, Increments()
        return taken


def _created(group: GroupIncrement, event: Event) -> None:
    group.status, group.created_at = "active", event.time


def _changes_status(status: str) -> Callable[[GroupIncrement, Event], None]:
    def change(group: GroupIncrement, _event: Event) -> None:
        group.status = status

    return change


def _says_its_state(_group: GroupIncrement, _event: Event) -> None:
    pass  # kind and visibility are noted for every event


def _joined(group: GroupIncrement, event: Event) -> None:
    group.joined += 1
    group.members += event.data.counted
    _has_role(group, event)


def _has_role(group: GroupIncrement, event: Event) -> None:
    group.owners[event.data.member] = event.data.role == "owner"
    group.moderators[event.data.member] = event.data.role == "moderator"


def _gone(group: GroupIncrement, event: Event) -> None:
    group.members -= event.data.counted
    group.owners[event.data.member] = group.moderators[event.data.member] = False


def _suspended(group: GroupIncrement, event: Event) -> None:
    group.members -= event.data.counted


def _reinstated(group: GroupIncrement, event: Event) -> None:
    group.members += event.data.counted


_CHANGES: dict[str, Callable[[GroupIncrement, Event], None]] = {
    "mitmach.group.created": _created,
    "mitmach.group.changed": _says_its_state,
    "mitmach.group.archived": _changes_status("archived"),
    "mitmach.group.restored": _changes_status("active"),
    "mitmach.group.deleted": _changes_status("deleted"),
    "mitmach.membership.joined": _joined,
    "mitmach.membership.left": _gone,
    "mitmach.membership.removed": _gone,
    "mitmach.membership.role_changed": _has_role,
    "mitmach.membership.suspended": _suspended,
    "mitmach.membership.reinstated": _reinstated,
}
