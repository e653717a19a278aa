"""What commands check first: who asks, in front of which group, member, channel or person.

A command derives from the class here whose things it is about. `reads` of that class names what is
to be read, and `enter` returns the context if the caller may do it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from services.groups.domain.channel import Channel, existing_channel
from services.groups.domain.group import Group, existing_group
from services.groups.domain.membership import Membership, membership_id
from services.groups.domain.person import Person
from services.groups.domain.visibility import authorize_in_group, group_resource, person_resource
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


class ChannelContext(NamedTuple):
    """A channel and its group; the caller may change it."""

    group: Group
    channel: Channel


def enter_group(
    principal: Principal,
    action: Action,
    group: Group | None,
    caller: Person | None,
    membership: Membership | None,
    *,
    inside: bool = False,
) -> GroupContext:
    """The context of an action on a group, if the caller may do it.

    Args:
        principal: Who asks, as their token says.
        action: The action that they want to do to the group, or in it.
        group: The group, if it was found.
        caller: Who asks, if they were found.
        membership: The caller's membership in the group, if it was found.
        inside: Whether it is about what is in the group (a channel), not the group itself:
            outsiders of a closed group may not know that it is there.

    Raises:
        GroupNotFound: There is no such group, or they may not know.
        NotAllowed: They may not do this.
    """
    group = existing_group(group)
    resource = group_resource(group, caller, membership, inside=inside)
    authorize_in_group(principal, action, resource)
    return GroupContext(group, caller, membership, resource)


@dataclass(frozen=True, slots=True)
class GroupCommand:
    """A command about a group and the caller's own part in it."""

    principal: Principal
    group_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the caller's membership."""
        caller_id = self.principal.person_id
        return [
            (Group, self.group_id),
            (Person, caller_id),
            (Membership, membership_id(self.group_id, caller_id)),
        ]

    def enter(self, found: Found, action: Action, *, inside: bool = False) -> GroupContext:
        """The context, if the caller may do this; see `enter_group`."""
        caller_id = self.principal.person_id
        return enter_group(
            self.principal,
            action,
            found.get(Group, self.group_id),
            found.get(Person, caller_id),
            found.get(Membership, membership_id(self.group_id, caller_id)),
            inside=inside,
        )


@dataclass(frozen=True, slots=True)
class MemberCommand(GroupCommand):
    """A command about somebody's part in a group, mostly somebody else's."""

    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The group, both people, and the memberships of both."""
        return [
            *GroupCommand.reads(self, found),
            (Person, self.person_id),
            (Membership, membership_id(self.group_id, self.person_id)),
        ]

    def member_found(self, found: Found) -> Membership | None:
        """The other person's membership, whatever has become of it."""
        return found.get(Membership, membership_id(self.group_id, self.person_id))


@dataclass(frozen=True, slots=True)
class ChannelCommand:
    """A command about a channel that is there: it leads to its group."""

    principal: Principal
    channel_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The channel, then its group, the caller and the caller's membership."""
        channel = found.get(Channel, self.channel_id)
        if channel is None:
            return [(Channel, self.channel_id)]
        in_group = GroupCommand(self.principal, channel.group_id)
        return [(Channel, self.channel_id), *in_group.reads(found)]

    def enter(self, found: Found, action: Action) -> ChannelContext:
        """The context, if the caller may do this.

        Raises:
            ChannelNotFound: There is none, or its group may not be seen: one answer for both.
            NotAllowed: They may not do this.
        """
        channel = existing_channel(found.get(Channel, self.channel_id))
        in_group = GroupCommand(self.principal, channel.group_id)
        try:
            context = in_group.enter(found, action, inside=True)
        except GroupNotFound:
            raise ChannelNotFound from None
        return ChannelContext(context.group, channel)


@dataclass(frozen=True, slots=True)
class PersonCommand:
    """A command about one person, given by another or by themselves."""

    principal: Principal
    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The caller and the person."""
        return [(Person, self.principal.person_id), (Person, self.person_id)]

    def enter(self, found: Found, action: Action, *, own: bool = False) -> Person | None:
        """The person, if there is one and the caller may do this.

        Args:
            found: The entities that `reads` named.
            action: The action that the caller wants to do.
            own: Whether it is about the caller, and no more than everybody may do for themselves.

        Raises:
            NotAllowed: They may not do this.
        """
        caller = found.get(Person, self.principal.person_id)
        authorize(self.principal, action, person_resource(caller, own=own))
        return found.get(Person, self.person_id)
