"""HTTP: what the APIs of all services have in common.

`examples/notes/` is a whole service whose API is written with it. What that has no use for, with
made-up commands:

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
        request: Request, caller: Caller, note_id: PathId, body: NotePatchIn, if_match: IfMatch
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

    class StarIn(msgspec.Struct, forbid_unknown_fields=True):
        kind: Literal["gold", "silver"]

    class StarredView(msgspec.Struct):
        note_id: str
        kind: str

    @measured(                                        # a hot route: msgspec in, bytes out
        router, "PUT", "/notes/{note_id}/star", body=StarIn, answer=StarredView,
        operation_id="star_note", summary="Star a note", refusals=(NotVisible,),
    )
    async def star_note(call: Call[StarIn]) -> Reply:
        note_id = call.path["note_id"]
        outcome = await call.execute(StarNote(call.principal, note_id, call.body.kind))
        return Reply(msgspec.json.encode(StarredView(note_id, call.body.kind)), outcome)

app.py         `create_app` puts it together
context/       what routes share, what is known of one request, `execute`
middleware/    before and after every route: who asks, how often, metrics, traces, refusals
routing/       what routes are written with: models, pages, versions, measured routes
requests/      what is read of a request: bodies, cursors, ids, headers, paths
problems/      refusals as RFC 9457 documents
limits.py      how fast one person may ask
proxies.py     whose address a request comes from
openapi.py     what is true of every operation; with openapi_headers.py and openapi_problems.py
operations.py  health, metrics, documentation
origin.py      the documents of the whole origin
scraping.py    who may read the metrics
"""

from shared.web.http.app import create_app
from shared.web.http.context import (
    ITEMS_PER_REQUEST,
    Caller,
    RequestContext,
    WebContext,
    build_verifier,
    cursor_key,
    execute,
    fingerprint,
    id_for,
    principal_of,
    receipt,
    request_context,
    store_of,
    web_context,
)
from shared.web.http.limits import Limits, RateLimiter
from shared.web.http.operations import documentation, operations
from shared.web.http.origin import PATHS as ORIGIN_PATHS
from shared.web.http.problems import FieldError, InputInvalid, Problem, problems, render
from shared.web.http.requests.cursors import CursorInvalid, CursorOfAnotherQuery, Cursors
from shared.web.http.requests.ids import AnswerId, Id, OwnOrPathId, PathId, StructId
from shared.web.http.routing.bulk import NAMED_IDS, Ids, ids_alone, in_order
from shared.web.http.routing.fields import (
    AnyLine,
    AnyText,
    SomeLine,
    SomeText,
    StructTime,
    read_text,
)
from shared.web.http.routing.measured import Call, MeasuredRoute, Reply, measured
from shared.web.http.routing.models import InputModel, OutputModel, PatchModel, given
from shared.web.http.routing.pages import Page, PageOf, Paging
from shared.web.http.routing.versions import (
    CONDITIONAL,
    CREATED,
    IfMatch,
    Versions,
    etag,
    revalidate,
    set_etag,
    set_location,
)

__all__ = [
    "CONDITIONAL",
    "CREATED",
    "ITEMS_PER_REQUEST",
    "NAMED_IDS",
    "ORIGIN_PATHS",
    "AnswerId",
    "AnyLine",
    "AnyText",
    "Call",
    "Caller",
    "CursorInvalid",
    "CursorOfAnotherQuery",
    "Cursors",
    "FieldError",
    "Id",
    "Ids",
    "IfMatch",
    "InputInvalid",
    "InputModel",
    "Limits",
    "MeasuredRoute",
    "OutputModel",
    "OwnOrPathId",
    "Page",
    "PageOf",
    "Paging",
    "PatchModel",
    "PathId",
    "Problem",
    "RateLimiter",
    "Reply",
    "RequestContext",
    "SomeLine",
    "SomeText",
    "StructId",
    "StructTime",
    "Versions",
    "WebContext",
    "build_verifier",
    "create_app",
    "cursor_key",
    "documentation",
    "etag",
    "execute",
    "fingerprint",
    "given",
    "id_for",
    "ids_alone",
    "in_order",
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
    "set_location",
    "store_of",
    "web_context",
]
