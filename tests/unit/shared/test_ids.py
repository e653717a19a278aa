"""Ids in upper case are the ids that we made; people and texts are what they are."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx
import msgspec
import pytest
from fastapi import APIRouter, FastAPI, Request

from mitmach.services import SERVICES
from shared.web.http import (
    Call,
    Caller,
    Id,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    PathId,
    Reply,
    StructId,
    create_app,
    execute,
    measured,
)
from shared.web.http.requests.ids import ID_MARK, all_ids, folded_json
from tests.support.identity import token_of
from tests.support.web import NOTE_ID, Recorder, client_of, make_web_context
from tests.support.web import Note as StoredNote

LOWER = "01900000-0000-7000-8000-00000000abcd"
UPPER = LOWER.upper()
MIXED = LOWER[:-2] + "CD"


@dataclass(frozen=True, slots=True)
class Note:
    """A command that nobody decides: what a route understood."""

    said: dict[str, Any] = field(default_factory=dict)

    def reads(self, found: Any) -> list[Any]:
        del found
        return []

    def check_shown(self, found: Any, reply: Any) -> None:
        del found, reply

    def decide(self, found: Any, now: Any) -> Any:
        raise AssertionError


class Place(InputModel):
    group_id: Id
    rooms: tuple[Id, ...] = ()


class NewLetter(InputModel):
    text: str
    person_id: str = ""
    channel_id: Id
    place: Place | None = None


class Seen(OutputModel):
    ids: list[str]


class NewPin(msgspec.Struct, forbid_unknown_fields=True):
    text: str = ""
    person_id: str = ""
    parent_id: StructId | None = None
    post_ids: list[Annotated[str, msgspec.Meta(extra=ID_MARK)]] = msgspec.field(
        default_factory=list
    )


def letters() -> APIRouter:
    router = APIRouter(prefix="/v1")

    @router.post("/rooms/{room_id}/letters/{person_id}", status_code=201, operation_id="write")
    async def write(
        request: Request, caller: Caller, room_id: PathId, person_id: str, body: NewLetter
    ) -> Seen:
        del caller
        said = {"room": room_id, "to": person_id, **body.model_dump()}
        await execute(request, Note(said), once=StoredNote)
        return Seen(ids=[room_id])

    @router.get("/rooms/{room_id}/letters", operation_id="list")
    async def find(
        request: Request,
        caller: Caller,
        room_id: PathId,
        paging: PageOf,
        *,
        channel_id: Id | None = None,
        topic: str | None = None,
        author_id: str | None = None,
    ) -> Page[Seen]:
        del request, caller
        shown = [room_id, channel_id or "", topic or "", author_id or ""]
        first = paging.after[0] + 1 if paging.after is not None else 0
        rows = range(first, 5)[: paging.limit + 1]
        return paging.page(rows, position=lambda row: (row,), view=lambda _: Seen(ids=shown))

    @measured(router, "POST", "/rooms/{room_id}/pins", body=NewPin, operation_id="pin", summary="")
    async def pin(call: Call[NewPin]) -> Reply:
        said = {"room": call.path["room_id"], **msgspec.to_builtins(call.body)}
        return Reply(b"", await call.execute(Note(said), once=StoredNote))

    return router


def app_of(recorder: Recorder) -> FastAPI:
    return create_app(make_web_context(recorder), letters(), title="letters")


async def sent(recorder: Recorder, path: str, body: Any, key: str = "k") -> httpx.Response:
    async with client_of(app_of(recorder), token_of("anna")) as client:
        return await client.post(path, json=body, headers={"idempotency-key": key})


def said(recorder: Recorder) -> dict[str, Any]:
    command = recorder.asked[-1].command
    assert isinstance(command, Note)
    return command.said


@pytest.mark.parametrize("spelt", [LOWER, UPPER, MIXED])
async def test_an_ordinary_route_finds_ids_in_any_case(spelt: str) -> None:
    recorder = Recorder()
    body = {
        "text": f"see {UPPER}",
        "person_id": UPPER,
        "channel_id": spelt,
        "place": {"group_id": spelt, "rooms": [spelt, NOTE_ID]},
    }
    answer = await sent(recorder, f"/v1/rooms/{spelt}/letters/{UPPER}", body)
    assert answer.status_code == 201, answer.text
    assert said(recorder) == {
        "room": LOWER,
        "to": UPPER,
        "text": f"see {UPPER}",
        "person_id": UPPER,
        "channel_id": LOWER,
        "place": {"group_id": LOWER, "rooms": (LOWER, NOTE_ID)},
    }


@pytest.mark.parametrize("spelt", [LOWER, UPPER, MIXED])
async def test_a_measured_route_finds_ids_in_any_case(spelt: str) -> None:
    recorder = Recorder()
    body = {"text": UPPER, "person_id": UPPER, "parent_id": spelt, "post_ids": [spelt, NOTE_ID]}
    answer = await sent(recorder, f"/v1/rooms/{spelt}/pins", body)
    assert answer.status_code == 200, answer.text
    assert said(recorder) == {
        "room": LOWER,
        "text": UPPER,
        "person_id": UPPER,
        "parent_id": LOWER,
        "post_ids": [LOWER, NOTE_ID],
    }


ORDINARY = {"text": "a", "channel_id": LOWER, "person_id": LOWER}
MEASURED = {"text": "a", "parent_id": LOWER, "person_id": LOWER, "post_ids": [LOWER]}


async def once(path: str, body: Any) -> tuple[str, str]:
    recorder = Recorder()
    answer = await sent(recorder, path, body)
    assert answer.is_success, answer.text
    demand = recorder.asked[-1].once
    assert demand is not None
    return demand.key, demand.fingerprint


@pytest.mark.parametrize(
    ("path", "body", "other_path", "other", "same"),
    [
        ("letters/Jo", ORDINARY, "letters/Jo", ORDINARY | {"channel_id": UPPER}, True),
        ("letters/Jo", ORDINARY, "letters/jo", ORDINARY, False),
        (f"letters/{UPPER}", ORDINARY, f"letters/{LOWER}", ORDINARY, False),
        ("letters/Jo", ORDINARY, "letters/Jo", ORDINARY | {"person_id": UPPER}, False),
        ("letters/Jo", ORDINARY, "letters/Jo", ORDINARY | {"text": "A"}, False),
        ("pins", MEASURED, "pins", MEASURED | {"parent_id": UPPER, "post_ids": [UPPER]}, True),
        ("pins", MEASURED, "pins", MEASURED | {"person_id": UPPER}, False),
        ("pins", MEASURED, "pins", MEASURED | {"text": f'"parent_id": "{UPPER}"'}, False),
    ],
)
async def test_the_same_request_in_another_case_is_the_same_request(
    path: str, body: Any, other_path: str, other: Any, *, same: bool
) -> None:
    first = await once(f"/v1/rooms/{LOWER}/{path}", body)
    second = await once(f"/v1/rooms/{UPPER}/{other_path}", other)
    assert (first == second) is same


async def test_a_cursor_serves_the_same_list_in_another_case() -> None:
    app = app_of(Recorder())
    async with client_of(app, token_of("anna")) as client:
        first = await client.get(f"/v1/rooms/{LOWER}/letters?limit=2&channel_id={LOWER}")
        cursor = first.json()["next_cursor"]
        assert first.json()["items"][0]["ids"] == [LOWER, LOWER, "", ""]
        again = await client.get(
            f"/v1/rooms/{UPPER}/letters?limit=2&channel_id={UPPER}&cursor={cursor}"
        )
        assert again.status_code == 200, again.text
        for other in (f"topic={UPPER}", f"author_id={UPPER}"):
            name, _, value = other.partition("=")
            page = await client.get(f"/v1/rooms/{LOWER}/letters?limit=2&{other}")
            assert value in page.json()["items"][0]["ids"]
            cursor = page.json()["next_cursor"]
            refused = await client.get(
                f"/v1/rooms/{LOWER}/letters?{name}={value.lower()}&cursor={cursor}"
            )
            assert refused.json()["type"] == "urn:mitmach:problem:cursor-of-another-query"


def test_an_id_in_a_text_stays_as_it_is() -> None:
    text = f'{{"text": "\\"group_id\\": \\"{UPPER}\\" {UPPER}", "group_id": "{UPPER}"}}'
    folded = folded_json(text.encode(), frozenset({"group_id"})).decode()
    assert folded == text[: -len(UPPER) - 2] + LOWER + '"}'


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_id_that_a_service_takes_may_be_in_upper_case(service: Any) -> None:
    document = service.openapi()
    narrow = []

    def look(at: str, schema: Any) -> None:
        if isinstance(schema, dict):
            if schema.get("format") == "uuid" and "a-f]" in schema.get("pattern", ""):
                narrow.append(at)
            for name, part in schema.items():
                look(f"{at}/{name}", part)
        elif isinstance(schema, list):
            for part in schema:
                look(at, part)

    look("", document["paths"])
    look("", document["components"]["schemas"])
    assert narrow == []
    assert document["paths"]


def test_ids_are_found_in_whatever_a_body_is_made_of() -> None:
    assert all_ids(NewLetter | None) == {"channel_id", "group_id", "rooms"}
    assert all_ids(NewPin) == {"parent_id", "post_ids"}
