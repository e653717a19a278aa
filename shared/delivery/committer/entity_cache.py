"""Entities that a process needn't read again, because the number that changes with them hasn't.

A reaction to a post in a group depends on a membership that changes once in months. The person is
read for each act anyway, and carries a number that grows in the transaction that changes any of
their memberships (`Entity.changes_with`). So a membership that was read beside one number is what a
transaction would read that finds the same number: remembering it is exact, not merely recent.
"""

from typing import NamedTuple

from shared.delivery.command import Entity, Key

# Entities that are remembered, some 10 MB: enough for a community with as many members about at
# once.
MOST_REMEMBERED = 20_000


class CachedEntity(NamedTuple):
    """An entity as a transaction has read it.

    Attributes:
        version: The number that was found beside it.
        entity: The entity; None if there was none.
    """

    version: int
    entity: Entity | None


class EntityCache:
    """Entities by key, each with the number at which it was read.

    Args:
        most: How many are remembered; beyond it the entity that was read first is forgotten.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._entries: dict[Key, CachedEntity] = {}

    def get(self, key: Key, version: int) -> CachedEntity | None:
        """The entity as it was read at this number; None if it has to be read."""
        entry = self._entries.get(key)
        return entry if entry is not None and entry.version == version else None

    def put(self, key: Key, version: int, entity: Entity | None) -> None:
        """Remembers an entity as the transaction has read it that found this number."""
        self._entries.pop(key, None)
        while len(self._entries) >= self._most:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = CachedEntity(version, entity)
