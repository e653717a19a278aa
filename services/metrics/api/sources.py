"""What the routes answer from: one set of figures, and the KPIs that are computed from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request

from services.metrics.kpis.definitions import Filters
from services.metrics.kpis.windows import Window
from services.metrics.store.read.kpi_calculator import KpiCalculator
from shared.delivery.mongo import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the routes answer from; `sources_of` finds it.

    Attributes:
        database: The database with the figures that are shown now.
        calculator: Computes KPIs from these figures.
        clock: Tells the time, in UTC: windows end by it, and answers are as of it.
    """

    database: Database
    calculator: KpiCalculator
    clock: Callable[[], datetime]

    async def kpi_parts(
        self, names: Sequence[str], part: str, span: Window, *, now: datetime, filters: Filters
    ) -> list[Mapping[str, Mapping[str, Any]]]:
        """The same part of several KPIs, in the order of their names.

        Args:
            names: KPIs of the catalogue.
            part: `formats` or `topics`: a table of cells, each under the word that it is about.
            span: The UTC days to compute them for.
            now: UTC; see `KpiCalculator.compute`.
            filters: What is looked at alone.
        """
        values = await self.calculator.compute(names, span, now=now, filters=filters)
        return [value.parts[part] for value in values]


def sources_of(request: Request) -> Sources:
    """What this app answers from now.

    A route asks once per request: the figures may be switched meanwhile, and an answer must not be
    made of both.
    """
    sources: Sources = request.app.state.current.sources
    return sources
