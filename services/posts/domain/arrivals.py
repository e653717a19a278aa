"""Who has come to a group lately: what its audience was at a moment of before.

A history is recorded faster than news of it travel. If a post had to be recorded before the next
member of its group, each of the two would wait for the other; so a group may be ahead of its posts
by as many arrivals as are kept here. Whoever leaves, or is suspended, may not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

import msgspec

from services.posts.domain.audience import Group
from shared.delivery.command import Entity

KEPT = 256
"""Arrivals that are kept of each group."""


class Arrival(msgspec.Struct, frozen=True):
    """That somebody came to a group; not who.

    Attributes:
        number: Which of the group's arrivals it is; each of them has another.
        at: When they came, or began to be counted; in milliseconds of precision.
        counted: Whether they are counted as a member.
    """

    number: int
    at: datetime
    counted: bool


class Headcount(NamedTuple):
    """Who belongs to a group at a moment.

    Attributes:
        members: How many are counted.
        through: The number of the last who had come.
    """

    members: int
    through: int


class RecentArrivals(Entity, frozen=True, kw_only=True):
    """The last who came to a group; the id is the group's.

    Attributes:
        arrivals: In the order of their numbers; the last one has that which the group names.
        known_from: Nothing is known of who belonged to it before that; None: all is.
    """

    collection: ClassVar[str] = "recent_arrivals"
    arrivals: tuple[Arrival, ...] = ()
    known_from: datetime | None = None

    def grown(self, came: Sequence[Arrival], otherwise: datetime | None) -> "RecentArrivals":
        """With further arrivals; the oldest are forgotten.

        Args:
            came: Who came, in the order of their numbers.
            otherwise: When the last of the changes happened that were no arrivals; None for none.
        """
        arrivals = (*self.arrivals, *came)
        forgotten, kept = arrivals[:-KEPT], arrivals[-KEPT:]
        known_from = _last(self.known_from, otherwise, *(arrival.at for arrival in forgotten))
        return RecentArrivals(id=self.id, arrivals=kept, known_from=known_from)

    def counting(self, since: Mapping[int, datetime]) -> "RecentArrivals":
        """With some counted who had come before.

        Args:
            since: By number, since when they are.
        """
        kept = {arrival.number for arrival in self.arrivals}
        forgotten = [moment for number, moment in since.items() if number not in kept]
        arrivals = tuple(
            Arrival(one.number, max(one.at, since[one.number]), counted=True)
            if one.number in since
            else one
            for one in self.arrivals
        )
        known_from = _last(self.known_from, *forgotten)
        return RecentArrivals(id=self.id, arrivals=arrivals, known_from=known_from)

    @property
    def exact_since(self) -> datetime | None:
        """Since when it can be said who belonged to the group; None: as long as there is one.

        Where somebody has a lower number than one who came before them, it can't be said for the
        time in between: those who belong to an audience are told from others by their numbers.
        """
        exact, earliest_after = self.known_from, None
        for arrival in reversed(self.arrivals):
            if earliest_after is None or arrival.at < earliest_after:
                earliest_after = arrival.at
            elif arrival.at > earliest_after and (exact is None or arrival.at > exact):
                exact = arrival.at
        return exact

    def headcount(self, group: Group, moment: datetime) -> Headcount:
        """Who belonged to the group at a moment, not earlier than `exact_since`.

        Args:
            group: The group as it is now.
            moment: The moment.
        """
        later = [arrival for arrival in self.arrivals if arrival.at > moment]
        counted = sum(arrival.counted for arrival in later)
        return Headcount(group.members - counted, group.arrivals - len(later))


def _last(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
