"""Who asks, and which groups they see into."""

from typing import NamedTuple

from services.posts.domain.audience import (
    Channel,
    ChannelNotFound,
    Group,
    Person,
    check_access,
    resource,
)
from services.posts.store import Store
from shared.access import Action, Visibility, sees
from shared.audience import EVERYONE
from shared.identity import Principal
from shared.mongo import entity


class Viewer(NamedTuple):
    """Who asks; `person` is None where nothing has been heard of them."""

    principal: Principal
    person: Person | None

    def sees_into(self, group: Group) -> bool:
        """Whether what is in this group is shown to them."""
        thing = resource(group.id, group, self.person)
        return thing is not None and sees(self.principal, thing)


async def viewer(store: Store, principal: Principal) -> Viewer:
    """What is known of who asks."""
    return Viewer(principal, await store.one(Person, principal.pseudonym))


async def readable_channel(store: Store, who: Viewer, channel_id: str) -> Channel:
    """The channel.

    Raises:
        ChannelNotFound: There is none, or they don't see it.
    """
    channel = await store.one(Channel, channel_id)
    if channel is None:
        raise ChannelNotFound
    group = await store.one(Group, channel.group_id)
    thing = resource(channel.group_id, group, who.person)
    check_access(who.principal, Action.READ_CHANNEL, thing, hidden_as=ChannelNotFound)
    return channel


async def hidden_groups(store: Store, who: Viewer) -> list[str]:
    """The groups that they don't see into: few compared with posts, and most groups are open."""
    closed = {"visibility": {"$in": [Visibility.CLOSED.value, Visibility.SECRET.value]}}
    found = await store.database.find(Group.collection, {"$or": [closed, {"deleted": True}]})
    groups = [entity(Group, one) for one in found]
    return [group.id for group in groups if not who.sees_into(group)]


async def own_groups(store: Store, who: Viewer) -> list[str]:
    """The groups that make up their feed: those they are a member of, and the one of everyone."""
    mine = {EVERYONE} | (set() if who.person is None else set(who.person.groups))
    found = await store.many(Group, mine)
    return [group.id for group in found.values() if who.sees_into(group)]
