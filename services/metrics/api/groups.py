"""The route of a group's figures."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request

from services.metrics.api.access import admit_to_group
from services.metrics.api.models import ShareView, share
from services.metrics.api.parameters import WindowText, requested_window
from services.metrics.api.sources import sources_of
from services.metrics.kpis.catalogue import engagement, responsiveness
from services.metrics.store.read.published_posts import PostFilter
from shared.contract.access import Action, NotAllowed, NotVisible
from shared.web.http import AnswerId, Caller, OutputModel, PathId, problems

router = APIRouter(prefix="/v1/stats", tags=["stats"])


class GroupFiguresView(OutputModel):
    """What a group came to. Posts, comments and entries are gross."""

    group_id: AnswerId
    kind: str
    status: str
    state: Literal["alive", "at_risk", "dormant"]
    members: int
    posts: int
    comments: int
    entries: int
    last_contribution_at: datetime | None
    window: str
    engagement: ShareView
    responsiveness: ShareView


@router.get(
    "/groups/{group_id}",
    operation_id="read_group_figures",
    summary="One group",
    description="For its owners, analysts and administrators.",
    responses=problems(NotVisible, NotAllowed),
)
async def read_group(
    request: Request, caller: Caller, group_id: PathId, window: WindowText = "30d"
) -> GroupFiguresView:
    sources = sources_of(request)
    group = await admit_to_group(sources, caller, group_id, Action.READ_GROUP_FIGURES)
    now = sources.clock()
    span = requested_window(window, now)
    shown = [kpi.definition.name for kpi in (engagement.KPI, responsiveness.KPI)]
    engaged, responded = await sources.calculator.compute(
        shown, span, now=now, post_filter=PostFilter(group=group_id)
    )
    return GroupFiguresView(
        group_id=group.group_id,
        kind=group.kind,
        status=group.status,
        state=group.state(now),
        members=group.members,
        posts=group.posts,
        comments=group.comments,
        entries=group.entries,
        last_contribution_at=group.contributed_at,
        window=str(span),
        engagement=share(engaged),
        responsiveness=share(responded),
    )
