"""What every answer has: its headers, and the same ones for HEAD as for GET."""

import httpx
import pytest

from tests.support.identity import token_of
from tests.support.web import NOTE_ID, client_of, make_web_context, notes_app

NOTE = f"/v1/notes/{NOTE_ID}"


async def asked(method: str, path: str, token: str | None, **request: object) -> httpx.Response:
    async with client_of(notes_app(make_web_context()), token) as client:
        return await client.request(method, path, **request)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/notes",
        NOTE,
        "/v1/nothing",
        f"{NOTE}/star",
        "/health/live",
        "/health/ready",
        "/health/nothing",
        "/metrics",
        "/openapi.json",
        "/docs",
        "/docs/start.js",
        "/docs/nothing.js",
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
async def test_head_answers_as_get_does_without_the_body(path: str, signed_in: bool) -> None:
    token = token_of("anna") if signed_in else None
    get, head = await asked("GET", path, token), await asked("HEAD", path, token)

    assert head.status_code == get.status_code
    assert head.content == b""
    assert {**head.headers, "content-length": ""} == {**get.headers, "content-length": ""}
    assert "content-length" in head.headers


async def test_head_revalidates_like_get() -> None:
    token = token_of("anna")
    tag = (await asked("HEAD", NOTE, token)).headers["etag"]
    again = await asked("HEAD", NOTE, token, headers={"if-none-match": tag})
    assert again.status_code == 304


async def test_head_is_named_among_the_methods_wherever_get_is() -> None:
    answer = await asked("DELETE", NOTE, token_of("anna"))
    assert answer.headers["allow"] == "GET, HEAD, PATCH"


async def test_head_is_measured_under_its_own_name() -> None:
    web = make_web_context()
    async with client_of(notes_app(web), token_of("anna")) as client:
        await client.head(NOTE)
        text = (await client.get("/metrics")).text
    labels = 'method="HEAD",route="/v1/notes/{note_id}",service="notes",status="200"'
    assert f"mitmach_http_request_seconds_count{{{labels}}} 1.0" in text


@pytest.mark.parametrize(
    ("method", "path", "status", "caching"),
    [
        ("GET", "/v1/notes", 200, "no-store"),
        ("GET", NOTE, 200, "private, no-cache"),
        ("PATCH", NOTE, 200, "no-store"),
        ("PUT", f"{NOTE}/star", 200, "no-store"),
        ("DELETE", f"{NOTE}/star", 204, "no-store"),
        ("POST", f"{NOTE}/burn", 500, "no-store"),
        ("GET", "/v1/nothing", 404, "no-store"),
        ("DELETE", NOTE, 405, "no-store"),
        ("GET", "/health/live", 200, "no-store"),
        ("GET", "/metrics", 200, "no-store"),
        ("GET", "/openapi.json", 200, None),
        ("GET", "/docs", 200, None),
    ],
)
async def test_no_answer_is_guessed_at_and_personal_ones_arent_kept(
    method: str, path: str, status: int, caching: str | None
) -> None:
    body = {"text": "a"} if method == "PATCH" else {"kind": "gold"}
    sent = {"json": body} if method in {"PUT", "PATCH"} else {}
    answer = await asked(method, path, token_of("anna"), **sent)

    assert answer.status_code == status
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert answer.headers.get_list("cache-control") == ([] if caching is None else [caching])


async def test_what_hasnt_changed_may_be_kept_by_who_asked() -> None:
    answer = await asked("GET", NOTE, token_of("anna"), headers={"if-none-match": '"3"'})
    assert answer.status_code == 304
    assert answer.headers.get_list("cache-control") == ["private, no-cache"]


async def test_a_refused_stranger_learns_nothing_from_headers() -> None:
    answer = await asked("GET", NOTE, None)
    assert answer.status_code == 401
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
