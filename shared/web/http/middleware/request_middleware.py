"""The outermost layer of an app: what happens to every request before and after its route.

In this order: too busy? who asks (a token that was seen before costs two look-ups)? too often? have
we heard of what they wrote elsewhere, where they ask for that? are they active? a query that the
route hasn't? body too large, or not JSON? Then a measured route answers at once, and everything
else goes through FastAPI. After it: metrics, trace, and an answer to whatever was raised.

Pure ASGI. Rejected: middleware classes with `dispatch`, which cost a task and a stream per request.
"""

import time
from collections.abc import Callable

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.contract.errors import Refusal
from shared.runtime.telemetry import current_trace, request_traceparent
from shared.web.http.context import CONSISTENCY_TOKEN, SCOPE, RequestContext, WebContext
from shared.web.http.context.history import enter_history, tells_history
from shared.web.http.middleware.admission import Admission
from shared.web.http.middleware.answers import as_get, send_whole, watch_answer
from shared.web.http.middleware.records import record_bug, record_refusal
from shared.web.http.middleware.spans import CLIENT_GONE, METHODS, UNMATCHED, begin_span, end_span
from shared.web.http.problems import (
    BodyTooLarge,
    ContentCodingUnsupported,
    MediaTypeUnsupported,
    TooBusy,
    bug,
    render,
)
from shared.web.http.requests.bodies import read_body, receive_of
from shared.web.http.requests.headers import Lines, join_lines, refuse_repeated
from shared.web.http.requests.paths import matched_path
from shared.web.http.routing.measured_table import MeasuredTable
from shared.web.http.routing.query_table import QueryTable

GUARDED = ("/v1/", "/scim/")
"""Paths that need a token, whatever their routes say; so no route can be left open by mistake.

Nothing is served under `/scim/` yet: it is kept for identity providers that provision people.
"""

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
# Seconds that a body may take, and nobody is asked again who sends it.
_AT_ONCE = 0.1
_NOT_ENCODED = frozenset({b"identity", b""})

Clock = Callable[[], float]
Exemplar = dict[str, str] | None


class RequestMiddleware:
    """The outermost layer of an app.

    Args:
        app: FastAPI's own layers, down to the router.
        web: What the routes of the service share.
        measured: The routes that are answered here.
        queries: The query parameters of all routes.
        clock: Monotonic seconds; metrics and limits go by it.
    """

    def __init__(
        self,
        app: ASGIApp,
        web: WebContext,
        measured: MeasuredTable,
        queries: QueryTable,
        clock: Clock = time.perf_counter,
    ) -> None:
        self._app = app
        self._web = web
        self._measured = measured
        self._queries = queries
        self._admission = Admission(web, clock)
        self._clock = clock
        self._in_flight = 0
        metrics = web.telemetry.metrics
        self._seconds: dict[tuple[str, str, int], Callable[[float, Exemplar], None]] = {}
        metrics.http_in_flight.labels(web.service).set_function(lambda: self._in_flight)
        metrics.http_in_flight_limit.labels(web.service).set(web.limits.in_flight)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        web = self._web
        method = scope["method"]
        if method == "HEAD":
            scope, send = as_get(scope, send)
        started = self._clock()
        lines = scope["headers"]
        headers: dict[bytes, bytes] = dict(lines)
        if len(headers) != len(lines):  # seldom: some name came twice
            headers = join_lines(lines)
            scope["headers"] = list(headers.items())
        context = RequestContext(web, headers, request_traceparent(headers.get(b"traceparent")))
        scope[SCOPE] = context
        self._in_flight += 1
        tracing = web.telemetry.tracing
        traced = begin_span(tracing, scope, method, context) if tracing.on else None
        current_trace.set(context.traceparent)
        failure: Exception | None = None
        try:
            await self._serve(scope, receive, send, context, lines)
        except Refusal as refusal:
            await self._refuse(scope, send, context, refusal)
        except ClientDisconnect:
            context.status = CLIENT_GONE
        except Exception as error:
            failure = error
            context.status = 500
            record_bug(scope, error)
            if not context.started:
                await send_whole(send, context, *bug(context.traceparent))
            elif not context.finished:
                raise  # the answer is cut off: only closing the connection can tell the client
        finally:
            self._in_flight -= 1
            web.limits.concurrency.release(context.in_flight_key)
            seconds = self._clock() - started
            self._measure(method, context, seconds, None if traced is None else traced.exemplar)
            if traced is not None:
                end_span(tracing, traced, method, context, failure)

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, context: RequestContext, lines: Lines
    ) -> None:
        if lines is not scope["headers"]:
            refuse_repeated(lines)
        if b"%" in (scope.get("raw_path") or b""):
            scope["path"] = matched_path(scope["raw_path"])
        web = self._web
        method, path = scope["method"], scope["path"]
        if self._in_flight > web.limits.in_flight:
            raise TooBusy
        found = self._measured.find(method, path) if not scope.get("root_path") else None
        if found is not None:
            context.route = found[1]
        guarded = path.startswith(GUARDED)
        if guarded:
            await self._admit(scope, context)
            self._queries.check(method, path, scope["query_string"])
        if method in _WITH_BODY and self._has_body(context) and guarded:
            await self._receive(scope, receive, context)
        if guarded and tells_history(context.headers) and self._queries.knows(method, path):
            await enter_history(context, method, path)
        if found is not None:
            scope["path_params"] = found[2]
            scope["mitmach.ids"] = True
            await found[0].answer(scope, receive, send)
            return
        if guarded:  # nothing is left to be read but what was read here
            receive = receive_of(context.body, receive)
        await self._app(scope, receive, watch_answer(send, scope, context, private=guarded))

    async def _admit(self, scope: Scope, context: RequestContext) -> None:
        """Lets the caller in, or refuses."""
        admission = self._admission
        written = context.headers.get(CONSISTENCY_TOKEN)
        if written is None:
            who = admission.recall(context) or await admission.sign_in(scope, context)
            admission.admit(who, scope, context)
        else:
            await admission.admit_reader(scope, context, written)

    async def _receive(self, scope: Scope, receive: Receive, context: RequestContext) -> None:
        """Takes the body, however slowly it comes.

        Who is still sending has no place among those who are served, only one of their own; and
        whoever took time for it may not be anymore who they were when they began.
        """
        limits, began = self._web.limits, self._clock()
        self._in_flight -= 1
        try:
            context.body = await read_body(scope, receive, limits.body)
        finally:
            self._in_flight += 1
        if self._in_flight > limits.in_flight:
            raise TooBusy
        if self._clock() - began > _AT_ONCE:
            await self._admission.ask_again(scope, context)

    def _has_body(self, context: RequestContext) -> bool:
        """Whether there is one; refuses by the headers alone what would be refused later.

        Raises:
            BodyTooLarge: The announced length is above the limit.
            ContentCodingUnsupported: It is compressed.
            MediaTypeUnsupported: There is a body, and it isn't JSON.
        """
        headers = context.headers
        length = headers.get(b"content-length")
        if length is None:
            if b"transfer-encoding" not in headers:
                return False
        elif not length.isdigit() or len(length) > 15 or int(length) > self._web.limits.body:
            raise BodyTooLarge
        elif length == b"0":
            return False
        coding = headers.get(b"content-encoding")
        if coding is not None and coding.strip().lower() not in _NOT_ENCODED:
            raise ContentCodingUnsupported
        kind = headers.get(b"content-type", b"")
        if kind == b"application/json":
            return True
        media = kind.partition(b";")[0].strip().lower()
        if media != b"application/json" and not (
            media.startswith(b"application/") and media.endswith(b"+json")
        ):
            raise MediaTypeUnsupported
        return True

    async def _refuse(
        self, scope: Scope, send: Send, context: RequestContext, refusal: Refusal
    ) -> None:
        self._web.telemetry.metrics.refusals.labels(self._web.service, refusal.slug).inc()
        record_refusal(scope, refusal)
        status, headers, body = render(refusal, context.traceparent)
        context.status = status
        if context.started:
            raise refusal
        await send_whole(send, context, status, headers + context.answer_headers, body)

    def _measure(
        self, method: str, context: RequestContext, seconds: float, exemplar: Exemplar
    ) -> None:
        key = (method, context.route, context.status)
        observe = self._seconds.get(key)
        if observe is None:
            if context.route == UNMATCHED and method not in METHODS:
                key = ("other", context.route, context.status)  # anyone can invent methods
            labels = (self._web.service, key[0], key[1], str(key[2]))
            observe = self._web.telemetry.metrics.http_seconds.labels(*labels).observe
            if len(self._seconds) < 10_000:
                self._seconds[key] = observe
        observe(seconds, exemplar)
