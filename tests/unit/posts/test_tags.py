"""One spelling per topic."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contract.tags import LONGEST_TAG, MOST_TAGS, TagInvalid, normalise_tags


@pytest.mark.parametrize(
    "spelling", ["remote-work", "#Remote Work", "remote_work", " REMOTE  work!", "Remote/Work"]
)
def test_spellings_meet(spelling: str) -> None:
    assert normalise_tags([spelling]) == ("remote-work",)


def test_order_stays_and_repeats_go() -> None:
    assert normalise_tags(["Zoo", "Äpfel", "zoo"]) == ("zoo", "äpfel")


@pytest.mark.parametrize("topics", [["#"], ["a" * (LONGEST_TAG + 1)], [""]])
def test_what_is_no_topic(topics: list[str]) -> None:
    with pytest.raises(TagInvalid):
        normalise_tags(topics)


def test_ten_are_enough() -> None:
    many = [f"topic {number}" for number in range(MOST_TAGS + 1)]
    with pytest.raises(TagInvalid):
        normalise_tags(many)
    assert len(normalise_tags([*many[:-1], many[0]])) == MOST_TAGS


@given(st.lists(st.text(max_size=40), max_size=8))
def test_whatever_is_sent_becomes_a_word_of_the_contract_or_is_refused(topics: list[str]) -> None:
    try:
        normal = normalise_tags(topics)
    except TagInvalid:
        return
    assert all(re.fullmatch(r"\S{1,64}", topic) for topic in normal)
    assert normalise_tags(normal) == normal
