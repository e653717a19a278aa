"""Members of a group, who wants to be a member, and who is wanted."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from services.groups.domain.group import Group
from services.groups.domain.membership import (
    MemberNotFound,
    Membership,
    MembershipStanding,
    existing_member,
    membership_id,
)
from services.groups.domain.person import Person
from services.groups.domain.visibility import sees_suspended_members
from services.groups.queries.context import read_group_context
from shared.contract.access import Action
from shared.contract.events.vocabulary import MemberRole
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore

Position = tuple[datetime, str]
"""Where a membership stands in a list: since when it is so, and its id."""


class NamedMembership(NamedTuple):
    """A membership, and the name of its person."""

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


async def list_memberships(
    store: EntityStore,
    principal: Principal,
    group_id: str,
    standing: MembershipStanding,
    *,
    role: MemberRole | None = None,
    after: Position | None = None,
    limit: int,
) -> list[NamedMembership]:
    """Those who stand so with a group, in the order in which they came to.

    Suspended members are shown to those who run the platform only: the state of an account is
    between them and the person.

    Args:
        store: The store that holds people, groups and memberships.
        principal: The caller.
        group_id: The group.
        standing: Members, those who asked, or the invited.
        role: Members with this role alone; None for all.
        after: The position of the last membership of the page before; None for the first page.
        limit: Memberships per page.

    Raises:
        GroupNotFound: There is no such group, or the caller may not know who is in it.
        NotAllowed: They may not know who asked or was invited.
        GroupIsBuiltIn: The group of everyone; its members are the active people.
    """
    context = await read_group_context(store, principal, group_id, _MAY_READ[standing], inside=True)
    context.group.check_not_built_in("Its members are the people themselves: read /v1/people.")
    wanted: dict[str, Any] = {"group_id": group_id, "standing": standing}
    if role is not None:
        wanted["role"] = role
    if standing is MembershipStanding.MEMBER and not sees_suspended_members(principal):
        wanted["suspended"] = False
    return await _named(store, await _find_after(store, wanted, after, limit))


async def count_places_taken(store: EntityStore, principal: Principal) -> int:
    """How many groups the caller is in, or has asked to join.

    Invitations don't count: else others could fill somebody's places by inviting them.
    """
    wanted = {
        "person_id": principal.person_id,
        "standing": {"$in": [MembershipStanding.MEMBER, MembershipStanding.REQUESTED]},
    }
    return await store.database.count(Membership.collection, wanted)


async def read_member(
    store: EntityStore, principal: Principal, group_id: str, person_id: str
) -> NamedMembership:
    """One member; a suspended one only for themselves and for those who run the platform.

    Raises:
        GroupNotFound: There is no such group, or the caller may not know who is in it.
        MemberNotFound: There is no such member.
    """
    own = person_id == principal.person_id
    action = Action.READ_GROUP if own else Action.READ_MEMBERS
    await read_group_context(store, principal, group_id, action, inside=not own)
    member = existing_member(await store.get(Membership, membership_id(group_id, person_id)))
    if member.suspended and not (own or sees_suspended_members(principal)):
        raise MemberNotFound("Check the list of members.")
    return (await _named(store, [member]))[0]


async def list_invitations(
    store: EntityStore, principal: Principal, *, after: Position | None = None, limit: int
) -> list[Invitation]:
    """The caller's open invitations, the oldest first."""
    wanted = {"person_id": principal.person_id, "standing": MembershipStanding.INVITED}
    invited = await _find_after(store, wanted, after, limit)
    found = await store.get_many(Group, {membership.group_id for membership in invited})
    groups = {group.id: group for group in found.values() if group.deleted_at is None}
    return [Invitation(membership, groups.get(membership.group_id)) for membership in invited]


async def _find_after(
    store: EntityStore, wanted: dict[str, Any], after: Position | None, limit: int
) -> list[Membership]:
    if after is not None:
        since, last = after
        wanted = wanted | {
            "$or": [{"since": {"$gt": since}}, {"since": since, "_id": {"$gt": last}}]
        }
    return await store.find(Membership, wanted, sort=[("since", 1), ("_id", 1)], limit=limit + 1)


async def _named(store: EntityStore, memberships: Collection[Membership]) -> list[NamedMembership]:
    # Somebody who is being erased has no name any more, and for a moment still a membership.
    people = await store.get_many(Person, {membership.person_id for membership in memberships})
    names = {person.id: person.profile.name for person in people.values()}
    return [
        NamedMembership(membership, names.get(membership.person_id, ""))
        for membership in memberships
    ]


def position_of(after: tuple[Any, ...] | None) -> Position | None:
    """The position that a cursor names; cursors are signed, so it is one that was given out."""
    if after is None:
        return None
    since, last = after
    return since, last
