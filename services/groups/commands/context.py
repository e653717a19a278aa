"""What commands read and check first: who acts, in front of which group, member, channel or person.

For each there is a function that names what to read (`..._reads`), and one that checks access and
returns what was found (`enter_...`).
"""

from collections.abc import Iterator
from typing import NamedTuple

from services.groups.domain.channel import Channel, existing_channel
from services.groups.domain.group import Group, existing_group
from services.groups.domain.membership import Membership, membership_id
from services.groups.domain.person import Person
from services.groups.domain.visibility import authorize_in_group, group_resource, person_resource
from shared.audience import Login
from shared.contract.access import Action, Resource, authorize
from shared.contract.principal import Principal
from shared.contract.refusals import ChannelNotFound, GroupNotFound
from shared.delivery.command import Found, Key


class GroupContext(NamedTuple):
    """A group with the caller in front of it.

    Attributes:
        group: The group; it exists.
        caller: Who asks; None if only their token is known.
        membership: The caller's, whatever has become of it; None if there never was any.
        resource: The facts that access depends on.
    """

    group: Group
    caller: Person | None
    membership: Membership | None
    resource: Resource


class MemberContext(NamedTuple):
    """A group with the caller in front of it, and somebody whose part in it is to change.

    Attributes:
        group: The group; it exists.
        person: Whose part it is; None if there is no such person.
        membership: That person's, whatever has become of it; None if there never was any.
        resource: The facts that the caller's access depends on.
    """

    group: Group
    person: Person | None
    membership: Membership | None
    resource: Resource


class ChannelContext(NamedTuple):
    """A channel and the group that it is in."""

    channel: Channel
    group: Group


def group_context(
    group: Group | None,
    caller: Person | None,
    membership: Membership | None,
    principal: Principal,
    action: Action,
    *,
    inside: bool = False,
) -> GroupContext:
    """The caller in front of the group, if they may do this.

    Args:
        group: The group; None if there is none.
        caller: The person who asks; None if only their token is known.
        membership: The caller's membership in the group; None if there never was any.
        principal: The caller, as their token says.
        action: The action that they want to do to the group, or in it.
        inside: Whether it is about what is in the group (a channel), not the group itself:
            outsiders of a closed group may not know that it is there.

    Raises:
        GroupNotFound: There is no such group, or they may not know.
        NotAllowed: They see it and may not do this.
    """
    group = existing_group(group)
    resource = group_resource(group, caller, membership, inside=inside)
    authorize_in_group(principal, action, resource)
    return GroupContext(group, caller, membership, resource)


def group_reads(group_id: str, principal: Principal) -> Iterator[Key]:
    """What `enter_group` looks at: the group, the caller, and the caller's membership in it."""
    yield Group, group_id
    yield Person, principal.person_id
    yield Membership, membership_id(group_id, principal.person_id)


def member_reads(group_id: str, person_id: str, principal: Principal) -> Iterator[Key]:
    """What `enter_member` looks at: the group, both people, and the memberships of both."""
    yield from group_reads(group_id, principal)
    yield Person, person_id
    yield Membership, membership_id(group_id, person_id)


def channel_reads(found: Found, channel_id: str, principal: Principal) -> Iterator[Key]:
    """What `enter_channel` looks at: the channel, and what `enter_group` looks at."""
    yield Channel, channel_id
    channel = found.get(Channel, channel_id)
    if channel is not None:
        yield from group_reads(channel.group_id, principal)


def person_reads(person_id: str, principal: Principal) -> Iterator[Key]:
    """What `enter_person` looks at: the caller and the person."""
    yield Person, principal.person_id
    yield Person, person_id


def account_reads(found: Found, person_id: str, principal: Principal) -> Iterator[Key]:
    """What a change of somebody's account looks at: what `enter_person` does, and their login."""
    yield from person_reads(person_id, principal)
    person = found.get(Person, person_id)
    if person is not None and person.login is not None:
        yield Login, person.login


def enter_group(
    found: Found, group_id: str, principal: Principal, action: Action, *, inside: bool = False
) -> GroupContext:
    """The caller in front of the group, if they may do this.

    Args:
        found: What was read for `group_reads`.
        group_id: The group.
        principal: The caller.
        action: The action that they want to do to the group, or in it.
        inside: Whether it is about what is in the group, see `group_context`.

    Raises:
        GroupNotFound: There is no such group, or they may not know.
        NotAllowed: They see it and may not do this.
    """
    return group_context(
        found.get(Group, group_id),
        found.get(Person, principal.person_id),
        found.get(Membership, membership_id(group_id, principal.person_id)),
        principal,
        action,
        inside=inside,
    )


def enter_member(
    found: Found, group_id: str, person_id: str, principal: Principal, action: Action
) -> MemberContext:
    """Somebody's part in a group, mostly somebody else's, if the caller may do this with it.

    Args:
        found: What was read for `member_reads`.
        group_id: The group.
        person_id: The person whose part it is.
        principal: The caller.
        action: The action that they want to do in the group.

    Raises:
        GroupNotFound: There is no such group, or they may not know.
        NotAllowed: They see it and may not do this.
    """
    context = enter_group(found, group_id, principal, action)
    person = found.get(Person, person_id)
    membership = found.get(Membership, membership_id(group_id, person_id))
    return MemberContext(context.group, person, membership, context.resource)


def enter_channel(
    found: Found, channel_id: str, principal: Principal, action: Action
) -> ChannelContext:
    """The channel and its group, if the caller may do this.

    Args:
        found: What was read for `channel_reads`.
        channel_id: The channel.
        principal: The caller.
        action: The action that they want to do with the channel.

    Raises:
        ChannelNotFound: There is none, or its group may not be seen: one answer for both.
        NotAllowed: They see it and may not do this.
    """
    channel = existing_channel(found.get(Channel, channel_id))
    try:
        context = enter_group(found, channel.group_id, principal, action, inside=True)
    except GroupNotFound:
        raise ChannelNotFound from None
    return ChannelContext(channel, context.group)


def enter_person(
    found: Found, person_id: str, principal: Principal, action: Action, *, own: bool = False
) -> Person | None:
    """The person, if there is one and the caller may do this.

    Args:
        found: What was read for `person_reads`.
        person_id: The person.
        principal: The caller.
        action: The action that they want to do.
        own: Whether it is about the caller, and no more than everybody may do for themselves.

    Raises:
        NotAllowed: They may not do this.
    """
    caller = found.get(Person, principal.person_id)
    authorize(principal, action, person_resource(caller, own=own))
    return found.get(Person, person_id)
