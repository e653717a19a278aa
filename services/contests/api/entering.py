"""Routes of entries: submit, edit, withdraw, view, review, list."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from msgspec import UNSET
from pydantic import Field

from services.contests import queries
from services.contests.api.organising import Reason
from services.contests.api.words import AN_ENTRY, Text, Title, store_of
from services.contests.commands.entering import EditEntry, SubmitEntry, ViewEntry, WithdrawEntry
from services.contests.commands.knowing import Seen, organises
from services.contests.commands.reviewing import AcceptEntry, RejectEntry
from services.contests.domain.contest import ContestNotFound, ContestPhaseWrong
from services.contests.domain.entry import (
    LONGEST_ALT,
    LONGEST_URL,
    MOST_MEDIA,
    Content,
    EntriesNotAccepted,
    Entry,
    EntryChanged,
    EntryIncomplete,
    EntryNotFound,
    EntryNotStanding,
    EntryReviewed,
    Media,
    Revision,
    Status,
    TooManyEntries,
    names_author,
)
from shared.access import NotAllowed, PersonSuspended
from shared.committer import Outcome
from shared.http import (
    CONDITIONAL,
    Call,
    Caller,
    IfMatch,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    PathId,
    Reply,
    etag,
    execute,
    measured,
    problems,
    revalidate,
)
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["entries"])


class MediaIn(InputModel):
    """A picture or film, stored elsewhere."""

    url: str = Field(
        pattern=r"^https?://[!-~]+$",
        max_length=LONGEST_URL,
        examples=["https://media.example.org/coffee.jpg"],
    )
    alt: str = Field(
        default="",
        max_length=LONGEST_ALT,
        description="What it shows, for those who can't see it",
        examples=["Three people around a coffee machine"],
    )


_Media = Annotated[list[MediaIn], Field(max_length=MOST_MEDIA)]


class NewEntry(InputModel):
    """An entry to submit. Photo and video contests need media, the others a text."""

    title: Title = Field(examples=["The corner by the window"])
    text: Text = ""
    media: _Media = Field(default_factory=list)
    consent: bool = Field(description="I agree that it is shown and judged", examples=[True])


class EntryChange(InputModel):
    """What is to be different in an entry."""

    title: Title = Field(default="", examples=["The corner by the door"])
    text: Text = ""
    media: _Media = Field(default_factory=list)

    def revision(self) -> Revision:
        """As the service knows it: only what was sent."""
        sent = self.model_fields_set
        return Revision(
            title=self.title if "title" in sent else UNSET,
            text=self.text if "text" in sent else UNSET,
            media=_media(self.media) if "media" in sent else UNSET,
        )


class Rejection(InputModel):
    """Why an entry isn't shown."""

    reason: Reason = Field(examples=["It shows people who weren't asked."])


class MediaOut(OutputModel):
    """A picture or film, stored elsewhere."""

    url: str
    alt: str


class EntryOut(OutputModel):
    """An entry, as this person sees it."""

    id: str = Field(examples=[AN_ENTRY])
    contest_id: str
    author_id: str | None = Field(description="Null while entrants are anonymous")
    title: str = Field(examples=["The corner by the window"])
    text: str
    media: list[MediaOut]
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


def _whole(outcome: Outcome, caller: Caller) -> EntryOut:
    """The entry after a command: its author and the organisers, who alone change it, see all."""
    return _view(outcome.reply, caller, named=True, reasoned=True)


def _view(entry: Entry, caller: Caller, *, named: bool, reasoned: bool) -> EntryOut:
    return EntryOut(
        id=entry.id,
        contest_id=entry.contest_id,
        author_id=entry.author_id if named else None,
        title=entry.content.title,
        text=entry.content.text,
        media=[MediaOut(url=one.url, alt=one.alt) for one in entry.content.media],
        status=entry.status,
        reason=entry.reason if reasoned else None,
        mine=entry.author_id == caller.person_id,
        submitted_at=entry.submitted_at,
        changed_at=entry.changed_at,
        version=entry.version,
    )


def _media(media: list[MediaIn]) -> list[Media]:
    return [Media(url=one.url, alt=one.alt) for one in media]


@router.post(
    "/contests/{contest_id}/entries",
    status_code=201,
    operation_id="submit_entry",
    summary="Submit an entry",
    responses=problems(
        ContestNotFound,
        NotAllowed,
        PersonSuspended,
        EntriesNotAccepted,
        EntryIncomplete,
        TooManyEntries,
    ),
)
async def submit_entry(
    request: Request, caller: Caller, contest_id: PathId, body: NewEntry
) -> EntryOut:
    content = Content(title=body.title, text=body.text, media=_media(body.media))
    command = SubmitEntry(caller, contest_id, new_id(), content, body.consent)
    return _whole(await execute(request, command, once=Entry), caller)


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


@router.patch(
    "/entries/{entry_id}",
    operation_id="edit_entry",
    summary="Edit my entry",
    responses=problems(
        EntryNotFound,
        NotAllowed,
        PersonSuspended,
        EntriesNotAccepted,
        EntryChanged,
        EntryIncomplete,
        EntryNotStanding,
        EntryReviewed,
    ),
)
async def edit_entry(
    request: Request, caller: Caller, entry_id: PathId, body: EntryChange, if_match: IfMatch
) -> EntryOut:
    command = EditEntry(caller, entry_id, body.revision(), if_match)
    return _whole(await execute(request, command), caller)


@router.delete(
    "/entries/{entry_id}",
    operation_id="withdraw_entry",
    summary="Withdraw my entry",
    description="Possible until voting closes. Votes that it has are void.",
    responses=problems(EntryNotFound, NotAllowed, PersonSuspended, ContestPhaseWrong),
)
async def withdraw_entry(request: Request, caller: Caller, entry_id: PathId) -> EntryOut:
    return _whole(await execute(request, WithdrawEntry(caller, entry_id)), caller)


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


_REVIEWING = (EntryNotFound, NotAllowed, PersonSuspended, ContestPhaseWrong, EntryNotStanding)


@router.post(
    "/entries/{entry_id}:accept",
    operation_id="accept_entry",
    summary="Accept an entry",
    description="Those who organise the contest may, until voting begins.",
    responses=problems(*_REVIEWING, TooManyEntries),
)
async def accept_entry(request: Request, caller: Caller, entry_id: PathId) -> EntryOut:
    return _whole(await execute(request, AcceptEntry(caller, entry_id)), caller)


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
    return _whole(await execute(request, RejectEntry(caller, entry_id, body.reason)), caller)
