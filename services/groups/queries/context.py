"""Who asks, in front of which group or groups."""

import asyncio
from collections.abc import Iterable

from services.groups.commands.context import GroupContext, group_context
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, membership_id
from services.groups.domain.person import Person
from shared.contract.access import Action, NotAllowed
from shared.contract.principal import Principal
from shared.contract.refusals import GroupNotFound
from shared.delivery.mongo import EntityStore


async def read_group_context(
    store: EntityStore,
    principal: Principal,
    group_id: str,
    action: Action = Action.READ_GROUP,
    *,
    inside: bool = False,
) -> GroupContext:
    """The context of a question about a group, if the caller may ask it.

    Args:
        store: The store that holds people, groups and memberships.
        principal: The caller.
        group_id: The group.
        action: The action that stands for what they want to read.
        inside: Whether it is about what is in the group, not the group itself.

    Raises:
        GroupNotFound: There is none, or they may not know.
        NotAllowed: They may not read this.
    """
    caller_id = principal.person_id
    group, caller, membership = await asyncio.gather(
        store.get(Group, group_id),
        store.get(Person, caller_id),
        store.get(Membership, membership_id(group_id, caller_id)),
    )
    return group_context(group, caller, membership, principal, action, inside=inside)


async def visible_contexts(
    store: EntityStore,
    principal: Principal,
    group_ids: Iterable[str],
    action: Action = Action.READ_GROUP,
    *,
    inside: bool = False,
) -> dict[str, GroupContext]:
    """The contexts of those groups that the caller may ask this about, by group id.

    As many questions to the database as for one group. Arguments as for `read_group_context`.
    """
    caller_id = principal.person_id
    ids = list(group_ids)
    groups, caller, memberships = await asyncio.gather(
        store.get_many(Group, ids),
        store.get(Person, caller_id),
        store.get_many(Membership, [membership_id(one, caller_id) for one in ids]),
    )
    visible: dict[str, GroupContext] = {}
    for one in ids:
        membership = memberships.get(membership_id(one, caller_id))
        try:
            visible[one] = group_context(
                groups.get(one), caller, membership, principal, action, inside=inside
            )
        except (GroupNotFound, NotAllowed):
            continue
    return visible
