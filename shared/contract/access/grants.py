"""Grants: the roles and relations that let a person do something, and the facts they depend on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.contract.history import RECORDER
from shared.contract.principal import Principal, Standing


class Visibility(StrEnum):
    """How much outsiders see of a group."""

    OPEN = "open"  # the group and all that is in it
    CLOSED = "closed"  # that it exists and what it is for, nothing in it
    SECRET = "secret"  # nothing  # noqa: S105 - not a password


class GroupRole(StrEnum):
    """A person's role in a group, from their membership."""

    MEMBER = "member"
    MODERATOR = "moderator"
    OWNER = "owner"


MODERATORS = frozenset({GroupRole.MODERATOR, GroupRole.OWNER})
"""The roles of those who look after a group."""


@dataclass(frozen=True, slots=True)
class Resource:
    """The facts about a thing and the caller that access depends on.

    The defaults are those of a thing that everyone sees.

    Attributes:
        visibility: That of the group that it is, or that it is in.
        content: It is inside of a group (channel, post, contest, list of members), not the group
            itself.
        everyone: The group is the one of all active people, so everyone is a member.
        role: The person's role in the group; None for outsiders.
        invited: The person is invited to the group.
        suspended: The person is suspended on the platform.
        standing: Where the person stands, where that was read together with the thing; None: as was
            known when they were looked up, a moment before.
        own: It is the person's own: author, entrant, asker, or the person themselves.
        organiser: The person organises the contest.
        draft: It hasn't been published yet.
        hidden: A moderator has hidden it.
    """

    visibility: Visibility = Visibility.OPEN
    content: bool = False
    everyone: bool = False
    role: GroupRole | None = None
    invited: bool = False
    suspended: bool = False
    standing: Standing | None = None
    own: bool = False
    organiser: bool = False
    draft: bool = False
    hidden: bool = False


NOTHING_SPECIAL = Resource()
"""For actions that depend on the person alone, such as creating a group."""


class Grant(StrEnum):
    """A role or a relation to a thing that lets a person do something with it."""

    # Roles of the platform
    PERSON = "person"  # everyone who is signed in, but for programs with the role service
    ADMIN = "admin"  # runs the platform
    EDITOR = "editor"  # internal communications: news and campaigns anywhere
    MODERATOR = "moderator"  # handles reports anywhere
    ANALYST = "analyst"  # reads the figures
    SERVICE = "service"  # a program: people and memberships
    IMPORTER = "importer"  # records what has happened before
    # Roles in the group; each includes the ones before it
    MEMBER = "group member"
    GROUP_MODERATOR = "group moderator"
    GROUP_OWNER = "group owner"
    # Relations to the thing
    SELF = "self"  # it is theirs
    ORGANISER = "organiser"
    INVITED = "invited"
    PASSER_BY = "passer-by"  # anyone, where the group is open


# All that a program with the role `service` can hold: it takes no part, so it is nobody's member or
# organiser, and what everybody may do isn't meant for it.
GRANTS_OF_PROGRAMS = frozenset(
    {
        Grant.ADMIN,
        Grant.EDITOR,
        Grant.MODERATOR,
        Grant.ANALYST,
        Grant.SERVICE,
        Grant.IMPORTER,
        Grant.SELF,
    },
)

_MEMBERS = frozenset(GroupRole)

CONDITIONS: Mapping[Grant, Callable[[Principal, Resource], bool]] = {
    Grant.PERSON: lambda _principal, _resource: True,
    Grant.ADMIN: lambda principal, _: "admin" in principal.roles,
    Grant.EDITOR: lambda principal, _: "editor" in principal.roles,
    Grant.MODERATOR: lambda principal, _: "moderator" in principal.roles,
    Grant.ANALYST: lambda principal, _: "analyst" in principal.roles,
    Grant.SERVICE: lambda principal, _: "service" in principal.roles,
    Grant.IMPORTER: lambda principal, _: RECORDER in principal.roles,
    Grant.MEMBER: lambda _, resource: (
        not resource.suspended and (resource.everyone or resource.role in _MEMBERS)
    ),
    Grant.GROUP_MODERATOR: lambda _, resource: (
        not resource.suspended and resource.role in MODERATORS
    ),
    Grant.GROUP_OWNER: lambda _, resource: (
        not resource.suspended and resource.role is GroupRole.OWNER
    ),
    Grant.SELF: lambda _, resource: resource.own,
    Grant.ORGANISER: lambda _, resource: resource.organiser,
    Grant.INVITED: lambda _, resource: resource.invited,
    Grant.PASSER_BY: lambda _, resource: resource.visibility is Visibility.OPEN,
}
"""When a person holds each of them, in front of a thing."""


def holds(principal: Principal, grant: Grant, resource: Resource) -> bool:
    """Whether this person, in front of this thing, holds the grant."""
    return CONDITIONS[grant](principal, resource)
