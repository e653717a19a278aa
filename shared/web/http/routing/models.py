"""The base models of bodies: strict about what comes in, complete in what goes out."""

import json
from typing import Any, TypeVar

from msgspec import UNSET, UnsetType
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function

T = TypeVar("T")


def _no_guess(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return value


def _be_strict(node: Any) -> None:
    """Makes a schema refuse "1" and true for numbers, and 1 and "yes" for truth values.

    Parts of it are shared with other schemas and come by again with each of them.
    """
    if isinstance(node, dict):
        if node.get("type") == "function-before" and node["function"]["function"] is _no_guess:
            return
        for part in node.values():
            _be_strict(part)
        kind = node.get("type")
        if kind in {"float", "bool"}:
            node["strict"] = True
        elif kind == "int":  # not strict: in JSON 1.0 is an integer too
            inner = node.copy()
            node.clear()
            node.update(no_info_before_validator_function(_no_guess, inner))
    elif isinstance(node, list | tuple):
        for part in node:
            _be_strict(part)


def _drop_unset(node: Any) -> None:
    """Takes what stands for a field that was left out from the schema: nobody can send it."""
    if isinstance(node, dict):
        if node.get("type") == "default" and node.get("default") is UNSET:
            del node["default"]
            node["default_factory"] = _unset
            node["default_factory_takes_data"] = False
        if node.get("type") == "union":
            kept = [choice for choice in node["choices"] if not _is_unset(choice)]
            if len(kept) == 1:
                node.clear()
                node.update(kept[0])
            else:
                node["choices"] = kept
        for part in list(node.values()):
            _drop_unset(part)
    elif isinstance(node, list | tuple):
        for part in node:
            _drop_unset(part)


def _is_unset(choice: Any) -> bool:
    return bool(choice["type"] == "is-instance" and choice["cls"] is UnsetType)


def _unset() -> UnsetType:
    return UNSET


def tell_defaults(schema: dict[str, Any]) -> None:
    """Says in the description of a field what is taken where it is left out.

    A generated client makes of the keyword `default` what its makers think: a field that must be
    sent, or one that is sent although nobody has set it.
    """
    for field in schema.get("properties", {}).values():
        default = field.pop("default", None)
        if default not in (None, "", []):
            said = field.get("description", "")
            value = default if isinstance(default, str) else json.dumps(default)
            told = f"Left out, it is `{value}`."
            field["description"] = f"{said}. {told}" if said else told


class InputModel(BaseModel):
    """A request body: unknown fields are refused, and numbers and truth values aren't guessed.

    pydantic's own strict mode would refuse times, UUIDs and enums too, because FastAPI hands over
    what it has parsed and not JSON. So it is set for the three types that JSON has itself.
    (For query parameters, which are all texts, write plain parameters.)

    A default is told in the field's description, and not as the schema's `default`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = handler(source)
        _be_strict(schema)
        return schema

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = handler(core_schema)
        tell_defaults(handler.resolve_ref_schema(schema))
        return schema


class PatchModel(InputModel):
    """The body of a change: a field that is left out is `UNSET`, and what it names stays.

    Null is another thing, and refused where the type doesn't have it:

        class NotePatchIn(PatchModel):
            title: Title | UnsetType = UNSET
            due_at: Time | UnsetType | None = UNSET  # null: it isn't due any more

    An object in it is a `PatchModel` too: what is left out of that stays as well. A list is
    replaced as a whole.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = super().__get_pydantic_core_schema__(source, handler)
        _drop_unset(schema)
        return schema

    def sent(self) -> dict[str, Any]:
        """The fields that were sent, by name; objects in them as models."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def given(value: T | UnsetType) -> T | None:
    """What was sent; None for what was left out, where commands call it so."""
    return None if value is UNSET else value


class OutputModel(BaseModel):
    """A response body. Every field is always there; what isn't known is null.

    The schema leaves room for more: a client of today has to bear a field of tomorrow.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_serialization_defaults_required=True
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = handler(core_schema)
        handler.resolve_ref_schema(schema).pop("additionalProperties", None)
        return schema
