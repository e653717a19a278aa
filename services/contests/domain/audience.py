"""Who belongs where, as far as contests need to know: roles by group, and who may take part.

What any service copies of people and groups is in `shared/audience.py`; here is what contests add.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from shared.access import GroupRole, Resource
from shared.audience import (
    EVERYONE,
    Group,
    Membership,
    Person,
    content_in,
    is_active,
    is_barred,
    membership_id,
)
from shared.command import Found, Key
from shared.errors import Category, Refusal

LEADING = frozenset({GroupRole.OWNER, GroupRole.MODERATOR})


class Affiliations(NamedTuple):
    """A person, and where they belong.

    Attributes:
        person: None where nothing has been heard of them.
        roles: Theirs, by id, in those of the groups in question that they are a member of.
    """

    person: Person | None
    roles: Mapping[str, GroupRole]


class GroupUnknown(Refusal):
    """A contest can't take place there."""

    category = Category.INVALID
    title = "There is no such group"


def membership_reads(group_ids: Iterable[str], pseudonym: str) -> Iterator[Key]:
    """A person's memberships in these groups; of everyone nobody is a member by a document."""
    for group_id in group_ids:
        if group_id != EVERYONE:
            yield Membership, membership_id(group_id, pseudonym)


def affiliations_found(found: Found, group_ids: Iterable[str], pseudonym: str) -> Affiliations:
    """What was read for `membership_reads`, and for the person."""
    keys = membership_reads(group_ids, pseudonym)
    return affiliations(
        found.get(Person, pseudonym), (found.get(Membership, one) for _, one in keys)
    )


def affiliations(person: Person | None, memberships: Iterable[Membership | None]) -> Affiliations:
    """A person with their memberships; None stands for one that isn't there."""
    return Affiliations(person, {one.group_id: one.role for one in memberships if one is not None})


def belongs(who: Affiliations, group_id: str) -> bool:
    """Whether the person is one of the group's people."""
    return is_active(who.person) and (group_id == EVERYONE or group_id in who.roles)


def content_of(group: Group | None, group_id: str, who: Affiliations) -> Resource:
    """What access to a thing in a group depends on, for this person."""
    return content_in(group_id, group, who.person, who.roles.get(group_id))


def audience_of(group_id: str, who: Affiliations) -> Resource:
    """What taking part depends on where `group_id` names those who may; who sees it is settled."""
    active = is_active(who.person)
    return Resource(
        everyone=group_id == EVERYONE and active,
        role=who.roles.get(group_id) if active else None,
        suspended=is_barred(who.person),
    )
