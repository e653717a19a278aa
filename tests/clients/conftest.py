"""One running platform for all tests here: each works with people of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from mitmach.embedded.child import free_port
from tests.support.platform import Platform, running_platform


@pytest.fixture(scope="package")
def named_port() -> int:
    """The port of the one origin whose pages may call the platform."""
    return free_port()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def platform(
    tmp_path_factory: pytest.TempPathFactory, named_port: int
) -> AsyncIterator[Platform]:
    """The platform in one process, as a frontend's developer has it."""
    data: Path = tmp_path_factory.mktemp("platform")
    origins = f"http://127.0.0.1:{named_port}"
    async with running_platform(data, quotas=False, http_cors_origins=origins) as running:
        yield running
