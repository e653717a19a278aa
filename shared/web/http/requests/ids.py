"""Ids in requests: UUIDs, whose letters may be upper or lower case (RFC 9562, section 4).

They are made and stored in lower case; some clients (Apple's) write them in upper case. They are
folded where they are read, by the type that says that something is such an id, so everything
further in finds one spelling, and the same request in another case is the same request: for lists
and their cursors, and for Idempotency-Keys. What a directory calls people is no such id, whatever
it looks like: it is never folded; nor are texts.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from weakref import WeakKeyDictionary

import msgspec
from fastapi import Path
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, Field
from starlette.types import Scope

ID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
"""The shape of ids as they are stored and given out."""
_ANY_CASE = ID_PATTERN.replace("a-f", "a-fA-F")
_SHAPE = _ANY_CASE.strip("^$")


def fold(text: str) -> str:
    """An id as it is stored; whatever isn't one may come out changed, and names nothing."""
    return text.lower()


def _folded(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


_FOLDED = BeforeValidator(_folded)
ID_MARK = {"id": True}
"""Marks an id in the type of a measured route's body, where `StructId` doesn't fit."""

PathId = Annotated[
    str,
    Path(pattern=_ANY_CASE, json_schema_extra={"format": "uuid"}, description="A UUID"),
    _FOLDED,
]
"""An id in the path. One of another shape names nothing, so it answers 404 and not 422."""

OwnOrPathId = Annotated[
    str,
    Path(
        pattern=rf"^(?:me|{_ANY_CASE.strip('^$')})$",
        description="A UUID, or `me` for the caller",
    ),
    _FOLDED,
]
"""The id of a person in the path, where callers may say `me` for their own."""

Id = Annotated[
    str,
    Field(
        pattern=_ANY_CASE,
        json_schema_extra={"format": "uuid"},
        examples=["01936f3e-0000-7000-8000-000000000001"],
    ),
    _FOLDED,
]
"""An id in the query or in an `InputModel`."""

StructId = Annotated[
    str,
    msgspec.Meta(pattern=_ANY_CASE, extra_json_schema={"format": "uuid"}, extra=ID_MARK),
]
"""An id in the body of a measured route, alone or in a list; `fold_fields` folds it."""

AnswerId = Annotated[
    str,
    Field(json_schema_extra={"format": "uuid"}),
    msgspec.Meta(extra_json_schema={"format": "uuid"}),
]
"""An id in an answer, in an `OutputModel` or a struct.

In a client that was generated it is of the type in which requests want it.
"""


def fold_fields(body: Any, names: Collection[str]) -> None:
    """Folds the ids in the body of a measured route, for which msgspec has no validators.

    Args:
        body: A struct; changed.
        names: Its own fields that are ids or lists of ids, from `own_ids`.
    """
    for name in names:
        value = getattr(body, name)
        if isinstance(value, str):
            msgspec.structs.force_setattr(body, name, fold(value))
        elif value:
            msgspec.structs.force_setattr(body, name, [fold(text) for text in value])


def own_ids(kind: Any) -> frozenset[str]:
    """Names of the fields of a struct or model that are ids, without those of what is in them."""
    hints = get_type_hints(kind, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _is_marked(hint))


def all_ids(kind: Any) -> frozenset[str]:
    """Names of all fields that are ids, in a type and in whatever it is made of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel | msgspec.Struct):
        hints = get_type_hints(kind, include_extras=True)
        return own_ids(kind).union(*map(all_ids, hints.values()))
    return frozenset[str]().union(*map(all_ids, get_args(kind)))


def _is_marked(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        _, *notes = get_args(hint)
        if any(note is _FOLDED or getattr(note, "extra", None) is ID_MARK for note in notes):
            return True
    return any(map(_is_marked, get_args(hint)))


@dataclass(frozen=True, slots=True)
class RouteIds:
    """Where ids stand in the requests of a route.

    Attributes:
        path: Names of parameters in the path.
        query: Names of parameters in the query.
        body: Names of fields of the body.
    """

    path: frozenset[str]
    query: frozenset[str]
    body: frozenset[str]


_known: WeakKeyDictionary[Any, RouteIds] = WeakKeyDictionary()


def route_ids(route: APIRoute) -> RouteIds:
    """Where ids stand in the requests of an ordinary route."""
    found = _known.get(route.endpoint)
    if found is None:
        body = route.body_field
        found = _known[route.endpoint] = RouteIds(
            _names(route.dependant.path_params),
            _names(route.dependant.query_params),
            all_ids(body.field_info.annotation) if body is not None else frozenset(),
        )
    return found


def _names(parameters: Iterable[Any]) -> frozenset[str]:
    return frozenset(
        parameter.alias
        for parameter in parameters
        if _FOLDED in parameter.field_info.metadata or _is_marked(parameter.field_info.annotation)
    )


def folded_path(scope: Scope) -> str:
    """The path of a request, its ids folded."""
    path: str = scope["path"]
    route = scope.get("route")
    if path == path.lower() or not isinstance(route, APIRoute):
        return path
    ids = route_ids(route).path
    values = scope["path_params"]
    return route.path.format_map(
        {name: fold(value) if name in ids else value for name, value in values.items()}
    )


@lru_cache(maxsize=100)
def _ids_in_json(names: frozenset[str]) -> Callable[[Any, bytes], bytes]:
    either = "|".join(map(re.escape, sorted(names)))
    # A quote inside of a text has a backslash before it, so this can't begin within a text.
    return re.compile(rf'("(?:{either})"\s*:\s*)("{_SHAPE}"|\[[\s,"0-9a-fA-F-]*\])'.encode()).sub


def folded_json(body: bytes, names: frozenset[str]) -> bytes:
    """The bytes of a JSON body, the ids under these names folded; all else stays as it is."""
    if not names:
        return body
    return _ids_in_json(names)(lambda found: found[1] + found[2].lower(), body)
