"""Cursors: what was given out comes back unchanged, and nothing else is taken."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.web.http import CursorInvalid, CursorOfAnotherQuery, Cursors

CURSORS = Cursors(b"one key")
POSITION = (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), 42, "anna", None)


def test_a_cursor_carries_its_position() -> None:
    assert CURSORS.decode("notes", CURSORS.encode("notes", POSITION)) == POSITION


def test_a_cursor_of_another_query_is_told_apart_from_a_forged_one() -> None:
    cursor = CURSORS.encode("notes of anna", POSITION)
    with pytest.raises(CursorOfAnotherQuery):
        CURSORS.decode("notes of ben", cursor)


def test_a_cursor_signed_with_another_key_is_refused() -> None:
    with pytest.raises(CursorInvalid):
        CURSORS.decode("notes", Cursors(b"another key").encode("notes", POSITION))


@example(12, "+")  # another way to write "-" in base64
@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_changed_cursor_is_refused(place: int, character: str) -> None:
    cursor = CURSORS.encode("notes", POSITION)
    place %= len(cursor)
    changed = cursor[:place] + character + cursor[place + 1 :]
    if changed != cursor:
        with pytest.raises(CursorInvalid):
            CURSORS.decode("notes", changed)


@given(st.text(max_size=2000))
def test_any_text_is_refused_and_never_a_bug(text: str) -> None:
    with pytest.raises(CursorInvalid):
        CURSORS.decode("notes", text)
