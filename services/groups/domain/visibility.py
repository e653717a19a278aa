"""Who sees what: the facts that `shared.contract.access` decides by, from what was read."""

from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, MembershipStanding, role_of
from services.groups.domain.person import Person
from shared.contract.access import (
    NOTHING_SPECIAL,
    Action,
    GroupRole,
    NotAllowed,
    NotVisible,
    Resource,
    Visibility,
    authorize,
)
from shared.contract.principal import Principal, Standing
from shared.contract.refusals import GroupNotFound


def group_resource(
    group: Group, caller: Person | None, membership: Membership | None, *, inside: bool = False
) -> Resource:
    """A group, or what is in it, in front of the caller.

    A token outlives a suspension, so the person is looked up, whatever the token says.

    Args:
        group: The group.
        caller: Who asks; None if only their token is known.
        membership: The caller's membership in this group; None if there never was any.
        inside: Whether it is about what is in the group (its members, its channels), not the group
            itself.
    """
    role = role_of(membership)
    return Resource(
        visibility=Visibility(group.visibility),
        content=inside,
        everyone=group.kind == "everyone",
        role=None if role is None else GroupRole(role),
        invited=membership is not None and membership.standing is MembershipStanding.INVITED,
        suspended=is_barred(caller),
        standing=standing_of_caller(caller),
    )


def person_resource(caller: Person | None, *, own: bool = False) -> Resource:
    """Something outside of all groups, in front of the caller.

    Args:
        caller: Who asks; None if only their token is known.
        own: Whether it is about the caller.
    """
    return Resource(own=own, suspended=is_barred(caller), standing=standing_of_caller(caller))


def authorize_in_group(principal: Principal, action: Action, resource: Resource) -> None:
    """Like `authorize`, for a group or something in it.

    Raises:
        GroupNotFound: They may not know of it: the very answer that an invented id gets, or the
            difference would tell which secret groups there are.
        NotAllowed: They may not do this.
    """
    try:
        authorize(principal, action, resource)
    except NotVisible:
        raise GroupNotFound from None


def is_barred(person: Person | None) -> bool:
    """Whether this person was suspended or has left; somebody who isn't known wasn't and hasn't."""
    return person is not None and person.is_barred


def standing_of_caller(person: Person | None) -> Standing | None:
    """Where somebody stands, as it is stored now; None for somebody who isn't."""
    return None if person is None else Standing(person.status)


def shows_secret_group(membership: Membership, person: Person | None) -> bool:
    """Whether a membership lets its person see a secret group.

    It is what `shared.contract.access.sees` says of such a group, as a filter of memberships.
    """
    if membership.standing is MembershipStanding.INVITED:
        return True
    return membership.is_member and not is_barred(person)


def sees_record(principal: Principal, person_id: str) -> bool:
    """Whether the caller sees what only a person and those who run the platform see of them."""
    resource = person_resource(None, own=person_id == principal.person_id)
    return _may(principal, Action.CHANGE_PERSON, resource)


def sees_suspended_members(principal: Principal) -> bool:
    """Whether the caller sees which members are suspended.

    The state of an account is between its person and those who run the platform.
    """
    return _may(principal, Action.REINSTATE_PERSON, NOTHING_SPECIAL)


def _may(principal: Principal, action: Action, resource: Resource) -> bool:
    try:
        authorize(principal, action, resource)
    except NotAllowed:
        return False
    return True
