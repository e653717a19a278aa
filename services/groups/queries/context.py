"""Who asks, in front of which group."""

import asyncio

from services.groups.commands.context import GroupContext, group_context
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, membership_id
from services.groups.domain.person import Person
from shared.contract.access import Action
from shared.contract.principal import Principal
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
