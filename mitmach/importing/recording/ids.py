"""Which id the platform gives to what the source calls something.

It follows from the source's id alone, and for all but people from the moment at which the thing
came to be. So nothing has to be remembered of posts and comments, and what was imported is found
again by a second import, be it of a later export: nothing is made twice.
"""

import uuid
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

from mitmach.importing.causes import Made, Sort
from shared.audience import EVERYONE
from shared.contract.ids import milliseconds, new_id

EVERYBODY = "everyone"
"""How a source calls the built-in group of all active people."""

_BUILT_IN = {
    (Sort.GROUP, EVERYBODY): EVERYONE,
    (Sort.CHANNEL, "everyone/news"): "00000000-0000-7000-8000-000000000001",
    (Sort.CHANNEL, "everyone/discussion"): "00000000-0000-7000-8000-000000000002",
}

# Posts and comments of which the moment is at hand: most acts name a recent one, and what isn't
# here costs a look into the spool.
_RECENT = 50_000

Origin = tuple[datetime, str]
"""When a thing came to be, and the thing that it is in."""


class ThingUnknown(Exception):  # noqa: N818
    """The source never told of it."""


class Ids:
    """The platform's ids of what a source tells of.

    Args:
        namespace: Names the platform that the history comes from: two of them may use the same ids.
        origin: Looks up when a thing came to be, and what it is in; None where nobody told.
    """

    def __init__(
        self,
        namespace: str,
        origin: Callable[[Sort, str], Origin | None] = lambda _sort, _id: None,
    ) -> None:
        self._namespace = namespace.encode()
        self._origin = origin
        self._people: dict[str, str] = {}
        self._groups: dict[str, Origin] = {}
        self._channels: dict[str, Origin] = {}
        self._first_channels: dict[str, str] = {}
        self._recent: OrderedDict[tuple[Sort, str], Origin] = OrderedDict()

    def note(self, made: Made, moment: datetime) -> None:
        """Takes note of a thing that an act makes."""
        origin = (moment, made.owner)
        match made.sort:
            case Sort.PERSON:
                return
            case Sort.GROUP:
                self._groups[made.id] = origin
            case Sort.CHANNEL:
                self._channels[made.id] = origin
            case _:
                self._remember(made.sort, made.id, origin)

    def person(self, source_id: str) -> str:
        """The id of a person."""
        known = self._people.get(source_id)
        if known is None:
            digest = self._digest(Sort.PERSON, source_id, 16)
            known = self._people[source_id] = str(uuid.UUID(bytes=digest, version=4))
        return known

    def is_another(self, source_id: str, person_id: str) -> None:
        """Notes that somebody of the source had an account already."""
        self._people[source_id] = person_id

    def thing(self, sort: Sort, source_id: str) -> str:
        """The id of a group, channel, post or comment.

        Raises:
            ThingUnknown: The source never told of it.
        """
        built_in = _BUILT_IN.get((sort, source_id))
        if built_in is not None:
            return built_in
        if sort is Sort.CHANNEL and source_id in self._first_channels:
            return self.first_channel(self._first_channels[source_id])
        moment, _ = self._of(sort, source_id)
        return self._made(sort, source_id, moment)

    def first_channel(self, group: str) -> str:
        """The id of the channel that comes with a group."""
        moment, _ = self._of(Sort.GROUP, group)
        return self._made(Sort.CHANNEL, f"{group} 0", moment)

    def is_first_channel(self, channel: str, group: str) -> None:
        """Notes that a channel of the source is the one that comes with its group."""
        self._first_channels[channel] = group

    def first_channel_of(self, channel: str) -> str | None:
        """The group whose first channel it is; None for others."""
        return self._first_channels.get(channel)

    def group_of_channel(self, channel: str) -> str:
        """What the source calls the group that a channel is in.

        Raises:
            ThingUnknown: The source never told of it.
        """
        if (Sort.CHANNEL, channel) in _BUILT_IN:
            return EVERYBODY
        return self._of(Sort.CHANNEL, channel)[1]

    def channel_of_post(self, post: str) -> str:
        """What the source calls the channel that a post is in.

        Raises:
            ThingUnknown: The source never told of it.
        """
        return self._of(Sort.POST, post)[1]

    def post_of_comment(self, comment: str) -> str:
        """What the source calls the post that a comment is about.

        Raises:
            ThingUnknown: The source never told of it.
        """
        return self._of(Sort.COMMENT, comment)[1]

    def _of(self, sort: Sort, source_id: str) -> Origin:
        match sort:
            case Sort.GROUP:
                known = self._groups.get(source_id)
            case Sort.CHANNEL:
                known = self._channels.get(source_id)
            case _:
                known = self._recent.get((sort, source_id))
        if known is not None:
            return known
        found = self._origin(sort, source_id)
        if found is None:
            raise ThingUnknown(f"There is no {sort.name.lower()} with this id.")
        self.note(Made(sort, source_id, found[1]), found[0])
        return found

    def _remember(self, sort: Sort, source_id: str, origin: Origin) -> None:
        self._recent[sort, source_id] = origin
        if len(self._recent) > _RECENT:
            self._recent.popitem(last=False)

    def _made(self, sort: Sort, source_id: str, moment: datetime) -> str:
        digest = self._digest(sort, source_id, 10)
        return new_id(unix_ms=milliseconds(moment), random=digest.hex())

    def _digest(self, sort: Sort, source_id: str, size: int) -> bytes:
        named = b"\0".join((self._namespace, sort.name.encode(), source_id.encode()))
        return blake2b(named, digest_size=size).digest()
