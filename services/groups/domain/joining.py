"""How people come into a group: they join, ask to be let in, or are invited.

Who asks although an invitation waits, and who is invited after having asked, is a member at once:
each side has said what it wants.
"""

from datetime import datetime

from services.groups.domain.group import Group
from services.groups.domain.membership import (
    AlreadyMember,
    GroupIsOpen,
    Joined,
    Membership,
    MembershipStanding,
    admit,
    check_groups_left,
    membership_id,
    standing_of,
)
from services.groups.domain.person import Person
from shared.contract.moments import to_milliseconds


def join(
    group: Group, person: Person, before: Membership | None, *, groups_left: int, now: datetime
) -> tuple[Membership, Joined]:
    """Joins a group: the membership afterwards, and how they joined.

    Somebody who was invited accepts by that.

    Args:
        group: The group that they come into.
        person: The person who joins.
        before: Their membership until now; None if they never had to do with the group.
        groups_left: How many more groups they may be in.
        now: The time of the act, UTC.

    Raises:
        TooManyGroups: They may be in no more groups.
    """
    check_groups_left(groups_left)
    invited = standing_of(before) is MembershipStanding.INVITED
    return admit(group.id, person, before, by="invitation" if invited else "joining", now=now)


def request(
    group: Group,
    person: Person,
    before: Membership | None,
    *,
    message: str,
    groups_left: int,
    now: datetime,
) -> tuple[Membership, Joined | None]:
    """Asks to be let in: the membership afterwards, and how they joined (None while they wait).

    The membership is `before` where they have asked already.

    Args:
        group: A group that isn't open.
        person: The person who asks.
        before: Their membership until now; None if they never had to do with the group.
        message: A text for those who decide; may be empty.
        groups_left: How many more groups they may be in or ask to join.
        now: The time of the act, UTC.

    Raises:
        GroupIsOpen: Nobody needs to be asked.
        AlreadyMember: There is nothing to request.
        TooManyGroups: They may be in no more groups.
    """
    if group.visibility == "open":
        raise GroupIsOpen("Join it; nobody needs to be asked.")
    if before is not None and before.is_member:
        raise AlreadyMember
    if before is not None and before.standing is MembershipStanding.REQUESTED:
        return before, None
    if before is not None and before.standing is MembershipStanding.INVITED:
        return before.accept(person, now, groups_left=groups_left)
    check_groups_left(groups_left)
    requested = MembershipStanding.REQUESTED
    return _wait(group, person, before, requested, message=message, now=now), None


def invite(
    group: Group, person: Person, before: Membership | None, *, now: datetime
) -> tuple[Membership, Joined | None]:
    """Invites somebody: the membership afterwards, and how they joined (None while it waits).

    The membership is `before` where they are invited already.

    Args:
        group: The group that they come into.
        person: The person who is invited.
        before: Their membership until now; None if they never had to do with the group.
        now: The time of the act, UTC.

    Raises:
        AlreadyMember: There is nobody to invite.
    """
    if before is not None and before.is_member:
        raise AlreadyMember
    if before is not None and before.standing is MembershipStanding.INVITED:
        return before, None
    if before is not None and before.standing is MembershipStanding.REQUESTED:
        return before.approve(person, now)
    return _wait(group, person, before, MembershipStanding.INVITED, now=now), None


def _wait(
    group: Group,
    person: Person,
    before: Membership | None,
    standing: MembershipStanding,
    *,
    now: datetime,
    message: str = "",
) -> Membership:
    return Membership(
        id=membership_id(group.id, person.id),
        group_id=group.id,
        person_id=person.id,
        standing=standing,
        since=to_milliseconds(now),
        was_member=before is not None and before.was_member,
        message=message,
        version=1 if before is None else before.version + 1,
    )
