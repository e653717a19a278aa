"""Records that couldn't be counted, and trying them again later: when that is right."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from shared.delivery.consumer.chain import Partition
from shared.delivery.dead_letters import Letter, LetterState, OpenLetters, StoredLetter
from tests.support.counters import Event, SumFold, Sums
from tests.support.records import Record
from tests.unit.shared.test_chain import SOURCE, value

decode_any = Sums("t").decode


class Trouble:
    """A reader that can't decode events about `broken` until it is mended."""

    def __init__(self) -> None:
        self.mended = False

    def __call__(self, read: bytes) -> Event:
        event: Event = decode_any(read)
        if event.subject == "broken" and not self.mended:
            raise ValueError
        return event


class Reader:
    """One partition, read by a consumer that has trouble."""

    def __init__(self, stored: OpenLetters | None = None) -> None:
        self.decode = Trouble()
        self.fold = SumFold()
        self.partition = Partition(
            "t/0",
            epoch=1,
            offset=0,
            marks={},
            seen={},
            fold=self.fold,
            open_letters=stored or OpenLetters("g"),
        )
        self._sequence = 0

    def read(self, subject: str, key: bytes) -> list[Letter]:
        before, self._sequence = self._sequence, self._sequence + 1
        told = value(self._sequence, before, subject=subject)
        return self.partition.fold_in([Record(before, told, key)], self.decode)

    def replay(
        self, letter: Letter, *, late: Callable[[Any], bool] = lambda _: False
    ) -> str | None:
        return self.partition.replay(as_stored(letter), self.decode, late, SumFold)


def as_stored(letter: Letter) -> StoredLetter:
    record = letter.record
    return StoredLetter(
        id=letter.id,
        group=letter.group,
        partition=f"{record.topic}/{record.partition}",
        offset=record.offset,
        source=letter.source,
        sequence=letter.sequence,
        key=record.key,
        value=record.value,
        headers=(),
        reason=letter.reason,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        state=LetterState.WANTED,
        overtaken=letter.overtaken,
        note="",
    )


def test_a_letter_names_the_event_wherever_it_is_read() -> None:
    (first,), (again,) = Reader().read("broken", b"k"), Reader().read("broken", b"k")
    assert first.id == again.id
    assert (first.source, first.sequence) == (SOURCE, f"{1:020d}")
    moved = Letter(Record(99, first.record.value, b"k"), "", group="g", source=SOURCE, sequence="1")
    other = Letter(Record(0, b"x", b"k"), "", group="g")
    assert len({moved.id, other.id, Letter(Record(0, b"y", b"k"), "", group="g").id}) == 3


def test_what_nothing_has_overtaken_is_counted_in_its_turn() -> None:
    reader = Reader()
    (letter,) = reader.read("broken", b"k")
    assert reader.read("other", b"another key") == []
    assert reader.replay(letter) == "can't be decoded: ValueError"
    reader.decode.mended = True
    assert reader.replay(letter) is None
    letter_changes = reader.partition.open_letters.take_changes()
    assert (letter_changes.letters, letter_changes.replayed, letter_changes.late) == (
        [letter],
        [letter.id],
        [],
    )
    assert reader.fold.take() == {"other": 1, "broken": 1}
    assert reader.partition.open_letters.was_replayed(letter.id)


def test_what_was_overtaken_is_counted_only_where_order_doesnt_matter() -> None:
    reader = Reader()
    (letter,) = reader.read("broken", b"k")
    reader.read("other", b"k")
    assert letter.overtaken
    reader.decode.mended = True
    assert "order matters" in str(reader.replay(letter))
    assert reader.replay(letter, late=lambda event: event.subject == "broken") is None
    (spare,) = reader.partition.open_letters.take_changes().late
    assert spare.take() == {"broken": 1}
    assert reader.fold.take() == {"other": 1}


def test_a_repeat_overtakes_nothing() -> None:
    reader = Reader()
    reader.read("other", b"k")
    (letter,) = reader.read("broken", b"k")
    reader._sequence = 0
    reader.read("other", b"k")
    assert not letter.overtaken


def test_what_was_stored_can_be_overtaken_too() -> None:
    stored = OpenLetters("g", [{"_id": "old", "key": b"k"}, {"_id": "older", "key": b"x"}])
    reader = Reader(stored)
    assert not reader.partition.changed
    reader.read("other", b"k")
    assert reader.partition.open_letters.take_changes().overtaken == ["old"]


def test_a_replayed_letter_overtakes_those_before_it() -> None:
    reader = Reader()
    (first,), (second,), (third,) = (reader.read("broken", b"k") for _ in range(3))
    reader.decode.mended = True
    assert reader.replay(second) is None
    assert (first.overtaken, third.overtaken) == (True, False)
    assert "order matters" in str(reader.replay(first))
    assert reader.replay(third) is None


def test_a_letter_ahead_of_its_chain_waits() -> None:
    """A copy of the record in another partition's letters, say: it would be counted there, too."""
    reader = Reader()
    record = Record(7, value(5, 4, subject="a"), b"k")
    letter = Letter(record, "", group="g", source=SOURCE, sequence=f"{5:020d}")
    assert "chain" in str(reader.replay(letter))


def test_turning_letters_is_something_to_store_even_when_nothing_arrives() -> None:
    reader = Reader()
    (letter,) = reader.read("broken", b"k")
    reader.partition.stored = reader.partition.next
    reader.partition.open_letters.take_changes()
    assert not reader.partition.changed
    reader.decode.mended = True
    reader.replay(letter)
    assert reader.partition.changed
