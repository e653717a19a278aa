"""The two contexts of a route: what all routes of a service share, and what is known of a request.

web.py      `WebContext` lives as long as the app
request.py  `RequestContext` lives as long as one request; the middleware fills it in before any
            route runs, so that a route finds its caller and its trace ready
history.py  what makes a request one of an earlier moment, and of whoever acted then
"""

from shared.web.http.context.request import (
    CONSISTENCY_TOKEN,
    ITEMS_PER_REQUEST,
    KEY_PATTERN,
    LONGEST_KEY,
    MOST_RECEIPTS,
    SCOPE,
    Caller,
    RequestContext,
    execute,
    fingerprint,
    id_for,
    principal_of,
    receipt,
    request_context,
    store_of,
    web_context,
)
from shared.web.http.context.web import WebContext, build_verifier, cursor_key

__all__ = [
    "CONSISTENCY_TOKEN",
    "ITEMS_PER_REQUEST",
    "KEY_PATTERN",
    "LONGEST_KEY",
    "MOST_RECEIPTS",
    "SCOPE",
    "Caller",
    "RequestContext",
    "WebContext",
    "build_verifier",
    "cursor_key",
    "execute",
    "fingerprint",
    "id_for",
    "principal_of",
    "receipt",
    "request_context",
    "store_of",
    "web_context",
]
