"""Who belongs where, as far as contests need to know: roles by group, and who may take part.

What any service copies of people and groups is in `shared/audience.py`; here is what contests add.
"""

import msgspec

from shared import audience
from shared.access import GroupRole, Resource
from shared.audience import EVERYONE, Group, content_in, is_active, is_barred
from shared.errors import Category, Refusal

LEADING = frozenset({GroupRole.OWNER, GroupRole.MODERATOR})


class Person(audience.Person, frozen=True, kw_only=True):
    """A person, by pseudonym.

    Attributes:
        groups: The person's role by group id.
    """

    groups: dict[str, str] = msgspec.field(default_factory=dict)


class GroupUnknown(Refusal):
    """A contest can't take place there."""

    category = Category.INVALID
    title = "There is no such group"


def role_in(person: Person | None, group_id: str) -> GroupRole | None:
    """The person's role in a group; None for outsiders."""
    role = None if person is None else person.groups.get(group_id)
    return None if role is None else GroupRole(role)


def belongs(person: Person | None, group_id: str) -> bool:
    """Whether the person is one of the group's people."""
    if group_id == EVERYONE:
        return is_active(person)
    return is_active(person) and role_in(person, group_id) is not None


def content_of(group: Group | None, group_id: str, person: Person | None) -> Resource:
    """What access to a thing in a group depends on, for this person."""
    return content_in(group_id, group, person, role_in(person, group_id))


def audience_of(group_id: str, person: Person | None) -> Resource:
    """What taking part depends on where `group_id` names those who may; who sees it is settled."""
    return Resource(
        everyone=group_id == EVERYONE and is_active(person),
        role=role_in(person, group_id) if is_active(person) else None,
        suspended=is_barred(person),
    )
