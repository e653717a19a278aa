"""Routes of the KPI catalogue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from services.metrics.api.access import admit_to_group
from services.metrics.api.parameters import (
    WORD,
    DepartmentFilter,
    FormatFilter,
    GroupFilter,
    TopicFilter,
    WindowText,
    requested_filters,
    requested_window,
)
from services.metrics.api.sources import Sources, sources_of
from services.metrics.kpis import CATALOGUE
from services.metrics.kpis.definitions import KpiValue
from shared.contract.access import Action, NotAllowed, NotVisible, authorize
from shared.contract.errors import Category, Refusal
from shared.contract.principal import Principal
from shared.contract.tags import TagInvalid
from shared.web.http import Caller, OutputModel, problems

router = APIRouter(prefix="/v1/kpis", tags=["kpis"])

# Points of a series. Each is an answer of its own, and two windows are read for it: twice as many
# points would make the longest answer of the service twice as long.
MOST_POINTS = 26

KpiName = Annotated[str, Path(pattern=WORD, description="A name of the catalogue")]


class NoSuchKpi(Refusal):
    """The catalogue has no KPI of this name."""

    category = Category.MISSING
    title = "There is no such KPI"

    def __init__(self, detail: str = "GET /v1/kpis/definitions names them all.") -> None:
        super().__init__(detail)


class FilterNotPossible(Refusal):
    """This KPI can't be narrowed down in this way."""

    category = Category.INVALID
    title = "The KPI can't be filtered like that"

    def __init__(
        self, detail: str = "GET /v1/kpis/definitions tells each KPI's `filters`; leave others out."
    ) -> None:
        super().__init__(detail)


class KpiView(OutputModel):
    """A KPI for one window."""

    name: str
    window: str
    numerator: float | None
    denominator: float | None
    value: float | None
    suppressed: bool
    previous: float | None
    parts: dict[str, Any]
    definition_version: int
    as_of: datetime
    provisional: bool
    complete_from: datetime | None


class KpisView(OutputModel):
    """Several KPIs for the same window."""

    items: list[KpiView]


class DefinitionView(OutputModel):
    """What a KPI means."""

    name: str
    version: int
    question: str
    formula: str
    explanation: str
    numerator: str
    denominator: str
    windows: list[str]
    filters: list[str]


class DefinitionsView(OutputModel):
    """The whole catalogue."""

    items: list[DefinitionView]


class SeriesView(OutputModel):
    """A KPI over time: windows of equal length, one after the other, the latest last."""

    name: str
    items: list[KpiView]


def kpi_view(value: KpiValue) -> KpiView:
    """A computed KPI as clients see it."""
    return KpiView(
        **{name: getattr(value, name) for name in KpiValue.__struct_fields__ if name != "parts"},
        parts=dict(value.parts),
    )


@router.get(
    "",
    operation_id="read_kpis",
    summary="All KPIs",
    description="The whole catalogue for one window, each with numerator, denominator, parts and"
    " the value of the window before.",
    responses=problems(NotAllowed),
)
async def read_kpis(request: Request, caller: Caller, window: WindowText = "30d") -> KpisView:
    authorize(caller, Action.READ_KPIS)
    sources = sources_of(request)
    now = sources.clock()
    values = await sources.calculator.compute(CATALOGUE, requested_window(window, now), now=now)
    return KpisView(items=[kpi_view(value) for value in values])


@router.get(
    "/definitions",
    operation_id="read_kpi_definitions",
    summary="What the KPIs mean",
    description="Question, formula, numerator, denominator, windows, filters and version of each.",
    responses=problems(NotAllowed),
)
async def read_definitions(caller: Caller) -> DefinitionsView:
    authorize(caller, Action.READ_DEFINITIONS)
    return DefinitionsView(
        items=[
            DefinitionView(
                name=definition.name,
                version=definition.version,
                question=definition.question.en,
                formula=definition.formula,
                explanation=definition.explanation,
                numerator=definition.numerator,
                denominator=definition.denominator,
                windows=list(definition.windows),
                filters=list(definition.filters),
            )
            for definition in (kpi.definition for kpi in CATALOGUE.values())
        ]
    )


@router.get(
    "/{name}",
    operation_id="read_kpi",
    summary="One KPI",
    description="For analysts and administrators; narrowed down to a group, for its owners too.",
    responses=problems(NoSuchKpi, NotVisible, NotAllowed, FilterNotPossible, TagInvalid),
)
async def read_kpi(
    *,
    request: Request,
    caller: Caller,
    name: KpiName,
    window: WindowText = "30d",
    group: GroupFilter = None,
    format: FormatFilter = None,
    topic: TopicFilter = None,
    department: DepartmentFilter = None,
) -> KpiView:
    sources = sources_of(request)
    given = {"group": group, "format": format, "topic": topic, "department": department}
    await _admit(sources, caller, name, given)
    now = sources.clock()
    filters = requested_filters(**given)
    (value,) = await sources.calculator.compute(
        [name], requested_window(window, now), now=now, filters=filters
    )
    return kpi_view(value)


@router.get(
    "/{name}/series",
    operation_id="read_kpi_series",
    summary="One KPI over time",
    description="Windows of the same length that follow each other and end with the given one.",
    responses=problems(NoSuchKpi, NotVisible, NotAllowed, FilterNotPossible, TagInvalid),
)
async def read_series(
    *,
    request: Request,
    caller: Caller,
    name: KpiName,
    window: WindowText = "7d",
    points: Annotated[int, Query(ge=1, le=MOST_POINTS, description="How many windows")] = 8,
    group: GroupFilter = None,
    format: FormatFilter = None,
    topic: TopicFilter = None,
    department: DepartmentFilter = None,
) -> SeriesView:
    sources = sources_of(request)
    given = {"group": group, "format": format, "topic": topic, "department": department}
    await _admit(sources, caller, name, given)
    now = sources.clock()
    last = requested_window(window, now)
    filters = requested_filters(**given)
    values: list[KpiView] = []
    for back in range(points - 1, -1, -1):
        (value,) = await sources.calculator.compute(
            [name], last.earlier(back), now=now, filters=filters
        )
        values.append(kpi_view(value))
    return SeriesView(name=name, items=values)


async def _admit(
    sources: Sources, caller: Principal, name: str, given: Mapping[str, str | None]
) -> None:
    """Checks the name, the filters, and who asks.

    Raises:
        NoSuchKpi: The catalogue doesn't have it.
        FilterNotPossible: It can't be narrowed down like that.
        NotVisible, NotAllowed: These figures aren't for this person.
    """
    group = given["group"]
    if group is None:
        authorize(caller, Action.READ_KPIS)
    if name not in CATALOGUE:
        raise NoSuchKpi
    if group is not None:
        await admit_to_group(sources, caller, group, Action.READ_GROUP_FIGURES)
    possible = CATALOGUE[name].definition.filters
    used = {filter_ for filter_, value in given.items() if value is not None}
    if not used <= {*possible}:
        can = f"can be narrowed down by {', '.join(possible)}" if possible else "has no filters"
        raise FilterNotPossible(f"`{name}` {can}.")
    # Of a group's people of one department there are mostly few.
    if used >= {"group", "department"}:
        raise FilterNotPossible("Narrow a KPI down by a group or by a department, not by both.")
