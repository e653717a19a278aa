"""Routes of figures of posts, formats and topics."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.metrics.api.asking import (
    FormatFilter,
    GroupFilter,
    Sources,
    TopicFilter,
    WindowText,
    admit_to_group,
    known_caller,
    parse_filter,
    post_facts,
    sources_of,
    window_of,
)
from services.metrics.api.models import ShareView, share
from services.metrics.kpis.content import ENGAGEMENT, REACH, engagement_of, reach_of
from services.metrics.kpis.ground_rules import SUPPRESSED, is_few
from services.metrics.store.communities import find_group
from services.metrics.store.posts import PostFigures, find_post, find_posts
from services.metrics.store.published_posts import PostFilter
from shared.contract.access import Action, NotAllowed, NotVisible, authorize
from shared.contract.tags import TagInvalid
from shared.web.http import Caller, OutputModel, PathId, problems

router = APIRouter(prefix="/v1/stats", tags=["stats"])


class PostFiguresView(OutputModel):
    """What a post came to. People are counted without its author, acts net.

    With fewer than five viewers nobody learns how many there were: one could tell who.
    """

    post_id: str
    group_id: str
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


class CellView(OutputModel):
    """One format or topic of a window's posts."""

    posts: int
    viewers: int | None
    interactors: int | None
    engagement: float | None
    lift: float | None
    interval: tuple[float, float] | None
    suppressed: bool


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


class TopicView(CellView):
    """A topic."""

    topic: str


class FormatsView(OutputModel):
    """Formats, the most engaging first."""

    window: str
    items: list[FormatView]


class TopicsView(OutputModel):
    """Topics, those with most interactors first."""

    window: str
    items: list[TopicView]


def post_view(figures: PostFigures) -> PostFiguresView:
    """What a client sees of a post's figures."""
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
    span = window_of(window, sources.clock())
    (published,) = await sources.calculator.published.of(span)
    post_filter = parse_filter(group=group, format=format, topic=topic)
    leading = published.filtered(post_filter).best(sort, limit)
    found = await find_posts(sources.database, leading)
    return LeadingPostsView(window=str(span), items=[post_view(one) for one in found])


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
    post = await find_post(sources.database, post_id)
    if post is None:
        raise NotVisible
    group = await find_group(sources.database, post.group_id)
    facts = post_facts(group, post.author, await known_caller(sources, caller))
    authorize(caller, Action.READ_POST_FIGURES, facts)
    return post_view(post)


async def _parts(
    sources: Sources, window: str, post_filter: PostFilter, part: str, *kpis: str
) -> tuple[str, list[Mapping[str, Mapping[str, Any]]]]:
    """The window, and this part of each of these KPIs."""
    now = sources.clock()
    span = window_of(window, now)
    values = await sources.calculator.compute(kpis, span, now=now, post_filter=post_filter)
    return str(span), [value.parts[part] for value in values]


def _reach(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: cell.get(name) for name in ("audience", "reached", "spill")},
        "reach": cell["value"],
        "reach_suppressed": cell["suppressed"],
    }


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "posts": cell["posts"],
        "viewers": cell.get("viewers"),
        "interactors": cell.get("interactors"),
        "engagement": cell["value"],
        "lift": cell.get("lift"),
        "interval": cell.get("interval"),
        "suppressed": cell["suppressed"],
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
    post_filter = parse_filter(topic=topic)
    kpis = (ENGAGEMENT.definition.name, REACH.definition.name)
    span, (moved, reached) = await _parts(
        sources_of(request), window, post_filter, "formats", *kpis
    )
    items = [
        FormatView(format=name, **_cell(cell), **_reach(reached[name]))
        for name, cell in moved.items()
    ]
    items.sort(key=lambda one: (-(one.engagement or 0.0), one.format))
    return FormatsView(window=span, items=items)


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
    post_filter = parse_filter(format=format)
    kpi = ENGAGEMENT.definition.name
    span, (topics,) = await _parts(sources_of(request), window, post_filter, "topics", kpi)
    return TopicsView(
        window=span, items=[TopicView(topic=name, **_cell(cell)) for name, cell in topics.items()]
    )
