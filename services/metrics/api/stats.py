"""Routes of figures beside the catalogue: posts, formats, topics, groups, contests."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from services.metrics.api.asking import (
    FormatFilter,
    GroupFilter,
    Sources,
    TopicFilter,
    WindowText,
    admit_to_group,
    group_facts,
    sources_of,
    window_of,
)
from services.metrics.kpis.content import ENGAGEMENT, engagement_of, reach_of
from services.metrics.kpis.ground_rules import Measure, ratio
from services.metrics.store.communities import one_contest, one_group
from services.metrics.store.posts import Narrowing, PostFigures, best_posts, one_post
from shared.access import Action, NotAllowed, NotVisible, authorize
from shared.http import Caller, OutputModel, PathId, problems

router = APIRouter(prefix="/v1/stats", tags=["stats"])


class ShareView(OutputModel):
    """A share with both of its numbers; all null where there is nothing, or too few people."""

    numerator: float | None
    denominator: float | None
    value: float | None
    suppressed: bool


class PostView(OutputModel):
    """What a post came to. People are counted without its author, acts net."""

    post_id: str
    group_id: str
    format: str
    kind: str
    topics: list[str]
    published_at: datetime
    status: str
    audience: int
    views: int
    viewers: int
    interactors: int
    comments: int
    reactions: int
    shares: int
    poll_votes: int
    reach: ShareView
    spill: int
    engagement: ShareView
    seconds_to_first_response: float | None


class PostsView(OutputModel):
    """The leading posts of a window."""

    window: str
    items: list[PostView]


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
    """A format."""

    format: str


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


class GroupView(OutputModel):
    """What a group came to. Posts, comments and entries are gross."""

    group_id: str
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


class PlacedView(OutputModel):
    """An entry's place in the published ranking."""

    entry_id: str
    rank: int
    votes: int
    result: float
    jury_points: float | None


class ResultsView(OutputModel):
    """What the publication of the results opened."""

    entries: int
    entrants: int
    ballots: int
    votes: int
    ranking: list[PlacedView]


class ContestView(OutputModel):
    """How many take part in a contest; `results` is null until they are published."""

    contest_id: str
    kind: str
    group_id: str
    phase: str
    submitted: int
    withdrawn: int
    accepted: int
    rejected: int
    entry_views: int
    entrants: ShareView
    voters: ShareView
    results: ResultsView | None


def share(measure: Measure) -> ShareView:
    """What a client sees of a share."""
    return ShareView(
        numerator=measure.numerator,
        denominator=measure.denominator,
        value=measure.value,
        suppressed=measure.suppressed,
    )


def post_view(figures: PostFigures) -> PostView:
    """What a client sees of a post's figures."""
    waited = None
    if figures.first_response_at is not None:
        waited = (figures.first_response_at - figures.published_at).total_seconds()
    shown = set(PostView.model_fields) & set(PostFigures._fields)
    return PostView(
        **{name: getattr(figures, name) for name in shown - {"topics"}},
        topics=list(figures.topics),
        reach=share(reach_of(figures.audience, figures.reached_7d)),
        spill=figures.viewers_7d - figures.reached_7d,
        engagement=share(engagement_of(figures.viewers_7d, figures.interactors_7d)),
        seconds_to_first_response=waited,
    )


@router.get(
    "/posts",
    operation_id="read_leading_posts",
    summary="Leading posts",
    description="Posts published in a window, among those with at least five viewers, by what they"
    " got within seven days.",
    responses=problems(NotAllowed, NotVisible),
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
) -> PostsView:
    sources = sources_of(request)
    if group is None:
        authorize(caller, Action.READ_KPIS)
    else:
        await admit_to_group(sources.database, caller, group, Action.READ_GROUP_FIGURES)
    span = window_of(window, sources.clock())
    found = await best_posts(
        sources.database, span, Narrowing(group, format, topic), sort=sort, limit=limit
    )
    return PostsView(window=str(span), items=[post_view(one) for one in found])


@router.get(
    "/posts/{post_id}",
    operation_id="read_post_figures",
    summary="One post",
    description="For analysts, administrators and the owners of its group. Reach and engagement"
    " are those of its first seven days.",
    responses=problems(NotVisible, NotAllowed),
)
async def read_post(request: Request, caller: Caller, post_id: PathId) -> PostView:
    database = sources_of(request).database
    post = await one_post(database, post_id)
    if post is None:
        raise NotVisible
    group = await one_group(database, post.group_id)
    if group is None:  # its own post was heard of before the group was, or the group is gone
        authorize(caller, Action.READ_KPIS)
    else:
        facts = group_facts(group, caller, content=True)
        authorize(caller, Action.READ_POST_FIGURES, facts)
    return post_view(post)


async def _cells(
    sources: Sources, window: str, narrowing: Narrowing, part: str
) -> tuple[str, list[tuple[str, Mapping[str, Any]]]]:
    now = sources.clock()
    span = window_of(window, now)
    (value,) = await sources.catalogue.kpis(
        [ENGAGEMENT.definition.name], span, now=now, narrowing=narrowing
    )
    return str(span), list(value.parts[part].items())


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
    summary="Which formats move people",
    description="The posts of a window by format, with lift over all and a 95 % interval.",
    responses=problems(NotAllowed),
)
async def read_formats(
    request: Request, caller: Caller, window: WindowText = "30d", topic: TopicFilter = None
) -> FormatsView:
    authorize(caller, Action.READ_KPIS)
    narrowing = Narrowing(topic=topic)
    span, cells = await _cells(sources_of(request), window, narrowing, "formats")
    items = [FormatView(format=name, **_cell(cell)) for name, cell in cells]
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
    narrowing = Narrowing(format=format)
    span, cells = await _cells(sources_of(request), window, narrowing, "topics")
    return TopicsView(
        window=span, items=[TopicView(topic=name, **_cell(cell)) for name, cell in cells]
    )


@router.get(
    "/groups/{group_id}",
    operation_id="read_group_figures",
    summary="One group",
    description="For its owners, analysts and administrators.",
    responses=problems(NotVisible, NotAllowed),
)
async def read_group(
    request: Request, caller: Caller, group_id: PathId, window: WindowText = "30d"
) -> GroupView:
    sources = sources_of(request)
    group = await admit_to_group(sources.database, caller, group_id, Action.READ_GROUP_FIGURES)
    now = sources.clock()
    span = window_of(window, now)
    engagement, responsiveness = await sources.catalogue.kpis(
        ["engagement", "responsiveness"], span, now=now, narrowing=Narrowing(group=group_id)
    )
    return GroupView(
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
        engagement=ShareView(
            **{name: getattr(engagement, name) for name in ShareView.model_fields}
        ),
        responsiveness=ShareView(
            **{name: getattr(responsiveness, name) for name in ShareView.model_fields}
        ),
    )


@router.get(
    "/contests/{contest_id}",
    operation_id="read_contest_figures",
    summary="One contest",
    description="How many enter and vote. For what, nobody learns before the results are public.",
    responses=problems(NotVisible, NotAllowed),
)
async def read_contest(request: Request, caller: Caller, contest_id: PathId) -> ContestView:
    authorize(caller, Action.READ_CONTEST_FIGURES)
    stored = await one_contest(sources_of(request).database, contest_id)
    if stored is None:
        raise NotVisible
    counts = ("submitted", "withdrawn", "accepted", "rejected", "entry_views")
    results = stored.get("results")
    return ContestView(
        contest_id=contest_id,
        kind=stored["kind"],
        group_id=stored["group_id"],
        phase=stored["phase"],
        **{name: stored.get(name, 0) for name in counts},
        entrants=share(ratio(stored.get("entrants", 0), stored.get("eligible_entrants", 0))),
        voters=share(ratio(stored.get("ballots", 0), stored.get("eligible_voters", 0))),
        results=None if results is None else ResultsView.model_validate(results),
    )
