"""Whatever goes wrong: a problem document with a stable type, and never a value of the input."""

import json
from typing import Any

import httpx
import pytest

from shared.contract.errors import Overloaded
from tests.support.identity import token_of
from tests.support.web import NOTE_ID, NoteLocked, Recorder, client_of, make_web_context, notes_app

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
JSON = {"content-type": "application/json"}


async def asked(
    method: str, path: str, recorder: Recorder | None = None, **request: Any
) -> httpx.Response:
    async with client_of(notes_app(make_web_context(recorder)), token_of("anna")) as client:
        return await client.request(method, path, **request)


def check_problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"urn:mitmach:problem:{slug}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].startswith("urn:mitmach:trace:")
    return problem


async def test_a_refusal_names_itself_and_the_trace() -> None:
    recorder = Recorder(refusal=NoteLocked("Unlock it first."))
    answer = await asked(
        "POST", "/v1/notes", recorder, json={"text": "a"}, headers={"traceparent": TRACE}
    )
    problem = check_problem(answer, 409, "note-locked")
    assert problem["detail"] == "Unlock it first."
    assert problem["instance"] == "urn:mitmach:trace:4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("path", ["/v1/notes", f"/v1/notes/{NOTE_ID}/stickers"])
async def test_an_overloaded_committer_answers_503_and_when_to_come_back(path: str) -> None:
    body = {"text": "a"} if path == "/v1/notes" else {"kind": "gold"}
    answer = await asked("POST", path, Recorder(refusal=Overloaded("Later.")), json=body)
    check_problem(answer, 503, "overloaded")
    assert answer.headers["retry-after"] == "1"


async def test_wrong_fields_are_named_one_by_one_without_their_values() -> None:
    body = {"text": "", "stars": "a secret", "colour": "another secret"}
    answer = await asked("POST", "/v1/notes", json=body)
    problem = check_problem(answer, 422, "input-invalid")
    assert {error["field"] for error in problem["errors"]} == {"/text", "/stars", "/colour"}
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("stars", "status"), [("1", 422), (True, 422), (1.5, 422), (None, 422), (1, 201), (1.0, 201)]
)
async def test_numbers_arent_guessed(stars: Any, status: int) -> None:
    answer = await asked("POST", "/v1/notes", json={"text": "a", "stars": stars})
    assert answer.status_code == status


async def test_parameters_are_named_without_a_slash() -> None:
    problem = check_problem(await asked("GET", "/v1/notes?limit=0"), 422, "input-invalid")
    assert [error["field"] for error in problem["errors"]] == ["limit"]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"",
        b"\xff\xfe{}",
        b'{"text": "\xff"}',
        b"[" * 100_000,
        b'{"text": ' + b"1" * 5000 + b"}",
        b"nul",
        b'{"text": "a"} {}',
    ],
)
@pytest.mark.parametrize("path", ["/v1/notes", f"/v1/notes/{NOTE_ID}/stickers"])
async def test_what_isnt_json_is_answered_and_not_a_bug(path: str, content: bytes) -> None:
    answer = await asked("POST", path, content=content, headers=JSON)
    assert answer.status_code in {400, 422}
    check_problem(
        answer,
        answer.status_code,
        "body-malformed" if answer.status_code == 400 else "input-invalid",
    )


@pytest.mark.parametrize("value", ["\ud800", "a\u0000b", "x" * 201, 7, None, [], {}, True, 1e400])
async def test_odd_values_are_answered_and_not_a_bug(value: Any) -> None:
    answer = await asked("POST", "/v1/notes", content=json.dumps({"text": value}), headers=JSON)
    assert answer.status_code in {201, 400, 422}


@pytest.mark.parametrize("kind", [None, "text/plain", "application/xml", "application/jsonx", ""])
async def test_another_media_type_is_refused(kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    answer = await asked("POST", "/v1/notes", content=b'{"text": "a"}', headers=headers)
    check_problem(answer, 415, "media-type-unsupported")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/scim+json"])
async def test_kinds_of_json_are_taken(kind: str) -> None:
    answer = await asked(
        "POST", "/v1/notes", content=b'{"text": "a"}', headers={"content-type": kind}
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("note_id", ["1", "x" * 500, NOTE_ID.upper() + "0", "%00", "%FF", "a%2Fb"])
@pytest.mark.parametrize("rest", ["", "/star"])
async def test_an_id_of_another_shape_names_nothing(note_id: str, rest: str) -> None:
    method = "PUT" if rest else "GET"
    answer = await asked(method, f"/v1/notes/{note_id}{rest}", json={"kind": "gold"})
    check_problem(answer, 404, "not-visible")


async def test_an_unknown_route_is_told_apart_from_a_missing_thing() -> None:
    check_problem(await asked("GET", "/v1/nothing/here"), 404, "route-missing")


async def test_a_method_that_isnt_there_is_answered_with_those_that_are() -> None:
    answer = await asked("DELETE", f"/v1/notes/{NOTE_ID}")
    check_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, PATCH"
    measured = await asked("GET", f"/v1/notes/{NOTE_ID}/star")
    check_problem(measured, 405, "method-not-allowed")
    assert measured.headers["allow"] == "DELETE, PUT"


async def test_a_bug_shows_nothing_but_its_trace_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = await asked("POST", f"/v1/notes/{NOTE_ID}/burn", headers={"traceparent": TRACE})
    problem = check_problem(answer, 500, "internal-error")
    assert problem["instance"].endswith("4bf92f3577b34da6a3ce929d0e0e4736")
    assert NOTE_ID not in answer.text
    assert "KeyError" not in answer.text
    assert [record.message for record in caplog.records] == ["a request failed"]


async def test_refusals_are_counted_by_reason() -> None:
    web = make_web_context()
    async with client_of(notes_app(web), token_of("anna")) as client:
        await client.get("/v1/notes?limit=0")
        await client.put(f"/v1/notes/{NOTE_ID}/star", json={"kind": "lead"})
    value = web.telemetry.metrics.registry.get_sample_value(
        "mitmach_refusals_total", {"service": "notes", "reason": "input-invalid"}
    )
    assert value == 2
