"""Scrapes read counters anew; ratios and gauges are computed beside them, and never old."""

import asyncio
import math
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prometheus_client.core import GaugeMetricFamily

import services.metrics.instruments
from services.metrics.instruments import Exporter, _Slow
from services.metrics.store.read.kpi_calculator import KpiCalculator
from shared.contract.errors import Unavailable
from shared.contract.moments import utc_now
from shared.delivery.lease import Lease
from shared.delivery.mongo import Database


class Totals:
    """A database that knows how many events there are."""

    def __init__(self) -> None:
        self.failing = False

    async def find(self, _: str, __: object) -> list[dict[str, Any]]:
        if self.failing:
            raise Unavailable
        return [{"_id": "mitmach.posts.v1/0", "flush": 1, "events": {"reaction/added|||": 7}}]


class Numbering(Exporter):
    """Its gauge is how often gauges were computed."""

    def __init__(self) -> None:
        self.lease = SimpleNamespace(held=True)
        self.database = Totals()
        self.computed = 0
        self.failing = False
        current = lambda: (cast(Database, self.database), cast(KpiCalculator, None))  # noqa: E731
        super().__init__(current, cast(Lease, self.lease), utc_now)

    async def _read_slow(self) -> None:
        begun, database = self._loop.time(), self._current()[0]
        await self._pause()
        if self.failing:
            raise Unavailable
        self.computed += 1
        gauge = GaugeMetricFamily("computed", "How often", self.computed)
        self._slow = _Slow([gauge], begun, database)

    async def seen(self) -> dict[str, float]:
        samples = [sample for family in await self.read() for sample in family.samples]
        return {sample.name: sample.value for sample in samples}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets for how many seconds gauges are kept, and how old they may be."""

    def keep(seconds: float, oldest: float) -> Numbering:
        monkeypatch.setattr(services.metrics.instruments, "KEPT", seconds)
        monkeypatch.setattr(services.metrics.instruments, "OLDEST", oldest)
        return Numbering()

    return keep


async def computed_beside(exporter: Numbering) -> None:
    assert exporter._computing is not None
    await asyncio.wait([exporter._computing])


async def test_the_first_scrape_waits_for_all(kept: Any) -> None:
    seen = await kept(math.inf, math.inf).seen()
    assert (seen["mitmach_events_total"], seen["computed"]) == (7, 1)


async def test_young_gauges_are_shown_again(kept: Any) -> None:
    exporter = kept(math.inf, math.inf)
    assert [(await exporter.seen())["computed"] for _ in range(3)] == [1, 1, 1]


async def test_older_ones_are_shown_while_new_ones_are_computed(kept: Any) -> None:
    exporter = kept(-1.0, math.inf)
    assert (await exporter.seen())["computed"] == 1
    assert (await exporter.seen())["computed"] == 1
    await computed_beside(exporter)
    assert (await exporter.seen())["computed"] == 2


async def test_a_scrape_waits_rather_than_show_old_ones(kept: Any) -> None:
    exporter = kept(-2.0, -1.0)
    assert [(await exporter.seen())["computed"] for _ in range(3)] == [1, 2, 3]


async def test_scrapes_at_once_wait_for_the_same(kept: Any) -> None:
    exporter = kept(math.inf, math.inf)
    seen = await asyncio.gather(*(exporter.seen() for _ in range(5)))
    assert [one["computed"] for one in seen] == [1] * 5


async def test_gauges_of_other_figures_are_not_shown_after_a_switch(kept: Any) -> None:
    exporter = kept(math.inf, math.inf)
    await exporter.seen()
    exporter.database = Totals()
    assert (await exporter.seen())["computed"] == 2


async def test_what_fails_beside_scrapes_is_met_by_the_one_that_waits(
    kept: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = kept(-1.0, math.inf)
    await exporter.seen()
    exporter.failing = True
    for _ in range(2):
        assert (await exporter.seen())["computed"] == 1
        await computed_beside(exporter)
    monkeypatch.setattr(services.metrics.instruments, "OLDEST", -1.0)
    with pytest.raises(Unavailable):
        await exporter.seen()
    exporter.failing = False
    assert (await exporter.seen())["computed"] == 2


async def test_of_a_database_that_fails_nothing_is_shown(kept: Any) -> None:
    exporter = kept(math.inf, math.inf)
    await exporter.seen()
    exporter.database.failing = True
    with pytest.raises(Unavailable):
        await exporter.seen()


async def test_without_the_lease_nothing_is_shown_nor_kept(kept: Any) -> None:
    exporter = kept(math.inf, math.inf)
    await exporter.seen()
    exporter.lease.held = False
    assert await exporter.read() == []
    exporter.lease.held = True
    assert (await exporter.seen())["computed"] == 2


async def test_what_is_computed_ends_with_the_exporter(kept: Any) -> None:
    exporter = kept(-1.0, math.inf)
    await exporter.seen()
    await exporter.seen()
    exporter.end()
    await computed_beside(exporter)
    assert exporter.computed == 1
