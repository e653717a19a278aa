"""Routes of those who enter: submit, edit, withdraw."""

from fastapi import APIRouter, Request
from msgspec import UNSET
from pydantic import Field

from services.contests.api.entries import EntryView, own
from services.contests.api.fields import Text, Title
from services.contests.commands.entries import EditEntry, SubmitEntry, WithdrawEntry
from services.contests.domain.contest import ContestNotFound
from services.contests.domain.entry import (
    EntriesNotAccepted,
    Entry,
    EntryChanged,
    EntryContent,
    EntryIncomplete,
    EntryNotFound,
    EntryNotStanding,
    EntryPatch,
    EntryReviewed,
    TooManyEntries,
)
from services.contests.domain.participation import ReviewerCannotEnter
from services.contests.domain.phases import ContestPhaseWrong
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.ids import new_id
from shared.contract.refusals import GroupIsArchived
from shared.web.http import (
    Caller,
    IfMatch,
    InputModel,
    PathId,
    execute,
    problems,
)
from shared.web.http.routing.media import MediaInputs, media_of
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["entries"])


class EntryIn(InputModel):
    """An entry to submit. Photo and video contests need media, the others a text."""

    title: Title = Field(examples=["The corner by the window"])
    text: Text = ""
    media: MediaInputs = Field(default_factory=list)
    consent: bool = Field(description="I agree that it is shown and judged", examples=[True])


class EntryPatchIn(InputModel):
    """What is to be different in an entry."""

    title: Title = Field(default="", examples=["The corner by the door"])
    text: Text = ""
    media: MediaInputs = Field(default_factory=list)

    def revision(self) -> EntryPatch:
        """As the service knows it: only what was sent."""
        sent = self.model_fields_set
        return EntryPatch(
            title=self.title if "title" in sent else UNSET,
            text=self.text if "text" in sent else UNSET,
            media=media_of(self.media) if "media" in sent else UNSET,
        )


@router.post(
    "/contests/{contest_id}/entries",
    status_code=201,
    operation_id="submit_entry",
    summary="Submit an entry",
    description="Whoever has accepted or rejected an entry of the contest can't any more.",
    responses=problems(
        DailyQuotaReached,
        ContestNotFound,
        NotAllowed,
        ReviewerCannotEnter,
        AccountSuspended,
        EntriesNotAccepted,
        EntryIncomplete,
        TooManyEntries,
        GroupIsArchived,
    ),
)
async def submit_entry(
    request: Request, caller: Caller, contest_id: PathId, body: EntryIn
) -> EntryView:
    content = EntryContent(title=body.title, text=body.text, media=media_of(body.media))
    command = SubmitEntry(caller, contest_id, new_id(), content, body.consent)
    return own(await execute(request, command, once=Entry), caller)


@router.patch(
    "/entries/{entry_id}",
    operation_id="edit_entry",
    summary="Edit my entry",
    responses=problems(
        DailyQuotaReached,
        EntryNotFound,
        NotAllowed,
        AccountSuspended,
        EntriesNotAccepted,
        EntryChanged,
        EntryIncomplete,
        EntryNotStanding,
        EntryReviewed,
        GroupIsArchived,
    ),
)
async def edit_entry(
    request: Request, caller: Caller, entry_id: PathId, body: EntryPatchIn, if_match: IfMatch
) -> EntryView:
    command = EditEntry(caller, entry_id, body.revision(), if_match)
    return own(await execute(request, command), caller)


@router.delete(
    "/entries/{entry_id}",
    operation_id="withdraw_entry",
    summary="Withdraw my entry",
    description="Possible until voting closes. Votes that it has are void.",
    responses=problems(EntryNotFound, NotAllowed, AccountSuspended, ContestPhaseWrong),
)
async def withdraw_entry(request: Request, caller: Caller, entry_id: PathId) -> EntryView:
    return own(await execute(request, WithdrawEntry(caller, entry_id)), caller)
