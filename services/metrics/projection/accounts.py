"""Folding the events about people: whose account could be used on which day.

All events about a person are in one partition and in order, so the last one of a day tells how the
person's day ended: whether the account was in use, in which department, at which location. Programs
aren't people: of their accounts it is noted that they were activated and erased, so that they are
counted beside people, never among them.
"""

from collections.abc import Callable
from datetime import UTC

from services.metrics.projection.event import FlatData, FlatEvent
from services.metrics.projection.increments import AccountDay, PartitionIncrements, TallyKey
from shared.contract.events.people import (
    PersonActivated,
    PersonChanged,
    PersonErased,
    PersonInvited,
    PersonLeft,
    PersonReinstated,
    PersonSuspended,
)


class AccountsFold:
    """One partition of the people topic since its last flush."""

    def __init__(self) -> None:
        self._increments = PartitionIncrements()

    def apply(self, event: FlatEvent) -> None:
        """Adds an event, in full or (if it raises) not at all."""
        increments, data = self._increments, event.data
        handlers = _HANDLERS if data.account == "human" else _OF_PROGRAMS
        change = handlers.get(event.type)
        if change is not None:
            people = increments.accounts.setdefault(event.time.astimezone(UTC).date(), {})
            change(people.setdefault(data.person, AccountDay()), data)
        increments.tally(TallyKey(event.type, data.account))
        increments.stamp(event)

    def size(self) -> int:
        """How many documents a flush would write, roughly."""
        return self._increments.documents()

    def take(self) -> PartitionIncrements:
        """Hands the increments over and starts empty."""
        increments, self._increments = self._increments, PartitionIncrements()
        return increments


def _invited(account: AccountDay, data: FlatData) -> None:
    account.invited = True
    _is_in(account, data)


def _activated(account: AccountDay, data: FlatData) -> None:
    _on(account, data)
    _is_in(account, data)


def _is_in(account: AccountDay, data: FlatData) -> None:
    """Notes department and location, whatever they were before."""
    account.tell("department", data.department or "", data.department or "")
    account.tell("location", data.location or "", data.location or "")


def _moved(account: AccountDay, data: FlatData) -> None:
    account.tell("department", data.department or "", data.previous_department or "")
    account.tell("location", data.location or "", data.previous_location or "")


def _on(account: AccountDay, _data: FlatData) -> None:
    account.was_active = account.active_after = True


def _reinstated(account: AccountDay, data: FlatData) -> None:
    # An account that was never used is merely invited again.
    if data.status == "active":
        _on(account, data)


def _off(account: AccountDay, _data: FlatData) -> None:
    account.active_after = False


def _erased(account: AccountDay, _data: FlatData) -> None:
    account.active_after, account.erased = False, True


def _program(account: AccountDay, _data: FlatData) -> None:
    account.program = True


_HANDLERS: dict[str, Callable[[AccountDay, FlatData], None]] = {
    PersonInvited.type: _invited,
    PersonActivated.type: _activated,
    PersonChanged.type: _moved,
    PersonSuspended.type: _off,
    PersonReinstated.type: _reinstated,
    PersonLeft.type: _off,
    PersonErased.type: _erased,
}
_OF_PROGRAMS: dict[str, Callable[[AccountDay, FlatData], None]] = {
    PersonActivated.type: _program,
    # Of an erased program nothing may stay either.
    PersonErased.type: _erased,
}
