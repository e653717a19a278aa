"""The services that a platform in one process is made of, and the paths that each one answers."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, Protocol

from fastapi import FastAPI

from services.contests import app as contests
from services.contests.config import ContestsSettings
from services.groups import app as groups
from services.groups.config import GroupsSettings
from services.metrics import app as metrics
from services.metrics.config import MetricsSettings
from services.posts import app as posts
from services.posts.config import PostsSettings
from shared.delivery.mongo import Mongo
from shared.runtime.process import Part
from shared.runtime.settings import ServiceSettings
from shared.runtime.telemetry import Telemetry


class Build(Protocol):
    """A builder of a service's `app.py`."""

    def __call__(
        self, settings: Any, mongo: Mongo, telemetry: Telemetry, /
    ) -> AbstractAsyncContextManager[FastAPI | Part]:
        """Enters everything that the role needs."""


class Service(NamedTuple):
    """A service as it is built and reached.

    Attributes:
        name: The name of its folder, also part of its database's name.
        settings: The class that its settings are loaded into.
        roles: The builders of all that runs of it, by role; exactly one role gives an API.
        paths: Starts of the paths that its API answers; an ingress has the same list.
        openapi: Makes its OpenAPI document, without anything that runs.
    """

    name: str
    settings: type[ServiceSettings]
    roles: Mapping[str, Build]
    paths: tuple[str, ...]
    openapi: Callable[[], dict[str, Any]]

    @property
    def all_paths(self) -> tuple[str, ...]:
        """Starts of all paths that one address sends to its API: its document is there as well."""
        return (*self.paths, f"/openapi/{self.name}.json")


SERVICES: tuple[Service, ...] = (
    Service(
        "groups",
        GroupsSettings,
        {"api": groups.build_api, "relay": groups.build_relay, "worker": groups.build_worker},
        ("/v1/people", "/v1/me", "/v1/groups", "/v1/channels", "/v1/history/groups"),
        groups.openapi,
    ),
    Service(
        "posts",
        PostsSettings,
        {"api": posts.build_api, "relay": posts.build_relay, "worker": posts.build_worker},
        ("/v1/posts", "/v1/comments", "/v1/feed", "/v1/views", "/v1/history/posts"),
        posts.openapi,
    ),
    Service(
        "contests",
        ContestsSettings,
        {"api": contests.build_api, "relay": contests.build_relay, "worker": contests.build_worker},
        ("/v1/contests", "/v1/entries"),
        contests.openapi,
    ),
    Service(
        "metrics",
        MetricsSettings,
        {
            "api": metrics.build_api,
            "relay": metrics.build_relay,
            "consumer": metrics.build_consumer,
        },
        metrics.PATHS,
        metrics.openapi,
    ),
)
