"""Who could take part on a day, exact for every day of the past: from changes of accounts alone.

Who belonged to a group, and who was in a department, is told likewise.

Nobody's account is looked at to answer "how many were eligible in March". Per day it is stored
whose account was switched on or off, and

    E_end(d) = (E_end(d-1) | switched on by the end of d) - switched off by the end of d
    E(d)     = E_end(d-1) | active at some moment of d

Rejected: a daily snapshot of the whole population. A job has to run at midnight, and what it missed
is lost; these changes can be replayed from the events at any time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from pyroaring import BitMap


class Changes(NamedTuple):
    """Who came and who went on one UTC day.

    Attributes:
        was_there: Who came at some moment of the day, also if they went again.
        came: Who was there at the day's end, after a change on this day.
        went: Who wasn't there at the day's end, after a change on this day.
    """

    was_there: BitMap
    came: BitMap
    went: BitMap


class Presence:
    """Who was there on any day, from the changes of all days: in an organisation, in a group.

    Args:
        changes: Who came and who went, by UTC day; days without a change are left out.
    """

    def __init__(self, changes: Mapping[date, Changes]) -> None:
        self._days = sorted(changes)
        self._changes = [changes[day] for day in self._days]
        # Who was there at the end of each of these days, for as many days as were asked for.
        self._ends: list[BitMap] = []

    def on(self, day: date) -> BitMap:
        """Who was there at some moment of the day."""
        before = bisect_left(self._days, day)
        people = self._after(before)
        if before < len(self._days) and self._days[before] == day:
            return people | self._changes[before].was_there
        return people

    def _after(self, count: int) -> BitMap:
        """Who was there after the first `count` days with changes."""
        for index in range(len(self._ends), count):
            start = self._ends[-1] if index else BitMap()
            change = self._changes[index]
            self._ends.append((start | change.came) - change.went)
        return self._ends[count - 1] if count else BitMap()


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
        self._presence = Presence(
            {
                day: Changes(change.was_active, change.switched_on, change.switched_off)
                for day, change in changes.items()
            }
        )

    def on(self, day: date) -> BitMap:
        """Who was eligible at some moment of the day."""
        return self._presence.on(day)

    def accounts(self, before: date, among: BitMap | None = None) -> Accounts:
        """How many accounts there were at the start of a day.

        Args:
            before: The UTC day.
            among: The numbers of the people who are asked about; None for all.
        """
        past = self._changes[: bisect_left(self._days, before)]
        activated = BitMap.union(BitMap(), *(change.was_active for change in past))
        known = BitMap.union(activated, *(change.invited for change in past))
        erased = BitMap.union(BitMap(), *(change.erased for change in past))
        programs = BitMap.union(BitMap(), *(change.programs for change in past))
        if among is not None:
            known, activated, programs = known & among, activated & among, programs & among
        return Accounts(len(known - erased), len(activated - erased), len(programs - erased))


class Whereabouts:
    """In which department (or at which location) people were on any day.

    Args:
        told: Who was told to be where, by UTC day and word; the empty word stands for nowhere. Of
            those who were told several times on a day the last counts: they are in one set.
    """

    def __init__(self, told: Mapping[date, Mapping[str, BitMap]]) -> None:
        self._days = sorted(told)
        self._told = [told[day] for day in self._days]
        self._anybody = [BitMap.union(BitMap(), *sets.values()) for sets in self._told]
        self.words = frozenset[str]().union(*told.values()) - {""}
        # By word, who was there at the end of each of these days.
        self._ends: dict[str, list[BitMap]] = {}

    def on(self, day: date, word: str) -> BitMap:
        """Who was there on a day; who moves on it is there from then on."""
        through = bisect_right(self._days, day)
        return self._history(word)[through - 1] if through else BitMap()

    def _history(self, word: str) -> Sequence[BitMap]:
        found = self._ends.get(word)
        if found is None:
            found, people = [], BitMap()
            for sets, anybody in zip(self._told, self._anybody, strict=True):
                if word in sets or people.intersect(anybody):
                    people = (people - anybody) | sets.get(word, BitMap())
                found.append(people)
            self._ends[word] = found
        return found
