"""One document for the origin: all that frontends can ask, once, and nothing else."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mitmach.services import SERVICES
from tooling.generators.openapi import ORIGIN, MergeError, merge

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT: dict[str, Any] = json.loads((ROOT / ORIGIN).read_bytes())
SERVED = {service.name: service.openapi() for service in SERVICES}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_it_has_every_operation_that_people_can_ask_and_none_of_operators() -> None:
    asked = {
        (path, method)
        for document in SERVED.values()
        for path, method, operation in operations(document)
        if path.startswith("/v1/")
    }
    assert {(path, method) for path, method, _ in operations(DOCUMENT)} == asked
    used = {tag for _, _, one in operations(DOCUMENT) for tag in one["tags"]}
    assert used == {tag["name"] for tag in DOCUMENT["tags"]}
    assert "operations" not in used
    assert "HealthReport" not in DOCUMENT["components"]["schemas"]


def test_every_name_is_there_once() -> None:
    ids = Counter(operation["operationId"] for _, _, operation in operations(DOCUMENT))
    assert [name for name, times in ids.items() if times > 1] == []
    tags = Counter(tag["name"] for tag in DOCUMENT["tags"])
    assert [name for name, times in tags.items() if times > 1] == []


def references(node: Any) -> Iterator[str]:
    match node:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for value in node.values():
                yield from references(value)
        case list():
            for value in node:
                yield from references(value)


def test_it_is_whole_and_has_nothing_that_no_operation_needs() -> None:
    defined = {
        f"#/components/{kind}/{name}"
        for kind, named in DOCUMENT["components"].items()
        for name in named
    }
    schemes = {f"#/components/securitySchemes/{name}" for name in ("bearer",)}
    assert set(references(DOCUMENT)) == defined - schemes


def test_it_says_where_its_paths_begin() -> None:
    assert DOCUMENT["servers"] == [{"url": "/"}]


def a_document(**changes: Any) -> dict[str, Any]:
    """A document with one operation, which answers a Note."""
    note = {"$ref": "#/components/schemas/Note"}
    answer = {"description": "Done", "content": {"application/json": {"schema": note}}}
    operation = {"operationId": "read_note", "tags": ["notes"], "responses": {"200": answer}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "notes", "version": "1"},
        "tags": [{"name": "notes", "description": "What is written down."}],
        "paths": {"/v1/notes": {"get": operation}},
        "components": {"schemas": {"Note": {"type": "object"}, "Unused": {"type": "string"}}},
    } | changes


def another_path(path: str, operation_id: str) -> dict[str, Any]:
    (item,) = a_document()["paths"].values()
    return {path: {"get": item["get"] | {"operationId": operation_id}}}


def test_what_two_services_say_alike_is_said_once() -> None:
    other = a_document(paths=another_path("/v1/pages", "read_page"))
    merged = merge({"notes": a_document(), "pages": other})
    assert list(merged["paths"]) == ["/v1/notes", "/v1/pages"]
    assert merged["tags"] == a_document()["tags"]
    assert merged["components"] == {"schemas": {"Note": {"type": "object"}}}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"paths": another_path("/v1/pages", "read_note")}, "operation read_note"),
        ({"paths": another_path("/v1/notes", "read_page")}, "path /v1/notes"),
        ({"components": {"schemas": {"Note": {"type": "string"}}}}, "schemas Note"),
        ({"tags": [{"name": "notes", "description": "Tunes."}]}, "tag notes"),
    ],
)
def test_what_two_services_say_differently_is_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(MergeError, match=f"{told} of notes and of pages"):
        merge({"notes": a_document(), "pages": a_document(**changes)})


def test_versions_that_differ_are_told() -> None:
    other = a_document(openapi="3.0.3", paths=another_path("/v1/pages", "read_page"))
    with pytest.raises(MergeError, match=r"3\.0\.3, 3\.1\.0"):
        merge({"notes": a_document(), "pages": other})
