"""Pages of other origins: which of them a browser lets read our answers (CORS).

Off unless origins are named, and then nothing here runs. They are named one by one: with a wildcard
every page that a person opens could try what it finds, and a page that people work with is known.
Callers send their token themselves and no cookie ever counts, so credentials aren't allowed.

It is the outermost layer, so that refusals, limits, streams and what a bug answers are seen by a
page like any other answer; a preflight is answered before anybody is asked who they are, since
browsers send it without a token. What operators ask (`/health/`, `/metrics`) stays out: it is
admitted by where a request comes from, and a browser on that machine comes from there too.
"""

from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.http.middleware.answers import with_headers
from shared.web.http.problems import NOSNIFF

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
"""What a page may ask with."""

REQUEST_HEADERS = (
    "Authorization",
    "Consistency-Token",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "traceparent",
    "tracestate",
)
"""What a page may send, beside the few headers that every page may.

None of those that record what has happened before: programs import, and a page that has got hold of
an importer's token shall act as nobody else.
"""

ANSWER_HEADERS = (
    "Accept-Encoding",
    "Allow",
    "Consistency-Token",
    "ETag",
    "Event-Ids",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
)
"""What a page may read of an answer, beside its body and the few headers that every page may."""

# Seconds that a browser needn't ask again; Chromium keeps no answer longer.
_MAX_AGE = 7200
_OPERATORS = ("/health/", "/metrics")
_VARY = (b"vary", b"Origin")
_EXPOSED = (b"access-control-expose-headers", ", ".join(ANSWER_HEADERS).encode())
_PREFLIGHT = (
    (b"access-control-allow-methods", ", ".join(METHODS).encode()),
    (b"access-control-allow-headers", ", ".join(REQUEST_HEADERS).encode()),
    (b"access-control-max-age", b"%d" % _MAX_AGE),
    _VARY,
    NOSNIFF,
)


class CrossOrigin:
    """An app whose answers pages of these origins may read.

    Args:
        app: The app with everything that it does itself.
        origins: The origins as browsers write them: `https://intranet.example`.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request, or answers a preflight itself."""
        if scope["type"] != "http" or scope["path"].startswith(_OPERATORS):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"")
        if origin not in self._origins:
            # A cache must not give this answer to a page that may read it.
            await self._app(scope, receive, with_headers(send, (_VARY,)))
            return
        allowed = (b"access-control-allow-origin", origin)
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            answer = [allowed, *_PREFLIGHT]
            await send({"type": "http.response.start", "status": 204, "headers": answer})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, with_headers(send, (allowed, _EXPOSED, _VARY)))
