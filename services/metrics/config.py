"""The settings of the metrics service."""

from pydantic import Field

from shared.runtime.settings import ServiceSettings


class MetricsSettings(ServiceSettings):
    """What every service needs, and what figures may cost."""

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
    topics_per_person: int = Field(
        default=50,
        ge=1,
        description="Topics that the posts of one author of one day add to figures; beyond them a"
        " post counts without the topic. Holds for the past too, from the next start of the API",
    )
    topics_per_day: int = Field(
        default=2_000,
        ge=1,
        description="Topics of the posts of one day that figures tell apart, those with most posts;"
        " a post counts without the others. Each costs every API 100 bytes per day that is asked"
        " for",
    )
    allow_incomplete: bool = Field(
        default=False,
        description="Start counting although the beginning of a service's events is gone; figures"
        " then begin where the events do",
    )
