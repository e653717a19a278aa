"""What the world is told of people, groups, memberships and channels.

Each function makes one event from the thing afterwards, and from what was before where that counts.
"""

from typing import TypedDict

from services.groups.domain.channel import Channel
from services.groups.domain.erasure import Erasure
from services.groups.domain.group import Group
from services.groups.domain.membership import Joined, Membership, MembershipStanding
from services.groups.domain.person import AccountStatus, Person
from shared.audience import Login
from shared.contract.events import groups, logins, people
from shared.contract.events.vocabulary import (
    AccountKind,
    ChannelKind,
    GroupKind,
    MemberRole,
    PersonStatus,
    Visibility,
)

_STATUS: dict[AccountStatus, PersonStatus] = {
    AccountStatus.INVITED: "invited",
    AccountStatus.ACTIVE: "active",
    AccountStatus.SUSPENDED: "suspended",
    AccountStatus.LEFT: "left",
}


class _Account(TypedDict):
    person: str
    account: AccountKind
    department: str | None
    location: str | None


class _Group(TypedDict):
    group_id: str
    group_kind: GroupKind
    visibility: Visibility


class _Channel(_Group):
    channel_id: str
    channel_kind: ChannelKind


class _Membership(_Group):
    member: str
    role: MemberRole


def _account(person: Person) -> _Account:
    return _Account(
        person=person.id,
        account=person.account,
        department=person.profile.department,
        location=person.profile.location,
    )


def _group(group: Group) -> _Group:
    return _Group(group_id=group.id, group_kind=group.kind, visibility=group.visibility)


def _channel(group: Group, channel: Channel) -> _Channel:
    return _Channel(**_group(group), channel_id=channel.id, channel_kind=channel.kind)


def _membership(group: Group, membership: Membership) -> _Membership:
    return _Membership(**_group(group), member=membership.person_id, role=membership.role)


def login_told(login: Login) -> logins.LoginTold:
    """Whom a login leads to, and where they stand."""
    return logins.LoginTold(
        login=login.id,
        person=login.person,
        standing=login.standing.value,
        account="human" if login.human else "service",
    )


def person_invited(person: Person) -> people.PersonInvited:
    """An account was made for somebody who was never here."""
    return people.PersonInvited(**_account(person))


def person_activated(person: Person, *, invited: bool) -> people.PersonActivated:
    """Somebody visits for the first time, having been invited or by themselves."""
    return people.PersonActivated(**_account(person), invited=invited)


def person_visited(person: Person, *, first_visit: bool) -> people.PersonVisited:
    """Somebody visits, for the first time on this day."""
    return people.PersonVisited(**_account(person), first_visit=first_visit)


def person_changed(person: Person, before: Person) -> people.PersonChanged:
    """Somebody is in another department or at another location than before."""
    return people.PersonChanged(
        **_account(person),
        previous_department=before.profile.department,
        previous_location=before.profile.location,
    )


def person_suspended(person: Person, before: Person) -> people.PersonSuspended:
    """An administrator barred somebody."""
    return people.PersonSuspended(**_account(person), previous=_STATUS[before.status])


def person_left(person: Person, before: Person) -> people.PersonLeft:
    """Somebody doesn't belong to the organisation any more."""
    return people.PersonLeft(
        **_account(person),
        previous=_STATUS[before.status],
        ever_activated=before.activated_at is not None,
    )


def person_reinstated(person: Person, before: Person) -> people.PersonReinstated:
    """A suspension has ended, or somebody is back who had left."""
    return people.PersonReinstated(
        **_account(person), status=_STATUS[person.status], previous=_STATUS[before.status]
    )


def person_erased(before: Person, erasure: Erasure) -> people.PersonErased:
    """Somebody was erased: whoever reads this forgets them."""
    return people.PersonErased(
        person=before.id,
        account=before.account,
        previous=_STATUS[before.status],
        ever_activated=before.activated_at is not None,
        erasure=erasure.id,
        texts=erasure.texts,
    )


def group_created(group: Group) -> groups.GroupCreated:
    """A group was founded, or is the one of everyone."""
    return groups.GroupCreated(**_group(group), topics=group.tags, required_guideline=None)


def group_changed(group: Group, before: Group) -> groups.GroupChanged:
    """A group describes itself in other words, or others see it."""
    return groups.GroupChanged(
        **_group(group),
        topics=group.tags,
        required_guideline=None,
        previous=groups.GroupState(
            visibility=before.visibility, topics=before.tags, required_guideline=None
        ),
    )


def group_archived(group: Group) -> groups.GroupArchived:
    """A group is read-only."""
    return groups.GroupArchived(**_group(group))


def group_restored(group: Group) -> groups.GroupRestored:
    """An archived group is in use again."""
    return groups.GroupRestored(**_group(group))


def group_deleted(before: Group) -> groups.GroupDeleted:
    """A group is gone, and what is in it."""
    return groups.GroupDeleted(
        **_group(before), previous="active" if before.archived_at is None else "archived"
    )


def channel_created(group: Group, channel: Channel) -> groups.ChannelCreated:
    """A channel was opened."""
    return groups.ChannelCreated(**_channel(group, channel))


def channel_changed(group: Group, channel: Channel, before: Channel) -> groups.ChannelChanged:
    """A channel has another purpose or describes itself in other words."""
    return groups.ChannelChanged(**_channel(group, channel), previous=before.kind)


def channel_archived(group: Group, channel: Channel) -> groups.ChannelArchived:
    """A channel is read-only."""
    return groups.ChannelArchived(**_channel(group, channel))


def membership_requested(group: Group, membership: Membership) -> groups.MembershipRequested:
    """Somebody waits to be let in."""
    return groups.MembershipRequested(**_membership(group, membership))


def membership_invited(group: Group, membership: Membership) -> groups.MembershipInvited:
    """Somebody was invited and hasn't answered yet."""
    return groups.MembershipInvited(**_membership(group, membership))


def membership_joined(
    group: Group, membership: Membership, joined: Joined
) -> groups.MembershipJoined:
    """Somebody is a member."""
    return groups.MembershipJoined(
        **_membership(group, membership),
        joined_by=joined.joined_by,
        first_join=joined.first_join,
        counted=membership.counted,
    )


def membership_declined(group: Group, before: Membership) -> groups.MembershipDeclined:
    """A request or invitation came to nothing, whoever ended it."""
    invited = before.standing is MembershipStanding.INVITED
    return groups.MembershipDeclined(**_membership(group, before), invited=invited)


def membership_left(group: Group, before: Membership) -> groups.MembershipLeft:
    """A member left."""
    return groups.MembershipLeft(**_membership(group, before), counted=before.counted)


def membership_removed(group: Group, before: Membership) -> groups.MembershipRemoved:
    """Somebody else ended a membership."""
    return groups.MembershipRemoved(**_membership(group, before), counted=before.counted)


def membership_role_changed(
    group: Group, membership: Membership, before: Membership
) -> groups.MembershipRoleChanged:
    """A member has another role."""
    return groups.MembershipRoleChanged(**_membership(group, membership), previous=before.role)


def membership_suspended(
    group: Group, membership: Membership, before: Membership
) -> groups.MembershipSuspended | groups.MembershipReinstated:
    """A member's account was suspended, or its person has left; or it is active again."""
    about = _membership(group, membership)
    counted = membership.counted or before.counted
    if membership.suspended:
        return groups.MembershipSuspended(**about, counted=counted)
    return groups.MembershipReinstated(**about, counted=counted)
