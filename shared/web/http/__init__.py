"""HTTP: everything that the HTTP sides of the services have in common.

A whole service API, to copy the pattern from:

    # services/notes/api.py: translates, nothing else
    router = APIRouter(prefix="/v1", tags=["notes"])

    class NewNote(InputModel):
        text: Annotated[
            str, Field(min_length=1, max_length=2000, examples=["Lunch at noon?"]), SomeText
        ]

    class NoteView(OutputModel):
        id: str
        text: str
        version: int

    @router.post(
        "/notes",
        status_code=201,                              # creates: Idempotency-Key is documented
        operation_id="write_note",
        summary="Write a note",
        responses=problems(NotAllowed, GroupArchived),  # only the refusals of its own
    )
    async def write_note(request: Request, caller: Caller, body: NewNote) -> NoteView:
        outcome = await execute(request, WriteNote(caller, new_id(), body.text), once=Note)
        return view(outcome.reply)                    # Event-Ids and replay header go by themselves

    @router.get(
        "/notes/{note_id}",
        operation_id="read_note",
        summary="Read a note",
        responses=problems(NotVisible) | CONDITIONAL,
    )
    async def read_note(request: Request, caller: Caller, note_id: PathId) -> NoteView:
        note = await queries.note(request.app.state.store, caller, note_id)
        revalidate(request, etag(note.version))       # 304, or an ETag on the answer
        return view(note)

    @router.patch(
        "/notes/{note_id}", operation_id="edit_note", summary="Edit a note",
        responses=problems(NotVisible, NotAllowed, NoteChanged),  # NoteChanged: STALE, 412
    )
    async def edit_note(
        request: Request, caller: Caller, note_id: PathId, body: NewNote, if_match: IfMatch
    ) -> NoteView:
        edited = (await execute(request, EditNote(caller, note_id, body.text, if_match))).reply
        set_etag(request, etag(edited.version))
        return view(edited)

    @router.get("/notes", operation_id="list_notes", summary="List notes, newest first")
    async def list_notes(request: Request, caller: Caller, paging: PageOf) -> Page[NoteView]:
        rows = await queries.notes(
            request.app.state.store, caller, after=paging.after, limit=paging.limit + 1
        )
        return paging.page(rows, position=lambda note: (note.at, note.id), view=view)

    class Star(msgspec.Struct, forbid_unknown_fields=True):
        kind: Literal["gold", "silver"]

    class Starred(msgspec.Struct):
        note_id: str
        kind: str

    @measured(                                        # a hot route: msgspec in, bytes out
        router, "PUT", "/notes/{note_id}/star", body=Star, answer=Starred,
        operation_id="star_note", summary="Star a note", refusals=(NotVisible,),
    )
    async def star_note(call: Call[Star]) -> Reply:
        note_id = call.path["note_id"]
        outcome = await call.execute(StarNote(call.principal, note_id, call.body.kind))
        return Reply(msgspec.json.encode(Starred(note_id, call.body.kind)), outcome)

    # services/notes/app.py
    @asynccontextmanager
    async def build_api(
        settings: NotesSettings, mongo: Mongo, telemetry: Telemetry  # see shared/runtime/process.py
    ) -> AsyncIterator[FastAPI]:
        ...
        web = WebContext.from_settings(
            settings, service="notes", telemetry=telemetry, committer=committer
        )
        async with web.verifier.running():
            yield create_app(web, router, title="notes", state={"store": store})

app.py         create_app
middleware.py  before and after every route: metrics, traces, refusals
admission.py   who asks, and how often
measured/      the hot routes                      bodies.py    how they read
routes.py      what ordinary routes are written with
context.py     what routes share; one request; execute
problems.py    refusals as RFC 9457 documents      failures.py  the frameworks' errors as such
limits.py      rates                               cursors.py   signed list positions
headers.py     names that come twice               proxies.py   whose address it is
paths.py       what is matched with routes         ids.py       UUIDs, whatever their case
openapi.py     what is true of every operation     operations.py  health, metrics, documentation
media.py       references to media in bodies  texts.py     the rule for texts in them
"""

from shared.web.http.app import create_app
from shared.web.http.context import (
    RequestContext,
    WebContext,
    build_verifier,
    cursor_key,
    execute,
    fingerprint,
    receipt,
    request_context,
    web_context,
)
from shared.web.http.cursors import CursorInvalid, CursorOfAnotherQuery, Cursors
from shared.web.http.ids import Id, PathId, StructId
from shared.web.http.limits import Limiter, Limits
from shared.web.http.measured import Call, MeasuredRoute, Reply, measured
from shared.web.http.operations import documentation, operations
from shared.web.http.paths import PersonId
from shared.web.http.problems import FieldError, InputInvalid, Problem, problems, render
from shared.web.http.routes import (
    CONDITIONAL,
    Caller,
    IfMatch,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    Paging,
    Versions,
    etag,
    principal_of,
    revalidate,
    set_etag,
)
from shared.web.http.texts import AnyLine, AnyText, SomeLine, SomeText, read_text

__all__ = [
    "CONDITIONAL",
    "AnyLine",
    "AnyText",
    "Call",
    "Caller",
    "CursorInvalid",
    "CursorOfAnotherQuery",
    "Cursors",
    "FieldError",
    "Id",
    "IfMatch",
    "InputInvalid",
    "InputModel",
    "Limiter",
    "Limits",
    "MeasuredRoute",
    "OutputModel",
    "Page",
    "PageOf",
    "Paging",
    "PathId",
    "PersonId",
    "Problem",
    "Reply",
    "RequestContext",
    "SomeLine",
    "SomeText",
    "StructId",
    "Versions",
    "WebContext",
    "build_verifier",
    "create_app",
    "cursor_key",
    "documentation",
    "etag",
    "execute",
    "fingerprint",
    "measured",
    "operations",
    "principal_of",
    "problems",
    "read_text",
    "receipt",
    "render",
    "request_context",
    "revalidate",
    "set_etag",
    "web_context",
]
