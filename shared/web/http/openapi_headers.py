"""Headers in the OpenAPI document: what an answer carries and what a request may say.

Which answer has which header follows from its operation, by the same rules by which they are sent;
a contract test compares both with what is really answered.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.delivery.consistency import HEADER, MOST_TOKENS
from shared.web.http.context import KEY_PATTERN, LONGEST_KEY

_WRITING = frozenset({"put", "post", "delete", "patch"})

_RECEIPTS = {
    "Event-Ids": {
        "description": "The events that this answer acknowledges, comma-separated; up to 50",
        "schema": {"type": "string"},
    },
    HEADER: {
        "description": "Names what was acknowledged, and what the request's own tokens did: send"
        " it with later requests, to any service, and they see it",
        "schema": {"type": "string"},
    },
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
_POLICY = {
    "RateLimit-Policy": {
        "description": "Requests (`q`) in as many seconds (`w`) that one person has",
        "schema": {"type": "string"},
        "example": '"person";q=1000;w=10',
    }
}
_WAIT = {
    "Retry-After": {
        "description": "Seconds to wait, where waiting helps",
        "schema": {"type": "integer"},
    }
}
_TAG = {
    "ETag": {
        "description": "The version, for If-Match before a change and If-None-Match before reading",
        "schema": {"type": "string"},
        "example": '"3"',
    }
}
_CHALLENGE = {
    "WWW-Authenticate": {
        "description": "`Bearer`, and what is wrong with the token that was sent",
        "schema": {"type": "string"},
        "example": 'Bearer error="invalid_token"',
    }
}
_CODINGS = {
    "Accept-Encoding": {
        "description": "The codings of bodies that are understood: `identity` alone",
        "schema": {"type": "string"},
    }
}

CONSISTENCY_TOKEN: Mapping[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The last token that an answer has carried, of any service: this answer then"
    " knows of what was written there, or is a 503. Several are comma-separated, up to"
    f" {MOST_TOKENS}",
    "schema": {"type": "string"},
}
"""The parameter of every operation that needs a token."""

IDEMPOTENCY_KEY: Mapping[str, Any] = {
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
"""The parameter of POSTs that create."""

IF_NONE_MATCH: Mapping[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the version that the client has: 304 if it is the current one",
    "schema": {"type": "string"},
}
"""The parameter of GETs that answer 304."""

# Texts without a format: generators of clients know no other headers.
_OF_BEFORE = "For who has the role `importer`, where the operator allows it: "
RECORDING: Sequence[Mapping[str, Any]] = (
    {
        "name": "Occurred-At",
        "in": "header",
        "required": False,
        "description": _OF_BEFORE + "when this has happened, as in RFC 3339, from 1990 on",
        "schema": {"type": "string"},
        "example": "2026-05-04T07:30:00Z",
    },
    {
        "name": "Act-As",
        "in": "header",
        "required": False,
        "description": _OF_BEFORE + "the id of the person who did it",
        "schema": {"type": "string"},
        "example": "5f0c1c1e-8a52-4a6b-9d0e-3b1f6a5c1e2b",
    },
    {
        "name": "Act-As-Roles",
        "in": "header",
        "required": False,
        "description": _OF_BEFORE + "the platform roles that they had, comma-separated",
        "schema": {"type": "string"},
        "example": "editor, analyst",
    },
)
"""The parameters of what may be recorded at its own time: everything that writes."""


def headers_of(
    method: str, status: str, *, guarded: bool, creates: bool, versioned: bool
) -> dict[str, Any]:
    """The headers of one answer.

    Args:
        method: The operation's, in lower case.
        status: The answer's.
        guarded: The operation needs a token.
        creates: It takes an Idempotency-Key.
        versioned: The answer is one thing with a version.
    """
    headers: dict[str, Any] = {}
    good = status.startswith("2")
    if guarded and status != "401":
        headers |= _RATE
    if good and method in _WRITING:
        headers |= _RECEIPTS
    if good and creates:
        headers |= _REPLAYED
    if versioned or status == "304":
        headers |= _TAG
    if status == "429":
        headers |= _POLICY
    if status in {"429", "503"} or (guarded and status == "403"):
        headers |= _WAIT
    if status == "401":
        headers |= _CHALLENGE
    if status == "415":
        headers |= _CODINGS
    return headers
