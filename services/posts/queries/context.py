"""Who asks, and which groups they see into."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from services.posts.domain.audience import (
    Channel,
    Group,
    Member,
    Membership,
    Person,
)
from services.posts.domain.visibility import check_access, content_resource, readers_of
from shared.audience import EVERYONE, membership_id
from shared.contract.access import Action, Resource, Visibility, sees
from shared.contract.principal import Principal
from shared.contract.refusals import ChannelNotFound
from shared.delivery.mongo import EntityStore


class Viewer(NamedTuple):
    """The person who asks, with all that decides what they see.

    Attributes:
        principal: The authenticated caller.
        person: What is known of the person; None: nothing has been heard of them.
        memberships: That they belong to groups, by group id.
    """

    principal: Principal
    person: Person | None
    memberships: Mapping[str, Membership]

    def sees_into(self, group: Group) -> bool:
        """Whether what is in this group is shown to them."""
        member = Member(self.person, self.memberships.get(group.id))
        thing = content_resource(group.id, group, member)
        return thing is not None and sees(self.principal, thing)


async def find_viewer(store: EntityStore, principal: Principal) -> Viewer:
    """What is known of who asks, with all of their memberships."""
    person, memberships = await asyncio.gather(
        store.get(Person, principal.person_id),
        store.find(Membership, {"person": principal.person_id}),
    )
    return Viewer(
        principal, person, {membership.group_id: membership for membership in memberships}
    )


async def find_member(
    store: EntityStore, person_id: str, group_id: str
) -> tuple[Group | None, Member]:
    """A group, and a person in front of it."""
    found = await asyncio.gather(
        store.get(Group, group_id),
        store.get(Person, person_id),
        store.get(Membership, membership_id(group_id, person_id)),
    )
    group, person, membership = found
    return group, Member(person, membership)


async def find_channel(store: EntityStore, principal: Principal, channel_id: str) -> Channel:
    """A channel, for one who sees into its group.

    Raises:
        ChannelNotFound: There is none, or they don't see it.
    """
    channel = await store.get(Channel, channel_id)
    if channel is None:
        raise ChannelNotFound
    group, member = await find_member(store, principal.person_id, channel.group_id)
    thing = content_resource(channel.group_id, group, member)
    check_access(principal, Action.READ_CHANNEL, thing, hidden_as=ChannelNotFound)
    return channel


async def readable_groups(store: EntityStore, who: Viewer) -> list[str] | None:
    """The `readers` of the posts that they may read: what isn't hidden from them.

    Few, however many hidden groups there are: open groups are all one, that of everyone. None for
    people who see into every group.
    """
    if sees(who.principal, Resource(visibility=Visibility.SECRET, content=True)):
        return None
    groups = await _visible_groups(store, who)
    # Posts of a group that has just been opened say so soon; meanwhile its members miss none.
    return [
        group.id
        for group in groups
        if readers_of(group.id, group) == group.id or group.unsettled_since
    ]


async def own_groups(store: EntityStore, who: Viewer) -> list[str]:
    """The groups that make up their feed: those they are a member of, and that of everyone."""
    return [group.id for group in await _visible_groups(store, who)]


async def _visible_groups(store: EntityStore, who: Viewer) -> list[Group]:
    """The one of everyone, and those of their own that they see into."""
    found = await store.get_many(Group, {EVERYONE, *who.memberships})
    return [group for group in found.values() if who.sees_into(group)]
