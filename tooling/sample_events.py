"""A plausible event of any type, the same one in every run.

Tests and benchmarks name the fields that matter to them and get the rest made up. A field's value
depends on its name and type alone: so a field called the same has the same value in all events.
"""

import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from shared.contract.events.envelope import EventData

T = TypeVar("T", bound=msgspec.Struct)
D = TypeVar("D", bound=EventData)

# Made-up acts are those of human beings: of all others nothing is counted.
_HUMAN = frozenset({"human", "author_human"})

# What made-up times count from: a field of a time is up to a day later, by its name.
A_MOMENT = datetime(2026, 11, 23, 9, 15, 2, 120000, UTC)


def sample(kind: type[D], *, optional: bool = True, **given: Any) -> D:
    """An event's data, made up but for the fields that are given.

    Args:
        kind: The event class.
        optional: Whether fields that have a default get a value too.
        **given: Values of the fields that matter to the caller.
    """
    return _struct(kind, optional=optional, given=given)


def _struct(kind: type[T], *, optional: bool, given: dict[str, Any]) -> T:
    shape = inspect.type_info(kind)
    assert isinstance(shape, inspect.StructType)
    values = dict(given)
    for field in shape.fields:
        if field.name not in given and (field.required or optional):
            values[field.name] = _value(field.name, field.type)
    return kind(**values)


def _value(name: str, shape: inspect.Type) -> Any:
    match shape:
        case inspect.BoolType() if name in _HUMAN:
            return True
        case inspect.Metadata(type=inner, extra_json_schema={"pattern": pattern}):
            return _text(name, pattern)
        case inspect.Metadata(type=inner):
            return _value(name, inner)
        case inspect.LiteralType(values=words):
            return words[0]
        case inspect.UnionType(types=types):
            given = (member for member in types if not isinstance(member, inspect.NoneType))
            return _value(name, next(given))
        case inspect.VarTupleType(item_type=item):
            return (_value(name, item), _value(f"second {name}", item))
        case inspect.StructType(cls=struct):
            return _struct(struct, optional=True, given={})
    return _PLAIN[type(shape)](_number_of(name))


_PLAIN: dict[type[inspect.Type], Callable[[int], Any]] = {
    inspect.DateTimeType: lambda number: A_MOMENT + timedelta(seconds=number % 100_000),
    inspect.BoolType: lambda number: number % 2 == 0,
    inspect.IntType: lambda number: number % 10,
    inspect.FloatType: lambda number: number % 100 / 10,
}


def _text(name: str, pattern: str) -> str:
    for text in (
        f"01936f3e-0000-7000-8000-{_number_of(name):012d}",
        f"01936f3e-0000-4000-8000-{_number_of(name):012d}",
        ("".join(letter for letter in name if letter.isalpha()) + "a" * 26)[:26],
        f"{_number_of(name):032x}",
    ):
        if re.search(pattern, text) and not re.search(pattern, "some-code"):
            return text
    return f"some-{name.replace(' ', '-')}"


def _number_of(name: str) -> int:
    """A number that only depends on the name; `hash` would differ from run to run."""
    return zlib.crc32(name.encode())
