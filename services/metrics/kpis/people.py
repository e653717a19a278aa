"""KPIs about people: how many take part at all, how often, whom posts reach, and what they do.

They are set arithmetic on people's numbers. A `DayActivity` holds who could take part and who did
what; everything else follows.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from pyroaring import BitMap

from services.metrics.kpis.definitions import Definition, Kpi
from services.metrics.kpis.eligibility import Accounts
from services.metrics.kpis.measures import Measure, ratio


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


def _adoption(now: Population, _before: Population | None) -> Measure:
    activation = ratio(now.accounts.activated, now.accounts.known)
    return ratio(
        len(now.active),
        len(now.eligible),
        activation={
            "activated": activation.numerator,
            "invited_or_activated": activation.denominator,
            "value": activation.value,
            "suppressed": activation.suppressed,
        },
        programs=now.accounts.programs,
    )


ADOPTION = Kpi(
    Definition(
        name="adoption",
        version=1,
        question="How many of those who could take part do?",
        formula="|A_w| / |E_w|; activation = accounts ever activated / accounts invited or"
        " activated",
        explanation="E_w: who was an active human on at least one day of the window, each day as it"
        " was then. A_w: those of them with at least one view, interaction or contribution while"
        " eligible; a sign-in alone is no activity. The activation is that of the window's end;"
        " accounts that were erased until then are out of both of its numbers. Accounts of programs"
        " are in neither; `programs` counts them.",
        numerator="active people",
        denominator="eligible people",
    ),
    _adoption,
)


def _stickiness(now: Population, _before: Population | None) -> Measure:
    daily = [len(day.active) for day in now.days]
    active = len(now.active)
    return ratio(
        sum(daily) / len(daily) if daily else 0,
        active,
        active_people=active,
        last_day=daily[-1] if daily else 0,
        days=len(daily),
    )


STICKINESS = Kpi(
    Definition(
        name="stickiness",
        version=1,
        question="Do those who come, come often?",
        formula="(sum of DAU over the days of w / number of days) / |A_w|",
        explanation="DAU: active humans who did something on a day; days without activity count as"
        " 0. Over 30 days this is mean DAU / MAU, between 1/30 (everybody came once) and 1"
        " (everybody came every day).",
        numerator="mean daily active people",
        denominator="active people",
    ),
    _stickiness,
)


def _participation(now: Population, before: Population | None) -> Measure:
    cells = {
        "creators": len(now.creators),
        "interactors": len(now.interactors),
        "viewers": len(now.only_viewers),
    }
    active, eligible = sum(cells.values()), len(now.eligible)
    parts: dict[str, Any] = {}
    for name, people in cells.items():
        # A split of a handful of active people tells what each of them did, whatever it is divided
        # by.
        split = ratio(people, active)
        of_eligible = ratio(people, eligible)
        shown = not (split.suppressed or of_eligible.suppressed)
        parts[name] = {
            "people": people if shown else None,
            "of_eligible": of_eligible.value if shown else None,
            "of_active": split.value if shown else None,
            "suppressed": not shown,
        }
    rest = ratio(eligible - active, eligible)
    parts["inactive"] = {
        "people": rest.numerator,
        "of_eligible": rest.value,
        "suppressed": rest.suppressed,
    }
    if before is not None:
        watched = before.only_viewers & now.eligible
        moved = ratio(len(watched & (now.creators | now.interactors)), len(watched))
        parts["activation_flow"] = {
            "began_to_take_part": moved.numerator,
            "only_viewed_before": moved.denominator,
            "value": moved.value,
            "suppressed": moved.suppressed,
        }
    return ratio(cells["creators"] + cells["interactors"], eligible, **parts)


PARTICIPATION = Kpi(
    Definition(
        name="participation",
        version=1,
        question="Do people move from consuming to taking part?",
        formula="(|C| + |I|) / |E_w|; C, I, V and the inactive are exclusive; activation flow ="
        " (only viewed in w-1, in I or C in w) / (only viewed in w-1, still in E_w)",
        explanation="All of it of active humans. C: published a post or entered a contest. I:"
        " commented, reacted, shared or voted, without C. V: viewed, without both. Inactive: the"
        " rest of E_w. w-1 is the window of the same length before. An act that is taken back later"
        " was taking part all the same.",
        numerator="people who created or interacted",
        denominator="eligible people",
    ),
    _participation,
)
