"""The order of tests: each process begins with long ones; those on Apache Kafka stay together.

So no process still works on a long one when all others are done, and not every process starts a
Java of its own for a few tests. Each of them is given a run of neighbours at first, and takes some
from the end of another's when it has done its own.
"""

from collections.abc import Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")

# Files and folders with tests that take from a quarter of a minute to more than one, on two cores
# that others use as well: most of them start a platform of their own.
LONGEST: Sequence[str] = (
    "tests/contract/access/",
    "tests/integration/platform/",
    "tests/integration/shared/test_starting_over.py",
    "tests/integration/contests/test_sealed_surfaces.py",
    "tests/contract/openapi/test_any_input.py",
    "tests/contract/openapi/test_offers.py",
    "tests/contract/openapi/test_changes_on_the_platform.py",
    "tests/journeys/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the others in their order: neighbours share servers."""
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    long = sorted(filter(_is_long, items), key=_place)
    short = [item for item in items if not _is_long(item)]
    short.sort(key=lambda item: item.get_closest_marker("apache") is None)
    items[:] = dealt(long, short, workers)


def dealt(long: Sequence[T], short: Sequence[T], workers: int) -> list[T]:
    """All of them in the order in which each worker begins with its share of the long ones.

    Args:
        long: Are dealt out one by one, as cards are.
        short: Fill up what each worker is given at first: a run of neighbours, as many as others.
        workers: How many there are; none takes from another before it has no more of its own.
    """
    found: list[T] = []
    left = list(short)
    for worker in range(workers):
        mine = long[worker::workers]
        share = (len(long) + len(short) - len(found)) // (workers - worker) - len(mine)
        found += [*mine, *left[: max(share, 0)]]
        del left[: max(share, 0)]
    return found


def _is_long(item: pytest.Item) -> bool:
    return item.nodeid.startswith(tuple(LONGEST))


def _place(item: pytest.Item) -> int:
    return next(index for index, long in enumerate(LONGEST) if item.nodeid.startswith(long))
