"""The order of tests: long ones come first, each kind in one process; so do those on Apache Kafka.

So no process still works on a long one when all others are done, and not every process starts a
Java of its own for a few tests. Not all processes begin with long ones: most of these start a
platform, which takes half a processor even while nobody uses it, and four of them on two cores wait
for each other.

Each process is given a run of neighbours at first, and takes some from the end of another's when it
has done its own.
"""

from collections.abc import Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")

# Files and folders with tests that take from a quarter of a minute to more than one, on two cores
# that others use as well: of the first process, and of the second.
LONGEST: Sequence[Sequence[str]] = (
    (
        "tests/contract/access/",
        "tests/integration/platform/",
    ),
    (
        "tests/contract/openapi/test_any_input.py",
        "tests/contract/openapi/test_offers.py",
        "tests/contract/openapi/test_changes_on_the_platform.py",
        "tests/integration/contests/test_sealed_surfaces.py",
        "tests/integration/shared/test_starting_over.py",
        "tests/journeys/",
    ),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the others in their order: neighbours share servers."""
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    hands: list[list[pytest.Item]] = [[] for _ in range(len(LONGEST) + 1)]
    others: list[pytest.Item] = []
    for item in items:
        hand = _hand(item)
        (others if hand is None else hands[hand]).append(item)
    items[:] = dealt(hands, others, workers)


def dealt(hands: Sequence[Sequence[T]], others: Sequence[T], workers: int) -> list[T]:
    """All of them, in the order in which each worker begins with its hand.

    Args:
        hands: What each of the first workers begins with; where there are fewer workers, the first
            of them begin with several.
        others: Fill up what each worker is given at first, which is as many for one as for another.
        workers: How many there are.
    """
    found: list[T] = []
    left = list(others)
    count = len(others) + sum(map(len, hands))
    for worker in range(workers):
        mine = [one for hand in hands[worker::workers] for one in hand]
        size = max((count - len(found)) // (workers - worker) - len(mine), 0)
        found += [*mine, *left[:size]]
        del left[:size]
    return found


def _hand(item: pytest.Item) -> int | None:
    """Which hand a test belongs to, the last being that of Apache Kafka; None: to no one's."""
    if item.get_closest_marker("apache") is not None:
        return len(LONGEST)
    for hand, files in enumerate(LONGEST):
        if item.nodeid.startswith(tuple(files)):
            return hand
    return None
