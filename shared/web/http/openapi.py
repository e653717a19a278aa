"""The OpenAPI document: what FastAPI derives from the routes, and what the middleware adds to each.

Routes name only the refusals of their own. That a token is needed, that a body may be too large or
not JSON, that lists have limits: all of that is true of every route, so it is written here once,
and no answer is undocumented.
"""

from typing import Any

import msgspec
from fastapi import FastAPI

from shared.contract.access import NotVisible
from shared.contract.errors import Refusal, Unavailable
from shared.web.http.context import KEY_PATTERN, LONGEST_KEY
from shared.web.http.middleware import GUARDED
from shared.web.http.problems import (
    BodyMalformed,
    BodyTooLarge,
    BodyTooSlow,
    ContentCodingUnsupported,
    InputInvalid,
    MediaTypeUnsupported,
    Problem,
    TextUnreadable,
    TooBusy,
    TooManyRequests,
    TooManyRequestsAtOnce,
    problems,
)
from shared.web.http.requests.headers import HeaderRepeated
from shared.web.http.routing.measured import SCHEMAS
from shared.web.http.routing.measured_table import structs_of
from shared.web.http.routing.models import tell_defaults
from shared.web.identity import KeysUnavailable, TokenExpired, TokenInvalid, TokenMissing

_METHODS = frozenset({"get", "put", "post", "delete", "patch", "options", "head"})
_WRITING = frozenset({"put", "post", "delete", "patch"})
_FASTAPI_ERRORS = ("HTTPValidationError", "ValidationError")

_RECEIPTS = {
    "Event-Ids": {
        "description": "The events that this answer acknowledges, comma-separated; up to 50",
        "schema": {"type": "string"},
    }
}
_REPLAYED = {
    "Idempotency-Replayed": {
        "description": "`true` where an earlier request with this Idempotency-Key was answered",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
_RATE = {
    "RateLimit": {
        "description": "Requests left (`r`) and seconds until all are there again (`t`)",
        "schema": {"type": "string"},
        "example": '"person";r=998;t=1',
    }
}
_WAIT = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes repeating safe: the same key and body get the first answer for 24 hours",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_KEY,
        "pattern": KEY_PATTERN,
    },
}


def complete_document(app: FastAPI, document: dict[str, Any]) -> dict[str, Any]:
    """Adds to FastAPI's document what holds for every route; changes and returns it."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _FASTAPI_ERRORS:
        schemas.pop(name, None)
    _, structs = msgspec.json.schema_components(structs_of(app), ref_template=SCHEMAS)
    for struct in structs.values():
        tell_defaults(struct)
    schemas.update(structs)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of the organisation's identity provider",
        }
    }
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if method in _METHODS:
                _complete_operation(path, method, operation)
    return document


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation.setdefault("responses", {})
    unprocessable = responses.get("422", {}).get("content", {})
    if "application/json" in unprocessable:
        del responses["422"]  # FastAPI's own shape
    for parameter in operation.get("parameters", ()):
        _never_null(parameter["schema"])
    guarded = path.startswith(GUARDED)
    for answer in _general(guarded, operation):
        _merge(responses, problems(answer))
    operation.setdefault("security", [{"bearer": []}] if guarded else [])
    creates = method == "post" and "201" in responses
    if creates:
        operation.setdefault("parameters", []).append(_KEY)
    for status, response in responses.items():
        headers = _headers(status, guarded=guarded, writes=method in _WRITING, creates=creates)
        if headers:
            response.setdefault("headers", {}).update(headers)
    operation["responses"] = dict(sorted(responses.items()))


def _never_null(schema: dict[str, Any]) -> None:
    """A parameter that may be left out isn't one that may be null: the word null is a text."""
    choices = schema.get("anyOf", [])
    kept = [choice for choice in choices if choice != {"type": "null"}]
    if len(kept) == len(choices):
        return
    del schema["anyOf"]
    schema.update(kept[0] if len(kept) == 1 else {"anyOf": kept})


def _headers(status: str, *, guarded: bool, writes: bool, creates: bool) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if guarded and status not in {"401", "503"}:
        headers |= _RATE
    if writes and status.startswith("2"):
        headers |= _RECEIPTS
    if creates and status.startswith("2"):
        headers |= _REPLAYED
    if status in {"429", "503"}:
        headers |= _WAIT
    return headers


def _general(guarded: bool, operation: dict[str, Any]) -> list[type[Refusal]]:
    found: list[type[Refusal]] = [TooBusy, HeaderRepeated]
    if guarded:
        found += [TokenMissing, TokenInvalid, TokenExpired, TooManyRequests, TooManyRequestsAtOnce]
        found += [Unavailable, KeysUnavailable, InputInvalid]
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    if "requestBody" in operation:
        found += [BodyMalformed, BodyTooLarge, BodyTooSlow, MediaTypeUnsupported]
        found += [ContentCodingUnsupported, TextUnreadable]
    if "path" in places:
        found.append(NotVisible)
    return found


def _merge(responses: dict[str, Any], more: dict[int | str, dict[str, Any]]) -> None:
    for status, response in more.items():
        known = responses.get(str(status))
        if known is None or "content" not in known:
            responses[str(status)] = response
            continue
        for media, content in response["content"].items():
            mine = known["content"].setdefault(media, content)
            mine.setdefault("examples", {}).update(content["examples"])
