"""Reading who took part of those in a group or in a department, and on a topic."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from pyroaring import BitMap

from services.metrics.kpis.contributions import Contributions
from services.metrics.kpis.demand import WINDOWS_BEFORE, TopicDemand
from services.metrics.kpis.eligibility import Accounts, Whereabouts
from services.metrics.kpis.measures import suppressed_cells
from services.metrics.kpis.people import DayActivity, Population
from services.metrics.kpis.windows import Window
from services.metrics.store.columns.participation import (
    CONTRIBUTED,
    CREATED,
    INTERACTED,
    VIEWED,
    in_group,
    on_topic,
)
from services.metrics.store.read.follower import Follower
from services.metrics.store.read.memberships import Memberships
from services.metrics.store.read.participation import (
    Participation,
    RowsOfDay,
    who_of,
)
from services.metrics.store.read.populations import Populations
from shared.audience import EVERYONE


class GroupPopulation(Population):
    """What people did in a group in a window.

    Args:
        days: All days of the window in order: its members, and what they did in it.
        accounts: How many accounts its members had at the end of the window.
        rows: For each of the days who did what in it.
    """

    def __init__(
        self, days: Sequence[DayActivity], accounts: Accounts, rows: Sequence[RowsOfDay]
    ) -> None:
        super().__init__(days, accounts)
        self._rows = rows

    def contributions(self) -> Contributions:
        """How many contributions each of its members made in it."""
        return _among_eligible([rows.contributions for rows in self._rows], self)


class NarrowedPopulations:
    """Who could take part and who did, of some people or in some place.

    Args:
        follower: Tells what people do.
        populations: All people.
    """

    def __init__(self, follower: Follower, populations: Populations) -> None:
        self._populations = populations
        self._participation = Participation(follower)
        self._memberships = Memberships(follower)

    async def of_group(self, group_id: str, *windows: Window) -> list[GroupPopulation]:
        """Members of a group, and what they did in it."""
        days = _days(windows)
        eligible_on = await self._members(group_id)
        rows = await self._participation.in_scope(days, in_group(group_id))
        eligibility, _ = await self._populations.accounts()
        activity = {day: _activity(rows[day], eligible_on(day)) for day in days}
        return [
            GroupPopulation(
                [activity[day] for day in window.each_day()],
                eligibility.accounts(window.end, among=eligible_on(window.last_day)),
                [rows[day] for day in window.each_day()],
            )
            for window in windows
        ]

    async def of_department(self, word: str, *windows: Window) -> list[Population | None]:
        """People of a department, each day those who were in it; None where that must be hidden.

        All departments together are everybody. So one is hidden too where what is shown of the
        others would tell of fewer than five people.
        """
        populations = await self._populations.of(*windows)
        eligibility, departments = await self._populations.accounts()
        found: list[Population | None] = []
        for window, population in zip(windows, populations, strict=True):
            if word in _hidden(departments, window, population):
                found.append(None)
                continue
            days = zip(window.each_day(), population.days, strict=True)
            found.append(
                Population(
                    [activity.among(departments.on(day, word)) for day, activity in days],
                    eligibility.accounts(window.end, among=departments.on(window.last_day, word)),
                )
            )
        return found

    async def contributions(self, window: Window, population: Population) -> Contributions:
        """How many contributions each of some people made in a window, in whatever group.

        Args:
            window: The window.
            population: The people; they count on days on which they were eligible.
        """
        summaries = await self._participation.summaries(window.each_day())
        made = [summaries[day].contributions for day in window.each_day()]
        return _among_eligible(made, population)

    async def demand(
        self, topic: str | None, department: str | None, *windows: Window
    ) -> list[TopicDemand]:
        """Who took up a topic in each window, and how many did in the windows before.

        Args:
            topic: The topic; None for any.
            department: The department of the people; None for all.
            *windows: The windows.
        """
        earlier = [[window.earlier(n) for n in range(1, WINDOWS_BEFORE + 1)] for window in windows]
        days = _days([*windows, *(one for spans in earlier for one in spans)])
        if topic is None:
            summaries = await self._participation.summaries(days)
            interactors = {day: summaries[day].on_topics for day in days}
        else:
            rows = await self._participation.in_scope(days, on_topic(topic))
            interactors = {day: rows[day].who(INTERACTED) for day in days}
        eligibility, departments = await self._populations.accounts()

        def who(window: Window) -> BitMap:
            people = BitMap()
            for day in filter(interactors.get, window.each_day()):
                eligible = eligibility.on(day)
                if department is not None:
                    eligible = eligible & departments.on(day, department)
                people |= interactors[day] & eligible
            return people

        return [
            TopicDemand(who(window), [len(who(one)) for one in spans])
            for window, spans in zip(windows, earlier, strict=True)
        ]

    async def _members(self, group_id: str) -> Callable[[date], BitMap]:
        """Who was an eligible member of a group on a day."""
        # To the group of all people nobody comes by an event.
        presence = None if group_id == EVERYONE else await self._memberships.of(group_id)
        eligibility, _ = await self._populations.accounts()

        def on(day: date) -> BitMap:
            eligible = eligibility.on(day)
            return eligible if presence is None else eligible & presence.on(day)

        return on


def _among_eligible(days: Iterable[Contributions], population: Population) -> Contributions:
    """Contributions of several days, of those who were eligible on the day."""
    return Contributions.total(
        made.among(activity.eligible) for made, activity in zip(days, population.days, strict=True)
    )


def _days(windows: Iterable[Window]) -> set[date]:
    return {day for window in windows for day in window.each_day()}


def _activity(rows: RowsOfDay, eligible: BitMap) -> DayActivity:
    read = who_of(rows.posts, VIEWED | INTERACTED)
    return DayActivity(
        eligible=eligible,
        read=read,
        viewed=read | who_of(rows.others, VIEWED | INTERACTED),
        interacted=rows.who(INTERACTED),
        contributed=rows.who(CONTRIBUTED),
        created=rows.who(CREATED),
    )


def _hidden(departments: Whereabouts, window: Window, population: Population) -> frozenset[str]:
    """The departments of which nothing is told; people without one are a department here."""
    sizes: Mapping[str, int] = {
        word: len(
            BitMap.union(
                BitMap(),
                *(
                    activity.eligible & departments.on(day, word)
                    for day, activity in zip(window.each_day(), population.days, strict=True)
                ),
            )
        )
        for word in (*departments.words, "")
    }
    return suppressed_cells(sizes, disjoint=True)
