"""Computing KPIs: reads the facts that a KPI looks at, and lets its function do the rest.

Every surface (API, Prometheus, board, reports) asks here, so none can show another number.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from services.metrics.kpis import CATALOGUE
from services.metrics.kpis.content import ENGAGEMENT, REACH, RESPONSIVENESS, ReachFacts
from services.metrics.kpis.definitions import KpiValue, compute_kpi
from services.metrics.kpis.people import ADOPTION, PARTICIPATION, STICKINESS
from services.metrics.kpis.windows import Window
from services.metrics.store.columns.published_posts import PostFilter, PostSelection, PublishedPosts
from services.metrics.store.columns.topic_bounds import DEFAULT_BOUNDS, TopicBounds
from services.metrics.store.journal.follower import Follower
from services.metrics.store.populations import Populations
from services.metrics.store.totals import Totals
from shared.delivery.consumer import complete_from
from shared.delivery.mongo import Database

EVERYTHING = PostFilter()

_PEOPLE = frozenset(kpi.definition.name for kpi in (ADOPTION, STICKINESS, PARTICIPATION, REACH))
_POSTS = frozenset(kpi.definition.name for kpi in (ENGAGEMENT, REACH))


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
        post_filter: PostFilter = EVERYTHING,
    ) -> list[KpiValue]:
        """KPIs for one window, as of now.

        Args:
            names: KPIs of the catalogue; each must have the filters that are given.
            span: The UTC days to compute them for.
            now: The present, in UTC. A window that ends after today began is provisional.
            post_filter: Which posts to look at, for KPIs about posts.
        """
        wanted = list(names)
        provisional = span.end > now.date()
        with self.moment():
            facts = await self._facts(frozenset(wanted), (span, span.previous), post_filter, now)
        begins = await complete_from(self._database)
        return [
            compute_kpi(
                CATALOGUE[name],
                span,
                now=facts[name][0],
                before=facts[name][1],
                as_of=now,
                provisional=provisional,
                complete_from=begins,
            )
            for name in wanted
        ]

    async def _facts(
        self,
        names: frozenset[str],
        windows: tuple[Window, Window],
        post_filter: PostFilter,
        now: datetime,
    ) -> dict[str, list[Any]]:
        """The facts that each KPI looks at: for the window and for the window before."""
        facts: dict[str, list[Any]] = {}
        if names & _PEOPLE:
            populations = await self.populations.of(*windows)
            facts |= dict.fromkeys(names & _PEOPLE, populations)
        selections: list[PostSelection] = []
        if names & {*_POSTS, RESPONSIVENESS.definition.name}:
            found = await self.published.of(*windows)
            selections = [selection.filtered(post_filter) for selection in found]
        if names & _POSTS:
            posts = [selection.attention(now) for selection in selections]
            facts |= dict.fromkeys(names & _POSTS - _PEOPLE, posts)
            if REACH.definition.name in names:
                together = zip(facts[REACH.definition.name], posts, strict=True)
                facts[REACH.definition.name] = [ReachFacts(*pair) for pair in together]
        if (name := RESPONSIVENESS.definition.name) in names:
            facts[name] = [
                selection.answers(as_of=now, provisional=window.end > now.date())
                for selection, window in zip(selections, windows, strict=True)
            ]
        return facts
