"""The documents are such that clients made of them do what was asked, and nothing else."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from mitmach.services import SERVICES
from tests.contract.openapi import client_rules as rules
from tests.contract.openapi.client_rules import RULES, Rule, operations
from tooling.generators.openapi import ORIGIN

ROOT = Path(__file__).resolve().parents[3]
SERVED = {service.name: service.openapi() for service in SERVICES}
DOCUMENTS: dict[str, Any] = {**SERVED, "origin": json.loads((ROOT / ORIGIN).read_bytes())}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_document_keeps_the_rule(rule: Rule) -> None:
    broken = {name: list(rule(document)) for name, document in DOCUMENTS.items()}
    assert not any(broken.values()), broken


def test_names_of_operations_are_unique_over_all_services() -> None:
    """Those that every process answers are the same in all documents."""
    owners: dict[str, list[str]] = {}
    for name, document in SERVED.items():
        for path, _, operation in operations(document):
            if path.startswith("/v1/"):
                owners.setdefault(operation["operationId"], []).append(name)
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


def test_what_has_the_same_name_in_two_services_is_the_same() -> None:
    """One document for all of them has one place for each name."""
    meanings: dict[str, list[Any]] = {}
    for document in DOCUMENTS.values():
        for name, schema in document["components"]["schemas"].items():
            found = meanings.setdefault(name, [])
            if schema not in found:
                found.append(schema)
    assert [name for name, found in meanings.items() if len(found) > 1] == []


def test_names_of_schemas_are_names_of_classes() -> None:
    names = {name for document in DOCUMENTS.values() for name in document["components"]["schemas"]}
    assert [name for name in names if not name.isalnum() or not name[0].isupper()] == []


EXAMPLE = "urn:mitmach:problem:note-changed"
PLAIN: dict[str, Any] = {
    "tags": [{"name": "notes", "description": "What people write down."}],
    "paths": {
        "/v1/notes/{note_id}": {
            "patch": {
                "operationId": "change_note",
                "tags": ["notes"],
                "parameters": [
                    {"name": "If-Match", "in": "header", "schema": {"type": "string"}},
                    {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 20}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/NotePatchIn"}}
                    }
                },
                "responses": {
                    "200": {
                        "headers": {"ETag": {}, "Idempotency-Replayed": {}},
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/NoteView"}
                            }
                        },
                    },
                    "412": {
                        "content": {
                            "application/problem+json": {
                                "schema": {"$ref": "#/components/schemas/ChangeNoteProblem"},
                                "examples": {"note-changed": {"value": {"type": EXAMPLE}}},
                            }
                        }
                    },
                    "429": {"headers": {"Retry-After": {}}},
                    "503": {"headers": {"Retry-After": {}}},
                },
            },
            "get": {
                "operationId": "watch_note",
                "tags": ["notes"],
                "parameters": [
                    {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}
                ],
                "responses": {
                    "200": {
                        "headers": {"ETag": {}},
                        "content": {
                            "text/event-stream": {
                                "schema": {"$ref": "#/components/schemas/NoteView"}
                            }
                        },
                    },
                    "304": {"headers": {"ETag": {}}},
                },
            },
        }
    },
    "components": {
        "schemas": {
            "NotePatchIn": {
                "properties": {
                    "title": {"type": "string", "minLength": 1},
                    "due_at": {
                        "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}],
                        "description": "Null: it isn't due any more",
                    },
                },
                "additionalProperties": False,
            },
            "NoteView": {
                "properties": {
                    "title": {"type": "string"},
                    "due_at": {"type": "string", "format": "date-time"},
                },
                "required": ["title", "due_at"],
            },
            "ChangeNoteProblem": {
                "allOf": [{"properties": {"type": {"enum": [EXAMPLE]}}, "required": ["type"]}]
            },
        }
    },
}


def schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


def operation(document: Any, method: str = "patch") -> Any:
    return document["paths"]["/v1/notes/{note_id}"][method]


BREAKS: tuple[tuple[Rule, Callable[[Any], Any]], ...] = (
    (
        rules.no_default_in_a_body,
        lambda d: schema(d, "NotePatchIn")["properties"]["title"].update(default="x"),
    ),
    (
        rules.a_change_says_what_null_means,
        lambda d: schema(d, "NotePatchIn")["properties"]["due_at"].pop("description"),
    ),
    (
        rules.defaults_keep_their_limits,
        lambda d: schema(d, "NotePatchIn")["properties"]["title"].update(default=""),
    ),
    (
        rules.defaults_keep_their_limits,
        lambda d: operation(d)["parameters"][2]["schema"].update(maximum=10),
    ),
    (rules.answers_are_open, lambda d: schema(d, "NoteView").update(additionalProperties=False)),
    (rules.answers_are_complete, lambda d: schema(d, "NoteView")["required"].remove("title")),
    (
        rules.moments_are_told,
        lambda d: schema(d, "NoteView")["properties"]["due_at"].pop("format"),
    ),
    (
        rules.moments_are_told,
        lambda d: operation(d)["parameters"].append(
            {"name": "since", "in": "query", "schema": {"type": "string"}}
        ),
    ),
    (rules.tags_are_declared_once, lambda d: operation(d)["tags"].append("notes")),
    (rules.tags_are_declared_once, lambda d: operation(d).update(tags=["unknown"])),
    (rules.tags_are_declared_once, lambda d: d["tags"].append(d["tags"][0])),
    (rules.tags_are_declared_once, lambda d: d["tags"][0].pop("description")),
    (
        rules.tags_are_declared_once,
        lambda d: d["tags"].append({"name": "unused", "description": "Nothing."}),
    ),
    (
        rules.operations_are_named_once,
        lambda d: operation(d, "get").update(operationId="change_note"),
    ),
    (
        rules.problems_are_enumerated,
        lambda d: schema(d, "ChangeNoteProblem")["allOf"][0]["properties"].pop("type"),
    ),
    (
        rules.problems_are_enumerated,
        lambda d: operation(d, "get")["responses"].update(
            {"412": operation(d)["responses"]["412"]}
        ),
    ),
    (rules.headers_go_together, lambda d: operation(d)["responses"].pop("412")),
    (rules.headers_go_together, lambda d: operation(d)["responses"]["429"].pop("headers")),
    (rules.headers_go_together, lambda d: operation(d)["responses"]["503"].pop("headers")),
    (rules.headers_go_together, lambda d: operation(d, "get")["parameters"].clear()),
    (rules.headers_go_together, lambda d: operation(d, "get")["responses"].pop("304")),
    (rules.headers_go_together, lambda d: operation(d, "get")["responses"]["304"].pop("headers")),
    (
        rules.headers_go_together,
        lambda d: operation(d)["responses"]["200"]["headers"].pop("Idempotency-Replayed"),
    ),
    (
        rules.streams_are_typed,
        lambda d: operation(d, "get")["responses"]["200"]["content"]["text/event-stream"].update(
            schema={"type": "string"}
        ),
    ),
    (
        rules.no_words_of_older_versions,
        lambda d: schema(d, "NoteView")["properties"]["title"].update(nullable=True),
    ),
)


def test_a_document_that_keeps_all_rules_breaks_none() -> None:
    assert {rule.__name__: list(rule(PLAIN)) for rule in RULES if list(rule(PLAIN))} == {}
    assert {rule for rule, _ in BREAKS} == set(RULES)


@pytest.mark.parametrize(("rule", "spoil"), BREAKS, ids=[rule.__name__ for rule, _ in BREAKS])
def test_a_rule_sees_what_breaks_it(rule: Rule, spoil: Callable[[Any], Any]) -> None:
    document = deepcopy(PLAIN)
    spoil(document)
    assert list(rule(document))
