"""Channels: the places in a group where people post, each with its own purpose."""

from datetime import datetime
from typing import ClassVar

from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import ChannelKind
from shared.contract.refusals import ChannelNotFound
from shared.delivery.command import Entity

LONGEST_NAME = 60
LONGEST_DESCRIPTION = 500

# The first channel of a group, so that its founder can post at once.
FIRST_CHANNEL = "Discussion"

# The channels of the group of everyone, made with it. The ids are fixed like the group's: every
# process makes them when it starts and finds them made.
EVERYONE_NEWS = "00000000-0000-7000-8000-000000000001"
EVERYONE_DISCUSSION = "00000000-0000-7000-8000-000000000002"


class Channel(Entity, frozen=True, kw_only=True):
    """A channel of a group.

    Attributes:
        kind: In `news` only those who lead the group post; `contest` is for contests.
        archived_at: Read-only since then.
        version: Counts changes, from 1.
    """

    collection: ClassVar[str] = "channels"
    group_id: str
    kind: ChannelKind
    name: str
    description: str = ""
    created_at: datetime
    archived_at: datetime | None = None
    version: int = 1


class ChannelChangedMeanwhile(Refusal):
    """If-Match named another version."""

    category = Category.STALE
    title = "The channel has changed since you read it"


class TooManyChannels(Refusal):
    """Lists of channels are shown as a whole."""

    category = Category.CONFLICT
    title = "The group has as many channels as it can have"


class ChannelNameEmpty(Refusal):
    """Nothing to call it by."""

    category = Category.INVALID
    title = "A channel needs a name"


def unchanged(channel: Channel, expected: frozenset[int] | None) -> Channel:
    """The channel, unless If-Match named other versions (None: any will do).

    Raises:
        ChannelChangedMeanwhile: It is none of those.
    """
    if expected is not None and channel.version not in expected:
        raise ChannelChangedMeanwhile("Read it again, and repeat it if it is still wanted.")
    return channel


def existing(channel: Channel | None) -> Channel:
    """The channel, unless there is none: then raises `ChannelNotFound`."""
    if channel is None:
        raise ChannelNotFound
    return channel
