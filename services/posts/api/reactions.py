"""React to posts and comments: one reaction per person to each."""

import msgspec
from fastapi import APIRouter

from services.posts.commands.reactions import (
    ReactToComment,
    ReactToPost,
    TakeBackCommentReaction,
    TakeBackReaction,
)
from services.posts.domain.comment import CommentDeleted, CommentNotFound
from services.posts.domain.post import PostDeleted, PostNotFound
from shared.contract.access import AccountSuspended
from shared.contract.events.vocabulary import ReactionKind
from shared.contract.refusals import ChannelIsArchived, GroupIsArchived
from shared.web.http import Call, Reply, measured
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["reactions"])

_encode = msgspec.json.Encoder().encode


class ReactionIn(msgspec.Struct, forbid_unknown_fields=True):
    """The caller's reaction."""

    kind: ReactionKind


@measured(
    router,
    "PUT",
    "/posts/{post_id}/reaction",
    body=ReactionIn,
    answer=ReactionIn,
    operation_id="react_to_post",
    summary="React to a post",
    description="Replaces the caller's earlier reaction. It implies that they have seen the post.",
    refusals=(
        DailyQuotaReached,
        PostNotFound,
        PostDeleted,
        AccountSuspended,
        GroupIsArchived,
        ChannelIsArchived,
    ),
    examples={"thanks": {"kind": "thanks"}},
)
async def react_to_post(call: Call[ReactionIn]) -> Reply:
    kind = call.body.kind
    outcome = await call.execute(ReactToPost(call.principal, call.path["post_id"], kind))
    return Reply(_encode(call.body), outcome)


@measured(
    router,
    "DELETE",
    "/posts/{post_id}/reaction",
    status=204,
    operation_id="take_back_reaction",
    summary="Take the reaction to a post back",
    refusals=(PostNotFound, PostDeleted, AccountSuspended),
)
async def take_back_reaction(call: Call[None]) -> Reply:
    outcome = await call.execute(TakeBackReaction(call.principal, call.path["post_id"]))
    return Reply(outcome=outcome)


@measured(
    router,
    "PUT",
    "/comments/{comment_id}/reaction",
    body=ReactionIn,
    answer=ReactionIn,
    operation_id="react_to_comment",
    summary="React to a comment",
    description="Replaces the caller's earlier reaction to it.",
    refusals=(
        DailyQuotaReached,
        CommentNotFound,
        CommentDeleted,
        PostDeleted,
        AccountSuspended,
        GroupIsArchived,
        ChannelIsArchived,
    ),
    examples={"insightful": {"kind": "insightful"}},
)
async def react_to_comment(call: Call[ReactionIn]) -> Reply:
    kind = call.body.kind
    outcome = await call.execute(ReactToComment(call.principal, call.path["comment_id"], kind))
    return Reply(_encode(call.body), outcome)


@measured(
    router,
    "DELETE",
    "/comments/{comment_id}/reaction",
    status=204,
    operation_id="take_back_comment_reaction",
    summary="Take the reaction to a comment back",
    refusals=(CommentNotFound, CommentDeleted, PostDeleted, AccountSuspended),
)
async def take_back_comment_reaction(call: Call[None]) -> Reply:
    outcome = await call.execute(TakeBackCommentReaction(call.principal, call.path["comment_id"]))
    return Reply(outcome=outcome)
