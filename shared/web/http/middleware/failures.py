"""What FastAPI and Starlette raise, as problem documents."""

import http

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.contract.errors import Refusal
from shared.runtime.telemetry import request_traceparent
from shared.web.http.context import SCOPE, RequestContext, request_context
from shared.web.http.middleware.records import record_problem, record_refusal
from shared.web.http.problems import (
    BodyMalformed,
    BodyTooLarge,
    InputInvalid,
    RawHeaders,
    RouteMissing,
    bug,
    http_problem,
    refusal_of,
    render,
    slug_of,
)
from shared.web.http.routing.versions import NotModified


def install_handlers(app: FastAPI) -> None:
    """Makes the app answer everything that is raised with a problem document."""
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(NotModified, _not_modified)
    app.add_exception_handler(Exception, _bug)


async def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    context: RequestContext | None = request.scope.get(SCOPE)
    if context is not None:
        web = context.web
        web.telemetry.metrics.refusals.labels(web.service, error.slug).inc()
    record_refusal(request.scope, error)
    return _response(render(error, _trace(request)))


def _trace(request: Request) -> str:
    """The trace of this request; without the middleware, that of the client, or a new trace."""
    context: RequestContext | None = request.scope.get(SCOPE)
    if context is not None:
        return context.traceparent
    return request_traceparent(request.headers.get("traceparent", "").encode())


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    refusal = refusal_of(error.errors())
    nothing = any(detail["loc"] == ("body",) for detail in error.errors())
    if nothing and not request_context(request).body and isinstance(refusal, InputInvalid):
        refusal = BodyMalformed()  # FastAPI misses a field that the whole body would have been
    return await _refusal(request, refusal)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    if status == 404:
        return await _refusal(request, RouteMissing())
    if status == 413:
        return await _refusal(request, BodyTooLarge())
    if status == 400:
        return await _refusal(request, BodyMalformed())
    title = http.HTTPStatus(status).phrase
    detail = "See the description of this operation in /openapi.json."
    answer = http_problem(status, title, detail, _trace(request))
    record_problem(request.scope, status, slug_of(title))
    headers = dict(error.headers or {})
    if status == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    answer[1].extend((name.lower().encode(), value.encode()) for name, value in headers.items())
    return _response(answer)


def _methods(request: Request) -> set[str]:
    """All methods of this path; a single route knows only its own."""
    methods: set[str] = set()
    for context in iter_route_contexts(request.app.routes):
        pattern = getattr(context, "path_regex", None)
        if pattern is not None and pattern.match(request.scope["path"]):
            methods |= context.methods or set()
    return methods | {"HEAD"} if "GET" in methods else methods


async def _not_modified(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, NotModified)
    return Response(status_code=304, headers={"ETag": error.tag})


async def _bug(request: Request, error: Exception) -> Response:
    del error  # the middleware logs it
    return _response(bug(_trace(request)))


def _response(answer: tuple[int, RawHeaders, bytes]) -> Response:
    status, headers, body = answer
    response = Response(body, status)
    response.raw_headers = headers
    return response
