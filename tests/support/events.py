"""Events for tests: a plausible one of any type, or any at all that the type allows."""

import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from shared.contract.events.envelope import EventData

T = TypeVar("T", bound=msgspec.Struct)
D = TypeVar("D", bound=EventData)

A_MOMENT = datetime(2026, 11, 23, 9, 15, 2, 120000, UTC)


def sample(kind: type[D], *, optional: bool = True, **given: Any) -> D:
    """An event's data with the same value for the same field every time; `given` fields as given.

    Args:
        kind: The event class.
        optional: Whether fields that may be absent are there.
        **given: Fields that matter to the test.
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
        case inspect.Metadata(type=inner, extra_json_schema={"pattern": pattern}):
            return _text(name, pattern)
        case inspect.Metadata(type=inner):
            return _value(name, inner)
        case inspect.LiteralType(values=words):
            return words[0]
        case inspect.UnionType(types=types):
            return _value(name, next(one for one in types if not isinstance(one, inspect.NoneType)))
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
        ("".join(letter for letter in name if letter.isalpha()) + "a" * 26)[:26],
    ):
        if re.search(pattern, text) and not re.search(pattern, "some-code"):
            return text
    return f"some-{name.replace(' ', '-')}"


def _number_of(name: str) -> int:
    """A number that only depends on the name; `hash` would differ from run to run."""
    return zlib.crc32(name.encode())


# Lone surrogates have no UTF-8 form; no JSON of ours can carry them in either direction.
_texts = st.text(st.characters(exclude_categories=["Cs"]))
_moments = (
    st.datetimes(timezones=st.timezones())
    .filter(
        # At both ends of the calendar another time zone may be in a year that doesn't exist.
        lambda moment: 2 < moment.year < 9998
    )
    .map(lambda moment: moment.astimezone(UTC))
)


def any_event(kind: type[D]) -> st.SearchStrategy[D]:
    """Everything that Python lets into the class, texts of all kinds included."""
    return _any_struct(kind)


def _any_struct(kind: type[T]) -> st.SearchStrategy[T]:
    shape = inspect.type_info(kind)
    assert isinstance(shape, inspect.StructType)
    build: Callable[..., T] = kind
    required = {field.name: _any(field.type) for field in shape.fields if field.required}
    optional = {field.name: _any(field.type) for field in shape.fields if not field.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda values: build(**values))


def _any(shape: inspect.Type) -> st.SearchStrategy[Any]:
    match shape:
        case inspect.Metadata(type=inner):
            return _any(inner)
        case inspect.LiteralType(values=words):
            return st.sampled_from(words)
        case inspect.UnionType(types=types):
            return st.one_of(*(_any(one) for one in types))
        case inspect.VarTupleType(item_type=item):
            return st.lists(_any(item), max_size=4).map(tuple)
        case inspect.StructType(cls=struct):
            return _any_struct(struct)
    return _ANY[type(shape)]


_ANY: dict[type[inspect.Type], st.SearchStrategy[Any]] = {
    inspect.StrType: _texts,
    inspect.NoneType: st.none(),
    inspect.DateTimeType: _moments,
    inspect.BoolType: st.booleans(),
    inspect.IntType: st.integers(min_value=0, max_value=2**53),
    inspect.FloatType: st.floats(allow_nan=False, allow_infinity=False),
}
