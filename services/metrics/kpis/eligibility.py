"""Who could take part on a day, exact for every day of the past: from changes of accounts alone.

Nobody's account is looked at to answer "how many were eligible in March". Per day it is stored
whose account was switched on or off, and

    E_end(d) = (E_end(d-1) | switched on by the end of d) - switched off by the end of d
    E(d)     = E_end(d-1) | active at some moment of d

Rejected: a daily snapshot of the whole population. A job has to run at midnight, and what it missed
is lost; these changes can be replayed from the events at any time.
"""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from pyroaring import BitMap


class AccountChanges(NamedTuple):
    """What happened to accounts on one UTC day: to those of people, where nothing else is said.

    Attributes:
        invited: The numbers of people to whom an invitation was sent.
        was_active: Whose account was activated or reinstated at some moment of the day.
        switched_on: Whose account was active at the day's end, after a change on this day.
        switched_off: Whose account wasn't active at the day's end, after a change on this day.
        erased: Whose account was erased, be it a program's.
        programs: The numbers of programs whose account was activated.
    """

    invited: BitMap
    was_active: BitMap
    switched_on: BitMap
    switched_off: BitMap
    erased: BitMap
    programs: BitMap


class Accounts(NamedTuple):
    """How many accounts of people there were at a moment; the erased are in no number.

    Attributes:
        known: How many were ever invited or activated.
        activated: How many were ever activated.
        programs: How many accounts of programs were ever activated; they are in no other number.
    """

    known: int
    activated: int
    programs: int


class Eligibility:
    """The changes of all days, and the populations that follow from them.

    Args:
        changes: What happened to accounts, by UTC day; days without a change are left out.
    """

    def __init__(self, changes: Mapping[date, AccountChanges]) -> None:
        self._days = sorted(changes)
        self._changes = [changes[day] for day in self._days]
        # The population at the end of each of these days, for as many days as were asked for.
        self._ends: list[BitMap] = []

    def on(self, day: date) -> BitMap:
        """Who was eligible at some moment of the day."""
        before = bisect_left(self._days, day)
        population = self._after(before)
        if before < len(self._days) and self._days[before] == day:
            return population | self._changes[before].was_active
        return population

    def _after(self, count: int) -> BitMap:
        """The population after the first `count` days with changes."""
        for index in range(len(self._ends), count):
            start = self._ends[-1] if index else BitMap()
            change = self._changes[index]
            self._ends.append((start | change.switched_on) - change.switched_off)
        return self._ends[count - 1] if count else BitMap()

    def accounts(self, before: date) -> Accounts:
        """How many accounts there were at the start of a day."""
        past = self._changes[: bisect_left(self._days, before)]
        activated = BitMap.union(BitMap(), *(change.was_active for change in past))
        known = BitMap.union(activated, *(change.invited for change in past))
        erased = BitMap.union(BitMap(), *(change.erased for change in past))
        programs = BitMap.union(BitMap(), *(change.programs for change in past))
        return Accounts(len(known - erased), len(activated - erased), len(programs - erased))
