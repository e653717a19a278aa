"""One spelling per topic."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contract.tags import LONGEST_TOPIC, MOST_TOPICS, TopicInvalid, normalise_topics


@pytest.mark.parametrize(
    "spelling", ["remote-work", "#Remote Work", "remote_work", " REMOTE  work!", "Remote/Work"]
)
def test_spellings_meet(spelling: str) -> None:
    assert normalise_topics([spelling]) == ("remote-work",)


def test_order_stays_and_repeats_go() -> None:
    assert normalise_topics(["Zoo", "Äpfel", "zoo"]) == ("zoo", "äpfel")


@pytest.mark.parametrize("topics", [["#"], ["a" * (LONGEST_TOPIC + 1)], [""]])
def test_what_is_no_topic(topics: list[str]) -> None:
    with pytest.raises(TopicInvalid):
        normalise_topics(topics)


def test_ten_are_enough() -> None:
    many = [f"topic {number}" for number in range(MOST_TOPICS + 1)]
    with pytest.raises(TopicInvalid):
        normalise_topics(many)
    assert len(normalise_topics([*many[:-1], many[0]])) == MOST_TOPICS


@given(st.lists(st.text(max_size=40), max_size=8))
def test_whatever_is_sent_becomes_a_word_of_the_contract_or_is_refused(topics: list[str]) -> None:
    try:
        normal = normalise_topics(topics)
    except TopicInvalid:
        return
    assert all(re.fullmatch(r"\S{1,64}", topic) for topic in normal)
    assert normalise_topics(normal) == normal
