"""Every route of every service, from the apps themselves, and where each of them takes ids."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Route

from mitmach.gateway import Gateway
from mitmach.services import SERVICES
from shared.runtime.telemetry import Telemetry
from shared.web.http.app import ServiceApp
from shared.web.http.requests.ids import ID_PATTERN

_NAMED_LIKE_IDS = re.compile(r"(.+_)?ids?")


def service_apps(monkeypatch: pytest.MonkeyPatch) -> dict[str, ServiceApp]:
    """The apps themselves, since a document says nothing of the routes that it leaves out."""
    with monkeypatch.context() as patch:
        patch.setattr(ServiceApp, "openapi", lambda app: {"app": app})
        return {service.name: service.openapi()["app"] for service in SERVICES}


def routes(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, str]]:
    """Method and path of everything that can be asked, documented or not, by operation."""
    apps = service_apps(monkeypatch)
    no_paths: dict[str, tuple[str, ...]] = dict.fromkeys(apps, ())
    gateway = Gateway(apps, no_paths, others={}, telemetry=Telemetry("gateway"))._own
    assert isinstance(gateway, FastAPI)
    found = {}
    for app in (gateway, *apps.values()):
        for context in iter_route_contexts(app.routes):
            route = context.original_route
            assert isinstance(route, Route | APIRoute)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                name = getattr(route, "operation_id", None) or f"{method} {context.path}"
                found[name] = (method, str(context.path))
    return found


@dataclass(frozen=True)
class Taken:
    """Where a documented route takes ids, beside its path.

    Attributes:
        query: Names of query parameters.
        body: Fields of the JSON body, with the objects around them: `rules.voters`.
    """

    query: tuple[str, ...]
    body: tuple[str, ...]


def ids_taken() -> dict[str, Taken]:
    """By operation, from the services' OpenAPI documents."""
    found = {}
    for service in SERVICES:
        document = service.openapi()
        for operations in document["paths"].values():
            for operation in operations.values():
                parameters = operation.get("parameters", ())
                content = operation.get("requestBody", {}).get("content", {})
                schema = content.get("application/json", {}).get("schema", {})
                found[operation["operationId"]] = Taken(
                    query=tuple(
                        one["name"]
                        for one in parameters
                        if one["in"] == "query" and _is_id(one["name"], one["schema"])
                    ),
                    body=tuple(dict.fromkeys(_ids_in(document, schema))),
                )
    return found


def _ids_in(document: Mapping[str, Any], schema: Mapping[str, Any], at: str = "") -> Iterator[str]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())):
        yield from _ids_in(document, part, at)
    for name, field in schema.get("properties", {}).items():
        if _is_id(name, field):
            yield f"{at}{name}"
        yield from _ids_in(document, field, f"{at}{name}.")


def _is_id(name: str, schema: Mapping[str, Any]) -> bool:
    """Whether a parameter or field names a thing, by its own name or by the shape of its values."""
    if _NAMED_LIKE_IDS.fullmatch(name):
        return True
    shapes = [schema, schema.get("items", {}), *schema.get("anyOf", ())]
    return any(one.get("pattern") == ID_PATTERN or one.get("format") == "uuid" for one in shapes)
