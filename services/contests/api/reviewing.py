"""Routes of those who review entries: accept, reject."""

from fastapi import APIRouter, Request
from pydantic import Field

from services.contests.api.entries import EntryOut, whole
from services.contests.api.words import Reason
from services.contests.commands.reviewing import AcceptEntry, RejectEntry
from services.contests.domain.entry import (
    EntryNotFound,
    EntryNotStanding,
    TooManyEntries,
)
from services.contests.domain.phases import ContestPhaseWrong
from shared.access import NotAllowed, PersonSuspended
from shared.http import (
    Caller,
    InputModel,
    PathId,
    execute,
    problems,
)

router = APIRouter(prefix="/v1", tags=["entries"])


class Rejection(InputModel):
    """Why an entry isn't shown."""

    reason: Reason = Field(examples=["It shows people who weren't asked."])


_REVIEWING = (EntryNotFound, NotAllowed, PersonSuspended, ContestPhaseWrong, EntryNotStanding)


@router.post(
    "/entries/{entry_id}:accept",
    operation_id="accept_entry",
    summary="Accept an entry",
    description="Those who organise the contest may, until voting begins.",
    responses=problems(*_REVIEWING, TooManyEntries),
)
async def accept_entry(request: Request, caller: Caller, entry_id: PathId) -> EntryOut:
    return whole(await execute(request, AcceptEntry(caller, entry_id)), caller)


@router.post(
    "/entries/{entry_id}:reject",
    operation_id="reject_entry",
    summary="Reject an entry",
    description="Those who organise the contest may, until voting closes. Votes that it has are"
    " void.",
    responses=problems(*_REVIEWING),
)
async def reject_entry(
    request: Request, caller: Caller, entry_id: PathId, body: Rejection
) -> EntryOut:
    return whole(await execute(request, RejectEntry(caller, entry_id, body.reason)), caller)
