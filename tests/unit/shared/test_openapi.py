"""The OpenAPI document: complete, and true for what the app answers."""

from typing import Any

import jsonschema
import schemathesis
from hypothesis import settings as hypothesis_settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.support.identity import token_of
from tests.support.web import make_web_context, notes_app

APP = notes_app(make_web_context())
DOCUMENT = APP.openapi()
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: operation
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
}


def problem_types(operation_id: str, status: int) -> set[str]:
    content = OPERATIONS[operation_id]["responses"][str(status)]["content"]
    return set(content["application/problem+json"]["examples"])


def test_every_guarded_operation_says_that_it_needs_a_token_and_has_limits() -> None:
    for path, item in DOCUMENT["paths"].items():
        for operation in item.values():
            if path.startswith("/v1/"):
                assert operation["security"] == [{"bearer": []}]
                assert {"401", "429", "503"} <= set(operation["responses"])
            elif path == "/metrics":  # admitted by where a scraper is, or by its token
                assert operation["security"] == [{}, {"bearer": []}]
            else:
                assert operation["security"] == []


def test_a_measured_route_is_documented_like_any_other() -> None:
    star = OPERATIONS["star_note"]
    assert star["requestBody"] == {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Star"},
                "examples": {"gold": {"value": {"kind": "gold"}}},
            }
        },
    }
    answer = star["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/Starred"}
    names = [parameter["name"] for parameter in star["parameters"]]
    assert names == ["note_id", "Occurred-At", "Act-As", "Act-As-Roles"]
    assert DOCUMENT["components"]["schemas"]["Star"]["additionalProperties"] is False
    assert {"400", "401", "404", "409", "413", "415", "422", "429", "503"} <= set(star["responses"])
    assert problem_types("star_note", 409) == {"note-locked", "recorded-too-late"}
    assert "content" not in OPERATIONS["unstar_note"]["responses"]["204"]


def test_whatever_creates_takes_an_idempotency_key() -> None:
    for operation_id in ("write_note", "stick"):
        names = [parameter["name"] for parameter in OPERATIONS[operation_id]["parameters"]]
        assert "Idempotency-Key" in names
        assert "Idempotency-Replayed" in OPERATIONS[operation_id]["responses"]["201"]["headers"]
    names = [parameter["name"] for parameter in OPERATIONS["edit_note"]["parameters"]]
    assert "Idempotency-Key" not in names


def test_refusals_are_shown_by_example_and_without_the_frameworks_own_shapes() -> None:
    standings = {"person-not-active", "person-has-left", "person-was-erased"}
    assert problem_types("write_note", 403) == {"not-allowed", "history-closed", *standings}
    assert {"token-missing", "token-expired"} <= problem_types("write_note", 401)
    assert "HTTPValidationError" not in DOCUMENT["components"]["schemas"]
    schema = {"$ref": "#/components/schemas/Problem", "components": DOCUMENT["components"]}
    for operation in OPERATIONS.values():
        for status, response in operation["responses"].items():
            problem = response.get("content", {}).get("application/problem+json")
            for example in (problem or {}).get("examples", {}).values():
                jsonschema.validate(example["value"], schema)
                assert example["value"]["status"] == int(status)


def test_whatever_writes_may_be_told_to_have_happened_before() -> None:
    headers = {"Occurred-At", "Act-As", "Act-As-Roles"}
    for operation_id, told in (
        ("write_note", headers),
        ("unstar_note", headers),
        ("read_note", set()),
    ):
        operation = OPERATIONS[operation_id]
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        assert names & headers == told
        assert ("moment-refused" in problem_types(operation_id, 422)) == bool(told)


def test_operations_that_write_promise_receipts() -> None:
    for operation_id in ("write_note", "star_note", "unstar_note", "edit_note"):
        responses = OPERATIONS[operation_id]["responses"]
        success = next(code for code in responses if code.startswith("2"))
        assert "Event-Ids" in responses[success]["headers"]
    assert "Event-Ids" not in OPERATIONS["read_note"]["responses"]["200"]["headers"]


SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)


@SCHEMA.auth()
class SignedIn:
    def get(self, case: Any, context: Any) -> str:
        return token_of("anna")

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@SCHEMA.exclude(operation_id="burn").parametrize()
@hypothesis_settings(max_examples=40, deadline=None, derandomize=True)
def test_no_input_gets_an_undocumented_answer(case: schemathesis.Case[Any]) -> None:
    # A cursor is opaque: no schema tells which ones were given out.
    unfit: list[Any] = [positive_data_acceptance] if "cursor" in (case.query or {}) else []
    case.call_and_validate(excluded_checks=unfit)
