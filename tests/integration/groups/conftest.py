"""A running groups service for each test, in the long run once with each driver."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.delivery.mongo import Driver, Mongo
from tests.integration.groups.service import GroupsApi, groups_settings, running_groups_api
from tests.support.mongodb import DRIVERS_OF_SERVICES


@pytest.fixture(params=DRIVERS_OF_SERVICES)
def driver(request: pytest.FixtureRequest) -> Driver:
    """The default one, and in the long run the other."""
    chosen: Driver = request.param
    return chosen


@pytest.fixture
async def api(mongo: Mongo, database_prefix: str, tmp_path: Path) -> AsyncIterator[GroupsApi]:
    """The service, with mia, otto, lea and those with roles already here."""
    async with running_groups_api(groups_settings(database_prefix, tmp_path), mongo) as running:
        await running.arrive("ada", "eda", "directory", "mia", "otto", "lea")
        yield running
