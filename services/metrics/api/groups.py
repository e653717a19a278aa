"""The route of a group's figures."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Request

from services.metrics.api.access import admit_to_group
from services.metrics.api.models import ShareView, share
from services.metrics.api.parameters import WindowText, requested_window
from services.metrics.api.sources import sources_of
from services.metrics.kpis.catalogue import (
    adoption,
    concentration,
    engagement,
    participation,
    responsiveness,
)
from services.metrics.kpis.definitions import Filters
from shared.contract.access import Action, NotAllowed, NotVisible
from shared.web.http import AnswerId, Caller, OutputModel, PathId, problems

router = APIRouter(prefix="/v1/stats", tags=["stats"])

_SHOWN = ADOPTION, PARTICIPATION, CONCENTRATION, ENGAGEMENT, RESPONSIVENESS = tuple(
    module.KPI.definition.name
    for module in (adoption, participation, concentration, engagement, responsiveness)
)


class RungView(OutputModel):
    """Members who did so much and no more; null where that would tell of few."""

    people: int | None
    of_eligible: float | None
    suppressed: bool


class LadderView(OutputModel):
    """Into what the members of a window are divided, by the most that they did in the group."""

    creators: RungView
    interactors: RungView
    viewers: RungView
    inactive: RungView


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
    active: ShareView
    participation: ShareView
    ladder: LadderView
    concentration: ShareView
    engagement: ShareView
    responsiveness: ShareView


@router.get(
    "/groups/{group_id}",
    operation_id="read_group_figures",
    summary="One group",
    description="For its owners, analysts and administrators. `active`: members who did"
    " something in it, by all who were members in the window; `ladder` says what they did.",
    responses=problems(NotVisible, NotAllowed),
)
async def read_group(
    request: Request, caller: Caller, group_id: PathId, window: WindowText = "30d"
) -> GroupFiguresView:
    sources = sources_of(request)
    group = await admit_to_group(sources, caller, group_id, Action.READ_GROUP_FIGURES)
    now = sources.clock()
    span = requested_window(window, now)
    values = await sources.calculator.compute(
        _SHOWN, span, now=now, filters=Filters(group=group_id)
    )
    by_name = dict(zip(_SHOWN, values, strict=True))
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
        active=share(by_name[ADOPTION]),
        participation=share(by_name[PARTICIPATION]),
        ladder=_ladder(by_name[PARTICIPATION].parts),
        concentration=share(by_name[CONCENTRATION]),
        engagement=share(by_name[ENGAGEMENT]),
        responsiveness=share(by_name[RESPONSIVENESS]),
    )


def _ladder(rungs: Mapping[str, Any]) -> LadderView:
    return LadderView(
        **{
            name: RungView(
                people=rungs[name]["people"],
                of_eligible=rungs[name]["of_eligible"],
                suppressed=rungs[name]["suppressed"],
            )
            for name in LadderView.model_fields
        }
    )
