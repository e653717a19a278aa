"""Routes about notes: write, read, count."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from examples.notes.commands.notes import WriteNote
from examples.notes.domain.note import Note, NoteNotFound
from examples.notes.queries import notes as queries
from shared.contract.ids import new_id
from shared.web.http import (
    Caller,
    InputModel,
    OutputModel,
    PathId,
    SomeText,
    execute,
    problems,
    store_of,
)
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1/notes", tags=["notes"])


class NoteIn(InputModel):
    """A note to write."""

    text: Annotated[
        str, Field(min_length=1, max_length=2000, examples=["Lunch at noon?"]), SomeText
    ]


class NoteView(OutputModel):
    """A note."""

    id: str
    text: str
    written_at: datetime


class NoteCountView(OutputModel):
    """How much somebody has written."""

    written: int = Field(description="Notes; a moment old", examples=[3])


def note_view(note: Note) -> NoteView:
    """A note as its author sees it."""
    return NoteView(id=note.id, text=note.text, written_at=note.written_at)


@router.post(
    "",
    status_code=201,
    operation_id="write_note",
    summary="Write a note",
    responses=problems(DailyQuotaReached),
)
async def write_note(request: Request, caller: Caller, body: NoteIn) -> NoteView:
    command = WriteNote(principal=caller, note_id=new_id(), text=body.text)
    return note_view((await execute(request, command, once=Note)).reply)


@router.get("/count", operation_id="count_notes", summary="Count my notes")
async def count_notes(request: Request, caller: Caller) -> NoteCountView:
    return NoteCountView(written=await queries.count_notes(store_of(request), caller))


@router.get(
    "/{note_id}",
    operation_id="read_note",
    summary="Read a note of mine",
    responses=problems(NoteNotFound),
)
async def read_note(request: Request, caller: Caller, note_id: PathId) -> NoteView:
    return note_view(await queries.find_note(store_of(request), caller, note_id))
