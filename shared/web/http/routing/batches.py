"""Items of a batch that stand each for themselves, also where one of them can't even be read.

A body is validated as a whole, so one bad mail address would refuse a whole list of people. A field
of type `list[BatchItem[PersonIn]]` is validated item by item instead: OpenAPI shows `PersonIn`,
and the route finds out of each item what it says or what is wrong with it.
"""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_wrap_validator_function

from shared.contract.errors import Refusal
from shared.web.http.problems import refusal_of

M = TypeVar("M", bound=BaseModel)


class BatchItem(Generic[M]):
    """An item of a batch, read.

    Args:
        value: What it says; None if it can't be read.
        errors: What is wrong with it, as pydantic tells it.
    """

    __slots__ = ("_errors", "_value")

    def __init__(self, value: M | None, errors: Iterable[Any] = ()) -> None:
        self._value = value
        self._errors = tuple(errors)

    def read(self, *place: str | int) -> M:
        """What the item says.

        Args:
            place: Where it stands in the body, such as `"people", 3`.

        Raises:
            InputInvalid: It breaks a rule; the fields are named by their place in the whole body.
        """
        if self._value is None:
            raise self._refusal(place)
        return self._value

    def _refusal(self, place: tuple[str | int, ...]) -> Refusal:
        return refusal_of(
            [error | {"loc": ("body", *place, *error["loc"])} for error in self._errors]
        )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (kind,) = get_args(source)
        return no_info_wrap_validator_function(cls._read, handler.generate_schema(kind))

    @classmethod
    def _read(cls, value: Any, validate: Callable[[Any], M]) -> "BatchItem[M]":
        try:
            return cls(validate(value))
        except ValidationError as error:
            return cls(None, error.errors(include_url=False, include_input=False))
