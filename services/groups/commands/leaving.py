"""People who leave the organisation: their account, their memberships, and when they are forgotten.

They have no more access anywhere, and what they wrote stays under their name until their time is up
(`GroupsSettings.forget_left_after_days`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from services.groups.commands import events
from services.groups.commands.account_changes import succession
from services.groups.commands.context import account_reads, enter_person
from services.groups.commands.people import changed_account, erased_account
from services.groups.domain.erasure import Erasure
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, MembershipStanding, membership_id
from services.groups.domain.person import Person, existing_person
from shared.audience import Login
from shared.contract.access import Action
from shared.contract.erasures import erasure_id
from shared.contract.events.groups import AboutGroup
from shared.contract.events.vocabulary import TextsPolicy
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Entity, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class LeaveOrganisation:
    """A person leaves the organisation; repeating it changes nothing.

    Nobody's leaving is refused because of what they own: that passes on, see `RestMembership`.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    person_id: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The caller, the person, and the person's login."""
        return account_reads(found, self.person_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the person."""
        known = enter_person(found, self.person_id, self.principal, Action.LEAVE_ORGANISATION)
        person = existing_person(known)
        after = person.leave(now, self.expected)
        if after is person:
            return Changes(reply=person)
        left = events.person_left(after, person)
        return changed_account(after, self.principal, now, [left])


@dataclass(frozen=True, slots=True)
class RestMembership:
    """Has a membership rest whose person has left: neither counted, nor in charge, nor waiting.

    It stays, so that whoever comes back is where they were. What they owned doesn't wait for them:
    it passes on as with an erasure (`account_changes.EndMembership`), and they come back as a
    member. A request or invitation of theirs comes to nothing.

    The worker asks for it, not a person, so access isn't checked.

    Attributes:
        group_id: The group that the membership is in.
        person_id: The id of the person who has left.
        successor: The id of the person who owns the group next if nobody else does; None where
            there is none, and where it isn't theirs.
    """

    follows: ClassVar[bool] = True
    group_id: str
    person_id: str
    successor: str | None = None

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """The group, the person, and the memberships of the person and the successor."""
        yield Group, self.group_id
        yield Person, self.person_id
        yield Membership, membership_id(self.group_id, self.person_id)
        if self.successor is not None:
            yield Membership, membership_id(self.group_id, self.successor)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Does nothing unless the person has left; repeating it changes nothing."""
        person = found.get(Person, self.person_id)
        group = found.get(Group, self.group_id)
        membership = found.get(Membership, membership_id(self.group_id, self.person_id))
        if person is None or not person.is_left:
            return Changes()
        if membership is None or group is None or group.deleted_at is not None:
            return Changes()
        if not membership.is_member:
            return _declined(group, membership, now)
        resting = membership.follow_account(person)
        put: list[Entity] = []
        told: list[AboutGroup] = []
        if resting is not membership:
            told.append(events.membership_suspended(group, resting, membership))
        if self.person_id in group.owners:
            put, told_of_owners = succession(found, group, self.person_id, self.successor, now)
            in_charge, resting = resting, resting.give_role("member", now)
            told.append(events.membership_role_changed(group, resting, in_charge))
            told += told_of_owners
        if resting is not membership:
            put.append(resting)
        return Changes(put=put, events=[Occurred(event) for event in told])


def _declined(group: Group, membership: Membership, now: datetime) -> Changes:
    if membership.standing is MembershipStanding.FORMER:
        return Changes()
    after = membership.decline(now)
    return Changes(
        put=[] if after is None else [after],
        remove=[(Membership, membership.id)] if after is None else [],
        events=[Occurred(events.membership_declined(group, membership))],
    )


@dataclass(frozen=True, slots=True)
class ForgetLeaver:
    """Erases a person who has left long ago.

    The worker asks for it, not a person, so access isn't checked.

    Attributes:
        person_id: The id of the person who has left.
        left_before: They are erased if they left before this moment.
        texts: What becomes of what they wrote.
    """

    person_id: str
    left_before: datetime
    texts: TextsPolicy = "kept"

    def reads(self, found: Found) -> Iterable[Key]:
        """The person, their login, and the record of the erasure."""
        yield Person, self.person_id
        yield Erasure, erasure_id(self.person_id)
        person = found.get(Person, self.person_id)
        if person is not None and person.login is not None:
            yield Login, person.login

    def decide(self, found: Found, now: datetime) -> Changes:
        """Does nothing for somebody who is back, or has left again since."""
        person = found.get(Person, self.person_id)
        if person is None or person.left_at is None or person.left_at >= self.left_before:
            return Changes()
        return erased_account(person, person.erase(now), now, texts=self.texts, by=None)
