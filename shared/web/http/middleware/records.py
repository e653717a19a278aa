"""What is logged about requests: each refusal, and where that is wished each request.

A client that was refused has the `instance` of its problem; the line with it says what was asked
for (method and template of the route) and what came of it. Nothing of a person is in it: no path,
no query, no body, no id.

A flood of refusals must not become a flood of lines: a process logs so many in a second, and the
next line says how many were left out. Metrics count them all (`mitmach_refusals_total`).
"""

import logging
import time
from collections.abc import Callable

from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.contract.errors import Category, Refusal
from shared.runtime.telemetry import ACCESS
from shared.web.http.context import SCOPE, RequestContext
from shared.web.http.problems import STATUS, instance_of, slug_of

log = logging.getLogger(__name__)
access = logging.getLogger(ACCESS)

# Lines per second, and how many at once. A line costs some 40 us: half a percent of a processor.
_RATE, _BURST = 100.0, 500.0
_UNMATCHED = "unmatched"
_CLIENT_GONE = 499  # nginx's number for it


class LineBudget:
    """How many lines may be logged now.

    Args:
        clock: Monotonic seconds.

    Attributes:
        left_out: Lines that weren't logged since the last one that was.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.left_out = 0
        self._clock = clock
        self._left, self._at = _BURST, clock()

    def spend(self) -> bool:
        """Takes a line; false if there is none left."""
        now = self._clock()
        self._left = min(_BURST, self._left + (now - self._at) * _RATE)
        self._at = now
        if self._left < 1:
            self.left_out += 1
            return False
        self._left -= 1
        return True


_budget = LineBudget()


def record_refusal(scope: Scope, refusal: Refusal, *, budget: LineBudget = _budget) -> None:
    """Logs that a request was refused.

    Args:
        scope: That of the request.
        refusal: What it is answered with.
        budget: Says whether there may be another line; that of the process unless given.
    """
    overload = refusal.category is Category.UNAVAILABLE
    level = logging.WARNING if overload else logging.INFO
    if not log.isEnabledFor(level) or not budget.spend():
        return
    facts: dict[str, object] = {
        "problem": refusal.slug,
        "category": refusal.category.value,
        **_facts(scope, STATUS[refusal.category]),
    }
    if budget.left_out:
        facts["left_out"], budget.left_out = budget.left_out, 0
    log.log(level, "a request was refused", extra=facts)


def record_problem(scope: Scope, status: int, slug: str, *, budget: LineBudget = _budget) -> None:
    """Logs a refusal of HTTP itself, such as a method that a route doesn't have."""
    if log.isEnabledFor(logging.INFO) and budget.spend():
        log.info("a request was refused", extra={"problem": slug, **_facts(scope, status)})


def record_malformed(
    status: int, title: str, traceparent: str, *, budget: LineBudget = _budget
) -> None:
    """Logs the refusal of what isn't a request yet: no method and no route are known of it."""
    if log.isEnabledFor(logging.INFO) and budget.spend():
        facts = {
            "problem": slug_of(title),
            "status": status,
            "side": "client",
            "instance": instance_of(traceparent),
        }
        log.info("a request was refused", extra=facts)


def record_bug(scope: Scope, error: Exception) -> None:
    """Logs a mistake of ours, whatever the budget says."""
    facts = {"problem": "internal-error", **_facts(scope, 500)}
    log.error("a request failed", extra=facts, exc_info=error)


class AccessLog:
    """Logs each request that an app answers, around all that the app does.

    Args:
        app: Answers.
        clock: Monotonic seconds.
    """

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.perf_counter) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, size, began = _CLIENT_GONE, 0, self._clock()

        async def counted(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            facts = {
                "method": scope["method"],
                "route": template_of(scope),
                "status": status,
                "ms": round((self._clock() - began) * 1000, 2),
                "bytes": size,
            }
            access.info("request", extra=facts)


def _facts(scope: Scope, status: int) -> dict[str, object]:
    context: RequestContext | None = scope.get(SCOPE)
    facts: dict[str, object] = {
        "status": status,
        "side": "client" if status < 500 else "server",
        "method": scope["method"],
        "route": template_of(scope),
    }
    if context is not None:
        facts["instance"] = instance_of(context.traceparent)
    return facts


def template_of(scope: Scope) -> str:
    """The template of the route that a request is for, also if it was refused before it got there.

    Paths have ids of people in them; templates have none.
    """
    context: RequestContext | None = scope.get(SCOPE)
    if context is not None and context.route != _UNMATCHED:
        return context.route
    route = scope.get("route")
    if route is not None:
        found: str = route.path
        return found
    templates = [
        template for template, methods in _matching(scope) if scope["method"] in methods
    ] or [template for template, _ in _matching(scope)]
    return templates[0] if templates else _UNMATCHED


def _matching(scope: Scope) -> list[tuple[str, set[str]]]:
    app = scope.get("app")
    return [
        (route.path or "", set(route.methods or ()))
        for route in iter_route_contexts(app.routes if app is not None else ())
        if (pattern := getattr(route, "path_regex", None)) is not None
        and pattern.match(scope["path"])
    ]
