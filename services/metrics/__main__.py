"""`python -m services.metrics api|consumer`."""

from services.metrics.app import SERVICE, build_api, build_consumer
from services.metrics.config import MetricsSettings
from shared.runtime.process import run_role

if __name__ == "__main__":
    run_role(SERVICE, MetricsSettings, api=build_api, consumer=build_consumer)
