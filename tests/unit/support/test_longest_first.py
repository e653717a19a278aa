"""Each process begins with its hand of long tests, and has as many as the others."""

import pytest

from tests.support.longest_first import dealt

HANDS = (["a1", "a2", "a3"], ["b1"], ["c1", "c2"])
OTHERS = [str(number) for number in range(25)]


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 7])
def test_all_are_dealt_once_and_each_worker_begins_with_its_hand(workers: int) -> None:
    found = dealt(HANDS, OTHERS, workers)
    assert sorted(found) == sorted([*OTHERS, *HANDS[0], *HANDS[1], *HANDS[2]])
    begins, left = [], found
    for worker in range(workers):  # what pytest-xdist gives to each at first
        size = len(left) // (workers - worker)
        begins.append(left[0])
        left = left[size:]
    wanted = [hand[0] for hand in HANDS][:workers]
    assert begins[: len(wanted)] == wanted


def test_few_others_go_to_those_who_have_nothing_yet() -> None:
    assert dealt([["long"] * 3, []], ["x", "y"], 2) == ["long", "long", "long", "x", "y"]
