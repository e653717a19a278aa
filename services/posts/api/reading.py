"""Read posts: one, lists, the feed, earlier versions."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.posts.api.views import (
    PostView,
    post_etag,
    post_view,
    store_of,
)
from services.posts.domain.post import PostDeleted, PostNotFound, Revision
from services.posts.queries.posts import (
    Position,
    SeenPost,
    list_posts,
    list_revisions,
    read_feed,
    read_post,
)
from shared.contract.access import NotAllowed
from shared.contract.refusals import ChannelNotFound
from shared.contract.tags import TagInvalid, normalise_tags
from shared.web.http import (
    CONDITIONAL,
    Caller,
    Id,
    OutputModel,
    Page,
    PageOf,
    Paging,
    PathId,
    problems,
    revalidate,
)
from shared.web.http.routing.media import MediaView, media_views
from shared.web.identity import LONGEST_PERSON_ID

router = APIRouter(prefix="/v1", tags=["posts"])


class RevisionView(OutputModel):
    """What a post said before it was edited."""

    version: int
    title: str
    text: str
    topics: list[str]
    media: list[MediaView]
    replaced_at: datetime


@router.get(
    "/posts/{post_id}",
    operation_id="read_post",
    summary="Read a post",
    description="With its counts and what the caller has done with it. Reading isn't viewing: "
    "clients say what was seen.",
    responses=problems(PostNotFound, PostDeleted) | CONDITIONAL,
)
async def read_one(request: Request, caller: Caller, post_id: PathId) -> PostView:
    found = await read_post(store_of(request), caller, post_id)
    revalidate(request, post_etag(found))
    return post_view(found)


@router.get(
    "/posts",
    operation_id="list_posts",
    summary="List posts, newest first",
    description="What the caller sees of a channel, of an author, on a topic, or all of it.",
    responses=problems(ChannelNotFound, TagInvalid, NotAllowed),
)
async def list_all(
    *,
    request: Request,
    caller: Caller,
    paging: PageOf,
    channel_id: Id | None = None,
    author_id: Annotated[str | None, Query(min_length=1, max_length=LONGEST_PERSON_ID)] = None,
    topic: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
) -> Page[PostView]:
    found = await list_posts(
        store_of(request),
        caller,
        channel_id=channel_id,
        author_id=author_id,
        topic=None if topic is None else normalise_tags([topic])[0],
        after=_after(paging),
        limit=paging.limit + 1,
    )
    return _page(paging, found)


@router.get(
    "/feed",
    operation_id="read_feed",
    summary="The caller's feed, newest first",
    description="Posts of the groups that they are a member of, and of the one of everyone.",
    responses=problems(NotAllowed),
)
async def feed(request: Request, caller: Caller, paging: PageOf) -> Page[PostView]:
    found = await read_feed(store_of(request), caller, after=_after(paging), limit=paging.limit + 1)
    return _page(paging, found)


@router.get(
    "/posts/{post_id}/history",
    operation_id="read_history",
    summary="What a post said before, latest version first",
    responses=problems(PostNotFound, PostDeleted),
)
async def history(
    request: Request, caller: Caller, post_id: PathId, paging: PageOf
) -> Page[RevisionView]:
    before = None if paging.after is None else paging.after[0]
    found = await list_revisions(
        store_of(request), caller, post_id, before=before, limit=paging.limit + 1
    )
    return paging.page(found, position=lambda one: (one.version,), view=_revision)


def _after(paging: Paging) -> Position | None:
    if paging.after is None:
        return None
    moment, post_id = paging.after
    return moment, post_id


def _page(paging: Paging, found: list[SeenPost]) -> Page[PostView]:
    return paging.page(
        found, position=lambda one: (one.post.published_at, one.post.id), view=post_view
    )


def _revision(revision: Revision) -> RevisionView:
    return RevisionView(
        version=revision.version,
        title=revision.content.title,
        text=revision.content.text,
        topics=list(revision.topics),
        media=media_views(revision.content.media),
        replaced_at=revision.replaced_at,
    )
