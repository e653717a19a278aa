"""The facts that access depends on: of a group, of a thing in it, of the person in front of it."""

from dataclasses import dataclass
from enum import StrEnum


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
"""Those who look after a group."""


@dataclass(frozen=True, slots=True)
class Resource:
    """The facts that access depends on; the defaults are those of a thing that everyone sees.

    Attributes:
        visibility: Of the group that it is, or that it is in.
        content: It is inside of a group (channel, post, contest, list of members), not the group
            itself.
        everyone: The group is the one of all active people, so everyone is a member.
        role: The person's role in the group; None for outsiders.
        invited: The person is invited to the group.
        suspended: The person is suspended on the platform.
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
    own: bool = False
    organiser: bool = False
    draft: bool = False
    hidden: bool = False


NOTHING_SPECIAL = Resource()
"""For actions that depend on the person alone, such as creating a group."""
