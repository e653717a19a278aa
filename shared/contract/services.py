"""The services of the platform by name, for whoever needs no more of them than that."""

from enum import StrEnum


class ServiceName(StrEnum):
    """Every service: each has a database, a user of the broker, and a topic of dead letters."""

    GROUPS = "groups"
    POSTS = "posts"
    CONTESTS = "contests"
    METRICS = "metrics"


class LogOwner(StrEnum):
    """The services that write: each has a log, and a relay that publishes it."""

    GROUPS = "groups"
    POSTS = "posts"
    CONTESTS = "contests"
    METRICS = "metrics"
