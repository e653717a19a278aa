"""The longest tests begin first, so that no process still works on one when all others are done."""

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
        return LONGEST.index(file) if file in LONGEST else len(LONGEST)

    items.sort(key=place)
