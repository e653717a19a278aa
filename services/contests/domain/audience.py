"""People and groups as contests see them: roles by group, and who may take part.

What any service copies of people and groups is in `shared/audience`; here is what contests add.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

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
from shared.contract.access import GroupRole, Resource, sees
from shared.contract.errors import Category, Refusal
from shared.contract.principal import Principal
from shared.delivery.command import Found, Key

# The roles of those who organise the contests of a group.
LEADING = frozenset({GroupRole.OWNER, GroupRole.MODERATOR})

Groups = Mapping[str, Group]
"""Groups by id, as far as they are known; never the one of everyone."""


class Affiliations(NamedTuple):
    """A person, and where they belong.

    Attributes:
        person: The person; None where nothing has been heard of them.
        roles: Their role in those of the groups in question that they are a member of, by group id.
        numbers: Which arrival of each of these groups they are, by group id.
    """

    person: Person | None
    roles: Mapping[str, GroupRole]
    numbers: Mapping[str, int] = MappingProxyType({})


class GroupUnknown(Refusal):
    """The group isn't there, or not for this person: a contest can't name it."""

    category = Category.INVALID
    title = "There is no such group"


def membership_reads(group_ids: Iterable[str], person_id: str) -> Iterator[Key]:
    """A person's memberships in these groups; of everyone nobody is a member by a document."""
    for group_id in group_ids:
        if group_id != EVERYONE:
            yield Membership, membership_id(group_id, person_id)


def affiliations_found(found: Found, group_ids: Iterable[str], person_id: str) -> Affiliations:
    """What was read for `membership_reads`, and for the person."""
    keys = membership_reads(group_ids, person_id)
    return affiliations(
        found.get(Person, person_id), (found.get(Membership, key) for _, key in keys)
    )


def affiliations(person: Person | None, memberships: Iterable[Membership | None]) -> Affiliations:
    """A person with their memberships; None stands for a membership that isn't there."""
    there = [membership for membership in memberships if membership is not None]
    return Affiliations(
        person,
        {membership.group_id: membership.role for membership in there},
        {membership.group_id: membership.number for membership in there},
    )


def belongs(who: Affiliations, group_id: str) -> bool:
    """Whether the person is one of the group's people; programs aren't."""
    if who.person is None or not who.person.counted:
        return False
    return group_id == EVERYONE or group_id in who.roles


def group_reads(group_ids: Iterable[str]) -> Iterator[Key]:
    """These groups; the one of everyone is always there, open and in use."""
    for group_id in group_ids:
        if group_id != EVERYONE:
            yield Group, group_id


def groups_found(found: Found, group_ids: Iterable[str]) -> Groups:
    """What was read for `group_reads`."""
    known = ((group_id, found.get(Group, group_id)) for group_id in group_ids)
    return {group_id: group for group_id, group in known if group is not None}


def is_there(groups: Groups, group_id: str) -> bool:
    """Whether there is such a group."""
    group = groups.get(group_id)
    return group_id == EVERYONE or (group is not None and not group.deleted)


def is_archived(groups: Groups, group_id: str) -> bool:
    """Whether a group is read-only."""
    group = groups.get(group_id)
    return group is not None and group.archived


def may_know(principal: Principal, groups: Groups, group_id: str, who: Affiliations) -> bool:
    """Whether the person may know that a group is there: what is in it may still be closed."""
    group = groups.get(group_id)
    if group_id == EVERYONE:
        return True
    if group is None:
        return False
    return sees(principal, replace(content_of(group, group_id, who), content=False))


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
