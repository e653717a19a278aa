"""One running service for all tests here: each works with people and contests of its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.contests.service import ContestsService, running_contests
from tests.support.mongodb import DRIVERS_OF_SERVICES


@pytest_asyncio.fixture(scope="package", loop_scope="package", params=DRIVERS_OF_SERVICES)
async def contests(
    request: pytest.FixtureRequest, mongo_url: str
) -> AsyncIterator[ContestsService]:
    """The contests service with all its roles; in the long run once with each driver."""
    async with running_contests(mongo_url, request.param) as service:
        yield service
