"""`python -m services.metrics api|relay|consumer`."""

from services.metrics.app import SERVICE, build_api, build_consumer, build_relay
from services.metrics.config import MetricsSettings
from shared.runtime.process import run_role

if __name__ == "__main__":
    run_role(SERVICE, MetricsSettings, api=build_api, relay=build_relay, consumer=build_consumer)
