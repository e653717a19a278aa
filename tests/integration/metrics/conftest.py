"""Fixtures of the metrics service."""

from pathlib import Path

import pytest

from services.metrics.config import MetricsSettings
from shared.delivery.mongo import Driver
from tests.integration.metrics.service import Teller, metrics_settings
from tests.support.mongodb import DRIVERS_OF_SERVICES


@pytest.fixture(params=DRIVERS_OF_SERVICES)
def driver(request: pytest.FixtureRequest) -> Driver:
    """The default one, and in the long run the other."""
    chosen: Driver = request.param
    return chosen


@pytest.fixture
def settings(database_prefix: str, tmp_path: Path, kafka_bootstrap: str) -> MetricsSettings:
    """Settings with a database and a broker of its own."""
    return metrics_settings(database_prefix, tmp_path, kafka_bootstrap)


@pytest.fixture
async def teller(kafka_bootstrap: str) -> Teller:
    """Somebody who tells events to the broker."""
    made = Teller(kafka_bootstrap)
    await made.prepare()
    return made
