"""One running service for all tests here: each works in groups of its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from shared.mongo import Driver
from tests.support.posts_service import PostsService, running_posts


@pytest_asyncio.fixture(scope="package", loop_scope="package", params=list(Driver))
async def posts(request: pytest.FixtureRequest, mongo_url: str) -> AsyncIterator[PostsService]:
    """The posts service with all its roles, once with each driver."""
    async with running_posts(mongo_url, request.param) as service:
        yield service
