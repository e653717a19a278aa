"""Pages of other origins: off, nothing differs; on, they may ask and read what people may."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from mitmach.gateway import Gateway
from shared.contract.errors import Unavailable
from shared.runtime.telemetry import Telemetry
from shared.web.http import RateLimiter, WebContext
from shared.web.http.middleware.cross_origin import ANSWER_HEADERS, METHODS, REQUEST_HEADERS
from tests.support.identity import token_of
from tests.support.web import NOTE_ID, Recorder, client_of, make_web_context, notes_app

ROOT = Path(__file__).resolve().parents[3]
PAGE = "https://intranet.example"
STRANGER = "https://elsewhere.example"
NOTE = f"/v1/notes/{NOTE_ID}"
STAR = f"{NOTE}/star"


def open_app(web: WebContext | None = None) -> FastAPI:
    """The notes, for pages of one origin, with a stream that never ends by itself."""
    app = notes_app(replace(web or make_web_context(), origins=(PAGE,)))

    @app.get("/v1/live")
    async def live() -> StreamingResponse:
        async def events() -> AsyncIterator[bytes]:
            yield b"data: 1\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    return app


async def asked(
    method: str, path: str, *, app: FastAPI | None = None, token: str | None = None, **request: Any
) -> httpx.Response:
    async with client_of(app or open_app(), token) as client:
        return await client.request(method, path, **request)


def listed(answer: httpx.Response, name: str) -> set[str]:
    return {one.strip().lower() for one in answer.headers[f"access-control-{name}"].split(",")}


def assert_readable(answer: httpx.Response) -> None:
    """That a page of the origin may read the answer, with its headers."""
    assert answer.headers.get_list("access-control-allow-origin") == [PAGE]
    assert "access-control-allow-credentials" not in answer.headers
    assert listed(answer, "expose-headers") == {name.lower() for name in ANSWER_HEADERS}
    assert answer.headers["vary"] == "Origin"


# --- off


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", NOTE), ("GET", "/v1/nothing"), ("OPTIONS", NOTE), ("PUT", STAR), ("GET", "/docs")],
)
async def test_without_origins_an_answer_is_the_same_to_the_byte(method: str, path: str) -> None:
    app, trace = notes_app(make_web_context()), {"traceparent": f"00-{'4b' * 16}-{'0f' * 8}-01"}
    plain = await asked(method, path, app=app, token=token_of("anna"), headers=trace)
    page = trace | {"origin": PAGE, "access-control-request-method": "PUT"}
    answer = await asked(method, path, app=app, token=token_of("anna"), headers=page)
    assert answer.status_code == plain.status_code
    assert answer.headers.raw == plain.headers.raw
    assert answer.content == plain.content
    assert "vary" not in answer.headers


# --- preflight


@pytest.mark.parametrize("path", [NOTE, STAR, "/v1/notes", "/v1/nothing", "/openapi.json"])
@pytest.mark.parametrize("method", METHODS)
async def test_a_preflight_needs_no_token_and_takes_nobodys_budget(path: str, method: str) -> None:
    web = make_web_context(address=RateLimiter(0.001, 1), in_flight=1)
    app = open_app(web)
    sent = ", ".join(REQUEST_HEADERS).lower()
    for _ in range(3):
        answer = await asked(
            "OPTIONS",
            path,
            app=app,
            headers={
                "origin": PAGE,
                "access-control-request-method": method,
                "access-control-request-headers": sent,
            },
        )
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert method.lower() in listed(answer, "allow-methods")
        assert set(sent.split(", ")) <= listed(answer, "allow-headers")
        assert int(answer.headers["access-control-max-age"]) > 600
        assert answer.headers["vary"] == "Origin"


async def test_a_preflight_of_another_page_is_an_ordinary_request() -> None:
    preflight = {"origin": STRANGER, "access-control-request-method": "PUT"}
    answer = await asked("OPTIONS", STAR, headers=preflight)
    assert answer.status_code == 401
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert answer.headers["vary"] == "Origin"


async def test_what_is_no_preflight_isnt_answered_as_one() -> None:
    answer = await asked("OPTIONS", NOTE, token=token_of("anna"), headers={"origin": PAGE})
    assert answer.status_code == 405
    assert_readable(answer)


# --- answers


def apps() -> Iterator[tuple[str, int, FastAPI, str, dict[str, Any]]]:
    """Name, status, app, method and request of one answer of each kind."""
    anna = {"authorization": f"Bearer {token_of('anna')}"}
    yield "read", 200, open_app(), NOTE, {"headers": anna}
    yield "known", 304, open_app(), NOTE, {"headers": anna | {"if-none-match": '"3"'}}
    yield "stranger", 401, open_app(), NOTE, {}
    yield "missing", 404, open_app(), "/v1/nothing", {"headers": anna}
    yield "invalid", 422, open_app(), "/v1/notes?limit=0", {"headers": anna}
    often = open_app(make_web_context(person=RateLimiter(0.001, 0)))
    yield "often", 429, often, NOTE, {"headers": anna}
    yield "busy", 503, open_app(make_web_context(in_flight=0)), NOTE, {"headers": anna}
    yield "stream", 200, open_app(), "/v1/live", {"headers": anna}
    yield "document", 200, open_app(), "/openapi.json", {}


@pytest.mark.parametrize(
    ("status", "app", "path", "request_"),
    [pytest.param(*case, id=name) for name, *case in apps()],
)
async def test_a_page_may_read_whatever_is_answered(
    status: int, app: FastAPI, path: str, request_: dict[str, Any]
) -> None:
    for method in ("GET", "HEAD"):
        headers = request_.get("headers", {}) | {"origin": PAGE}
        answer = await asked(method, path, app=app, headers=headers)
        assert answer.status_code == status
        assert_readable(answer)
        # The same for another page, which may not read it, and for a program.
        for other in ({"origin": STRANGER}, {"origin": f"{PAGE}:8443"}, {"origin": "null"}, {}):
            theirs = await asked(method, path, app=app, headers=headers | {"origin": ""} | other)
            assert theirs.status_code == status
            assert not [name for name in theirs.headers if name.startswith("access-control-")]
            assert theirs.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    ("refusal", "status"), [(Unavailable("The database is away."), 503), (KeyError("bug"), 500)]
)
async def test_a_page_may_read_what_a_measured_route_refuses(
    refusal: Exception, status: int
) -> None:
    recorder = Recorder(refusal=refusal)  # type: ignore[arg-type]
    app = open_app(make_web_context(recorder))
    answer = await asked(
        "PUT",
        STAR,
        app=app,
        token=token_of("anna"),
        json={"kind": "gold"},
        headers={"origin": PAGE},
    )
    assert answer.status_code == status
    assert_readable(answer)


@pytest.mark.parametrize("path", ["/metrics", "/health/live", "/health/ready"])
async def test_what_operators_ask_is_for_no_page(path: str) -> None:
    answer = await asked("GET", path, headers={"origin": PAGE})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control-")]


# --- what documents say


def documented() -> tuple[set[str], set[str], set[str]]:
    """Methods, request headers and answer headers that the document of the origin names."""
    document = json.loads((ROOT / "schemas/openapi/origin.json").read_bytes())
    methods, sent, answered = set(), set(), set()
    for item in document["paths"].values():
        for method, operation in item.items():
            methods.add(method.upper())
            parameters = [resolved(document, one) for one in operation.get("parameters", ())]
            sent |= {one["name"].lower() for one in parameters if one["in"] == "header"}
            for answer in operation["responses"].values():
                answered |= {name.lower() for name in resolved(document, answer).get("headers", ())}
    return methods, sent, answered


def resolved(document: Any, node: Any) -> Any:
    while "$ref" in node:
        kind, name = node["$ref"].split("/")[-2:]
        node = document["components"][kind][name]
    return node


def test_pages_may_send_and_read_all_that_the_document_names() -> None:
    methods, sent, answered = documented()
    assert methods <= set(METHODS)
    recording = {"occurred-at", "act-as", "act-as-roles"}
    assert sent - recording == sent & {name.lower() for name in REQUEST_HEADERS}
    assert recording <= sent, "programs import; no page does"
    free = {"cache-control", "content-type", "content-length", "last-modified"}
    assert answered - free <= {name.lower() for name in ANSWER_HEADERS}
    assert {"idempotency-key", "if-match"} <= sent
    assert {"event-ids", "ratelimit", "retry-after"} <= answered


# --- behind one address


async def test_behind_the_gateway_each_answer_says_it_once() -> None:
    app = open_app()
    gateway = Gateway(
        {"notes": app},
        {"notes": ["/v1/notes", "/v1/live"]},
        others={},
        telemetry=Telemetry("gateway"),
        origins=(PAGE,),
    )
    transport = httpx.ASGITransport(app=gateway)
    headers = {"origin": PAGE, "authorization": f"Bearer {token_of('anna')}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        for path, status in ((NOTE, 200), ("/v1/live", 200), ("/v1/nowhere", 404)):
            answer = await client.get(path, headers=headers)
            assert answer.status_code == status
            assert_readable(answer)
            asks = headers | {"access-control-request-method": "GET"}
            assert (await client.options(path, headers=asks)).status_code == 204
        metrics = await client.get("/metrics", headers=headers)
        assert "access-control-allow-origin" not in metrics.headers
