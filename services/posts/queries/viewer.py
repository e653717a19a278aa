"""Who asks, and which groups they see into."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from services.posts.domain.audience import (
    Channel,
    ChannelNotFound,
    Group,
    Member,
    Membership,
    Person,
    check_access,
    resource,
)
from services.posts.store import Store
from shared.access import Action, Visibility, sees
from shared.audience import EVERYONE, membership_id
from shared.identity import Principal
from shared.mongo import entity


class Viewer(NamedTuple):
    """Who asks.

    Attributes:
        principal: Their token.
        person: None where nothing has been heard of them.
        memberships: Theirs, by group id.
    """

    principal: Principal
    person: Person | None
    memberships: Mapping[str, Membership]

    def sees_into(self, group: Group) -> bool:
        """Whether what is in this group is shown to them."""
        member = Member(self.person, self.memberships.get(group.id))
        thing = resource(group.id, group, member)
        return thing is not None and sees(self.principal, thing)


async def viewer(store: Store, principal: Principal) -> Viewer:
    """What is known of who asks, with all of their memberships."""
    person, memberships = await asyncio.gather(
        store.one(Person, principal.pseudonym),
        store.page(Membership, {"person": principal.pseudonym}),
    )
    return Viewer(principal, person, {one.group_id: one for one in memberships})


async def member_of(store: Store, pseudonym: str, group_id: str) -> tuple[Group | None, Member]:
    """A group, and a person in front of it."""
    found = await asyncio.gather(
        store.one(Group, group_id),
        store.one(Person, pseudonym),
        store.one(Membership, membership_id(group_id, pseudonym)),
    )
    group, person, membership = found
    return group, Member(person, membership)


async def readable_channel(store: Store, principal: Principal, channel_id: str) -> Channel:
    """The channel.

    Raises:
        ChannelNotFound: There is none, or they don't see it.
    """
    channel = await store.one(Channel, channel_id)
    if channel is None:
        raise ChannelNotFound
    group, member = await member_of(store, principal.pseudonym, channel.group_id)
    thing = resource(channel.group_id, group, member)
    check_access(principal, Action.READ_CHANNEL, thing, hidden_as=ChannelNotFound)
    return channel


async def hidden_groups(store: Store, who: Viewer) -> list[str]:
    """The groups that they don't see into: few compared with posts, and most groups are open."""
    closed = {"visibility": {"$in": [Visibility.CLOSED.value, Visibility.SECRET.value]}}
    found = await store.database.find(Group.collection, {"$or": [closed, {"deleted": True}]})
    groups = [entity(Group, one) for one in found]
    return [group.id for group in groups if not who.sees_into(group)]


async def own_groups(store: Store, who: Viewer) -> list[str]:
    """The groups that make up their feed: those they are a member of, and the one of everyone."""
    found = await store.many(Group, {EVERYONE, *who.memberships})
    return [group.id for group in found.values() if who.sees_into(group)]
