"""Entities to documents and back, by msgspec.

Fields keep the names that they have in the entity; `id` is stored as `_id`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from bson.timestamp import Timestamp

from shared.delivery.command import Entity

E = TypeVar("E", bound=Entity)

# Types that BSON has as well: they are stored as they are, not as text.
_BSON_TYPES = (datetime, bytes)


def entity(kind: type[E], stored: Mapping[str, Any]) -> E:
    """The entity that a document holds.

    Fields that the class doesn't know are ignored, missing ones get defaults.

    Raises:
        msgspec.ValidationError: The document doesn't fit the class: it was written by something
            else.
    """
    return msgspec.convert(stored, kind)


def document(stored: Entity) -> dict[str, Any]:
    """The document that holds an entity."""
    fields: dict[str, Any] = msgspec.to_builtins(stored, builtin_types=_BSON_TYPES)
    return fields


def cluster_time(moment: datetime) -> Timestamp:
    """The first cluster time of a second, to compare stored ones with."""
    return Timestamp(int(moment.timestamp()), 0)
