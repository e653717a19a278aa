"""How many members a group has, and how that agrees with whether one person is among them.

The number is folded from events by the worker (`worker/member_counts.py`), so it is a moment old; a
membership is as old as its commit. An answer that showed both as they are stored would say "no
members" and "you are one" in one breath. So whoever belongs to a group since after the last event
that was counted is added, and no answer shows a number without the caller.
"""

from datetime import datetime
from typing import ClassVar

from services.groups.domain.group import Group
from services.groups.domain.membership import Membership
from services.groups.domain.person import AccountStatus, Person
from shared.audience import EVERYONE
from shared.delivery.command import Entity


class MemberCount(Entity, frozen=True, kw_only=True):
    """The number of members of a group; its id is the group's.

    It isn't a field of the group: every join would write the group's document then, and all servers
    would fight over it.

    Attributes:
        members: Members that are human beings with an active account.
        through: The time of the latest event that is counted; None: none is.
    """

    collection: ClassVar[str] = "member_counts"
    members: int = 0
    through: datetime | None = None


def members_shown(
    group: Group, counted: MemberCount | None, membership: Membership | None, person: Person | None
) -> int:
    """How many members a group has, for an answer to one person.

    Args:
        group: The group.
        counted: What is counted; None where nothing is yet. Its owners are members, so there are at
            least as many.
        membership: That of the person who reads the answer; None where there never was any.
        person: That person; None if only their token is known.
    """
    since = _counted_since(group, membership, person)
    if counted is None:
        owns = membership is not None and membership.person_id in group.owners
        return len(group.owners) + (since is not None and not owns)
    if since is None:
        return counted.members
    missing = counted.through is None or counted.through < since
    return max(counted.members + missing, 1)


def _counted_since(
    group: Group, membership: Membership | None, person: Person | None
) -> datetime | None:
    """Since when the person is one of those who are counted; None where they aren't."""
    if group.id == EVERYONE:
        if person is None or person.status is not AccountStatus.ACTIVE:
            return None
        return person.activated_at if person.account == "human" else None
    return membership.since if membership is not None and membership.counted else None
