"""One running service for all tests here: each works in groups of its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.posts.service import PostsService, running_posts
from tests.support.mongodb import DRIVERS_OF_SERVICES


@pytest_asyncio.fixture(scope="package", loop_scope="package", params=DRIVERS_OF_SERVICES)
async def posts(request: pytest.FixtureRequest, mongo_url: str) -> AsyncIterator[PostsService]:
    """The posts service with all its roles; in the long run once with each driver."""
    async with running_posts(mongo_url, request.param) as service:
        yield service
