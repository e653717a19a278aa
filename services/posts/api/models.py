"""What a post and a comment look like from outside."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query, Request
from msgspec.structs import replace
from pydantic import Field

from services.posts.domain.comment import Comment
from services.posts.domain.counts import PostCounts
from services.posts.queries.comments import FIRST_COMMENTS, SeenComment, first_comments
from services.posts.queries.posts import Position, SeenPost
from shared.contract.events.vocabulary import Format, PostKind, ReactionKind
from shared.contract.principal import Principal
from shared.web.http import AnswerId, OutputModel, Page, Paging, etag, store_of
from shared.web.http.routing.media import MediaView, media_views


class PostCountsView(OutputModel):
    """What is counted beside a post: acts of others a moment late, the caller's at once."""

    reactions: dict[ReactionKind, int] = Field(examples=[{"like": 12, "thanks": 2}])
    comments: int = Field(description="Replies included")
    shares: int = Field(description="People who have passed it on, however often each has")
    views: int = Field(description="At most one per person and day")
    viewers: int = Field(description="People who have seen it")


class MyEngagementView(OutputModel):
    """What the caller has done with the post."""

    viewed: bool
    reaction: ReactionKind | None
    comments: int
    shares: int = Field(description="How often I have passed it on")


class PostView(OutputModel):
    """A post as the caller sees it."""

    id: AnswerId
    group_id: AnswerId
    channel_id: AnswerId
    author_id: AnswerId
    format: Format
    kind: PostKind
    title: str
    text: str = Field(description="Markdown source; rendering it safely is the client's task")
    topics: list[str]
    media: list[MediaView]
    published_at: datetime
    edited_at: datetime | None
    version: int
    counts: PostCountsView
    mine: MyEngagementView


class CommentView(OutputModel):
    """A comment as the caller sees it."""

    id: AnswerId
    post_id: AnswerId
    parent_id: AnswerId | None = Field(description="The comment that it replies to")
    author_id: AnswerId
    text: str = Field(description="Markdown source; empty once deleted")
    added_at: datetime
    edited_at: datetime | None
    deleted: bool
    version: int
    reactions: dict[ReactionKind, int] = Field(examples=[{"like": 3}])
    my_reaction: ReactionKind | None


class FirstCommentsView(OutputModel):
    """How the comments of a post begin."""

    items: list[CommentView]
    next_cursor: str | None = Field(
        description="Of the page after these, in the list of the post's comments; null: there are"
        " no more"
    )


class ListedPostView(PostView):
    """A post in a list, with what the list was asked to expand."""

    first_comments: FirstCommentsView | None = Field(
        description=f"The first {FIRST_COMMENTS} comments; null where `expand=comments` wasn't"
        " asked for"
    )


Expanded = Annotated[
    list[Literal["comments"]] | None,
    Query(
        max_length=1,
        description=f"What is to be shown of each post besides: `comments`, the first"
        f" {FIRST_COMMENTS} of them as `first_comments`. Names of people, groups and channels are"
        " read by their ids",
    ),
]
"""The parameter `expand` of lists of posts."""


def post_view(seen: SeenPost) -> PostView:
    """A post for its reader."""
    post, content, counts, mine = seen
    return PostView(
        id=post.id,
        group_id=post.group_id,
        channel_id=post.channel_id,
        author_id=post.author,
        format=post.format,
        kind=post.kind,
        title=content.title,
        text=content.text,
        topics=list(post.tags),
        media=media_views(content.media),
        published_at=post.published_at,
        edited_at=post.edited_at,
        version=post.version,
        counts=_counts(counts),
        mine=MyEngagementView(
            viewed=mine is not None and bool(mine.viewed_on),
            reaction=None if mine is None else mine.reaction,
            comments=0 if mine is None else mine.comments,
            shares=0 if mine is None else mine.shares,
        ),
    )


def _counts(counts: PostCounts) -> PostCountsView:
    return PostCountsView(
        reactions=counts.reactions,
        comments=counts.comments,
        shares=counts.shares,
        views=counts.views,
        viewers=counts.viewers,
    )


def comment_view(seen: SeenComment) -> CommentView:
    """A comment for its reader."""
    comment, counts, mine = seen
    return _comment(comment, counts.reactions, None if mine is None else mine.reaction)


def _comment(
    comment: Comment, reactions: dict[ReactionKind, int], my_reaction: ReactionKind | None
) -> CommentView:
    return CommentView(
        id=comment.id,
        post_id=comment.post_id,
        parent_id=comment.parent_id,
        author_id=comment.author,
        text=comment.text,
        added_at=comment.added_at,
        edited_at=comment.edited_at,
        deleted=comment.deleted_at is not None,
        version=comment.version,
        reactions=reactions,
        my_reaction=my_reaction,
    )


def post_etag(seen: SeenPost) -> str:
    """The version that If-Match is compared with, and whatever else the answer shows."""
    mine = seen.mine
    shown = replace(seen.counts, through=None), mine and replace(mine, recent=())
    return etag(seen.post.version, *shown)


def position_after(paging: Paging) -> Position | None:
    """Where a page of posts begins: after the last post of the page before."""
    if paging.after is None:
        return None
    moment, post_id = paging.after
    return moment, post_id


async def page_of_posts(
    request: Request,
    caller: Principal,
    paging: Paging,
    found: list[SeenPost],
    expand: list[Literal["comments"]] | None,
) -> Page[ListedPostView]:
    """A page of posts, newest first.

    Args:
        request: The route's request.
        caller: The person who asks.
        paging: Where the page begins and how long it is.
        found: At most one post more than the page is long.
        expand: What is to be shown of each post besides.
    """
    begun: dict[str, list[SeenComment]] | None = None
    if expand:
        shown = [seen.post for seen in found[: paging.limit]]
        begun = await first_comments(store_of(request), caller, shown)

    def view(seen: SeenPost) -> ListedPostView:
        post_id = seen.post.id
        first = None if begun is None else _first_comments(paging, post_id, begun[post_id])
        return ListedPostView(**dict(post_view(seen)), first_comments=first)

    return paging.page(
        found, position=lambda seen: (seen.post.published_at, seen.post.id), view=view
    )


def _first_comments(paging: Paging, post_id: str, begun: list[SeenComment]) -> FirstCommentsView:
    shown = begun[:FIRST_COMMENTS]
    more = len(begun) > FIRST_COMMENTS
    following = None
    if more:
        following = paging.cursor_of(f"/v1/posts/{post_id}/comments", (shown[-1].comment.place,))
    return FirstCommentsView(items=[comment_view(seen) for seen in shown], next_cursor=following)
