"""The documents are what the world's tools take for OpenAPI: a linter of them finds no fault."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.built_programs import built, npm_ci

pytestmark = pytest.mark.tools

ROOT = Path(__file__).resolve().parents[3]
LINTER = Path(__file__).parent / "redocly"
CONFIGURATION = LINTER / "redocly.yaml"
DOCUMENTS = sorted((ROOT / "schemas" / "openapi").glob("*.json"))
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


@pytest.fixture(scope="module")
def redocly() -> Path:
    """The linter, in the version of the lock."""
    return built("redocly", LINTER, npm_ci) / "node_modules" / ".bin" / "redocly"


def lint(redocly: Path, *documents: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [redocly, "lint", f"--config={CONFIGURATION}", "--format=stylish", *documents],
        env=os.environ | QUIET,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_finds_no_fault_with_any_document(redocly: Path) -> None:
    assert {path.stem for path in DOCUMENTS} >= {"origin", "posts", "groups"}
    said = lint(redocly, *DOCUMENTS)
    assert said.returncode == 0, said.stdout + said.stderr


def test_it_would_find_one(redocly: Path, tmp_path: Path) -> None:
    document = a_document()
    del document["servers"]
    del document["paths"]["/v1/notes"]["get"]["security"]
    document["components"]["schemas"]["Note"]["type"] = "text"
    faulty = tmp_path / "faulty.json"
    faulty.write_text(json.dumps(document))
    said = lint(redocly, faulty)
    assert said.returncode != 0
    for rule in ("no-empty-servers", "security-defined", "struct"):
        assert rule in said.stdout


def a_document() -> dict[str, Any]:
    note = {"$ref": "#/components/schemas/Note"}
    answers = {
        "200": {"description": "Done", "content": {"application/json": {"schema": note}}},
        "404": {"description": "Not there"},
    }
    operation = {
        "operationId": "list_notes",
        "summary": "List notes",
        "tags": ["notes"],
        "security": [],
        "responses": answers,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "notes", "version": "1", "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": "/"}],
        "tags": [{"name": "notes", "description": "What is written down."}],
        "paths": {"/v1/notes": {"get": operation}},
        "components": {"schemas": {"Note": {"type": "object"}}},
    }
