"""Submit an entry, edit and withdraw it; list and read entries; say that they were seen."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from msgspec import UNSET, UnsetType
from pydantic import Field

from services.contests.api.fields import Text, Title
from services.contests.api.models import EntryView, entry_etag, entry_view, own_entry
from services.contests.commands.entries import EditEntry, SubmitEntry, ViewEntry, WithdrawEntry
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
)
from services.contests.domain.participation import ReviewerCannotEnter, TooManyEntries
from services.contests.domain.phases import ContestPhaseWrong
from services.contests.queries import entries
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.refusals import GroupIsArchived
from shared.web.http import (
    CONDITIONAL,
    CREATED,
    Call,
    Caller,
    IfMatch,
    InputModel,
    Page,
    PageOf,
    PatchModel,
    PathId,
    Reply,
    execute,
    id_for,
    measured,
    problems,
    revalidate,
    set_location,
    store_of,
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


class EntryPatchIn(PatchModel):
    """What is to be different in an entry; what is left out stays. Media are replaced together."""

    title: Title | UnsetType = Field(UNSET, examples=["The corner by the door"])
    text: Text | UnsetType = UNSET
    media: MediaInputs | UnsetType = UNSET

    def patch(self) -> EntryPatch:
        """What was sent."""
        media = UNSET if self.media is UNSET else media_of(self.media)
        return EntryPatch(title=self.title, text=self.text, media=media)


@router.post(
    "/contests/{contest_id}/entries",
    status_code=201,
    operation_id="submit_entry",
    summary="Submit an entry",
    description="Whoever has accepted or rejected an entry of the contest can't any more.",
    responses=problems(
        DailyQuotaReached,
        ContestNotFound,
        EntryNotFound,
        NotAllowed,
        ReviewerCannotEnter,
        AccountSuspended,
        EntriesNotAccepted,
        EntryIncomplete,
        TooManyEntries,
        GroupIsArchived,
    )
    | CREATED,
)
async def submit_entry(
    request: Request, caller: Caller, contest_id: PathId, body: EntryIn
) -> EntryView:
    content = EntryContent(title=body.title, text=body.text, media=media_of(body.media))
    command = SubmitEntry(caller, contest_id, id_for(request), content, body.consent)
    entry: Entry = (await execute(request, command, once=Entry)).reply
    set_location(request, "entries", entry.id)
    return own_entry(request, entry, caller)


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
    request: Request, caller: Caller, entry_id: PathId, body: EntryPatchIn, expected: IfMatch
) -> EntryView:
    command = EditEntry(caller, entry_id, body.patch(), expected)
    return own_entry(request, (await execute(request, command)).reply, caller)


@router.delete(
    "/entries/{entry_id}",
    operation_id="withdraw_entry",
    summary="Withdraw my entry",
    description="Possible until voting closes. Votes that it has are void.",
    responses=problems(EntryNotFound, NotAllowed, AccountSuspended, ContestPhaseWrong),
)
async def withdraw_entry(request: Request, caller: Caller, entry_id: PathId) -> EntryView:
    command = WithdrawEntry(caller, entry_id)
    return own_entry(request, (await execute(request, command)).reply, caller)


@router.get(
    "/contests/{contest_id}/entries",
    operation_id="list_entries",
    summary="List the entries of a contest",
    description="By the time of entry; while the vote is open or sealed in an order that is"
    " random, but always the same for me.",
    responses=problems(ContestNotFound),
)
async def list_entries(
    request: Request,
    caller: Caller,
    contest_id: PathId,
    paging: PageOf,
    mine: Annotated[bool, Query(description="Only my own")] = False,
) -> Page[EntryView]:
    after = None if paging.after is None else (paging.after[0], paging.after[1])
    context, rows = await entries.list_entries(
        store_of(request), caller, contest_id, mine=mine, after=after, limit=paging.limit + 1
    )
    return paging.page(
        rows,
        position=lambda row: (row.shuffled, row.position),
        view=lambda row: entry_view(row.entry, context, caller),
    )


@router.get(
    "/entries/{entry_id}",
    operation_id="read_entry",
    summary="Read an entry",
    responses=problems(EntryNotFound) | CONDITIONAL,
)
async def read_entry(request: Request, caller: Caller, entry_id: PathId) -> EntryView:
    entry, context = await entries.read_entry(store_of(request), caller, entry_id)
    shown = entry_view(entry, context, caller)
    revalidate(request, entry_etag(shown))
    return shown


@measured(
    router,
    "PUT",
    "/entries/{entry_id}/view",
    operation_id="view_entry",
    summary="Tell that I see an entry",
    description="Counts once per UTC day.",
    refusals=(EntryNotFound, AccountSuspended),
    status=204,
)
async def view_entry(call: Call[None]) -> Reply:
    return Reply(outcome=await call.execute(ViewEntry(call.principal, call.path["entry_id"])))
