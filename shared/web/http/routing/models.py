"""The base models of bodies: strict about what comes in, complete in what goes out."""

from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function


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


class InputModel(BaseModel):
    """A request body: unknown fields are refused, and numbers and truth values aren't guessed.

    pydantic's own strict mode would refuse times, UUIDs and enums too, because FastAPI hands over
    what it has parsed and not JSON. So it is set for the three types that JSON has itself.
    (For query parameters, which are all texts, write plain parameters.)
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = handler(source)
        _be_strict(schema)
        return schema


class OutputModel(BaseModel):
    """A response body. Every field is always there; what isn't known is null."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_serialization_defaults_required=True
    )
