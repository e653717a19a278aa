"""Pass posts on."""

from typing import Annotated

import msgspec
from fastapi import APIRouter
from msgspec import Meta

from services.posts.api.standings import StandingView, standing
from services.posts.commands.shares import SharePost
from services.posts.domain.engagement import Engagement
from services.posts.domain.post import PostDeleted, PostNotFound
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.refusals import ChannelIsArchived, GroupIsArchived, GroupNotFound
from shared.web.http import AnswerId, Call, Reply, StructId, measured
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["shares"])

_encode = msgspec.json.Encoder().encode


class ShareIn(msgspec.Struct, forbid_unknown_fields=True):
    """Where a post goes: to a group of the caller's, or (null) outside of groups."""

    to_group_id: StructId | None = None


class SharedPostView(msgspec.Struct, frozen=True):
    """A post was passed on: where to, and how it stands with it now."""

    post_id: AnswerId
    to_group_id: AnswerId | None
    times: Annotated[int, Meta(description="How often I have passed it on by now")]
    post: StandingView


@measured(
    router,
    "POST",
    "/posts/{post_id}/shares",
    body=ShareIn,
    answer=SharedPostView,
    status=201,
    operation_id="share_post",
    summary="Pass a post on",
    description="It can't be taken back.",
    refusals=(
        DailyQuotaReached,
        PostNotFound,
        PostDeleted,
        GroupNotFound,
        NotAllowed,
        AccountSuspended,
        GroupIsArchived,
        ChannelIsArchived,
    ),
    examples={
        "a link": {},
        "to a group": {"to_group_id": "01936f3e-0000-7000-8000-000000000001"},
    },
)
async def share_post(call: Call[ShareIn]) -> Reply:
    command = SharePost(
        principal=call.principal,
        post_id=call.path["post_id"],
        to_group_id=call.body.to_group_id,
    )
    counts = call.state.counts.ask(command.post_id)
    outcome = await call.execute(command, once=Engagement)
    mine: Engagement = outcome.reply
    post = await standing(counts, mine)
    view = SharedPostView(command.post_id, command.to_group_id, mine.shares, post)
    return Reply(_encode(view), outcome)
