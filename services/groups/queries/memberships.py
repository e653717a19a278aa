"""Members of a group, who wants to be one, and who is wanted."""

from datetime import datetime
from typing import Any, NamedTuple

from services.groups.domain.groups import Group, not_built_in
from services.groups.domain.memberships import (
    MemberNotFound,
    Membership,
    MembershipStanding,
    member,
    membership_id,
)
from services.groups.domain.people import Person
from services.groups.queries.callers import stand
from shared.contract.access import Action, NotAllowed, authorize
from shared.contract.events.vocabulary import MemberRole
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore

Position = tuple[datetime, str]
"""Of a membership in a list: since when, and its id."""


class MembershipView(NamedTuple):
    """A membership, and the name of the person."""

    membership: Membership
    name: str


class Invitation(NamedTuple):
    """An invitation, and the group that it is for; None if that has just been deleted."""

    membership: Membership
    group: Group | None


_MAY_READ = {
    MembershipStanding.MEMBER: Action.READ_MEMBERS,
    MembershipStanding.REQUESTED: Action.DECIDE_MEMBERSHIP,
    MembershipStanding.INVITED: Action.INVITE,
}


async def memberships(
    store: EntityStore,
    principal: Principal,
    group_id: str,
    standing: MembershipStanding,
    *,
    role: MemberRole | None = None,
    after: Position | None = None,
    limit: int,
) -> list[MembershipView]:
    """Those who stand so with a group, in the order in which they came to.

    Suspended members are shown to those who run the platform only: the state of an account is
    between them and the person.

    Args:
        store: The store.
        principal: The caller.
        group_id: The group.
        standing: Members, those who asked, or the invited.
        role: Only these.
        after: The position of the last one before.
        limit: How many are wanted.

    Raises:
        GroupNotFound: There is no such group, or the caller may not know who is in it.
        NotAllowed: They may not know who asked or was invited.
        GroupIsBuiltIn: The group of everyone; its members are the active people.
    """
    found, _ = await stand(store, principal, group_id, _MAY_READ[standing], inside=True)
    not_built_in(found, "Its members are the people themselves: read /v1/people.")
    wanted: dict[str, Any] = {"group_id": group_id, "standing": standing}
    if role is not None:
        wanted["role"] = role
    if standing is MembershipStanding.MEMBER and not _sees_suspended(principal):
        wanted["suspended"] = False
    return await _named(store, await _some(store, wanted, after, limit))


async def held(store: EntityStore, principal: Principal) -> int:
    """How many groups the caller is in, or has asked to join.

    Invitations don't count: else others could fill somebody's places by inviting them.
    """
    wanted = {
        "person_id": principal.person_id,
        "standing": {"$in": [MembershipStanding.MEMBER, MembershipStanding.REQUESTED]},
    }
    return await store.database.count(Membership.collection, wanted)


async def membership(
    store: EntityStore, principal: Principal, group_id: str, person_id: str
) -> MembershipView:
    """One member; one who is suspended only for themselves and for those who run the platform.

    Raises:
        GroupNotFound: There is no such group, or the caller may not know who is in it.
        MemberNotFound: There is no such member.
    """
    own = person_id == principal.person_id
    action = Action.READ_GROUP if own else Action.READ_MEMBERS
    await stand(store, principal, group_id, action, inside=not own)
    found = member(await store.get(Membership, membership_id(group_id, person_id)))
    if found.suspended and not (own or _sees_suspended(principal)):
        raise MemberNotFound("Check the list of members.")
    return (await _named(store, [found]))[0]


async def invitations(
    store: EntityStore, principal: Principal, *, after: Position | None = None, limit: int
) -> list[Invitation]:
    """The caller's open invitations, the oldest first."""
    wanted = {"person_id": principal.person_id, "standing": MembershipStanding.INVITED}
    found = await _some(store, wanted, after, limit)
    groups = await store.get_many(Group, {one.group_id for one in found})
    there = {one.id: one for one in groups.values() if one.deleted_at is None}
    return [Invitation(one, there.get(one.group_id)) for one in found]


def _sees_suspended(principal: Principal) -> bool:
    try:
        authorize(principal, Action.REINSTATE_PERSON)
    except NotAllowed:
        return False
    return True


async def _some(
    store: EntityStore, wanted: dict[str, Any], after: Position | None, limit: int
) -> list[Membership]:
    if after is not None:
        since, last = after
        wanted = wanted | {
            "$or": [{"since": {"$gt": since}}, {"since": since, "_id": {"$gt": last}}]
        }
    return await store.find(Membership, wanted, sort=[("since", 1), ("_id", 1)], limit=limit + 1)


async def _named(store: EntityStore, found: list[Membership]) -> list[MembershipView]:
    # Somebody who is being erased has no name any more, and for a moment still a membership.
    people = await store.get_many(Person, {one.person_id for one in found})
    names = {one.id: one.profile.name for one in people.values()}
    return [MembershipView(one, names.get(one.person_id, "")) for one in found]


def position_of(after: tuple[Any, ...] | None) -> Position | None:
    """The position that a cursor names; cursors are signed, so it is one that was given out."""
    if after is None:
        return None
    since, last = after
    return since, last
