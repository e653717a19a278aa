"""Business figures for Prometheus: the catalogue, and the collector that fills it when asked.

Counters come from stored state, at the moment of the scrape: a restart resets nothing, and what a
scrape shows is what has been counted. Ratios and gauges over days cost more: they are computed
beside scrapes, in pieces, and are at most `OLDEST` old. None is shown of a database that doesn't
answer any more: the counters of each scrape are read from it. Exactly one process exports them, the
holder of a lease, so that a plain `sum()` is right with any number of replicas.

Rejected: counting in the process that consumes. Its counters start at 0 with each restart, and a
partition that moves to another process takes its history with it.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from services.metrics.kpis import CATALOGUE
from services.metrics.kpis.definitions import Fact, KpiValue
from services.metrics.kpis.people import Population
from services.metrics.kpis.windows import TRAILING, Window, parse_window
from services.metrics.projection.meanings import CONTRIBUTIONS, INTERACTIONS
from services.metrics.store.read.communities import GroupState, read_communities
from services.metrics.store.read.kpi_calculator import KpiCalculator
from services.metrics.store.read.totals import Totals, read_totals
from shared.contract.errors import Unavailable
from shared.delivery.lease import Lease
from shared.delivery.mongo import Database
from shared.runtime.telemetry import Outage

log = logging.getLogger(__name__)

# Seconds that a scrape waits for the database; Prometheus gives up after 10 by default, and a
# scrape without business figures is better than none.
PATIENCE = 4.0
# Seconds for which ratios and gauges over days are kept: two Prometheus servers that scrape at once
# cost as much as one. Counters are read anew with each scrape.
KEPT = 1.0
# Seconds after which a scrape waits for new ones. In between it shows those that there are while
# new ones are computed beside it: whoever reads often never waits for more than the counters.
OLDEST = 3.0
# Seconds between two pieces of these while no scrape waits for them: whoever asks the API meanwhile
# meets a piece or two, and not all.
PAUSE = 0.02
# How far back posts are looked at that wait for an answer.
UNANSWERED_SINCE = timedelta(days=30)


class BusinessFigures:
    """A set of business figures, as metric families; names are those of the KPI catalogue."""

    def __init__(self) -> None:
        self.events = CounterMetricFamily(
            "mitmach_events",
            "Events counted, each once",
            labels=("service", "type"),
        )
        self.interactions = CounterMetricFamily(
            "mitmach_interactions",
            f"Acts of people ({', '.join(INTERACTIONS.values())}); also those taken back later",
            labels=("kind", "format", "surface"),
        )
        self.contributions = CounterMetricFamily(
            "mitmach_contributions",
            f"What people made ({', '.join(CONTRIBUTIONS.values())}); also what is gone",
            labels=("kind", "format"),
        )
        self.views = CounterMetricFamily(
            "mitmach_views",
            "First views of a person of a post",
            labels=("format",),
        )
        self.program_acts = CounterMetricFamily(
            "mitmach_program_acts",
            "What programs did, by event type; no other figure but mitmach_events counts it",
            labels=("type",),
        )
        self.ballots = CounterMetricFamily(
            "mitmach_ballots", "Ballots cast in contests; for what, nobody is told"
        )
        self.imported_events = CounterMetricFamily(
            "mitmach_imported_events",
            "Events of mitmach_events that were recorded later than they happened",
            labels=("service",),
        )
        self.last_event_age = GaugeMetricFamily(
            "mitmach_last_event_age_seconds",
            "Since the newest event that was counted happened, recorded history left out",
        )
        self.active_people = GaugeMetricFamily(
            "mitmach_active_people",
            "Distinct people who viewed, interacted or contributed",
            labels=("window",),
        )
        self.eligible_people = GaugeMetricFamily(
            "mitmach_eligible_people", "People who can take part today"
        )
        self.programs = GaugeMetricFamily(
            "mitmach_programs", "Accounts of programs that were ever used; none is among the people"
        )
        self.kpi_ratio = GaugeMetricFamily(
            "mitmach_kpi_ratio",
            "KPIs over complete days, see docs/kpis.md; absent without a value",
            labels=("kpi", "window"),
        )
        self.of_kpis = {
            gauge.name: GaugeMetricFamily(
                gauge.name, gauge.documentation, labels=(*gauge.labels, "window")
            )
            for kpi in CATALOGUE.values()
            for gauge in kpi.gauges
        }
        self.groups = GaugeMetricFamily(
            "mitmach_groups",
            "Groups in use, by the age of the last contribution",
            labels=("state",),
        )
        self.posts_unanswered = GaugeMetricFamily(
            "mitmach_posts_unanswered",
            "Posts of the last 30 days in groups in use that no comment of another person answers",
        )

    def families(self) -> list[Metric]:
        """All families, filled or not."""
        own = [family for family in vars(self).values() if isinstance(family, Metric)]
        return [*own, *self.of_kpis.values()]

    def add_totals(self, totals: Totals, now: datetime) -> None:
        """Fills the counters."""
        for events, count in sorted(totals.events.items()):
            self.events.add_metric(events, count)
        for interactions, count in sorted(totals.interactions.items()):
            self.interactions.add_metric(interactions, count)
        for contributions, count in sorted(totals.contributions.items()):
            self.contributions.add_metric(contributions, count)
        for format_, count in sorted(totals.views.items()):
            self.views.add_metric((format_,), count)
        for type_, count in sorted(totals.programs.items()):
            self.program_acts.add_metric((type_,), count)
        self.ballots.add_metric((), totals.ballots)
        for service, count in sorted(totals.recorded.items()):
            self.imported_events.add_metric((service,), count)
        if totals.newest is not None:
            age = (now - totals.newest).total_seconds()
            self.last_event_age.add_metric((), max(age, 0.0))

    def add_people(self, populations: Mapping[str, Population]) -> None:
        """Fills the gauges about people.

        Args:
            populations: Populations by the label of their window; `today` is one of them.
        """
        for label, population in populations.items():
            self.active_people.add_metric((label,), len(population.active))
        today = populations["today"]
        self.eligible_people.add_metric((), len(today.eligible))
        self.programs.add_metric((), today.accounts.programs)

    def add_kpis(self, label: str, values: Iterable[KpiValue]) -> None:
        """Fills the ratios of a window; a KPI without a value that may be told is absent."""
        for value in values:
            if value.value is not None:
                self.kpi_ratio.add_metric((value.name, label), value.value)
            for gauge in CATALOGUE[value.name].gauges:
                for labels, number in gauge.samples(value.parts):
                    self.of_kpis[gauge.name].add_metric((*labels, label), number)

    def add_communities(self, groups: Mapping[GroupState, int], posts_unanswered: int) -> None:
        """Fills the gauges about groups and posts."""
        for state, count in groups.items():
            self.groups.add_metric((state,), count)
        self.posts_unanswered.add_metric((), posts_unanswered)


class Exporter(Collector):
    """Fills the figures when Prometheus asks.

    Args:
        current: Gives the figures that are shown now: their database, and the KPIs from it.
        lease: The lease whose holder exports; every other process shows no business figures.
        clock: Tells the time, in UTC.
    """

    def __init__(
        self,
        current: Callable[[], tuple[Database, KpiCalculator]],
        lease: Lease,
        clock: Callable[[], datetime],
    ) -> None:
        self._current = current
        self._lease = lease
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._outage = Outage(log, "no business figures in this scrape")
        self._slow = _Slow()
        self._computing: asyncio.Task[None] | None = None
        self._waiting = 0  # scrapes

    def describe(self) -> Iterable[Metric]:
        """Nothing: asked at registration, when there may be no database yet."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The families of metrics, for the thread of a scrape; the database has its own loop."""
        reading = asyncio.run_coroutine_threadsafe(self.read(), self._loop)
        try:
            families = reading.result(PATIENCE)
        except (TimeoutError, Unavailable):
            reading.cancel()
            self._outage.failed("the database doesn't answer")
            return ()
        self._outage.over()
        return families

    async def read(self) -> list[Metric]:
        """The families; none in a process that doesn't hold the lease.

        Raises:
            Unavailable: The database doesn't answer.
        """
        if not self._lease.held:
            self._slow = _Slow()
            return []
        age = self._loop.time() - self._slow.begun
        if age > OLDEST:
            await self._computed()
        elif age > KEPT:
            self._compute()
        # Not those of figures that were switched since.
        while self._slow.database is not (database := self._current()[0]):
            await self._computed()
        now = self._clock()
        fresh = BusinessFigures()
        fresh.add_totals(await read_totals(database), now)
        return [*_filled(fresh), *self._slow.families]

    def end(self) -> None:
        """Stops what is computed beside scrapes."""
        if self._computing is not None:
            self._computing.cancel()

    async def _computed(self) -> None:
        """Waits for ratios and gauges that are being computed, or begins to."""
        self._waiting += 1
        try:
            await asyncio.shield(self._compute())
        finally:
            self._waiting -= 1

    async def _pause(self) -> None:
        """Gives the event loop to others."""
        await asyncio.sleep(0 if self._waiting else PAUSE)

    def _compute(self) -> asyncio.Task[None]:
        """The task that computes ratios and gauges; scrapes share it."""
        if self._computing is None or self._computing.done():
            self._computing = self._loop.create_task(self._read_slow(), name="slow figures")
            self._computing.add_done_callback(_looked_at)
        return self._computing

    async def _read_slow(self) -> None:
        """Computes ratios and gauges in pieces, each as of one moment; others come in between."""
        begun, now = self._loop.time(), self._clock()
        database, calculator = self._current()
        figures = BusinessFigures()
        today = now.date()
        windows = {"today": Window(today, today + timedelta(days=1))}
        windows |= {label: parse_window(label, today) for label in TRAILING}
        with calculator.moment():
            populations = await calculator.populations.of(*windows.values())
            figures.add_people(dict(zip(windows, populations, strict=True)))
            for label, names in product(TRAILING, _BY_FACTS):
                await self._pause()
                figures.add_kpis(label, await calculator.compute(names, windows[label], now=now))
            groups = await read_communities(database, now)
            await self._pause()
            since = now - UNANSWERED_SINCE
            last = Window(since.date(), today + timedelta(days=1))
            (published,) = await calculator.published.of(last)
            waiting = published.unanswered(since, closed=groups.closed)
            figures.add_communities(groups.states, waiting)
        self._slow = _Slow(_filled(figures), begun, database)


class _Slow(NamedTuple):
    """Ratios and gauges that were computed.

    Attributes:
        families: The families.
        begun: When that began, on the clock of the loop: they are as of then or later.
        database: The figures that they were computed from; None before the first time.
    """

    families: Sequence[Metric] = ()
    begun: float = -math.inf
    database: Database | None = None


def _by_facts() -> Sequence[Sequence[str]]:
    """The KPIs of the catalogue, those that look at the same facts together."""
    found: dict[frozenset[Fact], list[str]] = {}
    for name, kpi in CATALOGUE.items():
        found.setdefault(kpi.needs, []).append(name)
    return list(found.values())


_BY_FACTS = _by_facts()


def _looked_at(computing: asyncio.Task[None]) -> None:
    """Keeps asyncio from complaining: a scrape that has to wait meets the error itself."""
    if not computing.cancelled():
        computing.exception()


def _filled(figures: BusinessFigures) -> list[Metric]:
    return [family for family in figures.families() if family.samples]


@contextmanager
def installed(registry: CollectorRegistry, exporter: Exporter) -> Iterator[None]:
    """Registers the exporter with the metrics of the process while the block runs."""
    registry.register(exporter)
    try:
        yield
    finally:
        registry.unregister(exporter)
        exporter.end()
