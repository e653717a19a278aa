"""What OpenAPI tells of measured routes: FastAPI sees functions that are never called."""

import re
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

import msgspec

from shared.web.http.ids import PathId
from shared.web.http.measured.call import Handler

SCHEMAS = "#/components/schemas/{name}"


def reference(kind: type[Any]) -> dict[str, Any]:
    """The schema of a body or answer, by name."""
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=SCHEMAS)
    return schema


def documentation_of(path: str, handler: Handler) -> Callable[..., Any]:
    """A function with the path's parameters, for FastAPI to document; never called."""

    async def documented(**_: str) -> None:
        raise AssertionError("a measured route answers by itself")

    parameters = [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=PathId)
        for name in re.findall(r"{(\w+)}", path)
    ]
    documented.__name__ = getattr(handler, "__name__", "measured")
    documented.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return documented
