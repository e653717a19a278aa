"""People, memberships, groups and channels: what the groups service tells of them by its events.

What any service copies of people and groups is in `shared/audience`; here is what posts add.

**Reach can't pass 1.** A post's audience is counted when it is published. Comparing clocks would
let a person who joined in the same moment view a post in whose audience they weren't counted. So
each group numbers those who come to it, and the platform numbers those who become active; a post
keeps the highest number of both at its moment, and a person belongs to its audience if neither of
their own is above. Whoever was suspended is numbered anew by the platform when they return, in one
document: were each of their memberships numbered anew, suspending people would rewrite all of them.
"""

from datetime import datetime
from typing import ClassVar, NamedTuple

from shared import audience
from shared.audience import EVERYONE, is_active, membership_id
from shared.contract.access import GroupRole
from shared.contract.events.vocabulary import ChannelKind
from shared.delivery.command import ChangesWith, Entity, Found, Key


def _changes_of_member(found: Found, membership: str) -> int | None:
    person = found.get(Person, membership.partition(":")[2])
    return None if person is None else person.changes


class Membership(audience.Membership, frozen=True, kw_only=True):
    """That a person belongs to a group. It changes with the person's `changes`.

    But for those of a deleted group: they go without a change of the person, and nothing asks for
    them any more, since nothing may be done in such a group.
    """

    changes_with: ClassVar[ChangesWith | None] = staticmethod(_changes_of_member)


class Person(audience.Person, frozen=True, kw_only=True):
    """A person, as posts know them.

    Attributes:
        changes: Grows with each change of their memberships; begins at the time (milliseconds since
            1970) at which they were first heard of, so that somebody who was erased and comes back
            doesn't have the numbers of before. A membership and a suspension that are learnt of at
            once both write this document, so one of the two sees the other.
    """

    changes: int = 0


class Group(audience.Group, frozen=True, kw_only=True):
    """A group as posts know it.

    Attributes:
        members: Those who are counted, now.
        unsettled_since: When its visibility changed, or it was deleted, until what follows from
            that has been written everywhere (`worker/readership.py`); None when it has.
        clearing_since: When its deletion was heard of, until none of its posts is left
            (`worker/cleanup.py`); None when none is.
    """

    members: int = 0
    unsettled_since: datetime | None = None
    clearing_since: datetime | None = None


class Channel(Entity, frozen=True, kw_only=True):
    """A channel of a group.

    Attributes:
        group_id: The group.
        kind: What it is for: in a news channel only those who lead the group, and editors, publish.
        archived: Read-only, for good.
        since: When it was opened, or archived; None where that isn't known.
    """

    collection: ClassVar[str] = "channels"
    group_id: str
    kind: ChannelKind
    archived: bool = False
    since: datetime | None = None

    @property
    def holds_since(self) -> datetime | None:
        """Since when it is there, or read-only."""
        return self.since


class Member(NamedTuple):
    """A person in front of a group, be they one of its members or not.

    Attributes:
        person: What is known of the person; None: nothing has been heard of them.
        membership: That they belong to the group; None for outsiders, and in the group of everyone.
    """

    person: Person | None
    membership: Membership | None

    def role(self, group_id: str) -> GroupRole | None:
        """What they are in the group; None for outsiders."""
        if group_id == EVERYONE:
            return GroupRole.MEMBER if is_active(self.person) else None
        return None if self.membership is None else self.membership.role

    def counted_by(self, group_id: str, arrivals: int, activations: int) -> bool:
        """Whether they were counted in a group at the moment of these two numbers.

        Args:
            group_id: The group.
            arrivals: The number of the group's last arrival at that moment.
            activations: The number of the last person who had become active on the platform.
        """
        person, membership = self
        if person is None or person.number is None or person.number > activations:
            return False
        if group_id == EVERYONE:
            return True
        return membership is not None and membership.number <= arrivals


def member_reads(group_id: str, person_id: str) -> tuple[Key, ...]:
    """A group, and a person's membership in it: one document, however many groups they have."""
    if group_id == EVERYONE:
        return ((Group, group_id),)
    return (Group, group_id), (Membership, membership_id(group_id, person_id))


def member_found(found: Found, group_id: str, person_id: str) -> Member:
    """The person in front of the group, from what was read for `member_reads` and the person."""
    membership = None
    if group_id != EVERYONE:  # there `member_reads` asks for none
        membership = found.get(Membership, membership_id(group_id, person_id))
    return Member(found.get(Person, person_id), membership)
