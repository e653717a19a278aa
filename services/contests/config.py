"""Settings of the contests service."""

from shared.settings import ServiceSettings


class ContestsSettings(ServiceSettings):
    """Nothing besides what every service needs: the rules of a contest are the contest's own."""
