"""The gateway: hands each request to the service that owns the path, behind one address.

It does in one process what an ingress does in a cluster, and answers itself what is the process's
own: health, metrics, and where to begin. The documents of the whole origin are answered by the
service that answers for it everywhere.
"""

import re
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.runtime.health import CombinedHealth, Health
from shared.runtime.telemetry import Telemetry
from shared.web.http.app import create_operations_app
from shared.web.http.middleware import CrossOrigin
from shared.web.http.scraping import Scrapers


class Gateway:
    """The app of the platform.

    Args:
        apis: The apps of the services, by service name.
        paths: Starts of the paths of each service; the longest that fits decides.
        others: The health of what runs beside the APIs, by name.
        telemetry: The telemetry of the process: `/metrics` shows its metrics.
        scrapers: Who may read `/metrics`; programs on this machine where it is left out.
        origins: The origins whose pages may read what is answered here (CORS).

    Attributes:
        health: The health of everything together.
    """

    def __init__(
        self,
        apis: Mapping[str, FastAPI],
        paths: Mapping[str, Sequence[str]],
        *,
        others: Mapping[str, Health],
        telemetry: Telemetry,
        scrapers: Scrapers | None = None,
        origins: Sequence[str] = (),
    ) -> None:
        self._apps: dict[str, ASGIApp] = {
            path: apis[service] for service in apis for path in paths[service]
        }
        apis_health = {f"{name}-api": api.state.web.health for name, api in apis.items()}
        self.health = CombinedHealth({**apis_health, **others})
        own = create_operations_app(
            telemetry, self.health, scrapers or Scrapers(shared=True), _first_page()
        )
        self._own: ASGIApp = CrossOrigin(own, origins) if origins else own
        longest_first = sorted(self._apps, key=len, reverse=True)
        # A path starts with another where a segment ends, or at a verb: /v1/people:batch.
        alternatives = "|".join(map(re.escape, longest_first)) or "(?!)"
        self._start = re.compile(f"({alternatives})(?=[/:]|$)").match

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        found = self._start(scope["path"]) if scope["type"] == "http" else None
        app = self._apps[found[1]] if found else self._own
        await app(scope, receive, send)


def _first_page() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def first_page() -> Response:
        # From here, wherever here is: a proxy may have taken the start of the path away.
        return RedirectResponse("board")

    return router
