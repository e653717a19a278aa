"""Problem documents (RFC 9457): how a refusal, a mistake in the input or a bug looks to a client.

refusals.py    what can be wrong with any request
documents.py   status, headers and JSON of a problem, and its examples in OpenAPI
validation.py  what a failed validation means
"""

from shared.web.http.problems.documents import (
    MEDIA_TYPE,
    NO_STORE,
    NOSNIFF,
    PRIVATE,
    STATUS,
    Problem,
    ProblemField,
    RawHeaders,
    bug,
    example,
    http_problem,
    instance_of,
    problems,
    render,
    slug_of,
    type_of,
)
from shared.web.http.problems.refusals import (
    BodyMalformed,
    BodyTooLarge,
    BodyTooSlow,
    ContentCodingUnsupported,
    FieldError,
    InputInvalid,
    MediaTypeUnsupported,
    RouteMissing,
    TextUnreadable,
    TooBusy,
    TooManyRequests,
    TooManyRequestsAtOnce,
)
from shared.web.http.problems.validation import MOST_ERRORS, UNREADABLE, refusal_of

__all__ = [
    "MEDIA_TYPE",
    "MOST_ERRORS",
    "NOSNIFF",
    "NO_STORE",
    "PRIVATE",
    "STATUS",
    "UNREADABLE",
    "BodyMalformed",
    "BodyTooLarge",
    "BodyTooSlow",
    "ContentCodingUnsupported",
    "FieldError",
    "InputInvalid",
    "MediaTypeUnsupported",
    "Problem",
    "ProblemField",
    "RawHeaders",
    "RouteMissing",
    "TextUnreadable",
    "TooBusy",
    "TooManyRequests",
    "TooManyRequestsAtOnce",
    "bug",
    "example",
    "http_problem",
    "instance_of",
    "problems",
    "refusal_of",
    "render",
    "slug_of",
    "type_of",
]
