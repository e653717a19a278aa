"""The documents themselves: status, headers and JSON of an answer that says no.

`type` is stable and names the refusal: `urn:mitmach:problem:<slug>`. `instance` names this one
occurrence by its trace id, which is what support needs. No field ever quotes the input.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from shared.contract.errors import Category, Refusal
from shared.runtime.telemetry import trace_id
from shared.web.http.problems.refusals import (
    BodyTooSlow,
    ContentCodingUnsupported,
    FieldError,
    InputInvalid,
    TooManyRequests,
)
from shared.web.quotas import DailyQuotaReached

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[Category, int] = {
    Category.MALFORMED: 400,
    Category.UNAUTHENTICATED: 401,
    Category.FORBIDDEN: 403,
    Category.MISSING: 404,
    Category.TOO_SLOW: 408,
    Category.CONFLICT: 409,
    Category.GONE: 410,
    Category.STALE: 412,
    Category.TOO_LARGE: 413,
    Category.UNSUPPORTED: 415,
    Category.INVALID: 422,
    Category.TOO_MANY: 429,
    Category.UNAVAILABLE: 503,
}

RawHeaders = list[tuple[bytes, bytes]]

NOSNIFF = (b"x-content-type-options", b"nosniff")
"""What we call JSON is no page, whatever a browser thinks that it looks like."""
NO_STORE = (b"cache-control", b"no-store")
"""Not to be kept by anyone in between: the next one to ask may be somebody else."""
PRIVATE = (b"cache-control", b"private, no-cache")
"""To be kept by the one who asked, and compared with us (ETag) before it is shown again."""


class Problem(BaseModel):
    """A problem document, for OpenAPI; at run time `document` makes the bytes."""

    model_config = ConfigDict(json_schema_extra={"description": "RFC 9457 problem details"})

    type: str = Field(description="Stable name of the problem")
    title: str = Field(description="What went wrong, the same for each occurrence")
    status: int = Field(description="The HTTP status")
    detail: str = Field(description="What to do about it")
    instance: str = Field(description="This occurrence, by its trace id")
    errors: list["ProblemField"] = Field(
        default_factory=list, description="What is wrong, field by field; where it is the input"
    )


class ProblemField(BaseModel):
    """One field of `errors`."""

    field: str = Field(description="JSON pointer into the body, or the parameter's name")
    message: str


class _Document(msgspec.Struct, omit_defaults=True):
    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: tuple[FieldError, ...] = ()


_encode = msgspec.json.Encoder().encode


def type_of(slug: str) -> str:
    """The URI that names a problem: `urn:mitmach:problem:` and its slug."""
    return f"urn:mitmach:problem:{slug}"


def instance_of(traceparent: str) -> str:
    """The URI that names one occurrence, by its trace; the answer and the log line have it."""
    return f"urn:mitmach:trace:{trace_id(traceparent)}"


def slug_of(title: str) -> str:
    """The stable name of a problem of HTTP itself, from its title."""
    return title.lower().replace(" ", "-")


def document(
    slug: str,
    title: str,
    status: int,
    detail: str,
    *,
    traceparent: str,
    errors: tuple[FieldError, ...] = (),
) -> bytes:
    """The JSON of a problem.

    Args:
        slug: The stable name of the problem, without the prefix of its URI.
        title: What went wrong, the same for each occurrence.
        status: The HTTP status.
        detail: What the client can do about it, in one sentence.
        traceparent: The W3C trace of the request; names the occurrence.
        errors: What is wrong with the fields of the input, if it is that.
    """
    instance = instance_of(traceparent)
    return _encode(_Document(type_of(slug), title, status, detail, instance, errors))


def render(refusal: Refusal, traceparent: str) -> tuple[int, RawHeaders, bytes]:
    """Status, headers and body that answer a refusal."""
    status = STATUS[refusal.category]
    errors = refusal.errors if isinstance(refusal, InputInvalid) else ()
    body = document(
        refusal.slug,
        refusal.title,
        status,
        refusal.detail,
        traceparent=traceparent,
        errors=errors,
    )
    headers = problem_headers(body)
    wait: float | None = refusal.retry_after
    if isinstance(refusal, TooManyRequests | DailyQuotaReached):
        wait = refusal.wait
    if wait is not None:
        headers.append((b"retry-after", b"%d" % max(1, -int(-wait // 1))))
    if isinstance(refusal, ContentCodingUnsupported):
        headers.append((b"accept-encoding", b"identity"))
    if isinstance(refusal, BodyTooSlow):
        headers.append((b"connection", b"close"))  # the rest of the body isn't waited for
    if status == 401:
        invalid = refusal.slug != "token-missing"
        challenge = b'Bearer error="invalid_token"' if invalid else b"Bearer"
        headers.append((b"www-authenticate", challenge))
    return status, headers, body


def bug(traceparent: str) -> tuple[int, RawHeaders, bytes]:
    """The answer to a mistake of ours: it says nothing but where to find it in the logs."""
    body = document(
        "internal-error",
        "Something went wrong here",
        500,
        "It has been logged under the trace id in `instance`; repeating the request is safe.",
        traceparent=traceparent,
    )
    return 500, problem_headers(body), body


def http_problem(
    status: int, title: str, detail: str, traceparent: str
) -> tuple[int, RawHeaders, bytes]:
    """A problem of HTTP itself, e.g. a method that isn't allowed."""
    body = document(slug_of(title), title, status, detail, traceparent=traceparent)
    return status, problem_headers(body), body


def problem_headers(body: bytes) -> RawHeaders:
    """The headers that every problem has."""
    return [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        NO_STORE,
    ]


def example(refusal: type[Refusal]) -> dict[str, Any]:
    """What the refusal looks like, for OpenAPI."""
    status = STATUS[refusal.category]
    try:
        detail = refusal().detail
    except TypeError:  # it needs facts to say more
        detail = refusal.title
    value: dict[str, Any] = {
        "type": type_of(refusal.slug),
        "title": refusal.title,
        "status": status,
        "detail": detail,
        "instance": "urn:mitmach:trace:4bf92f3577b34da6a3ce929d0e0e4736",
    }
    if refusal is InputInvalid:
        value["errors"] = [{"field": "/title", "message": "Field required"}]
    return {"summary": refusal.title, "value": value}


def problems(*refusals: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route for the refusals it can raise, with an example of each.

    What every route can answer (401, 413, 415, 422 of the input, 429, 503) is added by itself.
    """
    return _grouped(refusals)


def _grouped(refusals: Iterable[type[Refusal]]) -> dict[int | str, dict[str, Any]]:
    found: dict[int | str, dict[str, Any]] = {}
    for refusal in refusals:
        status = STATUS[refusal.category]
        response = found.setdefault(
            status,
            {
                "description": "",
                "content": {
                    MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}
                },
            },
        )
        response["content"][MEDIA_TYPE]["examples"][refusal.slug] = example(refusal)
        titles = [response["description"], refusal.title]
        response["description"] = "; ".join(filter(None, dict.fromkeys(titles)))
    return found
