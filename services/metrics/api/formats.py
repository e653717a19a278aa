"""The route that compares formats: whom they reach, and whom they move."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request

from services.metrics.api.models import CellView, cell_fields
from services.metrics.api.parameters import (
    TopicFilter,
    WindowText,
    requested_filters,
    requested_window,
)
from services.metrics.api.sources import sources_of
from services.metrics.kpis.catalogue.engagement import KPI as ENGAGEMENT
from services.metrics.kpis.catalogue.reach import KPI as REACH
from shared.contract.access import Action, NotAllowed, authorize
from shared.contract.tags import TagInvalid
from shared.web.http import Caller, OutputModel, problems

router = APIRouter(prefix="/v1/stats", tags=["stats"])


class FormatView(CellView):
    """A format, with its reach beside its engagement.

    Attributes:
        reach: Reached people by audience, both summed over the posts; null where hidden.
        reach_suppressed: Whether it is hidden: fewer than five could see these posts, or did, or a
            subtraction would tell about so few.
    """

    format: str
    audience: int | None
    reached: int | None
    spill: int | None
    reach: float | None
    reach_suppressed: bool


class FormatsView(OutputModel):
    """Formats, the most engaging first."""

    window: str
    items: list[FormatView]


def _reach_fields(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: cell.get(name) for name in ("audience", "reached", "spill")},
        "reach": cell["value"],
        "reach_suppressed": cell["suppressed"],
    }


@router.get(
    "/formats",
    operation_id="read_formats",
    summary="Which formats reach and move people",
    description="The posts of a window by format: reach, and engagement with its lift over all and"
    " a 95 % interval.",
    responses=problems(NotAllowed, TagInvalid),
)
async def read_formats(
    request: Request, caller: Caller, window: WindowText = "30d", topic: TopicFilter = None
) -> FormatsView:
    authorize(caller, Action.READ_KPIS)
    sources = sources_of(request)
    now = sources.clock()
    span = requested_window(window, now)
    engagement, reach = await sources.kpi_parts(
        [ENGAGEMENT.definition.name, REACH.definition.name],
        "formats",
        span,
        now=now,
        filters=requested_filters(topic=topic),
    )
    items = [
        FormatView(format=name, **cell_fields(cell), **_reach_fields(reach[name]))
        for name, cell in engagement.items()
    ]
    items.sort(key=lambda item: (-(item.engagement or 0.0), item.format))
    return FormatsView(window=str(span), items=items)
