"""Settings of the posts service."""

from shared.settings import ServiceSettings


class PostsSettings(ServiceSettings):
    """Nothing besides what every service needs."""
