"""Routes of figures of posts: those that lead in a window, and a single post."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.metrics.api.access import admit_to_group, known_caller, post_facts
from services.metrics.api.models import ShareView, share
from services.metrics.api.parameters import (
    FormatFilter,
    GroupFilter,
    TopicFilter,
    WindowText,
    requested_filters,
    requested_window,
)
from services.metrics.api.sources import sources_of
from services.metrics.kpis.content import engagement_of, reach_of
from services.metrics.kpis.measures import SUPPRESSED, is_few
from services.metrics.store.read.communities import find_group
from services.metrics.store.read.posts import PostFigures
from shared.contract.access import Action, NotAllowed, NotVisible, authorize
from shared.contract.tags import TagInvalid
from shared.web.http import AnswerId, Caller, OutputModel, PathId, problems

router = APIRouter(prefix="/v1/stats", tags=["stats"])


class PostFiguresView(OutputModel):
    """What a post came to. People are counted without its author, acts net.

    With fewer than five viewers nobody learns how many there were: one could tell who.
    """

    post_id: AnswerId
    group_id: AnswerId
    format: str
    kind: str
    topics: list[str]
    published_at: datetime
    status: str
    audience: int
    views: int | None
    viewers: int | None
    interactors: int | None
    comments: int
    reactions: int
    shares: int = Field(description="People who have passed it on, however often each has")
    poll_votes: int
    reach: ShareView
    spill: int | None
    engagement: ShareView
    seconds_to_first_response: float | None
    suppressed: bool


class LeadingPostsView(OutputModel):
    """The leading posts of a window."""

    window: str
    items: list[PostFiguresView]


def post_view(figures: PostFigures) -> PostFiguresView:
    """The figures of a post as clients see them: what would tell about few people is left out."""
    waited = None
    if figures.first_response_at is not None:
        waited = (figures.first_response_at - figures.published_at).total_seconds()
    few = is_few(figures.viewers)
    few_early = few or is_few(figures.viewers_7d)
    reach = SUPPRESSED if few_early else reach_of(figures.audience, figures.reached_7d)
    engagement = (
        SUPPRESSED if few_early else engagement_of(figures.viewers_7d, figures.interactors_7d)
    )
    return PostFiguresView(
        post_id=figures.post_id,
        group_id=figures.group_id,
        format=figures.format,
        kind=figures.kind,
        topics=list(figures.topics),
        published_at=figures.published_at,
        status=figures.status,
        audience=figures.audience,
        views=None if few else figures.views,
        viewers=None if few else figures.viewers,
        interactors=None if few else figures.interactors,
        comments=figures.comments,
        reactions=figures.reactions,
        shares=figures.shares,
        poll_votes=figures.poll_votes,
        reach=share(reach),
        # Beside the viewers it would tell who was reached where that is hidden.
        spill=None if reach.suppressed else figures.viewers_7d - figures.reached_7d,
        engagement=share(engagement),
        seconds_to_first_response=waited,
        suppressed=few,
    )


@router.get(
    "/posts",
    operation_id="read_leading_posts",
    summary="Leading posts",
    description="Posts published in a window, among those with at least five viewers, by what they"
    " got within seven days.",
    responses=problems(NotAllowed, NotVisible, TagInvalid),
)
async def read_posts(
    *,
    request: Request,
    caller: Caller,
    window: WindowText = "30d",
    sort: Annotated[
        Literal["engagement", "reach", "interactors", "viewers"], Query(description="By what")
    ] = "engagement",
    limit: Annotated[int, Query(ge=1, le=100, description="How many")] = 20,
    group: GroupFilter = None,
    format: FormatFilter = None,
    topic: TopicFilter = None,
) -> LeadingPostsView:
    sources = sources_of(request)
    if group is None:
        authorize(caller, Action.READ_KPIS)
    else:
        await admit_to_group(sources, caller, group, Action.READ_GROUP_FIGURES)
    span = requested_window(window, sources.clock())
    (published,) = await sources.calculator.published.of(span)
    filters = requested_filters(group=group, format=format, topic=topic)
    leading = published.filtered(filters).best(sort, limit)
    found = await sources.calculator.published.find(leading)
    shown = [post_view(figures) for figures in found if figures.status == "published"]
    return LeadingPostsView(window=str(span), items=shown)


@router.get(
    "/posts/{post_id}",
    operation_id="read_post_figures",
    summary="One post",
    description="For its author, the owners of its group, analysts and administrators. Reach and"
    " engagement are those of its first seven days. With fewer than five viewers neither they nor"
    " the number of viewers are told.",
    responses=problems(NotVisible, NotAllowed),
)
async def read_post(request: Request, caller: Caller, post_id: PathId) -> PostFiguresView:
    sources = sources_of(request)
    found = await sources.calculator.published.find([post_id])
    if not found:
        raise NotVisible
    (post,) = found
    group = await find_group(sources.database, post.group_id)
    facts = post_facts(group, post.author, await known_caller(sources, caller))
    authorize(caller, Action.READ_POST_FIGURES, facts)
    return post_view(post)
