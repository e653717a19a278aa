"""The order of tests: the longest begin first, and those on Apache Kafka stay together.

So no process still works on a long one when all others are done, and not every process starts a
Java of its own for a few tests: each gets a run of neighbours, the first of them these.
"""

from collections.abc import Sequence

import pytest

# From half a minute on, on two cores that other tests use as well.
LONGEST: Sequence[str] = (
    "tests/contract/access/test_matrix.py",
    "tests/contract/openapi/test_any_input.py",
    "tests/integration/platform/test_two_of_each.py",
    "tests/integration/shared/test_starting_over.py",
    "tests/contract/access/test_hidden_and_invented.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves the others in their order: neighbours share servers."""

    def place(item: pytest.Item) -> int:
        file = item.nodeid.partition("::")[0]
        if file in LONGEST:
            return LONGEST.index(file)
        return len(LONGEST) + (item.get_closest_marker("apache") is None)

    items.sort(key=place)
