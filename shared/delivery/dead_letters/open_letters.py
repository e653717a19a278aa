"""The open letters of one partition: dead letters that may still be counted, and in what way.

Events with the same key keep their order, and some projections rely on it. So as long as a letter
is open its key is remembered: once a later event with this key has been counted, the letter is
overtaken, and only counted afterwards where order doesn't matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.delivery.dead_letters.letter import Letter
from shared.delivery.projections import PartitionFold


class LetterChanges(NamedTuple):
    """What became of letters since the last flush.

    Attributes:
        letters: New ones.
        overtaken: Ids of stored letters whose key had a later event since.
        replayed: Ids of stored letters whose effect is in this flush.
        late: Folds of replayed letters that were overtaken before, beside the partition's own.
    """

    letters: Sequence[Letter] = ()
    overtaken: Sequence[str] = ()
    replayed: Sequence[str] = ()
    late: Sequence[PartitionFold] = ()


class OpenLetters:
    """Which letters are open, and what has changed about them since the last flush.

    Args:
        group: Consumer group that new letters belong to.
        stored: Letters that nothing has overtaken, as `dead_letters.letters_in_order` gives them.

    Attributes:
        by_key: Ids of letters that nothing has overtaken, by the key of their events and in their
            order.
    """

    def __init__(self, group: str = "", stored: Iterable[Mapping[str, Any]] = ()) -> None:
        self.by_key: dict[bytes | None, list[str]] = {}
        for letter in stored:
            self.by_key.setdefault(letter["key"], []).append(letter["_id"])
        self._group = group
        self._new: dict[str, Letter] = {}
        self._overtaken: list[str] = []
        self._replayed: list[str] = []
        self._late: list[PartitionFold] = []
        self._ever_replayed: set[str] = set()

    def add(self, record: Any, reason: str, source: str = "", sequence: str = "") -> Letter:
        """Makes a letter of a record that can't be counted."""
        letter = Letter(record, reason, group=self._group, source=source, sequence=sequence)
        self._new[letter.id] = letter
        self.by_key.setdefault(record.key, []).append(letter.id)
        return letter

    def overtake(self, key: bytes | None) -> None:
        """Notes that a later event with this key was counted."""
        for letter in self.by_key.pop(key, ()):
            self._mark_overtaken(letter)

    def is_in_order(self, key: bytes | None, letter: str) -> bool:
        """Whether nothing has overtaken this letter."""
        return letter in self.by_key.get(key, ())

    def was_replayed(self, letter: str) -> bool:
        """Whether the letter was replayed here already; a stored state may not say so yet."""
        return letter in self._ever_replayed

    def add_replayed(self, key: bytes | None, letter: str, late: PartitionFold | None) -> None:
        """Notes that a letter was counted.

        Args:
            key: Key of its event.
            letter: Id of the letter.
            late: The fold that it was counted in when it had been overtaken; None when it was
                counted in its turn, in the partition's own fold.
        """
        self._replayed.append(letter)
        self._ever_replayed.add(letter)
        if late is not None:
            self._late.append(late)
            return
        waiting = self.by_key.pop(key)
        place = waiting.index(letter)
        for earlier in waiting[:place]:
            self._mark_overtaken(earlier)
        if later := waiting[place + 1 :]:
            self.by_key[key] = later

    @property
    def changed(self) -> bool:
        """Whether there is something to store."""
        return bool(self._new or self._overtaken or self._replayed)

    def take_changes(self) -> LetterChanges:
        """Hands over what there is to store."""
        changes = LetterChanges(
            list(self._new.values()), self._overtaken, self._replayed, self._late
        )
        self._new, self._overtaken, self._replayed, self._late = {}, [], [], []
        return changes

    def _mark_overtaken(self, letter: str) -> None:
        if letter in self._new:
            self._new[letter].overtaken = True
        else:
            self._overtaken.append(letter)
