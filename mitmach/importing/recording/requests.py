"""What the platform is asked, and what that takes to know of the source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mitmach.importing.causes import Sort
from mitmach.importing.recording.ids import Ids

Service = Literal["groups", "posts"]

DIRECTORY = ("service",)
"""The roles that accounts are kept with."""

ADMIN = ("admin",)
"""The roles of what the source doesn't say who did it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one route is asked, as of the act's moment.

    Attributes:
        service: The service that is asked.
        operation: The `operationId` of the route.
        actor: The source's id of who acts; None: whoever imports.
        roles: The platform roles that they act with.
        id: The id of what it makes.
        target: The id that is in the route's path.
        about: The source's id of the person whom it is about. Whose ids these are on the platform
            is known when it is sent: somebody may have had an account there.
        body: The body of the route, as JSON will have it.
        alone: Method and path, where the act isn't sent together with others.
        writes: Names of things that it changes, as far as other acts depend on them.
        reads: Names of things that it depends on.
        adds: Names of things that it adds to: what depends on them as they were may come later.
    """

    service: Service
    operation: str
    actor: str | None = None
    roles: tuple[str, ...] = ()
    id: str | None = None
    target: str | None = None
    about: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    alone: tuple[str, str] | None = None
    writes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()


def nobody(sort: Sort, id: str) -> str | None:  # noqa: ARG001
    """Says of nothing who made it."""
    return None


@dataclass(slots=True, kw_only=True)
class World:
    """What is known of the source at a moment of its history.

    Attributes:
        ids: The platform's ids.
        roles: The platform roles that people hold, by the source's id.
        with_channel: Groups of which the source has told the first channel.
        author: Who made a post or a comment, by its sort and the source's id.
    """

    ids: Ids
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    with_channel: set[str] = field(default_factory=set)
    author: Callable[[Sort, str], str | None] = nobody

    def held(self, person: str, *more: str) -> tuple[str, ...]:
        """The roles that somebody acts with: those that they hold, and what the act takes."""
        return tuple(dict.fromkeys((*self.roles.get(person, ()), *more)))

    def by(self, person: str | None, *more: str) -> tuple[str | None, tuple[str, ...]]:
        """Who acts, and with which roles: somebody of the source, or an administrator."""
        if person is None:
            return None, ADMIN
        return person, self.held(person, *more)
