"""The route that compares topics: which of them people take up."""

from fastapi import APIRouter, Request

from services.metrics.api.models import CellView, cell_fields
from services.metrics.api.parameters import (
    FormatFilter,
    WindowText,
    requested_filters,
    requested_window,
)
from services.metrics.api.sources import sources_of
from services.metrics.kpis.catalogue.engagement import KPI as ENGAGEMENT
from shared.contract.access import Action, NotAllowed, authorize
from shared.web.http import Caller, OutputModel, problems

router = APIRouter(prefix="/v1/stats", tags=["stats"])


class TopicView(CellView):
    """A topic."""

    topic: str


class TopicsView(OutputModel):
    """Topics, those with most interactors first."""

    window: str
    items: list[TopicView]


@router.get(
    "/topics",
    operation_id="read_topics",
    summary="Which topics are in demand",
    description="The topics with most interactors, of the posts of a window.",
    responses=problems(NotAllowed),
)
async def read_topics(
    request: Request,
    caller: Caller,
    window: WindowText = "30d",
    format: FormatFilter = None,
) -> TopicsView:
    authorize(caller, Action.READ_KPIS)
    sources = sources_of(request)
    now = sources.clock()
    span = requested_window(window, now)
    (engagement,) = await sources.kpi_parts(
        [ENGAGEMENT.definition.name],
        "topics",
        span,
        now=now,
        filters=requested_filters(format=format),
    )
    items = [TopicView(topic=name, **cell_fields(cell)) for name, cell in engagement.items()]
    return TopicsView(window=str(span), items=items)
