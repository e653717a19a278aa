"""Opening channels in a group, and closing them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.groups.commands import events
from services.groups.commands.context import channel_reads, enter_channel, enter_group, group_reads
from services.groups.domain.channel import Channel, check_channels_left, open_channel
from shared.contract.access import Action
from shared.contract.events.vocabulary import ChannelKind
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class CreateChannel:
    """Opens a channel in a group.

    Attributes:
        channel_id: The id of the new channel.
        kind: What people post there; see `Channel`.
        name: The name of the channel; blanks around it are dropped.
        description: A text about what belongs there; may be empty.
        channels_left: How many more channels the group may have, counted just before. Two that are
            opened at once may both take the last place, which does no harm.
    """

    principal: Principal
    group_id: str
    channel_id: str
    kind: ChannelKind
    name: str
    description: str = ""
    channels_left: int = 1

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the place of the new channel."""
        return [*group_reads(self.group_id, self.principal), (Channel, self.channel_id)]

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the channel."""
        group = enter_group(found, self.group_id, self.principal, Action.CREATE_CHANNEL).group
        group.check_in_use()
        check_channels_left(self.channels_left)
        channel = open_channel(
            self.channel_id,
            group.id,
            kind=self.kind,
            name=self.name,
            description=self.description,
            now=now,
        )
        created = Occurred(events.channel_created(group, channel), self.principal.person_id)
        return Changes(reply=channel, put=[channel], events=[created])

    def shown_reads(self, found: Found, reply: Channel) -> Iterable[Key]:
        """The channel, its group, the caller and their membership."""
        return channel_reads(found, reply.id, self.principal)

    def check_shown(self, found: Found, reply: Channel) -> None:
        """To whom may read the channel."""
        enter_channel(found, reply.id, self.principal, Action.READ_CHANNEL)


@dataclass(frozen=True, slots=True)
class ChangeChannel:
    """Changes what a channel is for or what it says about itself. None leaves a part as it is.

    Attributes:
        kind: What people post there from now on.
        name: The new name.
        description: The new text about what belongs there.
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    channel_id: str
    kind: ChannelKind | None = None
    name: str | None = None
    description: str | None = None
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The channel, then its group, the caller, and the caller's membership."""
        return channel_reads(found, self.channel_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Replies the channel; nothing happens when it already is so."""
        channel, group = enter_channel(
            found, self.channel_id, self.principal, Action.CHANGE_CHANNEL
        )
        group.check_in_use()
        after = channel.change(
            kind=self.kind,
            name=self.name,
            description=self.description,
            expected=self.expected,
        )
        if after is channel:
            return Changes(reply=channel)
        changed = Occurred(events.channel_changed(group, after, channel), self.principal.person_id)
        return Changes(reply=after, put=[after], events=[changed])


@dataclass(frozen=True, slots=True)
class ArchiveChannel:
    """Makes a channel read-only; repeating it changes nothing.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    channel_id: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The channel, then its group, the caller, and the caller's membership."""
        return channel_reads(found, self.channel_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the channel."""
        channel, group = enter_channel(
            found, self.channel_id, self.principal, Action.CHANGE_CHANNEL
        )
        after = channel.archive(now, self.expected)
        if after is channel:
            return Changes(reply=channel)
        archived = Occurred(events.channel_archived(group, after), self.principal.person_id)
        return Changes(reply=after, put=[after], events=[archived])
