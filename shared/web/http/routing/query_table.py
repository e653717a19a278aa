"""The query parameters of every route: what a client asks for is answered, or refused.

A misspelt filter that is ignored answers the unfiltered list as if it were the filtered one, and
nobody notices. So unknown parameters are refused as unknown fields are, and so is a second value
where there can be one. It is looked at before any route runs, at one place for all of them, and
only where a request has a query. What needs no token (health, metrics, documents, the board) isn't
asked for anything by a query and ignores it: probes and caches add what they like.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import compile_path

from shared.web.http.problems import MOST_ERRORS, FieldError, InputInvalid

_SEVERAL = frozenset({list, set, frozenset, tuple})
_LONGEST_NAME = 80  # characters of what a client made up; answers stay small


class _Parameters(NamedTuple):
    """Names of query parameters: all of a route, and those that may come more than once."""

    known: frozenset[bytes]
    several: frozenset[bytes]


class QueryTable:
    """What can be asked of the routes of an app, by method and path.

    Args:
        app: The app with all of its routes; they are looked up in the router's order.
    """

    def __init__(self, app: FastAPI) -> None:
        self._fixed: dict[tuple[str, str], _Parameters] = {}
        self._templates: dict[str, list[tuple[re.Pattern[str], _Parameters]]] = {}
        for context in iter_route_contexts(app.routes):
            route, path = context.original_route, context.path
            if not isinstance(route, APIRoute) or path is None:
                continue
            parameters = _parameters(route.dependant)
            for method in context.methods or ():
                if self._find(method, path) is not None:
                    continue  # an earlier one answers it
                if "{" in path:
                    pattern = compile_path(path)[0]
                    self._templates.setdefault(method, []).append((pattern, parameters))
                else:
                    self._fixed[method, path] = parameters

    def check(self, method: str, path: str, query: bytes) -> None:
        """Returns if the route has these parameters, or if there is no such route.

        Args:
            method: The request's HTTP method.
            path: The path that routes are matched with.
            query: What stands behind the question mark, as it came.

        Raises:
            InputInvalid: A parameter is unknown, or comes twice and has one value.
        """
        found = self._find(method, path) if query else None
        if found is not None and not _plain(query, found):
            errors = list(_errors(query, found))
            if errors:
                raise InputInvalid(errors[:MOST_ERRORS])

    def knows(self, method: str, path: str) -> bool:
        """Whether there is a route for this.

        Args:
            method: The request's HTTP method.
            path: The path that routes are matched with.
        """
        return self._find(method, path) is not None

    def _find(self, method: str, path: str) -> _Parameters | None:
        found = self._fixed.get((method, path))
        if found is None:
            for pattern, parameters in self._templates.get(method, ()):
                if pattern.match(path):
                    return parameters
        return found


def _parameters(dependant: Dependant) -> _Parameters:
    several = {name.encode(): many for name, many in _declared(dependant)}
    return _Parameters(frozenset(several), frozenset(name for name in several if several[name]))


def _declared(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Query parameters of a route and of what it depends on, and whether they take several."""
    for parameter in dependant.query_params:
        yield parameter.alias, _takes_several(parameter.field_info.annotation)
    for part in dependant.dependencies:
        yield from _declared(part)


def _takes_several(annotation: Any) -> bool:
    origin = get_origin(annotation) or annotation
    return origin in _SEVERAL or any(
        (get_origin(one) or one) in _SEVERAL for one in get_args(annotation)
    )


def _plain(query: bytes, parameters: _Parameters) -> bool:
    """Whether all is well at first sight: known names, not encoded, each as often as it may."""
    seen = set()
    for pair in query.split(b"&"):
        name = pair.partition(b"=")[0]
        if name in seen or name not in parameters.known:
            return False
        if name not in parameters.several:
            seen.add(name)
    return True


def _errors(query: bytes, parameters: _Parameters) -> Iterator[FieldError]:
    counts = Counter(name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    for name, times in counts.items():
        raw = name.encode()
        if raw not in parameters.known:
            names = ", ".join(sorted(known.decode() for known in parameters.known))
            known = f"known are: {names}" if names else "there is none here"
            yield FieldError(name[:_LONGEST_NAME], f"Unknown parameter; {known}")
        elif times > 1 and raw not in parameters.several:
            yield FieldError(name, "Sent more than once; it has one value")
