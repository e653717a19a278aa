"""A small service of notes behind the web layer, and a client that speaks to it in process."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, cast

import httpx
import msgspec
from fastapi import APIRouter, FastAPI, Request
from pydantic import Field

from shared.contract.access import NotAllowed, NotVisible
from shared.contract.errors import Category, Refusal
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Command, Entity, Found
from shared.delivery.committer import CommandResult, Committer, IdempotencyKey
from shared.delivery.consistency import Copies, Place
from shared.runtime.telemetry import Telemetry
from shared.web.http import (
    CONDITIONAL,
    Call,
    Caller,
    Cursors,
    IfMatch,
    InputModel,
    Limits,
    OutputModel,
    Page,
    PageOf,
    PathId,
    RateLimiter,
    Reply,
    WebContext,
    create_app,
    etag,
    execute,
    measured,
    problems,
    revalidate,
)
from shared.web.identity import Everybody, People, TokenVerifier
from tests.support.identity import make_verifier

NOTE_ID = "01900000-0000-7000-8000-000000000001"


@dataclass
class Executed:
    """What a route handed to the committer."""

    command: Command
    once: IdempotencyKey | None
    traceparent: str | None
    moment: datetime | None = None
    recorder: str = ""


@dataclass
class Recorder:
    """Stands for the committer: remembers what it was asked, answers what it was told."""

    reply: Any = None
    event_ids: tuple[str, ...] = ()
    replayed: bool = False
    places: tuple[Place, ...] = ()
    refusal: Refusal | None = None
    asked: list[Executed] = field(default_factory=list)

    async def execute(
        self,
        command: Command,
        *,
        once: IdempotencyKey | None = None,
        traceparent: str | None = None,
        moment: datetime | None = None,
        recorder: str = "",
    ) -> CommandResult:
        """Like `Committer.execute`."""
        self.asked.append(Executed(command, once, traceparent, moment, recorder))
        if self.refusal is not None:
            raise self.refusal
        return CommandResult(self.reply, self.event_ids, self.replayed, self.places)


class Note(Entity, frozen=True, kw_only=True):
    """What a command that creates would reply with."""

    collection: ClassVar[str] = "notes"


class NoteLocked(Refusal):
    """A refusal of the tests' own service."""

    category = Category.CONFLICT
    title = "The note is locked"


@dataclass(frozen=True, slots=True)
class WriteNote:
    """A command that nobody decides."""

    text: str = ""
    principal: Principal | None = field(default=None, compare=False)

    def reads(self, found: Found) -> list[Any]:
        """Reads nothing."""
        del found
        return []

    def decide(self, found: Found, now: Any) -> Changes:
        """Changes nothing."""
        del found, now
        return Changes()

    def shown_reads(self, found: Found, reply: Any) -> list[Any]:
        """Reads nothing."""
        del found, reply
        return []

    def check_shown(self, found: Found, reply: Any) -> None:
        """Anybody may see it."""


class NewNote(InputModel):
    """The body of a note."""

    text: str = Field(min_length=1, max_length=200, examples=["Lunch at noon?"])
    stars: int = Field(default=0, ge=0, le=5)


class NoteView(OutputModel):
    """A note as it is answered."""

    id: str
    text: str = ""


class Star(msgspec.Struct, forbid_unknown_fields=True):
    """The body of the route that is measured."""

    kind: Literal["gold", "silver"]
    count: int = 1


class Starred(msgspec.Struct):
    """The answer of the route that is measured."""

    note_id: str
    kind: str


def notes_router() -> APIRouter:
    """The routes, new for each app."""
    router = APIRouter(prefix="/v1", tags=["notes"])

    @router.post(
        "/notes",
        status_code=201,
        operation_id="write_note",
        summary="Write a note",
        responses=problems(NotAllowed, NoteLocked),
    )
    async def write_note(request: Request, caller: Caller, body: NewNote) -> NoteView:
        del caller
        outcome = await execute(request, WriteNote(body.text), once=Note)
        return NoteView(id=NOTE_ID, text=str(outcome.reply))

    @router.get("/notes", operation_id="list_notes", summary="List notes")
    async def list_notes(
        request: Request, caller: Caller, paging: PageOf, topic: str | None = None
    ) -> Page[NoteView]:
        del request, caller, topic
        first = paging.after[0] + 1 if paging.after is not None else 0
        rows = range(first, 7)[: paging.limit + 1]
        return paging.page(
            rows, position=lambda row: (row,), view=lambda row: NoteView(id=NOTE_ID, text=str(row))
        )

    @router.get(
        "/notes/{note_id}",
        operation_id="read_note",
        summary="Read a note",
        responses=problems(NotVisible) | CONDITIONAL,
    )
    async def read_note(request: Request, caller: Caller, note_id: PathId) -> NoteView:
        del caller
        revalidate(request, etag(3))
        return NoteView(id=note_id)

    @router.patch(
        "/notes/{note_id}",
        operation_id="edit_note",
        summary="Edit a note",
        responses=problems(NotVisible),
    )
    async def edit_note(
        request: Request, caller: Caller, note_id: PathId, body: NewNote, if_match: IfMatch
    ) -> NoteView:
        del request, caller, body
        return NoteView(id=note_id, text=str(sorted(if_match) if if_match is not None else None))

    @router.post("/notes/{note_id}/burn", operation_id="burn", summary="A bug")
    async def burn(note_id: PathId) -> NoteView:
        raise KeyError(note_id)

    @measured(
        router,
        "PUT",
        "/notes/{note_id}/star",
        body=Star,
        answer=Starred,
        operation_id="star_note",
        summary="Star a note",
        refusals=(NoteLocked,),
        examples={"gold": {"kind": "gold"}},
    )
    async def star_note(call: Call[Star]) -> Reply:
        outcome = await call.execute(WriteNote(call.body.kind, call.principal))
        star = Starred(call.path["note_id"], call.body.kind)
        return Reply(msgspec.json.encode(star), outcome)

    @measured(
        router,
        "POST",
        "/notes/{note_id}/stickers",
        body=Star,
        answer=Starred,
        operation_id="stick",
        summary="Put a sticker on a note",
        status=201,
    )
    async def stick(call: Call[Star]) -> Reply:
        outcome = await call.execute(WriteNote(call.body.kind), once=Note)
        return Reply(msgspec.json.encode(Starred(call.path["note_id"], "gold")), outcome)

    @measured(
        router,
        "DELETE",
        "/notes/{note_id}/star",
        operation_id="unstar_note",
        summary="Take the star away",
        status=204,
    )
    async def unstar_note(call: Call[None]) -> Reply:
        return Reply(outcome=await call.execute(WriteNote()))

    return router


def make_web_context(
    recorder: Recorder | None = None,
    *,
    person: RateLimiter | None = None,
    address: RateLimiter | None = None,
    body: int = 256 * 1024,
    in_flight: int = 100,
    person_in_flight: int = 0,
    verifier: TokenVerifier | None = None,
    people: People | None = None,
    telemetry: Telemetry | None = None,
    copies: Copies | None = None,
) -> WebContext:
    """A web context without a database behind it."""
    return WebContext(
        service="notes",
        verifier=verifier or make_verifier(),
        people=people or Everybody(),
        cursors=Cursors(b"a key for tests only"),
        limits=Limits(
            person or RateLimiter(0, 1),
            address or RateLimiter(0, 1),
            body=body,
            in_flight=in_flight,
            person_in_flight=person_in_flight,
        ),
        telemetry=telemetry or Telemetry("notes"),
        committer=cast("Committer", recorder or Recorder()),
        copies=copies,
    )


def notes_app(web: WebContext) -> FastAPI:
    """The app with all routes, as a process serves it."""
    return create_app(web, notes_router(), title="notes")


@asynccontextmanager
async def client_of(app: FastAPI, token: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app, in process; signed in where a token is given."""
    headers: Mapping[str, str] = {"authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://notes.test", headers=headers
    ) as client:
        yield client


def a_person() -> str:
    """An id that no other test has."""
    return new_id()
