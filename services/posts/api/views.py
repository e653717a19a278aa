"""Say which posts were seen, one or many at once."""

from functools import partial
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter
from msgspec import Meta

from services.posts.api.standings import StandingView, standing
from services.posts.api.view_batches import view_in_turn
from services.posts.commands.views import MOST_VIEWS, ViewPost
from services.posts.domain.post import PostDeleted, PostNotFound
from shared.contract.access import AccountSuspended
from shared.web.http import ITEMS_PER_REQUEST, AnswerId, Call, Reply, measured
from shared.web.http.problems import type_of
from shared.web.http.requests.ids import ID_MARK

router = APIRouter(prefix="/v1", tags=["views"])

_encode = msgspec.json.Encoder().encode


class SeenPostsIn(msgspec.Struct, forbid_unknown_fields=True):
    """Posts that the caller has seen; repeats are fine."""

    post_ids: Annotated[
        list[Annotated[str, Meta(extra=ID_MARK)]], Meta(min_length=1, max_length=MOST_VIEWS)
    ]


class SeenReportView(msgspec.Struct):
    """What became of one view.

    Attributes:
        post_id: The one that was sent, in lower case.
        status: It counted; it had counted on this UTC day before, or the post is the caller's own;
            or it was refused.
        event_ids: The events that this answer acknowledges.
        problem: Why it was refused: the type that a single view's problem would have.
    """

    post_id: str
    status: Literal["counted", "known", "refused"]
    event_ids: list[AnswerId]
    problem: str | None


class SeenReportsView(msgspec.Struct):
    """One report per post, in the order in which they were sent."""

    items: list[SeenReportView]


@measured(
    router,
    "PUT",
    "/posts/{post_id}/view",
    answer=StandingView,
    operation_id="view_post",
    summary="Say that a post was seen",
    description="One view per person and UTC day counts; repeating it changes nothing."
    " Answered with the counts after it.",
    refusals=(PostNotFound, PostDeleted, AccountSuspended),
)
async def view_post(call: Call[None]) -> Reply:
    post_id = call.path["post_id"]
    counts = call.state.counts.ask(post_id)
    outcome = await call.execute(ViewPost(call.principal, post_id))
    return Reply(_encode(await standing(counts, outcome.reply)), outcome)


@measured(
    router,
    "POST",
    "/views:batch",
    body=SeenPostsIn,
    answer=SeenReportsView,
    operation_id="view_posts",
    summary="Say which posts were seen",
    description="Each gets its own report; one that can't be seen spoils nothing for the others."
    " Views of one's own posts don't count here, only where they are said one by one. Open groups"
    " are stored together and every other group for itself: if that fails for one after something"
    " was stored, what isn't yet is refused with the reason, and may be sent again.",
    examples={"two": {"post_ids": ["01936f3e-0000-7000-8000-000000000001"] * 2}},
)
async def view_posts(call: Call[SeenPostsIn]) -> Reply:
    charge = call.context.charge_for
    charge(len(call.body.post_ids))
    outcome = await view_in_turn(
        call.execute, partial(charge, ITEMS_PER_REQUEST), call.principal, call.body.post_ids
    )
    receipts = iter(outcome.event_ids)
    reports = [
        SeenReportView(
            post_id=result.post_id,
            status=result.status,
            event_ids=[next(receipts)] if result.status == "counted" else [],
            problem=None if result.refusal is None else type_of(result.refusal),
        )
        for result in outcome.reply
    ]
    return Reply(_encode(SeenReportsView(reports)), outcome)
