"""Who belongs where, as far as contests need to know: a copy of what the groups service tells.

People are known here by pseudonym, as events name them; all that is known of one is one document,
so a vote costs one read for it. The copy is a moment old at most, and a stale answer does no harm:
it lets someone in, or keeps someone out, a moment longer than the group does.
"""

from typing import ClassVar

import msgspec

from shared.access import GroupRole, Resource, Visibility
from shared.command import Entity
from shared.errors import Category, Refusal

# The built-in group of all active people. Nobody joins it: being active is the membership.
EVERYONE = "00000000-0000-7000-8000-000000000000"

LEADING = frozenset({GroupRole.OWNER, GroupRole.MODERATOR})


class Person(Entity, frozen=True, kw_only=True):
    """A person, by pseudonym.

    Attributes:
        status: `active`, or what else the last event said; None while only a membership is known.
        human: A human being, not a program with an account.
        groups: The person's role by group id.
    """

    collection: ClassVar[str] = "people"
    status: str | None = None
    human: bool = True
    groups: dict[str, str] = msgspec.field(default_factory=dict)


class Group(Entity, frozen=True, kw_only=True):
    """A group. Until its creation has been heard of, it is treated as secret."""

    collection: ClassVar[str] = "groups"
    visibility: str = Visibility.SECRET.value
    archived: bool = False


class GroupUnknown(Refusal):
    """A contest can't take place there."""

    category = Category.INVALID
    title = "There is no such group"


class GroupIsArchived(Refusal):
    """Nothing new begins in an archived group."""

    category = Category.CONFLICT
    title = "The group is archived"


def role_in(person: Person | None, group_id: str) -> GroupRole | None:
    """The person's role in a group; None for outsiders."""
    role = None if person is None else person.groups.get(group_id)
    return None if role is None else GroupRole(role)


def is_active(person: Person | None) -> bool:
    """Whether the person takes part in the platform."""
    return person is not None and person.status == "active"


def is_barred(person: Person | None) -> bool:
    """Whether the person was suspended or has left; a token outlives that for a while."""
    return person is not None and person.status in {"suspended", "left"}


def belongs(person: Person | None, group_id: str) -> bool:
    """Whether the person is one of the group's people."""
    if group_id == EVERYONE:
        return is_active(person)
    return is_active(person) and role_in(person, group_id) is not None


def content_of(group: Group | None, group_id: str, person: Person | None) -> Resource:
    """What access to a thing in a group depends on, for this person."""
    everyone = group_id == EVERYONE
    return Resource(
        visibility=Visibility.OPEN if everyone else visibility_of(group),
        content=True,
        everyone=everyone and is_active(person),
        role=role_in(person, group_id),
        suspended=is_barred(person),
    )


def audience_of(group_id: str, person: Person | None) -> Resource:
    """What taking part depends on where `group_id` names those who may; who sees it is settled."""
    return Resource(
        everyone=group_id == EVERYONE and is_active(person),
        role=role_in(person, group_id) if is_active(person) else None,
        suspended=is_barred(person),
    )


def visibility_of(group: Group | None) -> Visibility:
    """How much outsiders see of the group."""
    return Visibility.SECRET if group is None else Visibility(group.visibility)
