"""React to posts and comments: one reaction per person to each."""

from typing import Annotated

import msgspec
from fastapi import APIRouter
from msgspec import Meta

from services.posts.api.standings import StandingView, standing
from services.posts.commands.reactions import (
    CommentReactionChange,
    ReactToComment,
    ReactToPost,
    TakeBackCommentReaction,
    TakeBackReaction,
)
from services.posts.domain.comment import CommentDeleted, CommentNotFound
from services.posts.domain.counts import CommentCounts
from services.posts.domain.post import PostDeleted, PostNotFound
from services.posts.queries.counts import AskedCounts
from shared.contract.access import AccountSuspended
from shared.contract.events.vocabulary import ReactionKind
from shared.contract.refusals import ChannelIsArchived, GroupIsArchived
from shared.web.http import Call, Reply, measured
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["reactions"])

_encode = msgspec.json.Encoder().encode


class CommentStandingView(msgspec.Struct):
    """How it stands with a comment after a change; as in a comment that is read."""

    reactions: Annotated[
        dict[ReactionKind, int], Meta(description="By kind", examples=[{"like": 3}])
    ]
    my_reaction: ReactionKind | None


class ReactionIn(msgspec.Struct, forbid_unknown_fields=True):
    """The caller's reaction."""

    kind: ReactionKind


@measured(
    router,
    "PUT",
    "/posts/{post_id}/reaction",
    body=ReactionIn,
    answer=StandingView,
    operation_id="react_to_post",
    summary="React to a post",
    description="Replaces the caller's earlier reaction. It implies that they have seen the post."
    " Answered with the counts after it.",
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
    post_id = call.path["post_id"]
    counts = call.state.counts.ask(post_id)
    outcome = await call.execute(ReactToPost(call.principal, post_id, call.body.kind))
    return Reply(_encode(await standing(counts, outcome.reply)), outcome)


@measured(
    router,
    "DELETE",
    "/posts/{post_id}/reaction",
    answer=StandingView,
    operation_id="take_back_reaction",
    summary="Take the reaction to a post back",
    description="Answered with the counts after it.",
    refusals=(PostNotFound, PostDeleted, AccountSuspended),
)
async def take_back_reaction(call: Call[None]) -> Reply:
    post_id = call.path["post_id"]
    counts = call.state.counts.ask(post_id)
    outcome = await call.execute(TakeBackReaction(call.principal, post_id))
    return Reply(_encode(await standing(counts, outcome.reply)), outcome)


@measured(
    router,
    "PUT",
    "/comments/{comment_id}/reaction",
    body=ReactionIn,
    answer=CommentStandingView,
    operation_id="react_to_comment",
    summary="React to a comment",
    description="Replaces the caller's earlier reaction to it. Answered with the numbers after it.",
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
    comment_id = call.path["comment_id"]
    counts = call.state.comment_counts.ask(comment_id)
    outcome = await call.execute(ReactToComment(call.principal, comment_id, call.body.kind))
    return Reply(await _comment_standing(counts, outcome.reply), outcome)


@measured(
    router,
    "DELETE",
    "/comments/{comment_id}/reaction",
    answer=CommentStandingView,
    operation_id="take_back_comment_reaction",
    summary="Take the reaction to a comment back",
    description="Answered with the numbers after it.",
    refusals=(CommentNotFound, CommentDeleted, PostDeleted, AccountSuspended),
)
async def take_back_comment_reaction(call: Call[None]) -> Reply:
    comment_id = call.path["comment_id"]
    counts = call.state.comment_counts.ask(comment_id)
    outcome = await call.execute(TakeBackCommentReaction(call.principal, comment_id))
    return Reply(await _comment_standing(counts, outcome.reply), outcome)


async def _comment_standing(
    asked: AskedCounts[CommentCounts], change: CommentReactionChange
) -> bytes:
    counts = await asked.read()
    if change.human:
        counts = counts.agreeing_with(change.after, before=change.before, changed_at=change.at)
    else:
        counts = counts.agreeing_with(None)
    return _encode(CommentStandingView(counts.reactions, change.after))
