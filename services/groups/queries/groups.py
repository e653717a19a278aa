"""One group, and the list of those that a person sees."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.groups.domain.groups import Group
from services.groups.domain.memberships import Membership, MembershipStanding, membership_id
from services.groups.domain.people import Person
from services.groups.domain.visibility import about, is_suspended
from services.groups.queries.callers import stand
from services.groups.queries.confusables import groups_alike
from services.groups.queries.people import matching
from services.groups.store import ARCHIVED, BY_ID, IN_USE, NEWEST_ARCHIVED, member_counts, newest_of
from shared.audience import EVERYONE
from shared.contract.access import Action, Resource, Visibility, authorize, sees
from shared.contract.events.vocabulary import GroupKind
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore


class GroupView(NamedTuple):
    """A group as somebody sees it.

    Attributes:
        group: The group.
        members: How many members it has, active human beings; a moment old.
        mine: How the caller stands with it.
        alike: Ids of others whose name can't be told from its.
    """

    group: Group
    members: int
    mine: Membership | None
    alike: Sequence[str] = ()


async def group(store: EntityStore, principal: Principal, group_id: str) -> GroupView:
    """One group.

    Raises:
        GroupNotFound: There is none, or they may not know.
    """
    found, mine = await stand(store, principal, group_id)
    counts = await member_counts(store, [group_id])
    alike = await groups_alike(store, [found])
    return viewed(found, counts.get(group_id), mine, alike[group_id])


def viewed(
    found: Group, members: int | None, mine: Membership | None, alike: Sequence[str]
) -> GroupView:
    """The view of a group. Its founder is a member, also before the worker has counted at all."""
    return GroupView(found, len(found.owners) if members is None else members, mine, alike)


async def others(store: EntityStore, principal: Principal, group_id: str) -> int:
    """How many members a group has beside the caller, asked from the memberships themselves."""
    wanted = {
        "group_id": group_id,
        "standing": MembershipStanding.MEMBER,
        "_id": {"$ne": membership_id(group_id, principal.person_id)},
    }
    return await store.database.count(Membership.collection, wanted)


async def groups(
    store: EntityStore,
    principal: Principal,
    *,
    kind: GroupKind | None = None,
    topic: str | None = None,
    q: str | None = None,
    mine: bool = False,
    archived: bool = False,
    after: str | None = None,
    limit: int,
) -> list[GroupView]:
    """Groups that the caller sees, the newest first.

    Args:
        store: The store.
        principal: The caller.
        kind: Only these.
        topic: Only those about this, normalised.
        q: Words, each of which must begin a word of name, purpose or topics.
        mine: Only those that the caller belongs to.
        archived: The archived ones instead of those in use.
        after: The id of the last one before.
        limit: How many are wanted.
    """
    person = await store.get(Person, principal.person_id)
    authorize(principal, Action.READ_GROUP, about(person))
    theirs = await _standings(store, principal)
    asked = {"kind": kind, "topics": topic}
    topical = {name: value for name, value in asked.items() if value is not None}
    # The most telling one is the index; named to the database, whose own choice depends on luck.
    first = [name for name in ("topics", "kind") if name in topical][:1] if q is None else ["words"]
    hint = NEWEST_ARCHIVED if archived else newest_of(*first)
    wanted = {**(ARCHIVED if archived else IN_USE), **topical, **({} if q is None else matching(q))}
    rows: list[Group] = []
    for part in _parts(
        everything=sees(principal, Resource(visibility=Visibility.SECRET)),
        known=[one.group_id for one in theirs.values() if _opens(one, person)],
        only=[*_belonging(theirs), EVERYONE] if mine else None,
    ):
        ids = part.get("_id", {}) | ({} if after is None else {"$lt": after})
        filters = {**wanted, **part, **({"_id": ids} if ids else {})}
        index = BY_ID if "_id" in part else hint
        rows += await store.find(Group, filters, sort=[("_id", -1)], limit=limit + 1, hint=index)
    found = sorted(rows, key=lambda one: one.id, reverse=True)[: limit + 1]
    counts = await member_counts(store, [one.id for one in found])
    alike = await groups_alike(store, found)
    return [viewed(one, counts.get(one.id), theirs.get(one.id), alike[one.id]) for one in found]


def _parts(
    *, everything: bool, known: Sequence[str], only: Sequence[str] | None
) -> Iterator[dict[str, Any]]:
    """What makes up somebody's list: filters that together read nothing that is hidden from them.

    Args:
        everything: They see secret groups too, whosever they are.
        known: Groups that they see, be they secret.
        only: None but these; None for no such bound.
    """
    among = {} if only is None else {"_id": {"$in": list(only)}}
    yield {"visibility": {"$in": ["closed", "open", *(["secret"] if everything else [])]}, **among}
    secret = known if only is None else [one for one in only if one in known]
    if secret and not everything:
        yield {"visibility": "secret", "_id": {"$in": list(secret)}}


def _belonging(theirs: Mapping[str, Membership]) -> list[str]:
    return [one.group_id for one in theirs.values() if one.standing is MembershipStanding.MEMBER]


def _opens(membership: Membership, person: Person | None) -> bool:
    """Whether it lets a person see a secret group: `sees` of the access table, as a filter."""
    if membership.standing is MembershipStanding.INVITED:
        return True
    return membership.standing is MembershipStanding.MEMBER and not is_suspended(person)


async def _standings(store: EntityStore, principal: Principal) -> dict[str, Membership]:
    """How the caller stands with groups, by group; a person has some hundred of these at most."""
    wanted = {
        "person_id": principal.person_id,
        "standing": {
            "$in": [
                MembershipStanding.MEMBER,
                MembershipStanding.INVITED,
                MembershipStanding.REQUESTED,
            ]
        },
    }
    return {one.group_id: one for one in await store.find(Membership, wanted)}
