"""One channel, several by their ids, and the channels of a group."""

from collections.abc import Sequence
from typing import Any

from services.groups.domain.channel import Channel, existing_channel
from services.groups.queries.context import read_group_context, visible_contexts
from shared.contract.access import Action
from shared.contract.principal import Principal
from shared.contract.refusals import ChannelNotFound, GroupNotFound
from shared.delivery.mongo import EntityStore


async def read_channel(store: EntityStore, principal: Principal, channel_id: str) -> Channel:
    """A channel, for one who sees into its group.

    Raises:
        ChannelNotFound: There is none, or the caller doesn't see into its group.
    """
    channel = existing_channel(await store.get(Channel, channel_id))
    try:
        await read_group_context(
            store, principal, channel.group_id, Action.READ_CHANNEL, inside=True
        )
    except GroupNotFound:
        raise ChannelNotFound from None
    return channel


async def channels_by_id(
    store: EntityStore, principal: Principal, ids: Sequence[str]
) -> dict[str, Channel]:
    """Channels by id, archived ones too; whatever `read_channel` wouldn't show is missing."""
    found = await store.get_many(Channel, ids)
    visible = await visible_contexts(
        store,
        principal,
        {channel.group_id for channel in found.values()},
        Action.READ_CHANNEL,
        inside=True,
    )
    return {one: channel for one, channel in found.items() if channel.group_id in visible}


async def list_channels(
    store: EntityStore,
    principal: Principal,
    group_id: str,
    *,
    archived: bool = False,
    after: str | None = None,
    limit: int,
) -> list[Channel]:
    """A group's channels, the oldest first.

    Args:
        store: The store that holds groups and channels.
        principal: The caller.
        group_id: The group.
        archived: The archived ones instead of those in use.
        after: The id of the last channel of the page before; None for the first page.
        limit: Channels per page.

    Raises:
        GroupNotFound: There is no such group, or the caller doesn't see into it.
    """
    await read_group_context(store, principal, group_id, Action.READ_CHANNEL, inside=True)
    wanted: dict[str, Any] = {
        "group_id": group_id,
        "archived_at": {"$ne": None} if archived else None,
    }
    if after is not None:
        wanted["_id"] = {"$gt": after}
    return await store.find(Channel, wanted, sort=[("_id", 1)], limit=limit + 1)


async def count_channels(store: EntityStore, group_id: str) -> int:
    """How many channels a group has, archived ones included."""
    return await store.database.count(Channel.collection, {"group_id": group_id})
