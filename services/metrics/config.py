"""What can be set for the metrics service."""

from pydantic import Field

from shared.settings import ServiceSettings


class MetricsSettings(ServiceSettings):
    """Everything that every service needs, and how figures are shown."""

    live_clients: int = Field(
        default=200,
        ge=1,
        description="Live streams served at once by one process; above it 503 with Retry-After",
    )
    live_clients_per_person: int = Field(
        default=4,
        ge=1,
        description="Live streams of one person served at once by one process; above it 429",
    )
    allow_incomplete: bool = Field(
        default=False,
        description="Start counting although the beginning of a service's events is gone; figures"
        " then begin where the events do",
    )
