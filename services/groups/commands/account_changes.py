"""What happens to memberships when accounts are erased, suspended or reinstated.

What happens to those of people who leave the organisation is in `leaving.py`.

The worker asks for it, not a person, so nothing here checks access.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import msgspec

from services.groups.commands import events
from services.groups.domain.erasure import Erasure
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, MembershipStanding, membership_id
from services.groups.domain.person import Person
from shared.contract.erasures import FORMER_COLLEAGUE, erasure_id
from shared.contract.errors import Category, Refusal
from shared.contract.events.groups import AboutGroup, AboutMembership
from shared.contract.services import ServiceName
from shared.delivery.command import Changes, Entity, Found, Key, Occurred


class SuccessorGone(Refusal):
    """Whoever was to own the group next isn't a member any more; ask with somebody else."""

    category = Category.CONFLICT
    title = "The successor has left the group"


@dataclass(frozen=True, slots=True)
class EndMembership:
    """Ends what an erased person had to do with a group, and leaves no trace of them in it.

    An erasure can't be refused because somebody is the last owner. Ownership then passes to the
    successor; a group in which there is none is archived, and administrators may restore it.

    Attributes:
        group_id: The group.
        person_id: The erased person.
        successor: The id of the person who owns the group next if nobody else does: its longest
            moderator or member. None where there is none.
    """

    group_id: str
    person_id: str
    successor: str | None = None

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """The group, the person and the successor."""
        keys: list[Key] = [
            (Group, self.group_id),
            (Person, self.person_id),
            (Membership, membership_id(self.group_id, self.person_id)),
        ]
        if self.successor is not None:
            keys.append((Membership, membership_id(self.group_id, self.successor)))
        return keys

    def decide(self, found: Found, now: datetime) -> Changes:
        """Does nothing unless the person is erased; repeating it changes nothing."""
        person = found.get(Person, self.person_id)
        membership = found.get(Membership, membership_id(self.group_id, self.person_id))
        if membership is None or person is None or not person.is_erased:
            return Changes()
        gone: list[Key] = [(Membership, membership.id)]
        group = found.get(Group, self.group_id)
        if group is None or group.deleted_at is not None:
            return Changes(remove=gone)
        happened: list[AboutGroup] = list(_end(group, membership))
        put: list[Entity] = []
        if self.person_id in group.owners:
            put, passed = succession(found, group, self.person_id, self.successor, now)
            happened += passed
        return Changes(put=put, remove=gone, events=[Occurred(event) for event in happened])


def succession(
    found: Found, group: Group, owner: str, successor: str | None, now: datetime
) -> tuple[list[Entity], list[AboutGroup]]:
    """The group without this owner, and what is told of that.

    Args:
        found: What was read, the successor's membership among it.
        group: The group; the person is one of its owners.
        owner: The id of the person who owns it no longer.
        successor: The id of the person who owns it next if nobody else does; None: nobody can, and
            it is archived.
        now: The time of the archival.

    Raises:
        SuccessorGone: The successor isn't a member any more.
    """
    if group.owners != (owner,):
        return [group.remove_owner(owner)], []
    after = group.pass_to(successor, now)
    if successor is None:
        archived = group.archived_at is None
        return [after], [events.group_archived(after)] if archived else []
    membership = found.get(Membership, membership_id(group.id, successor))
    if membership is None or not membership.is_member:
        raise SuccessorGone
    next_owner = membership.give_role("owner", now)
    return [after, next_owner], [events.membership_role_changed(after, next_owner, membership)]


def _end(group: Group, membership: Membership) -> Iterable[AboutMembership]:
    # Whoever keeps memberships has heard of the erasure, or will: no event after it names anybody.
    nobodys = msgspec.structs.replace(membership, person_id=FORMER_COLLEAGUE)
    if membership.is_member:
        yield events.membership_left(group, nobodys)
    elif membership.standing is not MembershipStanding.FORMER:
        yield events.membership_declined(group, nobodys)


@dataclass(frozen=True, slots=True)
class FinishErasure:
    """Takes away the last that names an erased person here: nothing of them is in any group."""

    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """The person, and the record of the erasure."""
        return [(Person, self.person_id), (Erasure, erasure_id(self.person_id))]

    def decide(self, found: Found, now: datetime) -> Changes:
        """Does nothing unless the person is erased."""
        person = found.get(Person, self.person_id)
        if person is None or not person.is_erased:
            return Changes()
        gone: list[Key] = [(Person, person.id)]
        erasure = found.get(Erasure, erasure_id(self.person_id))
        if erasure is None:
            return Changes(remove=gone)
        return Changes(put=[erasure.finish(ServiceName.GROUPS, now)], remove=gone)


@dataclass(frozen=True, slots=True)
class PropagateSuspension:
    """Has a membership say whether the member is suspended: who is, isn't counted.

    A person may have any number of memberships, so a suspension doesn't write them itself.
    """

    follows: ClassVar[bool] = True
    group_id: str
    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """The group, the person and the membership."""
        return [
            (Group, self.group_id),
            (Person, self.person_id),
            (Membership, membership_id(self.group_id, self.person_id)),
        ]

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Does nothing if it says so already; repeating it changes nothing."""
        group = found.get(Group, self.group_id)
        person = found.get(Person, self.person_id)
        membership = found.get(Membership, membership_id(self.group_id, self.person_id))
        if group is None or group.deleted_at is not None:
            return Changes()
        if person is None or person.is_erased:  # that ends it, see `EndMembership`
            return Changes()
        if membership is None or not membership.is_member:
            return Changes()
        after = membership.follow_account(person)
        if after is membership:
            return Changes()
        told = events.membership_suspended(group, after, membership)
        return Changes(put=[after], events=[Occurred(told)])


@dataclass(frozen=True, slots=True)
class FinishPropagation:
    """Notes that all memberships of a person say whether they are suspended.

    Attributes:
        person_id: The person.
        since: Their `unsettled_since` when the memberships were read. If it is another by now, they
            were suspended or reinstated again, and there is more to do.
    """

    person_id: str
    since: datetime

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """The person, and nobody else."""
        return [(Person, self.person_id)]

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Does nothing unless it is about the last change."""
        person = found.get(Person, self.person_id)
        if person is None or person.unsettled_since != self.since:
            return Changes()
        return Changes(put=[msgspec.structs.replace(person, unsettled_since=None)])
