"""Comment on posts, reply, edit, delete, list."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Request
from msgspec import Meta
from pydantic import Field

from services.posts.api.models import CommentView, comment_view
from services.posts.api.standings import StandingView, standing
from services.posts.commands.comments import AddComment, AddedComment, DeleteComment, EditComment
from services.posts.domain.comment import (
    LONGEST_COMMENT,
    AnswersChanged,
    Comment,
    CommentChanged,
    CommentDeleted,
    CommentEmpty,
    CommentNotFound,
    ReplyToReply,
)
from services.posts.domain.post import PostDeleted, PostNotFound
from services.posts.queries import comments as queries
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.refusals import ChannelIsArchived, GroupIsArchived
from shared.web.http import (
    AnswerId,
    AnyText,
    Call,
    Caller,
    IfMatch,
    InputModel,
    Page,
    PageOf,
    PathId,
    Reply,
    StructId,
    StructTime,
    etag,
    execute,
    measured,
    problems,
    read_text,
    set_etag,
    store_of,
)
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["comments"])

# How often a deletion looks for the next answer before it gives up. Each time but the last it has
# found one that was deleted in the same milliseconds.
_LOOKS = 5

_encode = msgspec.json.Encoder().encode


class CommentIn(msgspec.Struct, forbid_unknown_fields=True):
    """A comment, or a reply to one of the same post."""

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_COMMENT)]
    parent_id: StructId | None = None


class AddedCommentView(msgspec.Struct):
    """The new comment, and how it stands with its post now."""

    id: AnswerId
    post_id: AnswerId
    parent_id: AnswerId | None
    author_id: AnswerId
    text: str
    added_at: StructTime
    version: int
    post: StandingView


class CommentPatchIn(InputModel):
    """The new wording."""

    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_COMMENT,
            description="Markdown source, kept as it is",
            examples=["I do, if it doesn't rain."],
        ),
        AnyText,
    ]


@measured(
    router,
    "POST",
    "/posts/{post_id}/comments",
    body=CommentIn,
    answer=AddedCommentView,
    status=201,
    operation_id="add_comment",
    summary="Comment on a post",
    description="Members of the group comment. A reply names the comment that began the thread.",
    refusals=(
        DailyQuotaReached,
        PostNotFound,
        PostDeleted,
        CommentNotFound,
        CommentDeleted,
        CommentEmpty,
        ReplyToReply,
        NotAllowed,
        AccountSuspended,
        GroupIsArchived,
        ChannelIsArchived,
    ),
    examples={
        "a comment": {"text": "I do."},
        "a reply": {"text": "Me too.", "parent_id": "01936f3e-0000-7000-8000-000000000001"},
    },
)
async def add_comment(call: Call[CommentIn]) -> Reply:
    command = AddComment(
        principal=call.principal,
        comment_id=call.context.new_id(),
        post_id=call.path["post_id"],
        text=read_text("/text", call.body.text),
        parent_id=call.body.parent_id,
    )
    counts = call.state.counts.ask(command.post_id)
    outcome = await call.execute(command, once=AddedComment)
    comment, mine = outcome.reply
    if not outcome.replayed and call.context.moment is None:
        call.web.quotas.count(command)
    added = AddedCommentView(
        id=comment.id,
        post_id=comment.post_id,
        parent_id=comment.parent_id,
        author_id=comment.author,
        text=comment.text,
        added_at=comment.added_at,
        version=comment.version,
        post=await standing(counts, mine),
    )
    return Reply(_encode(added), outcome, headers=[(b"etag", etag(comment.version).encode())])


@router.get(
    "/posts/{post_id}/comments",
    operation_id="list_comments",
    summary="List the comments of a post",
    description="Threads from old to new, each followed by its replies. A deleted comment that "
    "began a thread keeps its place without its text.",
    responses=problems(PostNotFound, PostDeleted),
)
async def list_comments(
    request: Request, caller: Caller, post_id: PathId, paging: PageOf
) -> Page[CommentView]:
    found = await queries.list_comments(
        store_of(request),
        caller,
        post_id,
        after=None if paging.after is None else paging.after[0],
        limit=paging.limit + 1,
    )
    return paging.page(
        found, position=lambda seen_comment: (seen_comment.comment.place,), view=comment_view
    )


@router.patch(
    "/comments/{comment_id}",
    operation_id="edit_comment",
    summary="Edit a comment",
    responses=problems(
        DailyQuotaReached,
        CommentNotFound,
        CommentDeleted,
        PostDeleted,
        CommentChanged,
        CommentEmpty,
        NotAllowed,
        AccountSuspended,
        GroupIsArchived,
        ChannelIsArchived,
    ),
)
async def edit_comment(
    request: Request, caller: Caller, comment_id: PathId, body: CommentPatchIn, if_match: IfMatch
) -> CommentView:
    command = EditComment(
        principal=caller, comment_id=comment_id, text=body.text, expected=if_match
    )
    comment: Comment = (await execute(request, command)).reply
    (edited,) = await queries.seen_comments(store_of(request), caller, [comment])
    set_etag(request, etag(comment.version))
    return comment_view(edited)


@router.delete(
    "/comments/{comment_id}",
    status_code=204,
    operation_id="delete_comment",
    summary="Delete a comment",
    description="By its author, or by those who moderate.",
    responses=problems(
        CommentNotFound, PostDeleted, NotAllowed, AccountSuspended, CommentChanged, AnswersChanged
    ),
)
async def delete_comment(
    request: Request, caller: Caller, comment_id: PathId, if_match: IfMatch
) -> None:
    for attempt in range(_LOOKS):
        command = DeleteComment(
            principal=caller,
            comment_id=comment_id,
            next_answer=await queries.next_answer(store_of(request), comment_id),
            expected=if_match,
        )
        try:
            await execute(request, command)
        except AnswersChanged:
            if attempt + 1 == _LOOKS:
                raise
        else:
            return
