"""What access depends on, told to `shared.contract.access.authorize` from what was read."""

from services.groups.domain.groups import Group
from services.groups.domain.memberships import Membership, MembershipStanding, role_of
from services.groups.domain.people import AccountStatus, Person
from shared.contract.access import Action, GroupRole, NotVisible, Resource, Visibility, authorize
from shared.contract.principal import Principal
from shared.contract.refusals import GroupNotFound


def in_front_of(
    group: Group, person: Person | None, membership: Membership | None, *, inside: bool = False
) -> Resource:
    """A group, as this person stands in front of it.

    A token outlives a suspension, so the person is looked up, whatever the token says.

    Args:
        group: The group.
        person: Who asks; None if only their token is known.
        membership: Theirs in this group.
        inside: It is about what is in the group (its members, its channels), not the group itself.
    """
    role = role_of(membership)
    return Resource(
        visibility=Visibility(group.visibility),
        content=inside,
        everyone=group.kind == "everyone",
        role=None if role is None else GroupRole(role),
        invited=membership is not None and membership.standing is MembershipStanding.INVITED,
        suspended=is_suspended(person),
    )


def authorize_on(principal: Principal, action: Action, facts: Resource) -> None:
    """Like `authorize`, for something of a group.

    Raises:
        GroupNotFound: They may not know of it: the very answer that an invented id gets, or the
            difference would tell which secret groups there are.
        NotAllowed: They may not do this.
    """
    try:
        authorize(principal, action, facts)
    except NotVisible:
        raise GroupNotFound from None


def about(person: Person | None, *, own: bool = False) -> Resource:
    """Something that concerns no group: only who asks matters, and whether it is about them."""
    return Resource(own=own, suspended=is_suspended(person))


def is_suspended(person: Person | None) -> bool:
    """Whether this person is barred; somebody who isn't known isn't."""
    return person is not None and person.status is AccountStatus.SUSPENDED
