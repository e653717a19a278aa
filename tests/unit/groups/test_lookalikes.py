"""Names that a reader can't tell apart have one look."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.groups.domain.lookalikes import look


@pytest.mark.parametrize(
    "other",
    [
        "Mіa Schön",  # a Cyrillic i
        "Міа Ѕсһӧn",  # as many as there are
        "MIA SCHÖN",
        "Mia  Schön",
        "Mia\u00a0Schön",
        "Mia\u3164Schön",
        "Mia\u2800Schön",
        "M\u200bia Schön",
        "Mi\u200da Schön\u2060",
        "\u200fMia Schön",
        "Mia Scho\u0308n",
        "Ｍｉａ Ｓｃｈöｎ",
        "𝐌𝐢𝐚 Schön",
    ],
    ids=ascii,
)
def test_a_name_in_disguise_looks_like_the_name(other: str) -> None:
    assert look(other) == look("Mia Schön")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mia Schön", "Mia Schon"),
        ("Mia Schön", "Miaschön"),
        ("Ali", "All"),
        ("Маша", "Миша"),
        ("कि", "की"),
        ("Group 1", "Group 2"),
    ],
)
def test_names_that_differ_look_different(one: str, other: str) -> None:
    assert look(one) != look(other)


@given(st.text(max_size=20))
def test_a_look_is_the_same_for_every_form_of_a_name(name: str) -> None:
    for form in ("NFC", "NFD"):
        assert look(unicodedata.normalize(form, name)) == look(name)
    assert look(look(name)) == look(name)
