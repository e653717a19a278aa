"""schemas/openapi/: the document of each service's HTTP API, and one of them all.

The document of a service is what the service itself answers. `origin.json` is what frontends build
clients from: every operation behind one address, of whichever service, and nothing that is for
operators. It is read where it is served (`shared/web/http/origin.py`), so no process has to know
the others' routes.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mitmach.services import SERVICES
from shared.web.http.app import LICENSE
from shared.web.http.operations import OPERATIONS

FOLDER = "schemas/openapi"
ORIGIN = f"{FOLDER}/origin.json"

Document = dict[str, Any]


class MergeError(ValueError):
    """Two documents mean different things by one name."""


def generate() -> Mapping[str, bytes]:
    """All documents, as JSON. Their order is FastAPI's, that of the code."""
    documents = {service.name: service.openapi() for service in SERVICES}
    files = {f"{FOLDER}/{name}.json": document for name, document in documents.items()}
    files[ORIGIN] = merge(documents)
    return {
        path: (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
        for path, document in files.items()
    }


def merge(documents: Mapping[str, Document]) -> Document:
    """One document of several that are served behind one address.

    What has the same name in two of them must be the same; what no operation refers to any more,
    because it was for operators, is left out.

    Args:
        documents: OpenAPI documents by the name of their service.

    Raises:
        MergeError: One name means two things; the message says which, and whose they are.
    """
    merged = _Merged()
    for owner, document in documents.items():
        merged.add(owner, document)
    if merged.conflicts:
        raise MergeError("One name means two things: " + "; ".join(merged.conflicts))
    return {
        "openapi": _one({document["openapi"] for document in documents.values()}),
        "info": _INFO | {"version": _one({one["info"]["version"] for one in documents.values()})},
        "servers": [{"url": "/"}],
        "tags": list(merged.named["tag"].values()),
        "paths": merged.named["path"],
        "components": _used(merged.named["path"], merged.components),
    }


class _Merged:
    """What documents have named so far, and which names mean two things."""

    def __init__(self) -> None:
        self.conflicts: list[str] = []
        self.named: dict[str, Document] = {"tag": {}, "path": {}, "operation": {}}
        self.components: dict[str, Document] = {}
        self._owners: dict[tuple[str, str], str] = {}

    def add(self, owner: str, document: Document) -> None:
        for tag in document.get("tags", ()):
            if tag != OPERATIONS:
                self._name("tag", tag["name"], tag, owner)
        for path, item in document["paths"].items():
            public = {
                method: operation
                for method, operation in item.items()
                if OPERATIONS["name"] not in operation.get("tags", ())
            }
            if public:
                self._name("path", path, public, owner)
            for method, operation in public.items():
                self._name("operation", operation["operationId"], (method, path), owner)
        for kind, named in document.get("components", {}).items():
            self.components[kind] = self.named.setdefault(kind, {})
            for name, component in named.items():
                self._name(kind, name, component, owner)

    def _name(self, kind: str, name: str, value: Any, owner: str) -> None:
        first = self._owners.setdefault((kind, name), owner)
        if self.named[kind].setdefault(name, value) != value:
            self.conflicts.append(f"{kind} {name} of {first} and of {owner}")


_INFO = {
    "title": "Mitmach",
    "description": "The engagement backend of a social intranet: people gather in groups and"
    " channels, post, react, comment, and take part in contests; figures say what comes of it.",
    "license": LICENSE,
}


def _one(values: set[str]) -> str:
    if len(values) != 1:
        raise MergeError(f"Versions differ: {', '.join(sorted(values))}")
    return next(iter(values))


def _used(paths: Document, components: Mapping[str, Document]) -> dict[str, Document]:
    """The components that operations refer to, directly or by others."""
    found: set[str] = set()
    waiting: list[Any] = [paths]
    while waiting:
        for reference in set(_references(waiting.pop())) - found:
            found.add(reference)
            kind, name = reference.removeprefix("#/components/").split("/")
            waiting.append(components[kind][name])
    kept = {
        kind: {
            name: component
            for name, component in named.items()
            # Operations name them, and don't refer to them.
            if kind == "securitySchemes" or f"#/components/{kind}/{name}" in found
        }
        for kind, named in components.items()
    }
    return {kind: named for kind, named in kept.items() if named}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
