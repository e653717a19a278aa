"""The OpenAPI document: what FastAPI derives from the routes, and what the middleware adds to each.

Routes name only the refusals of their own. That a token is needed, that a body may be too large or
not JSON, that lists have limits: all of that is true of every route, so it is written here once,
and no answer is undocumented.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI

from shared.contract.access import (
    NotAllowed,
    NotVisible,
    PersonHasLeft,
    PersonNotActive,
    PersonWasErased,
)
from shared.contract.errors import Refusal, Unavailable
from shared.contract.history import MomentRefused, RecordedTooLate
from shared.delivery.committer import AnswerGone, IdempotencyKeyReused
from shared.delivery.consistency import NotCaughtUp
from shared.web.http.context.history import HistoryClosed
from shared.web.http.middleware import GUARDED
from shared.web.http.openapi_headers import (
    CONSISTENCY_TOKEN,
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    RECORDING,
    headers_of,
)
from shared.web.http.openapi_problems import finer_problems, name_problems
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
from shared.web.http.requests.cursors import CursorInvalid, CursorOfAnotherQuery
from shared.web.http.requests.headers import HeaderRepeated
from shared.web.http.routing.history import HISTORY
from shared.web.http.routing.measured import SCHEMAS
from shared.web.http.routing.measured_table import structs_of
from shared.web.http.routing.models import tell_defaults
from shared.web.identity import KeysUnavailable, TokenExpired, TokenInvalid, TokenMissing

_METHODS = frozenset({"get", "put", "post", "delete", "patch", "options", "head"})
_WRITING = frozenset({"put", "post", "delete", "patch"})
_FASTAPI_ERRORS = ("HTTPValidationError", "ValidationError")


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
                _complete_operation(path, method, operation, schemas)
    _rename(document, {name: schemas[name]["title"] for name in schemas if not name.isalnum()})
    return document


def _rename(node: Any, names: Mapping[str, str]) -> None:
    """Gives schemas other names, e.g. `PostPage` to what pydantic calls `Page_PostView_`."""
    if isinstance(node, dict):
        if names.keys() & node.keys():
            parts = {names.get(key, key): part for key, part in node.items()}
            node.clear()
            node.update(parts)
        path, _, name = str(node.get("$ref", "")).rpartition("/")
        if name in names:
            node["$ref"] = f"{path}/{names[name]}"
        for part in node.values():
            _rename(part, names)
    elif isinstance(node, list):
        for part in node:
            _rename(part, names)


def _complete_operation(
    path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]
) -> None:
    responses: dict[str, Any] = operation.setdefault("responses", {})
    unprocessable = responses.get("422", {}).get("content", {})
    if "application/json" in unprocessable:
        del responses["422"]  # FastAPI's own shape
    for content in responses.get("200", {}).get("content", {}).values():
        if "$ref" in content.get("schema", {}):
            content["schema"].pop("type", None)  # FastAPI's word for whatever is streamed
    for parameter in operation.get("parameters", ()):
        _never_null(parameter["schema"])
    guarded = path.startswith(GUARDED)
    for answer in _general(guarded, operation):
        _merge(responses, problems(answer))
    operation.setdefault("security", [{"bearer": []}] if guarded else [])
    creates = _add_parameters(method, operation, guarded=guarded)
    if guarded and method in _WRITING and not path.startswith(HISTORY):
        operation["parameters"] = [*operation.get("parameters", []), *map(dict, RECORDING)]
        _merge(responses, problems(NotAllowed, HistoryClosed, MomentRefused, RecordedTooLate))
    for status, response in responses.items():
        versioned = status.startswith("2") and (
            "304" in responses or _has_version(response, schemas)
        )
        headers = headers_of(method, status, guarded=guarded, creates=creates, versioned=versioned)
        if headers:
            response.setdefault("headers", {}).update(headers)
    operation["responses"] = dict(sorted(responses.items()))
    finer = finer_problems(guarded=guarded, writes=method in _WRITING)
    name_problems(operation, schemas, more=finer)


def _add_parameters(method: str, operation: dict[str, Any], *, guarded: bool) -> bool:
    """Adds headers that routes don't read themselves; tells whether Idempotency-Key is one."""
    responses = operation["responses"]
    parameters = operation.get("parameters", [])
    if method == "post" and "201" in responses:
        parameters = [*parameters, dict(IDEMPOTENCY_KEY)]
        _merge(responses, problems(InputInvalid))
    if "304" in responses:
        parameters = [*parameters, dict(IF_NONE_MATCH)]
    if guarded:
        parameters = [*parameters, dict(CONSISTENCY_TOKEN)]
    if parameters:
        operation["parameters"] = parameters
    names = {parameter["name"] for parameter in parameters}
    if "cursor" in names:
        _merge(responses, problems(CursorInvalid, CursorOfAnotherQuery))
    if "Idempotency-Key" in names:
        _merge(responses, problems(AnswerGone, IdempotencyKeyReused))
    return "Idempotency-Key" in names


def _has_version(response: dict[str, Any], schemas: dict[str, Any]) -> bool:
    """Whether an answer is one thing with a version: those are sent with an ETag."""
    content = response.get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return "version" in schemas.get(name, {}).get("properties", {})


def _never_null(schema: dict[str, Any]) -> None:
    """A parameter that may be left out isn't one that may be null: the word null is a text."""
    choices = schema.get("anyOf", [])
    kept = [choice for choice in choices if choice != {"type": "null"}]
    if len(kept) == len(choices):
        return
    del schema["anyOf"]
    schema.update(kept[0] if len(kept) == 1 else {"anyOf": kept})


def _general(guarded: bool, operation: dict[str, Any]) -> list[type[Refusal]]:
    found: list[type[Refusal]] = [TooBusy, HeaderRepeated]
    if guarded:
        found += [TokenMissing, TokenInvalid, TokenExpired, TooManyRequests, TooManyRequestsAtOnce]
        found += [PersonNotActive, PersonHasLeft, PersonWasErased]
        found += [Unavailable, KeysUnavailable, NotCaughtUp, InputInvalid]
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
