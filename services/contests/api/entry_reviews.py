"""Accept an entry, reject it, and reject it together during the vote."""

from fastapi import APIRouter, Request
from pydantic import Field

from services.contests.api.fields import Reason
from services.contests.api.models import EntryView, changed_entry, reviewed_entry
from services.contests.commands.entry_reviews import (
    AcceptEntry,
    ConfirmRejection,
    EntryInContext,
    ProposeRejection,
    RejectEntry,
)
from services.contests.domain.entry import (
    EntryChanged,
    EntryNotFound,
    EntryNotStanding,
)
from services.contests.domain.participation import EntrantCannotDecide, TooManyEntries
from services.contests.domain.phases import ContestPhaseWrong
from services.contests.domain.rejection import RejectionNeedsTwo, RejectionNotProposed
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events.vocabulary import RejectionCategory
from shared.contract.refusals import GroupIsArchived
from shared.web.http import (
    Caller,
    IfMatch,
    InputModel,
    PathId,
    execute,
    problems,
)
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["entries"])


class RejectionIn(InputModel):
    """Why an entry isn't shown."""

    reason: Reason = Field(
        description="For its author and the organisers",
        examples=["It shows people who weren't asked."],
    )
    category: RejectionCategory = "other"


class RejectionProposalIn(InputModel):
    """Why an entry is to leave the running vote."""

    reason: Reason = Field(
        description="For its author and the organisers",
        examples=["It shows people who weren't asked."],
    )
    category: RejectionCategory = Field(
        description="The published result tells it to everybody", examples=["privacy"]
    )


_REVIEWING = (
    EntryNotFound,
    NotAllowed,
    AccountSuspended,
    EntrantCannotDecide,
    ContestPhaseWrong,
    EntryNotStanding,
)


@router.post(
    "/entries/{entry_id}:accept",
    operation_id="accept_entry",
    summary="Accept an entry",
    description="Those who organise the contest and have never entered it may, until voting"
    " begins. They can't enter it afterwards.",
    responses=problems(DailyQuotaReached, *_REVIEWING, TooManyEntries, GroupIsArchived),
)
async def accept_entry(request: Request, caller: Caller, entry_id: PathId) -> EntryView:
    command = AcceptEntry(caller, entry_id)
    return reviewed_entry(request, (await execute(request, command)).reply, caller)


@router.post(
    "/entries/{entry_id}:reject",
    operation_id="reject_entry",
    summary="Reject an entry",
    description="Those who organise the contest and have never entered it may, until voting"
    " begins. They can't enter it afterwards. During the vote two people are needed: see"
    " `:propose-rejection`.",
    responses=problems(DailyQuotaReached, *_REVIEWING, RejectionNeedsTwo),
)
async def reject_entry(
    request: Request, caller: Caller, entry_id: PathId, body: RejectionIn
) -> EntryView:
    command = RejectEntry(caller, entry_id, body.reason, body.category)
    return reviewed_entry(request, (await execute(request, command)).reply, caller)


@router.post(
    "/entries/{entry_id}:propose-rejection",
    operation_id="propose_rejection",
    summary="Propose to reject an entry during the vote",
    description="The first of two steps: an organiser, an administrator or a platform moderator"
    " who has never entered the contest proposes it. The entry stands, and can be voted for, until"
    " another of them confirms it; a proposal that nobody confirms before the vote ends has no"
    " effect. A later proposal replaces it. Only those who could confirm it see it.",
    responses=problems(DailyQuotaReached, *_REVIEWING),
)
async def propose_rejection(
    request: Request, caller: Caller, entry_id: PathId, body: RejectionProposalIn
) -> EntryView:
    command = ProposeRejection(caller, entry_id, body.reason, body.category)
    reviewed: EntryInContext = (await execute(request, command)).reply
    return changed_entry(request, reviewed.entry, reviewed.context, caller)


@router.post(
    "/entries/{entry_id}:confirm-rejection",
    operation_id="confirm_rejection",
    summary="Confirm that an entry is rejected during the vote",
    description="The second of two steps, by another person than the one who proposed it. Votes"
    " that the entry has are void; those who gave them may vote anew. The published result lists"
    " the entry with the category of the reason and the time, and names nobody.",
    responses=problems(
        DailyQuotaReached, *_REVIEWING, RejectionNeedsTwo, RejectionNotProposed, EntryChanged
    ),
)
async def confirm_rejection(
    request: Request, caller: Caller, entry_id: PathId, expected: IfMatch
) -> EntryView:
    command = ConfirmRejection(caller, entry_id, expected)
    reviewed: EntryInContext = (await execute(request, command)).reply
    return changed_entry(request, reviewed.entry, reviewed.context, caller)
