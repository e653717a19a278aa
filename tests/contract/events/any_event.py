"""Any event at all that an event class allows, for properties that must hold for each of them."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from shared.contract.events.envelope import EventData

T = TypeVar("T", bound=msgspec.Struct)
D = TypeVar("D", bound=EventData)

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
            return st.one_of(*(_any(member) for member in types))
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
