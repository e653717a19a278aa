"""Hats: what makes a person the right one for an action, and when each fits."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from shared.contract.access.resource import MODERATORS, GroupRole, Resource, Visibility
from shared.contract.principal import Principal


class Hat(StrEnum):
    """Something that makes a person the right one for an action."""

    # Roles of the platform
    PERSON = "person"  # everyone who is signed in, but for programs with the role service
    ADMIN = "admin"  # runs the platform
    EDITOR = "editor"  # internal communications: news and campaigns anywhere
    MODERATOR = "moderator"  # handles reports anywhere
    ANALYST = "analyst"  # reads the figures
    SERVICE = "service"  # a program: people and memberships
    # Roles in the group; each includes the ones before it
    MEMBER = "group member"
    GROUP_MODERATOR = "group moderator"
    GROUP_OWNER = "group owner"
    # Relations to the thing
    SELF = "self"  # it is theirs
    ORGANISER = "organiser"
    INVITED = "invited"
    PASSER_BY = "passer-by"  # anyone at the open door of an open group


# All that a program with the role `service` can wear: it takes no part, so it is nobody's member or
# organiser, and what everybody may do isn't meant for it.
OF_PROGRAMS = frozenset(
    {Hat.ADMIN, Hat.EDITOR, Hat.MODERATOR, Hat.ANALYST, Hat.SERVICE, Hat.SELF},
)

_MEMBERS = frozenset(GroupRole)

FITS: Mapping[Hat, Callable[[Principal, Resource], bool]] = {
    Hat.PERSON: lambda _principal, _resource: True,
    Hat.ADMIN: lambda principal, _: "admin" in principal.roles,
    Hat.EDITOR: lambda principal, _: "editor" in principal.roles,
    Hat.MODERATOR: lambda principal, _: "moderator" in principal.roles,
    Hat.ANALYST: lambda principal, _: "analyst" in principal.roles,
    Hat.SERVICE: lambda principal, _: "service" in principal.roles,
    Hat.MEMBER: lambda _, resource: (
        not resource.suspended and (resource.everyone or resource.role in _MEMBERS)
    ),
    Hat.GROUP_MODERATOR: lambda _, resource: not resource.suspended and resource.role in MODERATORS,
    Hat.GROUP_OWNER: lambda _, resource: (
        not resource.suspended and resource.role is GroupRole.OWNER
    ),
    Hat.SELF: lambda _, resource: resource.own,
    Hat.ORGANISER: lambda _, resource: resource.organiser,
    Hat.INVITED: lambda _, resource: resource.invited,
    Hat.PASSER_BY: lambda _, resource: resource.visibility is Visibility.OPEN,
}


def wears(principal: Principal, hat: Hat, resource: Resource) -> bool:
    """Whether the hat fits this person in front of this thing."""
    return FITS[hat](principal, resource)
