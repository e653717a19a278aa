"""What one partition couldn't count: dead letters, and whether their time has passed.

Events with the same key keep their order, and some projections rely on it. So as long as a letter
is open its key is watched: once a later event with this key has been counted, the letter is
overtaken, and only counted afterwards where order doesn't matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.delivery.dead_letters import Letter
from shared.delivery.projections import PartitionFold


class LetterChanges(NamedTuple):
    """What became of letters since the last flush.

    Attributes:
        letters: New ones.
        overtaken: Ids of older ones.
        replayed: Ids of those whose effect is in this flush.
        late: Folds of those that were overtaken, beside the partition's own.
    """

    letters: Sequence[Letter] = ()
    overtaken: Sequence[str] = ()
    replayed: Sequence[str] = ()
    late: Sequence[PartitionFold] = ()


class OpenLetters:
    """The open letters of a partition.

    Args:
        group: The consumer's.
        stored: Letters that nothing has overtaken, as `dead_letters.watched` gives them.

    Attributes:
        watched: Their ids by key, in the order of their events.
    """

    def __init__(self, group: str = "", stored: Iterable[Mapping[str, Any]] = ()) -> None:
        self.watched: dict[bytes | None, list[str]] = {}
        for one in stored:
            self.watched.setdefault(one["key"], []).append(one["_id"])
        self._group = group
        self._new: dict[str, Letter] = {}
        self._overtaken: list[str] = []
        self._replayed: list[str] = []
        self._late: list[PartitionFold] = []
        self._settled: set[str] = set()

    def put(self, record: Any, reason: str, source: str = "", sequence: str = "") -> Letter:
        """A record can't be counted."""
        letter = Letter(record, reason, group=self._group, source=source, sequence=sequence)
        self._new[letter.id] = letter
        self.watched.setdefault(record.key, []).append(letter.id)
        return letter

    def overtake(self, key: bytes | None) -> None:
        """A later event with this key was counted."""
        for one in self.watched.pop(key, ()):
            self._pass(one)

    def watches(self, key: bytes | None, letter: str) -> bool:
        """Whether nothing has overtaken this letter."""
        return letter in self.watched.get(key, ())

    def settled(self, letter: str) -> bool:
        """Whether it was replayed here already."""
        return letter in self._settled

    def replayed(self, key: bytes | None, letter: str, late: PartitionFold | None) -> None:
        """It was counted: with the events of its turn, or in a fold of its own."""
        self._replayed.append(letter)
        self._settled.add(letter)
        if late is not None:
            self._late.append(late)
            return
        waiting = self.watched.pop(key)
        place = waiting.index(letter)
        for one in waiting[:place]:  # it has overtaken those before it
            self._pass(one)
        if rest := waiting[place + 1 :]:
            self.watched[key] = rest

    @property
    def changed(self) -> bool:
        """Whether there is something to store."""
        return bool(self._new or self._overtaken or self._replayed)

    def take(self) -> LetterChanges:
        """Hands over what there is to store."""
        letter_changes = LetterChanges(
            list(self._new.values()), self._overtaken, self._replayed, self._late
        )
        self._new, self._overtaken, self._replayed, self._late = {}, [], [], []
        return letter_changes

    def _pass(self, letter: str) -> None:
        if letter in self._new:
            self._new[letter].overtaken = True
        else:
            self._overtaken.append(letter)
