"""Bodies: the same bytes get the same answer on ordinary and on measured routes."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.support.identity import token_of
from tests.support.web import NOTE_ID, client_of, make_web_context, notes_app

ORDINARY = "/v1/notes"
MEASURED = f"/v1/notes/{NOTE_ID}/stickers"
JSON = {"content-type": "application/json"}


async def sent(path: str, content: bytes, **headers: str) -> httpx.Response:
    async with client_of(notes_app(make_web_context()), token_of("anna")) as client:
        return await client.post(path, content=content, headers=JSON | headers)


def valid(path: str) -> dict[str, Any]:
    return {"text": "gold", "stars": 1} if path == ORDINARY else {"kind": "gold", "count": 1}


def names(path: str) -> tuple[str, str]:
    return ("text", "stars") if path == ORDINARY else ("kind", "count")


@pytest.mark.parametrize("path", [ORDINARY, MEASURED])
async def test_a_byte_order_mark_is_skipped(path: str) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(valid(path)).encode()
    assert (await sent(path, body)).status_code == 201


@pytest.mark.parametrize("path", [ORDINARY, MEASURED])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
async def test_json_in_another_encoding_than_utf_8_isnt_json(path: str, encoding: str) -> None:
    text, number = names(path)
    body = f'{{"{text}": "göld", "{number}": 1}}'.encode(encoding)
    answer = await sent(path, body)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:mitmach:problem:body-malformed"


@pytest.mark.parametrize("path", [ORDINARY, MEASURED])
@pytest.mark.parametrize(
    ("template", "status"),
    [
        ("", 400),
        (" ", 400),
        ("null", 422),
        ("[]", 422),
        ('{"TEXT": "gold"', 400),
        ('{"TEXT": 5', 400),
        ('{"TEXT": "gold", "NUMBER": NaN}', 400),
        ('{"TEXT": "gold", "NUMBER": Infinity}', 400),
        ('{"TEXT": "gold", "NUMBER": 1e400}', 400),
        ('{"TEXT": "gold", "NUMBER": 1.0}', 201),
        ('{"TEXT": "gold", "NUMBER": "1"}', 422),
        ('{"TEXT": "gold", "NUMBER": true}', 422),
        ('{"TEXT": "\\ud800"}', 400),
        ('{"TEXT": "gold", "other": 1}', 422),
        ('{"TEXT": 5, "TEXT": "gold"}', 201),
        ('{"TEXT": "gold", "TEXT": 5}', 422),
        ('{"other": ' + "[" * 200 + "]" * 200 + "}", 422),
        ('{"other": ' + "[" * 100_000 + "]" * 100_000 + "}", 400),
    ],
)
async def test_ordinary_and_measured_routes_judge_a_body_alike(
    path: str, template: str, status: int
) -> None:
    text, number = names(path)
    answer = await sent(path, template.replace("TEXT", text).replace("NUMBER", number).encode())
    assert answer.status_code == status, answer.text
    if status != 201:
        slug = "body-malformed" if status == 400 else "input-invalid"
        assert answer.json()["type"] == f"urn:mitmach:problem:{slug}"


@pytest.mark.parametrize("path", [ORDINARY, MEASURED])
@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP", "identity, gzip", "x-unknown"])
async def test_a_compressed_body_is_refused_with_what_is_read(path: str, coding: str) -> None:
    answer = await sent(path, b"\x1f\x8b\x08", **{"content-encoding": coding})
    assert answer.status_code == 415
    assert answer.json()["type"] == "urn:mitmach:problem:content-coding-unsupported"
    assert answer.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("path", [ORDINARY, MEASURED])
@pytest.mark.parametrize("coding", ["identity", "", " Identity "])
async def test_a_body_that_says_that_it_isnt_compressed_is_read(path: str, coding: str) -> None:
    body = json.dumps(valid(path)).encode()
    assert (await sent(path, body, **{"content-encoding": coding})).status_code == 201


async def test_a_body_for_a_route_that_isnt_there_answers_that_it_isnt() -> None:
    answer = await sent("/v1/nothing", b"{")
    assert answer.json()["type"] == "urn:mitmach:problem:route-missing"


@pytest.mark.parametrize("path", [ORDINARY, MEASURED])
async def test_a_body_that_breaks_off_is_never_carried_out(path: str) -> None:
    messages = [
        {"type": "http.request", "body": json.dumps(valid(path)).encode(), "more_body": True},
        {"type": "http.disconnect"},
    ]
    answers: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        answers.append(message)

    web = make_web_context()
    headers = [
        (b"authorization", f"Bearer {token_of('anna')}".encode()),
        (b"content-type", b"application/json"),
        (b"content-length", b"1000"),
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
    }
    await asyncio.wait_for(notes_app(web)(scope, receive, send), 5)
    assert answers == []
    assert web.committer.asked == []  # type: ignore[union-attr]
