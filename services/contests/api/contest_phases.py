"""Announce a contest, move it on before its time, cancel it."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import Field

from services.contests.api.fields import Reason
from services.contests.api.models import ContestView, changed_contest
from services.contests.commands.contest_phases import AdvanceContest, AnnounceContest, CancelContest
from services.contests.domain.audience import GroupUnknown
from services.contests.domain.contest import (
    ContestNotFound,
    ContestRulesFixed,
    ContestUnscheduled,
)
from services.contests.domain.participation import EntrantCannotDecide
from services.contests.domain.phases import ContestPhaseWrong
from services.contests.queries.rolls import rolls_of, rolls_since
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.refusals import GroupIsArchived
from shared.web.http import (
    Caller,
    InputModel,
    PathId,
    execute,
    problems,
    request_context,
    store_of,
)
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["contests"])


class AdvanceIn(InputModel):
    """The phase to enter now."""

    to: Literal["submissions", "review", "voting", "sealed", "published"] = Field(
        description="The phase after the present one; it has to be named, so that a request that"
        " comes twice is one step. `judged` comes by itself",
        examples=["voting"],
    )
    reason: Reason | None = Field(default=None, examples=["All entries have been reviewed."])


class CancelIn(InputModel):
    """Why a contest won't be finished."""

    reason: Reason = Field(examples=["Too few entries."])


_CHANGING = (ContestNotFound, NotAllowed, AccountSuspended)
_CLOSED = (GroupIsArchived, GroupUnknown)


@router.post(
    "/contests/{contest_id}:announce",
    operation_id="announce_contest",
    summary="Announce a contest",
    description="From now on people see it, and its rules are fixed.",
    responses=problems(
        DailyQuotaReached, *_CHANGING, ContestRulesFixed, ContestUnscheduled, *_CLOSED
    ),
)
async def announce_contest(request: Request, caller: Caller, contest_id: PathId) -> ContestView:
    entrants, voters = await rolls_of(store_of(request), contest_id)
    since = await _rolls_since(request, contest_id)
    command = AnnounceContest(caller, contest_id, entrants, voters, since)
    return changed_contest(request, (await execute(request, command)).reply, caller)


@router.post(
    "/contests/{contest_id}:advance",
    operation_id="advance_contest",
    summary="Move a contest on before its time",
    description="To the next phase. The end of the vote is set to a second from now; the contest is"
    " sealed then, and counted some seconds later. Who has entered the contest may only publish."
    " In an archived group nothing is opened; a vote that runs can be ended.",
    responses=problems(
        DailyQuotaReached, *_CHANGING, EntrantCannotDecide, ContestPhaseWrong, *_CLOSED
    ),
)
async def advance_contest(
    request: Request, caller: Caller, contest_id: PathId, body: AdvanceIn
) -> ContestView:
    voters = since = None
    if body.to == "voting":
        _, voters = await rolls_of(store_of(request), contest_id)
        since = await _rolls_since(request, contest_id)
    command = AdvanceContest(caller, contest_id, body.to, body.reason, voters, since)
    return changed_contest(request, (await execute(request, command)).reply, caller)


async def _rolls_since(request: Request, contest_id: str) -> datetime | None:
    """Asked for acts at their own time alone: whoever comes now is in the roll of now."""
    if request_context(request).moment is None:
        return None
    return await rolls_since(store_of(request), contest_id)


@router.post(
    "/contests/{contest_id}:cancel",
    operation_id="cancel_contest",
    summary="Cancel a contest",
    description="Possible until its publication, except for who has entered it. What was sealed"
    " stays sealed.",
    responses=problems(DailyQuotaReached, *_CHANGING, EntrantCannotDecide, ContestPhaseWrong),
)
async def cancel_contest(
    request: Request, caller: Caller, contest_id: PathId, body: CancelIn
) -> ContestView:
    command = CancelContest(caller, contest_id, body.reason)
    return changed_contest(request, (await execute(request, command)).reply, caller)
