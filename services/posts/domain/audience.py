"""Who may see and do what: the service's copy of what the groups service tells by its events.

What any service copies of people and groups is in `shared/audience.py`; here is what posts add.

**Reach can't pass 1.** A post's audience is counted when it is published. Comparing clocks would
let a person who joined in the same moment view a post in whose audience they weren't counted. So
each group numbers those who come to it, a post keeps the highest number of its moment, and a person
belongs to its audience if their own number isn't above.
"""

from typing import ClassVar

import msgspec

from shared import audience
from shared.access import Action, GroupRole, NotVisible, Resource, authorize
from shared.audience import GroupIsArchived, content_in
from shared.command import Entity
from shared.errors import Category, Refusal
from shared.events.vocabulary import ChannelKind
from shared.identity import Principal


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """That a person belongs to a group.

    Attributes:
        role: What they are in it.
        number: Which arrival of the group this is; None while the person isn't counted.
    """

    role: GroupRole = GroupRole.MEMBER
    number: int | None = None


class Person(audience.Person, frozen=True, kw_only=True):
    """A person, by pseudonym.

    Attributes:
        groups: Memberships by group id. While the person is active, `EVERYONE` is among them.
    """

    groups: dict[str, Membership] = msgspec.field(default_factory=dict)

    @property
    def counted(self) -> bool:
        """Whether they are part of an audience's size."""
        return self.status == "active" and self.human


class Group(audience.Group, frozen=True, kw_only=True):
    """A group.

    Attributes:
        deleted: Gone, with all that was in it.
        members: Those who are counted, now.
        arrivals: The number given to the last who came, or came back.
    """

    deleted: bool = False
    members: int = 0
    arrivals: int = 0


class Channel(Entity, frozen=True, kw_only=True):
    """A channel of a group."""

    collection: ClassVar[str] = "channels"
    group_id: str
    kind: ChannelKind
    archived: bool = False


class ChannelNotFound(Refusal):
    """It isn't there, or may not be seen."""

    category = Category.MISSING
    title = "There is no such channel"


class GroupNotFound(Refusal):
    """It isn't there, or may not be seen."""

    category = Category.MISSING
    title = "There is no such group"


class ChannelIsArchived(Refusal):
    """Read-only: what is in it stays, and nothing is added."""

    category = Category.CONFLICT
    title = "The channel is archived"


def resource(
    group_id: str, group: Group | None, person: Person | None, *, own: bool = False
) -> Resource | None:
    """Something in a group, as `authorize` asks for it; None when the group is gone.

    Args:
        group_id: The group it is in.
        group: What is known of it.
        person: What is known of who asks.
        own: It is theirs.
    """
    if group is not None and group.deleted:
        return None
    membership = None if person is None else person.groups.get(group_id)
    role = None if membership is None else membership.role
    return content_in(group_id, group, person, role, own=own)


def check_access(
    principal: Principal, action: Action, thing: Resource | None, *, hidden_as: type[Refusal]
) -> None:
    """Raises unless the person may do this with the thing.

    Args:
        principal: Who asks.
        action: What they want.
        thing: Of `resource`.
        hidden_as: Raised when they may not see it; what isn't there has to be refused with the
            same.
    """
    if thing is None:
        raise hidden_as
    try:
        authorize(principal, action, thing)
    except NotVisible:
        raise hidden_as from None


def check_writable(group: Group | None, channel: Channel | None) -> None:
    """Raises when nothing may be added any more."""
    if group is not None and group.archived:
        raise GroupIsArchived("Its owners can restore it.")
    if channel is not None and channel.archived:
        raise ChannelIsArchived("Use another channel of the group.")


def arrived_by(person: Person | None, group_id: str, number: int) -> bool:
    """Whether this person was counted in the group when its last arrival had this number."""
    membership = None if person is None else person.groups.get(group_id)
    return membership is not None and membership.number is not None and membership.number <= number
