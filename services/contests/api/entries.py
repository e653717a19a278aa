"""Routes that show entries: list, read, tell that one was seen."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.contests import queries
from services.contests.api.fields import AN_ENTRY, store_of
from services.contests.commands.context import ContestContext, organises, rejects_in_vote
from services.contests.commands.entries import ViewEntry
from services.contests.domain.contest import ContestNotFound
from services.contests.domain.entry import (
    Entry,
    EntryNotFound,
    Status,
    names_author,
)
from services.contests.domain.rejection import Rejection
from shared.contract.access import AccountSuspended
from shared.contract.events.vocabulary import RejectionCategory
from shared.delivery.committer import CommandResult
from shared.web.http import (
    CONDITIONAL,
    Call,
    Caller,
    OutputModel,
    Page,
    PageOf,
    PathId,
    Reply,
    etag,
    measured,
    problems,
    revalidate,
)
from shared.web.http.routing.media import MediaView, media_views

router = APIRouter(prefix="/v1", tags=["entries"])


class RejectionView(OutputModel):
    """Why an entry was rejected; or, while it still stands, why somebody proposes that."""

    category: RejectionCategory
    reason: str = Field(examples=["It shows people who weren't asked."])
    proposed_at: datetime | None = Field(
        description="During the vote: when the first of two people proposed it"
    )
    rejected_at: datetime | None = Field(description="Null while it is only proposed")
    during_vote: bool
    rejected_by: list[str] = Field(
        description="Who rejected or proposed it and who confirmed that; for the organisers"
    )


class EntryView(OutputModel):
    """An entry, as this person sees it."""

    id: str = Field(examples=[AN_ENTRY])
    contest_id: str
    author_id: str | None = Field(description="Null while entrants are anonymous")
    title: str = Field(examples=["The corner by the window"])
    text: str
    media: list[MediaView]
    status: Status
    rejection: RejectionView | None = Field(
        description="For its author and the organisers; a proposal only for those who decide"
        " about it"
    )
    mine: bool
    submitted_at: datetime
    changed_at: datetime
    version: int


def view(entry: Entry, seen: ContestContext, caller: Caller) -> EntryView:
    """What this person sees of the entry."""
    organiser = organises(seen, caller)
    named = names_author(seen.contest, entry, caller.person_id, organiser=organiser)
    decides = organiser or rejects_in_vote(seen, caller)
    return _view(entry, caller, named=named, decides=decides, organiser=organiser)


def own(outcome: CommandResult, caller: Caller) -> EntryView:
    """The entry after a command of its author."""
    return _view(outcome.reply, caller, named=True, decides=False, organiser=False)


def reviewed(outcome: CommandResult, caller: Caller) -> EntryView:
    """The entry after a command that only organisers may give."""
    return _view(outcome.reply, caller, named=True, decides=True, organiser=True)


def _view(
    entry: Entry, caller: Caller, *, named: bool, decides: bool, organiser: bool
) -> EntryView:
    mine = entry.author_id == caller.person_id
    told = decides or (mine and entry.status == "rejected")
    return EntryView(
        id=entry.id,
        contest_id=entry.contest_id,
        author_id=entry.author_id if named else None,
        title=entry.content.title,
        text=entry.content.text,
        media=media_views(entry.content.media),
        status=entry.status,
        rejection=_rejection(entry.rejection, organiser=organiser) if told else None,
        mine=mine,
        submitted_at=entry.submitted_at,
        changed_at=entry.changed_at,
        version=entry.version,
    )


def _rejection(rejection: Rejection | None, *, organiser: bool) -> RejectionView | None:
    if rejection is None:
        return None
    people = [one for one in (rejection.by, rejection.confirmed_by) if one is not None]
    return RejectionView(
        category=rejection.category,
        reason=rejection.reason,
        proposed_at=rejection.at if rejection.during_vote else None,
        rejected_at=rejection.rejected_at,
        during_vote=rejection.during_vote,
        rejected_by=people if organiser else [],
    )


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
    seen, rows = await queries.entries(
        store_of(request), caller, contest_id, mine=mine, after=after, limit=paging.limit + 1
    )
    return paging.page(
        rows,
        position=lambda row: (row.shuffled, row.place),
        view=lambda row: view(row.entry, seen, caller),
    )


@router.get(
    "/entries/{entry_id}",
    operation_id="read_entry",
    summary="Read an entry",
    responses=problems(EntryNotFound) | CONDITIONAL,
)
async def read_entry(request: Request, caller: Caller, entry_id: PathId) -> EntryView:
    entry, seen = await queries.entry(store_of(request), caller, entry_id)
    answer = view(entry, seen, caller)
    shown = answer.rejection
    people = shown is not None and bool(shown.rejected_by)
    revalidate(request, etag(answer.version, answer.author_id, shown is not None, people))
    return answer


@measured(
    router,
    "PUT",
    "/entries/{entry_id}/view",
    operation_id="view_entry",
    summary="Tell that I see an entry",
    description="Counts once per UTC day.",
    refusals=(EntryNotFound, AccountSuspended),
    status=204,
    tags=("entries",),
)
async def view_entry(call: Call[None]) -> Reply:
    return Reply(outcome=await call.execute(ViewEntry(call.principal, call.path["entry_id"])))
