"""Parameters that a route hasn't are refused, and so are two values where there can be one."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, Query

from shared.web.http import PageOf, create_app
from tests.support.identity import token_of
from tests.support.web import NOTE_ID, Recorder, client_of, make_web_context, notes_router

NOTE = f"/v1/notes/{NOTE_ID}"
STAR = f"{NOTE}/star"


def app(recorder: Recorder | None = None) -> FastAPI:
    """The notes, and a route with parameters of every kind."""
    router = notes_router()

    @router.get("/notes:search")
    async def search(
        paging: PageOf,
        ids: Annotated[list[str] | None, Query()] = None,
        tag: Annotated[tuple[str, ...], Query()] = (),
        since: Annotated[str | None, Query(alias="from")] = None,
    ) -> dict[str, Any]:
        return {"limit": paging.limit, "ids": ids, "tag": tag, "since": since}

    return create_app(make_web_context(recorder), router, title="notes")


async def asked(path: str, method: str = "GET", **request: Any) -> httpx.Response:
    async with client_of(app(), token_of("anna")) as client:
        return await client.request(method, path, **request)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "limit=5",
        "limit=5&from=May",
        "ids=a&ids=b&ids=c&tag=x&tag=y",
        "%6cimit=5",
        "&limit=5&",
        "from=",
    ],
)
async def test_what_the_route_has_may_be_asked(query: str) -> None:
    assert (await asked(f"/v1/notes:search?{query}")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "errors"),
    [
        ("GET", "/v1/notes?q=run", {"q": "Unknown parameter; known are: cursor, limit, topic"}),
        ("HEAD", "/v1/notes?q=run", {}),
        ("GET", "/v1/notes?Limit=5", {"Limit": "Unknown parameter"}),
        (
            "GET",
            "/v1/notes:search?since=May",
            {"since": "known are: cursor, from, ids, limit, tag"},
        ),
        ("GET", "/v1/notes?limit=5&sort=active&q=", {"sort": "Unknown", "q": "Unknown"}),
        ("GET", "/v1/notes?limit[]=5", {"limit[]": "Unknown"}),
        ("GET", "/v1/notes?=5", {"": "Unknown"}),
        ("GET", "/v1/notes?limit=5&limit=6", {"limit": "Sent more than once"}),
        ("GET", "/v1/notes?limit=5&%6cimit=5", {"limit": "Sent more than once"}),
        ("GET", "/v1/notes:search?ids=a&from=May&ids=b&from=June", {"from": "more than once"}),
        ("GET", f"{NOTE}?fields=text", {"fields": "Unknown parameter; there is none here"}),
        ("PATCH", f"{NOTE}?force=true", {"force": "there is none here"}),
        ("POST", "/v1/notes?draft=1", {"draft": "there is none here"}),
        ("PUT", f"{STAR}?count=2", {"count": "there is none here"}),
        ("PUT", f"/v1/notes/{NOTE_ID.upper()}/star?count=2", {"count": "there is none here"}),
        ("DELETE", f"{STAR}?kind=gold", {"kind": "there is none here"}),
        ("GET", f"/v1/notes?{'n' * 500}=1", {"n" * 80: "Unknown"}),
        ("GET", "/v1/notes?q=s3cret", {"q": "Unknown"}),
    ],
)
async def test_what_it_hasnt_is_named_and_so_is_what_it_has(
    method: str, path: str, errors: dict[str, str]
) -> None:
    body: dict[str, Any] = (
        {"json": {"text": "a", "kind": "gold"}} if method in {"POST", "PUT", "PATCH"} else {}
    )
    recorder = Recorder()
    async with client_of(app(recorder), token_of("anna")) as client:
        answer = await client.request(method, path, **body)
    assert answer.status_code == 422
    assert recorder.asked == []
    if method == "HEAD":
        return
    problem = answer.json()
    assert problem["type"] == "urn:mitmach:problem:input-invalid"
    told = {error["field"]: error["message"] for error in problem["errors"]}
    assert told.keys() == errors.keys()
    for name, words in errors.items():
        assert words in told[name]
    assert "s3cret" not in answer.text


async def test_an_answer_stays_small_whatever_is_sent() -> None:
    answer = await asked("/v1/notes?" + "&".join(f"n{number}=1" for number in range(500)))
    assert len(answer.json()["errors"]) == 20


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing?q=run", 404),
        ("GET", "/v1/notes/?q=run", 404),
        ("DELETE", "/v1/notes?q=run", 405),
        ("GET", "/health/live?probe=1", 200),
        ("GET", "/metrics?name=up", 200),
        ("GET", "/docs?theme=dark", 200),
        ("GET", "/openapi.json?v=2", 200),
    ],
)
async def test_where_nothing_is_asked_nothing_is_refused(
    method: str, path: str, status: int
) -> None:
    assert (await asked(path, method)).status_code == status


async def test_nobody_learns_parameters_without_a_token() -> None:
    async with client_of(app()) as client:
        answer = await client.get("/v1/notes?q=run")
    assert answer.status_code == 401
