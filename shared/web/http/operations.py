"""What operators and browsers ask every service: health, metrics, documentation."""

import html
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse
from prometheus_client.exposition import choose_encoder

from shared.contract.access import NotAllowed
from shared.runtime.health import Health, Report
from shared.runtime.telemetry import Telemetry
from shared.web.http.problems import RouteMissing, problems
from shared.web.http.routing.models import OutputModel
from shared.web.http.scraping import Scrapers
from shared.web.identity import TokenInvalid, TokenMissing

# Nothing but our own files, and no other page around ours. Swagger UI styles itself inline.
_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; script-src 'self';"
    " style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SAFE = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
}
_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}


OPERATIONS = {"name": "operations", "description": "What operators ask each process."}
"""The tag of health and metrics in OpenAPI."""


class HealthReport(OutputModel):
    """The answer of a probe."""

    status: str
    checks: dict[str, str]


def _answer(report: Report) -> Response:
    status = "ok" if report.ok else "failing"
    body = HealthReport(status=status, checks=dict(report.checks)).model_dump_json()
    return Response(
        body,
        200 if report.ok else 503,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


_FAILING: dict[int | str, dict[str, Any]] = {
    503: {
        "description": "Failing; `checks` says which",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/HealthReport"}}},
    }
}


def operations(telemetry: Telemetry, health: Health, scrapers: Scrapers) -> APIRouter:
    """`/health/live`, `/health/ready` and `/metrics`, the last for scrapers."""
    router = APIRouter(tags=[OPERATIONS["name"]])
    _add_health(router, health)

    @router.get(
        "/metrics",
        operation_id="metrics",
        summary="Metrics for Prometheus",
        description="The technical metrics of this process, and what it restored from the store.",
        response_class=PlainTextResponse,
        responses=problems(TokenMissing, TokenInvalid, NotAllowed),
        dependencies=[Depends(scrapers.admit)],
        openapi_extra={"security": [{}, {"bearer": []}]},  # by its place or its token
    )
    def metrics(request: Request) -> Response:
        # A plain function, so it runs in a thread: collecting walks over every series.
        encoder, media_type = choose_encoder(request.headers.get("accept", ""))
        return Response(
            encoder(telemetry.metrics.registry),
            media_type=media_type,
            headers={"Cache-Control": "no-store"},
        )

    return router


def _add_health(router: APIRouter, health: Health) -> None:
    @router.get(
        "/health/live",
        operation_id="health_live",
        summary="Does the process move?",
        description="Asks nothing outside of the process. Failing means: restart it.",
        response_model=HealthReport,
        responses=_FAILING,
    )
    async def health_live() -> Response:
        return _answer(health.live())

    @router.get(
        "/health/ready",
        operation_id="health_ready",
        summary="Can it work now?",
        description="Asks the database, and the broker where it is needed. Failing means: wait.",
        response_model=HealthReport,
        responses=_FAILING,
    )
    async def health_ready() -> Response:
        return _answer(await health.ready())


def own_document(app: FastAPI) -> APIRouter:
    """`/openapi.json`: the document of this app, where it is alone on its port."""
    router = APIRouter(include_in_schema=False)

    @router.get("/openapi.json")
    async def document() -> Response:
        return JSONResponse(app.openapi())

    return router


def documentation(title: str, documents: Mapping[str, str]) -> APIRouter:
    """`/docs`: Swagger UI from files of our own, since a network may be closed.

    Args:
        title: The title of the page.
        documents: Addresses of OpenAPI documents, by the name that the page shows.
    """
    router = APIRouter(include_in_schema=False)
    folder = _assets()

    @router.get("/docs")
    async def docs_page() -> Response:
        return HTMLResponse(_PAGE.replace("TITLE", html.escape(title)), headers=_SAFE)

    @router.get("/docs/start.js")
    async def start_script() -> Response:
        urls = json.dumps([{"name": name, "url": url} for name, url in documents.items()])
        script = _START.replace("URLS", urls)
        return Response(script, media_type="text/javascript", headers=_SAFE)

    @router.get("/docs/{asset}")
    async def asset(asset: str) -> Response:
        if asset not in _ASSETS or folder is None:
            raise RouteMissing
        return FileResponse(folder / asset, media_type=_ASSETS[asset], headers=_SAFE)

    return router


def _assets() -> Path | None:
    found = importlib.util.find_spec("fastapi_offline")
    places = found.submodule_search_locations if found is not None else None
    return Path(places[0]) / "static" if places else None


_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>TITLE</title>
<link rel="icon" href="docs/favicon.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<main id="docs"></main>
<noscript>Everything is in <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
"""

_START = """const documents = URLS;

function show(url) {
  SwaggerUIBundle({
    dom_id: "#docs",
    url,
    deepLinking: true,
    docExpansion: "none",
    persistAuthorization: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
  });
}

if (documents.length > 1) {
  const choice = document.createElement("select");
  choice.setAttribute("aria-label", "Service");
  documents.forEach(({ name, url }) => choice.add(new Option(name, url)));
  choice.addEventListener("change", () => show(choice.value));
  document.body.prepend(choice);
}
show(documents[0].url);
"""
