"""One running platform for all tests here: each works with people of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.platform import Platform, running_platform


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def platform(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Platform]:
    """The platform in one process, as a frontend's developer has it."""
    data: Path = tmp_path_factory.mktemp("platform")
    async with running_platform(data, quotas=False) as running:
        yield running
