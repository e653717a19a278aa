"""The group of everyone, which nobody founds: the service makes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.groups.commands import events
from services.groups.domain.channel import (
    EVERYONE_DISCUSSION,
    EVERYONE_NEWS,
    FIRST_CHANNEL,
    Channel,
    open_channel,
)
from services.groups.domain.group import Group
from shared.audience import EVERYONE
from shared.contract.moments import to_milliseconds
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class EnsureEveryone:
    """Makes the group of everyone with its channels, unless it is there.

    Every process of the service asks for it when it starts. Of two that ask at the same moment one
    conflicts with the other and is decided again, on a group that is there.
    """

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group and its channels."""
        return [(Group, EVERYONE), (Channel, EVERYONE_NEWS), (Channel, EVERYONE_DISCUSSION)]

    def decide(self, found: Found, now: datetime) -> Changes:
        """Never changes what is there: administrators may have renamed it."""
        if found.get(Group, EVERYONE) is not None:
            return Changes()
        group = Group(
            id=EVERYONE,
            kind="everyone",
            visibility="open",
            name="",
            created_at=to_milliseconds(now),
        ).describe(name="Everyone", purpose="The whole organisation.", tags=())
        news = open_channel(EVERYONE_NEWS, EVERYONE, kind="news", name="News", now=now)
        discussion = open_channel(
            EVERYONE_DISCUSSION, EVERYONE, kind="discussion", name=FIRST_CHANNEL, now=now
        )
        happened = (
            events.group_created(group),
            events.channel_created(group, news),
            events.channel_created(group, discussion),
        )
        return Changes(
            put=[group, news, discussion], events=[Occurred(event) for event in happened]
        )
