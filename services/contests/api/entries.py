"""Routes that show entries: list, read, tell that one was seen."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.contests import queries
from services.contests.api.words import AN_ENTRY, store_of
from services.contests.commands.entering import ViewEntry
from services.contests.commands.knowing import Seen, organises
from services.contests.domain.contest import ContestNotFound
from services.contests.domain.entry import (
    Entry,
    EntryNotFound,
    Status,
    names_author,
)
from shared.access import PersonSuspended
from shared.committer import Outcome
from shared.http import (
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
from shared.http.media import MediaView, media_views

router = APIRouter(prefix="/v1", tags=["entries"])


class EntryOut(OutputModel):
    """An entry, as this person sees it."""

    id: str = Field(examples=[AN_ENTRY])
    contest_id: str
    author_id: str | None = Field(description="Null while entrants are anonymous")
    title: str = Field(examples=["The corner by the window"])
    text: str
    media: list[MediaView]
    status: Status
    reason: str | None = Field(description="Of a rejection; for its author and the organisers")
    mine: bool
    submitted_at: datetime
    changed_at: datetime
    version: int


def view(entry: Entry, seen: Seen, caller: Caller) -> EntryOut:
    """What this person sees of the entry."""
    organiser = organises(seen, caller)
    named = names_author(seen.contest, entry, caller.person_id, organiser=organiser)
    reasoned = organiser or entry.author_id == caller.person_id
    return _view(entry, caller, named=named, reasoned=reasoned)


def whole(outcome: Outcome, caller: Caller) -> EntryOut:
    """The entry after a command: its author and the organisers, who alone change it, see all."""
    return _view(outcome.reply, caller, named=True, reasoned=True)


def _view(entry: Entry, caller: Caller, *, named: bool, reasoned: bool) -> EntryOut:
    return EntryOut(
        id=entry.id,
        contest_id=entry.contest_id,
        author_id=entry.author_id if named else None,
        title=entry.content.title,
        text=entry.content.text,
        media=media_views(entry.content.media),
        status=entry.status,
        reason=entry.reason if reasoned else None,
        mine=entry.author_id == caller.person_id,
        submitted_at=entry.submitted_at,
        changed_at=entry.changed_at,
        version=entry.version,
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
) -> Page[EntryOut]:
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
async def read_entry(request: Request, caller: Caller, entry_id: PathId) -> EntryOut:
    entry, seen = await queries.entry(store_of(request), caller, entry_id)
    answer = view(entry, seen, caller)
    revalidate(request, etag(answer.version, answer.author_id, answer.reason))
    return answer


@measured(
    router,
    "PUT",
    "/entries/{entry_id}/view",
    operation_id="view_entry",
    summary="Tell that I see an entry",
    description="Counts once per UTC day.",
    refusals=(EntryNotFound, PersonSuspended),
    status=204,
    tags=("entries",),
)
async def view_entry(call: Call[None]) -> Reply:
    return Reply(outcome=await call.execute(ViewEntry(call.principal, call.path["entry_id"])))
