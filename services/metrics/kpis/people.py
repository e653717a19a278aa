"""People as KPIs look at them: who could take part and who did what, as sets of numbers.

A `DayActivity` holds it for a day; everything else is set arithmetic.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

from pyroaring import BitMap

from services.metrics.kpis.eligibility import Accounts


class DayActivity:
    """Who was eligible on a day, and what the eligible did. What the others did isn't activity.

    Args:
        eligible: The numbers of people whose human accounts were active at some moment of the day.
        read: Who viewed a post, or interacted with it.
        viewed: Who viewed anything, or did more than that.
        interacted: Who commented, reacted, shared, or voted.
        contributed: Who published a post, commented, or entered a contest.
        created: Who published a post or entered a contest.
    """

    __slots__ = ("contributed", "created", "eligible", "interacted", "read", "viewed")

    def __init__(
        self,
        *,
        eligible: BitMap,
        read: BitMap,
        viewed: BitMap,
        interacted: BitMap,
        contributed: BitMap,
        created: BitMap,
    ) -> None:
        self.eligible = eligible
        self.read = read & eligible
        self.interacted = interacted & eligible
        self.viewed = viewed & eligible | self.read | self.interacted
        self.contributed = (contributed | created) & eligible
        self.created = created & eligible

    def among(self, people: BitMap) -> "DayActivity":
        """The same day of some people alone."""
        return DayActivity(
            eligible=self.eligible & people,
            read=self.read,
            viewed=self.viewed,
            interacted=self.interacted,
            contributed=self.contributed,
            created=self.created,
        )

    @property
    def active(self) -> BitMap:
        """Who viewed, interacted or contributed; a sign-in alone is no activity."""
        return self.viewed | self.contributed


class Population:
    """What people did in a window.

    Args:
        days: All days of the window in order, also those without activity.
        accounts: How many accounts there were at the end of the window.
    """

    def __init__(self, days: Sequence[DayActivity], accounts: Accounts) -> None:
        self.days = days
        self.accounts = accounts

    def _union(self, of_a_day: Callable[[DayActivity], BitMap]) -> BitMap:
        return BitMap.union(BitMap(), *map(of_a_day, self.days))

    @cached_property
    def eligible(self) -> BitMap:
        """Who could have taken part on at least one of the days."""
        return self._union(lambda day: day.eligible)

    @cached_property
    def active(self) -> BitMap:
        """Who did anything at all."""
        return self._union(lambda day: day.active)

    @cached_property
    def readers(self) -> BitMap:
        """Who viewed at least one post."""
        return self._union(lambda day: day.read)

    @cached_property
    def creators(self) -> BitMap:
        """Who published a post or entered a contest."""
        return self._union(lambda day: day.created)

    @cached_property
    def interactors(self) -> BitMap:
        """Who answered to what is there, and created nothing; one's own posts count here too."""
        return self._union(lambda day: day.interacted | day.contributed) - self.creators

    @cached_property
    def only_viewers(self) -> BitMap:
        """Who viewed, and left it at that."""
        return self._union(lambda day: day.viewed) - self.interactors - self.creators
