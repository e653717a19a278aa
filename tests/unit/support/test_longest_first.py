"""Each process begins with its share of the long tests, and has as many as the others."""

import pytest

from tests.support.longest_first import dealt


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 7, 40])
@pytest.mark.parametrize("long", [0, 1, 5, 16])
def test_all_are_dealt_once_and_the_long_ones_first(workers: int, long: int) -> None:
    cards, others = [f"long {number}" for number in range(long)], [str(n) for n in range(21)]
    found = dealt(cards, others, workers)
    assert sorted(found) == sorted([*cards, *others])
    left, most = found, -(-long // workers)
    for worker in range(workers):  # the first hand, as pytest-xdist gives it
        hand, left = (
            left[: len(left) // (workers - worker)],
            left[len(left) // (workers - worker) :],
        )
        begin = [one for one in hand if one in cards]
        assert len(begin) <= most
        assert hand[: len(begin)] == begin
