"""One partition's chain: repeats, records ahead of it, gaps, and records that can't be read."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contract.ids import first_id_at, new_id
from shared.delivery.consumer.chain import PATIENCE, Partition
from tests.support.counters import Sums
from tests.support.records import Record

SOURCE = "/mitmach/groups/1"


def value(
    sequence: int,
    predecessor: int,
    *,
    source: str = SOURCE,
    subject: str = "s",
    event_id: str | None = None,
) -> bytes:
    return json.dumps(
        {
            "id": f"id {sequence}" if event_id is None else event_id,
            "source": source,
            "type": "t",
            "sequence": f"{sequence:020d}",
            "predecessor": f"{predecessor:020d}",
            "subject": subject,
            "time": f"2026-01-01T00:00:{sequence % 60:02d}Z",
        }
    ).encode()


def partition(*, allow_incomplete: bool = False) -> Partition:
    return Partition(
        "t/0",
        epoch=1,
        offset=0,
        marks={},
        seen={},
        fold=Sums("t").fold("t/0"),
        allow_incomplete=allow_incomplete,
    )


def take(reader: Partition, *values: bytes | None) -> int:
    before = reader.counted
    records = [Record(reader.next + i, v) for i, v in enumerate(values)]
    reader.dead = reader.fold_in(records, Sums("t").decode, since="")  # type: ignore[attr-defined]
    return reader.counted - before


def test_each_event_of_a_chain_is_counted() -> None:
    reader = partition()
    assert take(reader, value(1, 0), value(4, 1), value(9, 4)) == 3
    assert reader.next == 3


def test_a_chain_that_begins_in_its_middle_begins_when_that_was_recorded() -> None:
    reader = partition(allow_incomplete=True)
    recorded = b'"recordedtime": "2026-11-24T09:00:00Z", "source"'
    take(reader, value(4, 1).replace(b'"source"', recorded))
    assert reader.incomplete == {SOURCE: datetime(2026, 11, 24, 9, tzinfo=UTC)}


def test_a_repeat_is_left_out_however_old_it_is() -> None:
    reader = partition()
    take(reader, value(1, 0), value(4, 1))
    assert take(reader, value(1, 0), value(4, 1), value(9, 4)) == 1
    assert reader.repeats == 2


def test_what_is_ahead_of_its_chain_is_left_out_and_counted_when_it_comes_again() -> None:
    reader = partition()
    assert take(reader, value(9, 4)) == 0
    assert take(reader, value(1, 0), value(4, 1), value(9, 4)) == 3


def test_sources_have_chains_of_their_own() -> None:
    reader = partition()
    assert take(reader, value(7, 0), value(1, 0, source="/mitmach/groups/2"), value(8, 7)) == 3


def test_a_gap_is_read_again_once_and_then_reported() -> None:
    reader = partition()
    take(reader, value(1, 0), value(9, 4))
    assert reader.check(0.0) == (False, [])
    assert reader.check(PATIENCE + 0.1) == (True, [])
    assert reader.next == 0
    assert reader.check(2 * PATIENCE + 0.2) == (False, [])  # not yet back where it was
    take(reader, value(1, 0), value(9, 4))
    reread, gaps = reader.check(2 * PATIENCE + 0.3)
    assert not reread
    assert [(gap.after, gap.before) for gap in gaps] == [(f"{1:020d}", f"{4:020d}")]


def test_gaps_of_two_sources_are_read_again_together() -> None:
    reader = partition()
    other = "/mitmach/groups/2"
    take(reader, value(9, 4), value(7, 3, source=other))
    reader.check(0.0)
    assert reader.check(PATIENCE + 0.1) == (True, [])
    assert reader.check(2 * PATIENCE + 0.2) == (False, [])
    take(reader, value(9, 4), value(7, 3, source=other))
    reread, gaps = reader.check(2 * PATIENCE + 0.3)
    assert not reread
    assert {gap.source for gap in gaps} == {SOURCE, other}


def test_a_gap_that_is_filled_is_no_gap() -> None:
    reader = partition()
    take(reader, value(1, 0), value(9, 4))
    reader.check(0.0)
    take(reader, value(4, 1), value(9, 4))
    assert reader.check(100.0) == (False, [])


def test_what_is_counted_on_the_way_to_an_offset_that_was_stored_before_is_to_be_stored() -> None:
    """Records that were fetched before reading was sent back to the start came first."""
    reader = partition()
    reader.fold_in([Record(1, value(4, 1))], Sums("t").decode)
    reader.stored = reader.next
    assert not reader.changed
    reader.next = 0
    assert take(reader, value(1, 0), value(4, 1)) == 2
    assert reader.next == reader.stored
    assert reader.changed


def test_a_chain_without_its_beginning_is_a_gap_unless_that_is_allowed() -> None:
    assert take(partition(), value(9, 4)) == 0
    allowed = partition(allow_incomplete=True)
    assert take(allowed, value(9, 4), value(12, 9)) == 2
    assert allowed.incomplete == {SOURCE: datetime(2026, 1, 1, 0, 0, 9, tzinfo=UTC)}
    assert take(allowed, value(20, 15)) == 0  # a gap later on stays one


@pytest.mark.parametrize("foreign", [b"", b"hello", b"{}", b"\xff", None])
def test_foreign_bytes_become_a_dead_letter_and_break_no_chain(foreign: bytes | None) -> None:
    reader = partition()
    assert take(reader, value(1, 0), foreign, value(2, 1)) == 2
    assert len(reader.dead) == 1  # type: ignore[attr-defined]


def test_a_broken_event_with_a_readable_envelope_keeps_its_place_in_the_chain() -> None:
    reader = partition()
    broken = value(2, 1).replace(b'"subject": "s"', b'"subject": 7')
    assert take(reader, value(1, 0), broken, value(3, 2)) == 2
    assert len(reader.dead) == 1  # type: ignore[attr-defined]
    assert take(reader, broken) == 0
    assert reader.dead == []  # type: ignore[attr-defined] # its repeat isn't a second letter


@given(st.lists(st.integers(0, 19), max_size=200), st.integers(1, 20))
def test_any_repetition_and_any_late_resending_counts_each_event_once(
    resent_from: list[int], length: int
) -> None:
    """A relay may at any time start again at any event: what follows it then follows in order."""
    chain = [value(i + 1, i) for i in range(length)]
    reader = partition()
    for start in resent_from:
        take(reader, *chain[min(start, length) : start + 3])
    take(reader, *chain)
    assert reader.counted == length


def test_the_ids_of_what_the_mark_has_passed_are_handed_over_once() -> None:
    reader = partition()
    take(reader, value(1, 0), value(9, 4), value(4, 1))  # 9 is ahead: it hasn't been applied
    take(reader, value(1, 0), value(9, 4))  # 1 is a repeat
    assert reader.take_applied() == ["id 1", "id 4", "id 9"]
    assert reader.take_applied() == []


def test_nobody_waits_for_ever_for_a_dead_letter() -> None:
    reader = partition()
    broken = value(2, 1).replace(b'"subject"', b'"object"')
    take(reader, value(1, 0), broken, b"hello")
    assert sorted(reader.take_applied()) == ["id 1", "id 2"]
    reader.set_aside(Record(3, value(3, 2)), "can't be stored")
    assert reader.take_applied() == ["id 3"]


def test_ids_that_nobody_waits_for_any_more_arent_kept() -> None:
    reader = partition()
    since = first_id_at(2_000)
    old = [Record(n - 1, value(n, n - 1, event_id=new_id(unix_ms=1_999))) for n in range(1, 4)]
    reader.fold_in(old, Sums("t").decode, since=since)
    assert reader.take_applied() == []
    fresh = new_id(unix_ms=2_000)
    reader.fold_in([Record(3, value(4, 3, event_id=fresh))], Sums("t").decode, since=since)
    assert reader.take_applied() == [fresh]
    assert reader.counted == 4
