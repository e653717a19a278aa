"""Who asks, and how they stand in front of a group."""

import asyncio
from typing import NamedTuple

from services.groups.domain.groups import Group, existing
from services.groups.domain.memberships import Membership, membership_id
from services.groups.domain.people import Person
from services.groups.domain.visibility import authorize_on, in_front_of
from shared.contract.access import Action
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore


class Standpoint(NamedTuple):
    """A group, and how the caller stands with it; None where they have nothing to do with it."""

    group: Group
    membership: Membership | None


async def stand(
    store: EntityStore,
    principal: Principal,
    group_id: str,
    action: Action = Action.READ_GROUP,
    *,
    inside: bool = False,
) -> Standpoint:
    """The group, if the caller may do this.

    Args:
        store: The store.
        principal: The caller.
        group_id: The group.
        action: What they want.
        inside: It is about what is in the group, not the group itself.

    Raises:
        GroupNotFound: There is none, or they may not know.
        NotAllowed: They may not do this.
    """
    me = principal.person_id
    group, person, membership = await asyncio.gather(
        store.get(Group, group_id),
        store.get(Person, me),
        store.get(Membership, membership_id(group_id, me)),
    )
    group = existing(group)
    authorize_on(principal, action, in_front_of(group, person, membership, inside=inside))
    return Standpoint(group, membership)
