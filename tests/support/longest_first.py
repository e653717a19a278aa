"""The order of tests: the longest begin first, and those on Apache Kafka stay together.

So no process still works on a long one when all others are done, and not every process starts a
Java of its own for a few tests: each gets a run of neighbours, the first of them these.
"""

from collections.abc import Sequence

import pytest

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
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves the others in their order: neighbours share servers."""

    def place(item: pytest.Item) -> int:
        for index, long in enumerate(LONGEST):
            if item.nodeid.startswith(long):
                return index
        return len(LONGEST) + (item.get_closest_marker("apache") is None)

    items.sort(key=place)
