"""Names that a reader can't tell apart have the same skeleton."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.groups.domain.confusables import skeleton


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
    assert skeleton(other) == skeleton("Mia Schön")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Mia Schön", "Mia Schon"),
        ("Mia Schön", "Miaschön"),
        ("Ali", "All"),
        ("Маша", "Миша"),
        ("कि", "की"),
        ("Group 1", "Group 2"),
    ],
)
def test_names_that_differ_look_different(name: str, other: str) -> None:
    assert skeleton(name) != skeleton(other)


@given(st.text(max_size=20))
def test_a_look_is_the_same_for_every_form_of_a_name(name: str) -> None:
    for form in ("NFC", "NFD"):
        assert skeleton(unicodedata.normalize(form, name)) == skeleton(name)
    assert skeleton(skeleton(name)) == skeleton(name)
