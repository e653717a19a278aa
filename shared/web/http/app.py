"""Apps: a service's API around its routers, and what operators ask of other processes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.runtime.health import Health
from shared.runtime.telemetry import Telemetry
from shared.web.http.context import WebContext
from shared.web.http.middleware import (
    AccessLog,
    CrossOrigin,
    RequestMiddleware,
    as_get,
    install_handlers,
    with_headers,
)
from shared.web.http.openapi import complete_document
from shared.web.http.operations import OPERATIONS, documentation, operations, own_document
from shared.web.http.origin import origin_documents
from shared.web.http.problems import NOSNIFF
from shared.web.http.routing.measured_table import MeasuredTable
from shared.web.http.routing.query_table import QueryTable
from shared.web.http.scraping import Scrapers

LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
"""That of the API, as its documents say it."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class ServiceApp(FastAPI):
    """A FastAPI app with the middleware around it and the whole truth in its OpenAPI document."""

    web: WebContext

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves; what FastAPI adds for apps inside of other apps is left out."""
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> Any:
        """Built at the first request, when all routes are there."""
        app: ASGIApp = RequestMiddleware(
            super().build_middleware_stack(), self.web, MeasuredTable(self), QueryTable(self)
        )
        if self.web.origins:
            app = CrossOrigin(app, self.web.origins)
        return AccessLog(app) if self.web.access_log else app

    def openapi(self) -> dict[str, Any]:
        """The document, completed once."""
        if self.openapi_schema is None:
            self.openapi_schema = complete_document(self, super().openapi())
        return self.openapi_schema


def create_app(
    web: WebContext,
    *routers: APIRouter,
    title: str,
    description: str = "",
    version: str = "1",
    state: Mapping[str, object] | None = None,
    tags: Sequence[Mapping[str, str]] = (),
    lifespan: Lifespan | None = None,
    origin: Sequence[str] | None = None,
) -> FastAPI:
    """Builds the HTTP app of a service.

    It answers its own OpenAPI document at `/openapi/<service>.json`, the same address that it has
    behind a proxy, and at `/openapi.json`, unless it answers for the whole origin there.

    Args:
        web: What the routes of the service share; found in `request.app.state.web`.
        routers: The service's routes, with whole paths (`/v1/...`).
        title: The name of the service, in its documentation.
        description: What the service is for, in its documentation.
        version: The version of the API, in its documentation.
        state: What the routes find in `request.app.state`, e.g. the store.
        tags: Names and descriptions of groups of operations.
        lifespan: What lives as long as the app is served, where the process doesn't hold it.
        origin: The names of all services, in the one service that answers what concerns the whole
            origin: its documents, and the page that shows them.
    """
    app = ServiceApp(
        title=title,
        description=description,
        version=version,
        lifespan=lifespan,
        openapi_tags=[dict(tag) for tag in (*tags, OPERATIONS)],
        license_info=LICENSE,
        servers=[{"url": web.public_url or "/"}],
        openapi_url=f"/openapi/{web.service}.json",
        docs_url=None,  # our own page: FastAPI's loads scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # one address per thing
        telemetry={"tracing": False, "metrics": False, "logs": False},  # the middleware does that
    )
    app.web = web
    app.state.web = web
    for name, value in (state or {}).items():
        setattr(app.state, name, value)
    for router in routers:
        app.include_router(router)
    app.include_router(operations(web.telemetry, web.health, web.scrapers))
    if origin is None:
        app.include_router(own_document(app))
        app.include_router(documentation(title, {title: "openapi.json"}))
    else:
        app.include_router(origin_documents(web.public_url))
        documents = {name: f"openapi/{name}.json" for name in origin}
        app.include_router(documentation("Mitmach", {"Mitmach": "openapi.json", **documents}))
    install_handlers(app)
    return app


class OperationsApp(FastAPI):
    """An app for operators alone: it answers as the others do, and asks nobody who they are."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves, HEAD like GET, with the headers that every answer has."""
        if scope["type"] == "http":
            if scope["method"] == "HEAD":
                scope, send = as_get(scope, send)
            send = with_headers(send, (NOSNIFF,))
        await super().__call__(scope, receive, send)


def create_operations_app(
    telemetry: Telemetry, health: Health, scrapers: Scrapers | None = None, *more: APIRouter
) -> FastAPI:
    """Builds the app of a process without an API, or of what concerns several APIs.

    Args:
        telemetry: The metrics that `/metrics` shows.
        health: What `/health/...` answers.
        scrapers: Who may read `/metrics`; whoever reaches the port where it is left out.
        more: Further routes.
    """
    app = OperationsApp(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # to another host than the one that was meant, behind a proxy
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.include_router(operations(telemetry, health, scrapers or Scrapers()))
    for router in more:
        app.include_router(router)
    install_handlers(app)
    return app
