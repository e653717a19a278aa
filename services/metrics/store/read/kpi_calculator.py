"""Computing KPIs: reads the facts that a KPI looks at, and lets its function do the rest.

Every surface (API, Prometheus, board, reports) asks here, so none can show another number.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from services.metrics.kpis import CATALOGUE
from services.metrics.kpis.definitions import (
    ABOUT_PEOPLE,
    Fact,
    Facts,
    Filters,
    KpiValue,
    compute_kpi,
)
from services.metrics.kpis.people import Population
from services.metrics.kpis.windows import Window
from services.metrics.store.columns.topic_bounds import DEFAULT_BOUNDS, TopicBounds
from services.metrics.store.history import read_history
from services.metrics.store.read.follower import Follower
from services.metrics.store.read.narrowed_populations import GroupPopulation, NarrowedPopulations
from services.metrics.store.read.populations import Populations
from services.metrics.store.read.published_posts import PublishedPosts
from services.metrics.store.read.totals import Totals
from shared.delivery.mongo import Database

EVERYTHING = Filters()
# Facts that are always made of who took part where; the others about people are where not all
# people are asked about.
_OF_PARTICIPATION = ABOUT_PEOPLE - {Fact.PEOPLE}


class KpiCalculator:
    """Computes the KPIs of the catalogue from one set of figures.

    Args:
        database: The database of the figures.
        bounds: How many topics of a day are counted.

    Attributes:
        populations: Who could take part and who did.
        published: The posts that can be seen.
    """

    def __init__(self, database: Database, bounds: TopicBounds = DEFAULT_BOUNDS) -> None:
        self._database = database
        self._follower = Follower(database)
        self.populations = Populations(self._follower)
        self._narrowed = NarrowedPopulations(self._follower, self.populations)
        self.published = PublishedPosts(self._follower, bounds)

    def moment(self) -> AbstractContextManager[None]:
        """Everything that is computed in the block is as of one moment."""
        return self._follower.moment()

    async def totals(self) -> Totals:
        """The gross totals."""
        await self._follower.follow()
        return self._follower.totals

    async def compute(
        self,
        names: Iterable[str],
        span: Window,
        *,
        now: datetime,
        filters: Filters = EVERYTHING,
    ) -> list[KpiValue]:
        """KPIs for one window, as of now.

        Args:
            names: KPIs of the catalogue; each must have the filters that are given.
            span: The UTC days to compute them for.
            now: The present, in UTC. A window that ends after today began is provisional.
            filters: The group, format, topic or department that alone is looked at.
        """
        wanted = [CATALOGUE[name] for name in names]
        provisional = span.end > now.date()
        needs = frozenset[Fact]().union(*(kpi.needs for kpi in wanted))
        with self.moment():
            facts, before = await self._facts(needs, (span, span.previous), filters, now)
        history = await read_history(self._database)
        return [
            compute_kpi(
                kpi,
                span,
                now=facts,
                before=before,
                as_of=now,
                provisional=provisional,
                complete_from=history.of_participation
                if kpi.needs & (ABOUT_PEOPLE if filters.of_people else _OF_PARTICIPATION)
                else history.of_all,
            )
            for kpi in wanted
        ]

    async def _facts(
        self,
        needs: frozenset[Fact],
        windows: tuple[Window, Window],
        filters: Filters,
        now: datetime,
    ) -> tuple[Facts, Facts]:
        """What KPIs look at: for the window and for the window before."""
        found: tuple[dict[str, Any], dict[str, Any]] = {}, {}
        if needs & ABOUT_PEOPLE:
            await self._people(found, needs, windows, filters)
        if needs & {Fact.ATTENTION, Fact.ANSWERS}:
            selections = await self.published.of(*windows)
            for facts, selection, window in zip(found, selections, windows, strict=True):
                posts = selection.filtered(filters)
                if Fact.ATTENTION in needs:
                    facts["attention"] = posts.attention(now)
                if Fact.ANSWERS in needs:
                    judged_early = window.end > now.date()
                    facts["answers"] = posts.answers(as_of=now, provisional=judged_early)
        return Facts(**found[0]), Facts(**found[1])

    async def _people(
        self,
        found: tuple[dict[str, Any], dict[str, Any]],
        needs: frozenset[Fact],
        windows: tuple[Window, Window],
        filters: Filters,
    ) -> None:
        """Who could take part and who did; of a department perhaps nothing that may be told."""
        populations: Sequence[Population | None]
        if filters.group is not None:
            populations = await self._narrowed.of_group(filters.group, *windows)
        elif filters.department is not None:
            populations = await self._narrowed.of_department(filters.department, *windows)
        else:
            populations = await self.populations.of(*windows)
        for facts, window, population in zip(found, windows, populations, strict=True):
            if population is None:
                facts["hidden"] = True
                continue
            facts["people"] = population
            if Fact.CONTRIBUTIONS in needs:
                facts["contributions"] = (
                    population.contributions()
                    if isinstance(population, GroupPopulation)
                    else await self._narrowed.contributions(window, population)
                )
        if Fact.DEMAND in needs:
            demands = await self._narrowed.demand(filters.topic, filters.department, *windows)
            for facts, demand in zip(found, demands, strict=True):
                facts["demand"] = demand
