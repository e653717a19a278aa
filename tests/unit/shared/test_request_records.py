"""What is logged about requests: refusals are found by instance, and nobody by a line."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from shared.contract.errors import Overloaded
from shared.runtime.telemetry import ACCESS
from shared.web.http.limits import RateLimiter
from shared.web.http.middleware import records
from shared.web.http.middleware.records import LineBudget
from shared.web.http.problems import RouteMissing
from tests.support.identity import token_of
from tests.support.log_lines import recorded
from tests.support.web import NOTE_ID, NoteLocked, Recorder, client_of, make_web_context, notes_app

PERSON = "anna.secret@example.com"


@pytest.fixture
def lines() -> Iterator[list[logging.LogRecord]]:
    with recorded("shared.web") as found:
        yield found


def facts_of(line: logging.LogRecord) -> dict[str, Any]:
    return vars(line)


async def asked(
    method: str,
    path: str,
    recorder: Recorder | None = None,
    *,
    token: str | None = None,
    access_log: bool = False,
    limited: bool = False,
    **request: Any,
) -> httpx.Response:
    person = RateLimiter(0.001, 1) if limited else None
    web = make_web_context(recorder, person=person)
    app = notes_app(replace(web, access_log=access_log))
    async with client_of(app, token_of(PERSON) if token is None else token) as client:
        if limited:
            await client.request(method, path, **request)
        return await client.request(method, path, **request)


REFUSED = {
    "command": (
        ("POST", "/v1/notes", Recorder(refusal=NoteLocked())),
        {"json": {"text": "a"}},
        ("/v1/notes", "note-locked", 409, "conflict", "client"),
    ),
    "measured": (
        ("PUT", f"/v1/notes/{NOTE_ID}/star", Recorder(refusal=NoteLocked())),
        {"json": {"kind": "gold"}},
        ("/v1/notes/{note_id}/star", "note-locked", 409, "conflict", "client"),
    ),
    "overload": (
        ("POST", "/v1/notes", Recorder(refusal=Overloaded())),
        {"json": {"text": "a"}},
        ("/v1/notes", "overloaded", 503, "unavailable", "server"),
    ),
    "input": (
        ("POST", f"/v1/notes?q={PERSON}"),
        {"json": {"text": "", "colour": PERSON}},
        ("/v1/notes", "input-invalid", 422, "invalid", "client"),
    ),
    "before-the-route": (
        ("POST", f"/v1/notes/{NOTE_ID}/burn"),
        {"token": "nonsense"},
        ("/v1/notes/{note_id}/burn", "token-invalid", 401, "unauthenticated", "client"),
    ),
    "too-often": (
        ("POST", f"/v1/notes/{NOTE_ID}/burn"),
        {"limited": True},
        ("/v1/notes/{note_id}/burn", "too-many-requests", 429, "too-many", "client"),
    ),
    "no-route": (
        ("GET", f"/v1/people/{PERSON}"),
        {},
        ("unmatched", "route-missing", 404, "missing", "client"),
    ),
    "method": (
        ("DELETE", "/v1/notes"),
        {},
        ("/v1/notes", "method-not-allowed", 405, None, "client"),
    ),
}


@pytest.mark.parametrize(("request_of", "options", "wanted"), REFUSED.values(), ids=REFUSED)
async def test_each_refusal_is_a_line_with_the_clients_instance(
    request_of: tuple[Any, ...],
    options: dict[str, Any],
    wanted: tuple[Any, ...],
    lines: list[logging.LogRecord],
) -> None:
    answer = await asked(*request_of, **options)
    route, problem, status, category, side = wanted
    assert answer.status_code == status
    found = [facts_of(line) for line in lines if line.getMessage() == "a request was refused"]
    facts = found[-1]
    assert facts["instance"] == answer.json()["instance"]
    assert answer.json()["type"].endswith(f":{facts['problem']}")
    assert (facts["route"], facts["problem"], facts["status"]) == (route, problem, status)
    assert (facts.get("category"), facts["side"]) == (category, side)
    assert facts["method"] == request_of[0]
    assert facts["levelno"] == (logging.WARNING if status == 503 else logging.INFO)
    assert len(found) == 1
    assert "anna" not in json.dumps(facts, default=str)
    assert NOTE_ID not in json.dumps(facts, default=str)


async def test_a_bug_is_an_error_with_the_same_facts(lines: list[logging.LogRecord]) -> None:
    answer = await asked("POST", f"/v1/notes/{NOTE_ID}/burn")
    assert answer.status_code == 500
    (facts,) = [facts_of(line) for line in lines if line.levelno == logging.ERROR]
    assert facts["instance"] == answer.json()["instance"]
    assert (facts["problem"], facts["route"]) == ("internal-error", "/v1/notes/{note_id}/burn")
    assert facts["exc_info"] is not None


async def test_a_flood_is_bounded_and_what_was_left_out_is_counted(
    lines: list[logging.LogRecord],
) -> None:
    now = [0.0]
    budget = LineBudget(lambda: now[0])
    scope = {"method": "GET", "path": "/", "route": None}
    for _ in range(10_000):
        records.record_refusal(scope, RouteMissing(), budget=budget)
    assert len(lines) == 500
    now[0] = 1.0
    records.record_refusal(scope, RouteMissing(), budget=budget)
    assert facts_of(lines[-1])["left_out"] == 9_500
    now[0] = 1.5
    records.record_refusal(scope, RouteMissing(), budget=budget)
    assert "left_out" not in facts_of(lines[-1])


async def test_what_isnt_logged_costs_nothing_of_the_budget() -> None:
    budget = LineBudget()
    with recorded("shared.web", logging.ERROR):
        for _ in range(1000):
            records.record_refusal({"method": "GET", "path": "/"}, RouteMissing(), budget=budget)
    assert (budget.left_out, budget.spend()) == (0, True)


@pytest.mark.parametrize(
    ("request_of", "body", "route", "status"),
    [
        (("POST", "/v1/notes"), {"text": "a"}, "/v1/notes", 201),
        (("PUT", f"/v1/notes/{NOTE_ID}/star"), {"kind": "gold"}, "/v1/notes/{note_id}/star", 200),
        (("HEAD", f"/v1/notes/{NOTE_ID}"), None, "/v1/notes/{note_id}", 200),
        (("GET", f"/v1/people/{PERSON}?q={PERSON}"), None, "unmatched", 404),
        (("POST", f"/v1/notes/{NOTE_ID}/burn"), None, "/v1/notes/{note_id}/burn", 500),
    ],
)
async def test_the_access_log_has_a_line_for_each_request_and_nobody_in_it(
    request_of: tuple[str, str],
    body: Any,
    route: str,
    status: int,
    lines: list[logging.LogRecord],
) -> None:
    recorder = Recorder(reply=NOTE_ID)
    answer = await asked(*request_of, recorder, json=body, access_log=True)
    (facts,) = [facts_of(line) for line in lines if line.name == ACCESS]
    assert (facts["method"], facts["route"], facts["status"]) == (request_of[0], route, status)
    assert facts["bytes"] == len(answer.content)
    assert facts["ms"] > 0
    assert "anna" not in json.dumps(facts, default=str)
    assert NOTE_ID not in json.dumps(facts, default=str)


async def test_it_is_off_unless_it_is_wished(lines: list[logging.LogRecord]) -> None:
    await asked("PUT", f"/v1/notes/{NOTE_ID}/star", json={"kind": "gold"})
    assert not [line for line in lines if line.name == ACCESS]
