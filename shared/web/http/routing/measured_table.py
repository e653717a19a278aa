"""The table of measured routes, where the middleware looks before the router does."""

import re
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from shared.web.http.routing.measured import UUID, MeasuredRoute

_Match = Callable[[str], re.Match[str] | None]


class MeasuredTable:
    """The measured routes of an app, by HTTP method; each is found by a match of the whole path."""

    def __init__(self, app: FastAPI) -> None:
        table: dict[str, list[tuple[_Match, MeasuredRoute, str]]] = {}
        for context in iter_route_contexts(app.routes):
            route = context.original_route
            if isinstance(route, MeasuredRoute) and context.path is not None:
                fixed = re.sub(r"([.:])", r"\\\1", context.path)
                template = re.sub(r"{(\w+)}", rf"(?P<\1>{UUID})", fixed)
                match = re.compile(template).fullmatch
                for method in route.methods or ():
                    table.setdefault(method, []).append((match, route, context.path))
        self._by_method = {method: tuple(routes) for method, routes in table.items()}

    def find(self, method: str, path: str) -> tuple[MeasuredRoute, str, dict[str, str]] | None:
        """The route, its template and the ids in the path; None: the router finds it."""
        for match, route, template in self._by_method.get(method, ()):
            found = match(path)
            if found is not None:
                return route, template, found.groupdict()
        return None


def structs_of(app: FastAPI) -> list[type[Any]]:
    """The msgspec types that measured routes take and give, for OpenAPI."""
    return [
        kind
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, MeasuredRoute)
        for kind in context.original_route.structs
    ]
