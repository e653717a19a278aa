"""Publish, edit, delete, read and list posts."""

from typing import Annotated, get_args

from fastapi import APIRouter, Query, Request
from msgspec import UNSET, UnsetType
from pydantic import Field

from services.posts.api.models import (
    Expanded,
    ListedPostView,
    PostView,
    page_of_posts,
    position_after,
    post_etag,
    post_view,
)
from services.posts.commands.posts import DeletePost, EditPost, PostWithContent, PublishPost
from services.posts.domain.counts import PostCounts
from services.posts.domain.post import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    NOT_YET,
    FormatNotYet,
    PostChanged,
    PostContent,
    PostDeleted,
    PostEditedTooOften,
    PostEmpty,
    PostIncomplete,
    PostNotFound,
)
from services.posts.queries import posts as queries
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events.vocabulary import Format, PostKind
from shared.contract.refusals import ChannelIsArchived, ChannelNotFound, GroupIsArchived
from shared.contract.tags import MOST_TAGS, TagInvalid, normalise_tags
from shared.web.http import (
    CONDITIONAL,
    CREATED,
    AnyLine,
    AnyText,
    Caller,
    Id,
    IfMatch,
    InputModel,
    Page,
    PageOf,
    PatchModel,
    PathId,
    execute,
    given,
    id_for,
    problems,
    revalidate,
    set_etag,
    set_location,
    store_of,
)
from shared.web.http.routing.media import MediaInputs, media_of
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["posts"])

Title = Annotated[str, Field(max_length=LONGEST_TITLE, examples=["A run at noon"]), AnyLine]
Text = Annotated[
    str,
    Field(
        max_length=LONGEST_TEXT,
        description="Markdown source, kept as it is",
        examples=["Who joins? We meet at the **river**."],
    ),
    AnyText,
]
Tags = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=100)]],
    Field(
        max_length=MOST_TAGS,
        description="Normalised here: lower case, hyphens between words, no repeats. `+` and `#`"
        " belong to the word that they end (c++, c#) and elsewhere separate words",
        examples=[["running", "health"]],
    ),
]


class PostIn(InputModel):
    """A post to be published."""

    channel_id: Id
    format: Format = Field(
        default="text",
        description="What it is made of. Photo, video, audio and document need a reference in"
        " `media`, a link needs one or an address in its text; poll and event don't exist yet",
        examples=["photo"],
        # Others are understood, so that they are refused by what they are, and not offered.
        json_schema_extra={
            "enum": [format_ for format_ in get_args(Format) if format_ not in NOT_YET]
        },
    )
    kind: PostKind = Field(default="discussion", description="What it is for", examples=["news"])
    title: Title = ""
    text: Text = ""
    topics: Tags = Field(default_factory=list)
    media: MediaInputs = Field(default_factory=list)


class PostPatchIn(PatchModel):
    """What is to change; what is left out stays. Topics and media are replaced together."""

    title: Title | UnsetType = UNSET
    text: Text | UnsetType = UNSET
    topics: Tags | UnsetType = UNSET
    media: MediaInputs | UnsetType = UNSET


@router.post(
    "/posts",
    status_code=201,
    operation_id="publish_post",
    summary="Publish a post",
    description="In a news channel only those who lead the group, and editors, publish.",
    responses=problems(
        DailyQuotaReached,
        ChannelNotFound,
        PostNotFound,
        NotAllowed,
        AccountSuspended,
        GroupIsArchived,
        ChannelIsArchived,
        PostEmpty,
        PostIncomplete,
        FormatNotYet,
        TagInvalid,
    )
    | CREATED,
)
async def publish_post(request: Request, caller: Caller, body: PostIn) -> PostView:
    command = PublishPost(
        principal=caller,
        post_id=id_for(request),
        channel_id=body.channel_id,
        format=body.format,
        kind=body.kind,
        tags=normalise_tags(body.topics),
        content=PostContent(title=body.title, text=body.text, media=media_of(body.media)),
    )
    result = await execute(request, command, once=PostWithContent)
    post, text = result.reply
    published = queries.SeenPost(post, text.content, PostCounts(id=post.id), None)
    if result.replayed:  # it is shown as it is now, and so are its counts
        (beside,) = await queries.seen_posts(store_of(request), caller, [post])
        published = published._replace(counts=beside.counts, mine=beside.mine)
    set_etag(request, post_etag(published))
    set_location(request, "posts", post.id)
    return post_view(published)


@router.get(
    "/posts",
    operation_id="list_posts",
    summary="List posts, newest first",
    description="What the caller sees of a channel, of an author, on a topic, or all of it.",
    responses=problems(ChannelNotFound, TagInvalid, NotAllowed),
)
async def list_posts(
    *,
    request: Request,
    caller: Caller,
    paging: PageOf,
    channel_id: Id | None = None,
    author_id: Id | None = None,
    topic: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
    expand: Expanded = None,
) -> Page[ListedPostView]:
    found = await queries.list_posts(
        store_of(request),
        caller,
        channel_id=channel_id,
        author_id=author_id,
        tag=None if topic is None else normalise_tags([topic])[0],
        after=position_after(paging),
        limit=paging.limit + 1,
    )
    return await page_of_posts(request, caller, paging, found, expand)


@router.get(
    "/posts/{post_id}",
    operation_id="read_post",
    summary="Read a post",
    description="With its counts and what the caller has done with it. Reading isn't viewing: "
    "clients say what was seen.",
    responses=problems(PostNotFound, PostDeleted) | CONDITIONAL,
)
async def read_post(request: Request, caller: Caller, post_id: PathId) -> PostView:
    found = await queries.read_post(store_of(request), caller, post_id)
    revalidate(request, post_etag(found))
    return post_view(found)


@router.patch(
    "/posts/{post_id}",
    operation_id="edit_post",
    summary="Edit a post",
    description="What it said before stays in its history.",
    responses=problems(
        DailyQuotaReached,
        PostNotFound,
        PostDeleted,
        NotAllowed,
        AccountSuspended,
        GroupIsArchived,
        ChannelIsArchived,
        PostEditedTooOften,
        PostChanged,
        PostEmpty,
        PostIncomplete,
        TagInvalid,
    ),
)
async def edit_post(
    request: Request, caller: Caller, post_id: PathId, body: PostPatchIn, if_match: IfMatch
) -> PostView:
    command = EditPost(
        principal=caller,
        post_id=post_id,
        title=given(body.title),
        text=given(body.text),
        media=None if body.media is UNSET else media_of(body.media),
        tags=None if body.topics is UNSET else normalise_tags(body.topics),
        expected=if_match,
    )
    written: PostWithContent = (await execute(request, command)).reply
    (beside,) = await queries.seen_posts(store_of(request), caller, [written.post])
    edited = queries.SeenPost(written.post, written.text.content, beside.counts, beside.mine)
    set_etag(request, post_etag(edited))
    return post_view(edited)


@router.delete(
    "/posts/{post_id}",
    status_code=204,
    operation_id="delete_post",
    summary="Delete a post",
    description="By its author, or by those who moderate. Its texts are gone for good.",
    responses=problems(PostNotFound, NotAllowed, AccountSuspended, PostChanged),
)
async def delete_post(request: Request, caller: Caller, post_id: PathId, if_match: IfMatch) -> None:
    await execute(request, DeletePost(principal=caller, post_id=post_id, expected=if_match))
