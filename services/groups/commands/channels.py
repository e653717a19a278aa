"""Opening channels in a group, and closing them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.groups.commands.context import OnGroup, describe
from services.groups.commands.groups import opened
from services.groups.domain.channels import (
    Channel,
    ChannelNameEmpty,
    TooManyChannels,
    existing,
    unchanged,
)
from services.groups.domain.groups import Group, in_use
from shared.contract.access import Action
from shared.contract.events import groups as events
from shared.contract.events.vocabulary import ChannelKind
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.contract.refusals import ChannelIsArchived, ChannelNotFound, GroupNotFound
from shared.contract.texts import says_something
from shared.delivery.command import Changes, Found, Key, Occurred


def called(name: str) -> str:
    """The name without blanks around it; raises `ChannelNameEmpty` when nothing can be read."""
    name = name.strip()
    if not says_something(name):
        raise ChannelNameEmpty("Give it a name that tells what belongs there.")
    return name


@dataclass(frozen=True, slots=True)
class CreateChannel(OnGroup):
    """Opens a channel in a group.

    Attributes:
        channel_id: Of the new channel.
        left: How many more channels the group may have, counted just before. Two that are opened at
            once may both take the last place, which does no harm.
    """

    channel_id: str
    kind: ChannelKind
    name: str
    description: str = ""
    left: int = 1

    def reads(self, found: Found) -> Iterable[Key]:
        """The group, who asks, and the place of the new channel."""
        return [*OnGroup.reads(self, found), (Channel, self.channel_id)]

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the channel."""
        group = in_use(self.stand(found, Action.CREATE_CHANNEL).group)
        if self.left <= 0:
            raise TooManyChannels("Archived ones count too: use one that is there.")
        channel = Channel(
            id=self.channel_id,
            group_id=group.id,
            kind=self.kind,
            name=called(self.name),
            description=self.description.strip(),
            created_at=to_milliseconds(now),
        )
        return Changes(
            reply=channel,
            put=[channel],
            events=[Occurred(opened(group, channel), self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class _OnChannel:
    """What the commands about an existing channel share: it leads to its group."""

    principal: Principal
    channel_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The channel, then its group and who asks."""
        channel = found.get(Channel, self.channel_id)
        if channel is None:
            return [(Channel, self.channel_id)]
        return [(Channel, self.channel_id), *self._group(channel).reads(found)]

    def _group(self, channel: Channel) -> OnGroup:
        return OnGroup(self.principal, channel.group_id)

    def authorized(self, found: Found) -> tuple[Group, Channel]:
        """The channel and its group, if the caller may change it.

        Raises:
            ChannelNotFound: There is none, or its group may not be seen: one answer for both.
            NotAllowed: They may not change it.
        """
        channel = existing(found.get(Channel, self.channel_id))
        try:
            group = self._group(channel).stand(found, Action.CHANGE_CHANNEL, inside=True).group
        except GroupNotFound:
            raise ChannelNotFound from None
        return group, channel


@dataclass(frozen=True, slots=True)
class ChangeChannel(_OnChannel):
    """Changes what a channel is for or what it says about itself. None leaves a part as it is.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    kind: ChannelKind | None = None
    name: str | None = None
    description: str | None = None
    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Replies the channel; nothing happens when it already is so."""
        group, channel = self.authorized(found)
        in_use(group)
        unchanged(channel, self.expected)
        if channel.archived_at is not None:
            raise ChannelIsArchived("Open a new one.")
        after = msgspec.structs.replace(
            channel,
            kind=channel.kind if self.kind is None else self.kind,
            name=channel.name if self.name is None else called(self.name),
            description=(
                channel.description if self.description is None else self.description.strip()
            ),
        )
        if after == channel:
            return Changes(reply=channel)
        after = msgspec.structs.replace(after, version=channel.version + 1)
        changed = events.ChannelChanged(
            **describe(group),
            channel_id=after.id,
            channel_kind=after.kind,
            previous=channel.kind,
        )
        return Changes(
            reply=after, put=[after], events=[Occurred(changed, self.principal.pseudonym)]
        )


@dataclass(frozen=True, slots=True)
class ArchiveChannel(_OnChannel):
    """Makes a channel read-only; repeating it changes nothing.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the channel."""
        group, channel = self.authorized(found)
        if channel.archived_at is not None:
            return Changes(reply=channel)
        unchanged(channel, self.expected)
        after = msgspec.structs.replace(
            channel, archived_at=to_milliseconds(now), version=channel.version + 1
        )
        archived = events.ChannelArchived(
            **describe(group), channel_id=channel.id, channel_kind=channel.kind
        )
        return Changes(
            reply=after, put=[after], events=[Occurred(archived, self.principal.pseudonym)]
        )
