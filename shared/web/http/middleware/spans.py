"""The span of a request, as OpenTelemetry's conventions for HTTP servers name it.

The conventions want the path, and want what is about people taken out of it: ids stand in paths, so
each is replaced by `REDACTED`, and a path that no route has is left out whole. Nothing tells who
called: neither address, nor program, nor query.
"""

import re

from opentelemetry.trace import StatusCode
from starlette.types import Scope

from shared.runtime.telemetry import Traced, Tracing
from shared.web.http.context import RequestContext

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that are named; any other can be made up by anybody, and is `_OTHER`."""

UNMATCHED = "unmatched"
"""What stands for the route where a request has none."""

CLIENT_GONE = 499
"""nginx's number for a client that went before its answer came; metrics alone show it."""

_PARAMETER = re.compile(r"\{[^}]*\}")


def begin_span(tracing: Tracing, scope: Scope, method: str, context: RequestContext) -> Traced:
    """Begins the span of a request; what it causes becomes a part of its trace."""
    # A trace that was begun for want of a caller's is no parent: it is marked as not recorded, and
    # the sampler would follow that.
    theirs = context.headers.get(b"traceparent") == context.traceparent.encode()
    traced = tracing.begin(
        method if method in METHODS else "HTTP",
        parent=context.traceparent if theirs and tracing.continues else "",
        kind="server",
        attributes={
            "http.request.method": method if method in METHODS else "_OTHER",
            "url.scheme": scope.get("scheme", "http"),
            "network.protocol.version": scope.get("http_version", "1.1"),
        },
    )
    context.traceparent = traced.traceparent
    return traced


def end_span(
    tracing: Tracing,
    traced: Traced,
    method: str,
    context: RequestContext,
    failure: Exception | None,
) -> None:
    """Ends the span, with what is known by now: the route and what was answered."""
    span = traced.span
    if span is None:
        return
    matched = context.route != UNMATCHED
    if matched:
        span.update_name(f"{method} {context.route}" if method in METHODS else "HTTP")
        span.set_attribute("http.route", context.route)
    path = _PARAMETER.sub("REDACTED", context.route) if matched else "/REDACTED"
    span.set_attribute("url.path", path)
    if context.status == CLIENT_GONE:
        span.set_attribute("error.type", "ClientDisconnect")
    else:
        span.set_attribute("http.response.status_code", context.status)
    if context.status >= 500:
        span.set_attribute("error.type", str(context.status))
        span.set_status(StatusCode.ERROR)
    tracing.end(traced, failure)
