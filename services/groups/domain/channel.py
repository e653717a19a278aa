"""Channels: the places in a group where people post, each with its own purpose.

What a method returns is the channel afterwards: the same object where nothing changes.
"""

from datetime import datetime
from typing import ClassVar

import msgspec

from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import ChannelKind
from shared.contract.moments import to_milliseconds
from shared.contract.refusals import ChannelIsArchived, ChannelNotFound
from shared.contract.texts import says_something
from shared.delivery.command import Entity

LONGEST_NAME = 60
LONGEST_DESCRIPTION = 500

# The first channel of a group, so that its founder can post at once.
FIRST_CHANNEL = "Discussion"

# The channels of the group of everyone, made with it. The ids are fixed like the group's: every
# process makes them when it starts and finds them made.
EVERYONE_NEWS = "00000000-0000-7000-8000-000000000001"
EVERYONE_DISCUSSION = "00000000-0000-7000-8000-000000000002"


class ChannelChangedMeanwhile(Refusal):
    """If-Match named another version."""

    category = Category.STALE
    title = "The channel has changed since you read it"


class TooManyChannels(Refusal):
    """The group has as many as an operator lets it have: lists show all channels of a group."""

    category = Category.CONFLICT
    title = "The group has as many channels as it can have"


class ChannelNameEmpty(Refusal):
    """The name shows nothing: it is empty, or made of blanks."""

    category = Category.INVALID
    title = "A channel needs a name"


class Channel(Entity, frozen=True, kw_only=True):
    """A channel of a group.

    Attributes:
        group_id: The group that it is in.
        kind: In `news` only those who lead the group post; `contest` is for contests.
        name: The name, without blanks around it.
        description: A text about what belongs there.
        created_at: The time at which it was opened.
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

    @property
    def holds_since(self) -> datetime | None:
        """Since when it is there, or read-only."""
        return self.archived_at or self.created_at

    def check_version(self, expected: frozenset[int] | None) -> None:
        """Raises `ChannelChangedMeanwhile` unless this version is expected; None expects any."""
        if expected is not None and self.version not in expected:
            raise ChannelChangedMeanwhile("Read it again, and repeat it if it is still wanted.")

    def change(
        self,
        *,
        kind: ChannelKind | None = None,
        name: str | None = None,
        description: str | None = None,
        expected: frozenset[int] | None = None,
    ) -> "Channel":
        """The channel with another purpose or description; None leaves a part as it is.

        Raises:
            ChannelChangedMeanwhile: Its version isn't expected.
            ChannelIsArchived: It is read-only.
            ChannelNameEmpty: There is nothing to read in the name.
        """
        self.check_version(expected)
        if self.archived_at is not None:
            raise ChannelIsArchived("Open a new one.")
        after = msgspec.structs.replace(
            self,
            kind=self.kind if kind is None else kind,
            name=self.name if name is None else _checked_name(name),
            description=self.description if description is None else description.strip(),
        )
        return self if after == self else msgspec.structs.replace(after, version=self.version + 1)

    def archive(self, now: datetime, expected: frozenset[int] | None = None) -> "Channel":
        """The channel, read-only from now on.

        Raises:
            ChannelChangedMeanwhile: Its version isn't expected.
        """
        if self.archived_at is not None:
            return self
        self.check_version(expected)
        archived_at = to_milliseconds(now)
        return msgspec.structs.replace(self, archived_at=archived_at, version=self.version + 1)


def open_channel(
    channel_id: str,
    group_id: str,
    *,
    kind: ChannelKind,
    name: str,
    description: str = "",
    now: datetime,
) -> Channel:
    """A new channel; raises `ChannelNameEmpty` when there is nothing to read in its name."""
    return Channel(
        id=channel_id,
        group_id=group_id,
        kind=kind,
        name=_checked_name(name),
        description=description.strip(),
        created_at=to_milliseconds(now),
    )


def existing_channel(channel: Channel | None) -> Channel:
    """The channel, unless there is none: then raises `ChannelNotFound`."""
    if channel is None:
        raise ChannelNotFound
    return channel


def check_channels_left(channels_left: int) -> None:
    """Raises `TooManyChannels` when a group may have no more channels."""
    if channels_left <= 0:
        raise TooManyChannels("Archived ones count too: use one that is there.")


def _checked_name(name: str) -> str:
    name = name.strip()
    if not says_something(name):
        raise ChannelNameEmpty("Give it a name that tells what belongs there.")
    return name
