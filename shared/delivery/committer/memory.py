"""What a process needn't read again, because the number that changes with it hasn't changed.

A reaction to a post in a group depends on a membership that changes once in months. The person is
read for each act anyway, and carries a number that grows in the transaction that changes any of
their memberships (`Entity.changes_with`). So a membership that was read beside one number is what a
transaction would read that finds the same number: remembering it is exact, not merely recent.
"""

from typing import NamedTuple

from shared.delivery.command import Entity, Key

# Entities. Some 10 MB; a community of as many members that are about at once.
MOST_REMEMBERED = 20_000


class Kept(NamedTuple):
    """What was read.

    Attributes:
        version: The number that was found beside it.
        entity: None: there was none.
    """

    version: int
    entity: Entity | None


class Memory:
    """Entities by key, each with the number at which it was read.

    Args:
        most: Beyond so many the one that was read first is forgotten.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._kept: dict[Key, Kept] = {}

    def recall(self, key: Key, version: int) -> Kept | None:
        """What was read at this number; None: it has to be read."""
        kept = self._kept.get(key)
        return kept if kept is not None and kept.version == version else None

    def keep(self, key: Key, version: int, entity: Entity | None) -> None:
        """Remembers what was read in the transaction that found this number."""
        self._kept.pop(key, None)
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = Kept(version, entity)
