"""A change changes what it names: each body of a PATCH, field by field."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import UNSET
from pydantic import ValidationError

from mitmach.services import SERVICES
from shared.web.http import PatchModel
from tests.contract.openapi.client_rules import operations

DOCUMENTS = [service.openapi() for service in SERVICES]


def changes(kind: type[PatchModel] = PatchModel) -> Iterator[type[PatchModel]]:
    """All bodies of changes, and what they are made of."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("services."):
            yield one
        yield from changes(one)


CHANGES = {one.__name__: one for one in changes()}
FIELDS = [(model, name) for model in CHANGES.values() for name in model.model_fields]
each_field = pytest.mark.parametrize(
    ("model", "name"), FIELDS, ids=[f"{model.__name__}.{name}" for model, name in FIELDS]
)


def nullable(model: type[PatchModel], name: str) -> bool:
    choices = model.model_json_schema()["properties"][name].get("anyOf", ())
    return {"type": "null"} in choices


def test_every_body_that_may_leave_something_out_is_one() -> None:
    bodies = set()
    for document in DOCUMENTS:
        for _, method, operation in operations(document):
            if method == "patch":
                content = operation["requestBody"]["content"]["application/json"]
                name = content["schema"]["$ref"].rpartition("/")[2]
                schema: dict[str, Any] = document["components"]["schemas"][name]
                if set(schema["properties"]) - set(schema.get("required", ())):
                    bodies.add(name)
    assert bodies
    assert bodies <= CHANGES.keys()


@pytest.mark.parametrize("model", CHANGES.values(), ids=CHANGES)
def test_a_change_that_says_nothing_names_nothing(model: type[PatchModel]) -> None:
    empty = model.model_validate({})
    assert empty.sent() == {}
    assert all(getattr(empty, name) is UNSET for name in model.model_fields)


@each_field
def test_null_is_taken_only_where_the_document_says_so(model: type[PatchModel], name: str) -> None:
    if nullable(model, name):
        assert model.model_validate({name: None}).sent() == {name: None}
    else:
        with pytest.raises(ValidationError):
            model.model_validate({name: None})


@each_field
def test_what_stands_for_left_out_is_not_documented(model: type[PatchModel], name: str) -> None:
    schema = model.model_json_schema()["properties"][name]
    assert "default" not in schema
    assert "unset" not in str(schema).lower()
