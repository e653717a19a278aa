"""One group, several by their ids, and the list of those that a person sees."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.groups.commands.context import GroupContext
from services.groups.domain.counts import MemberCount, members_shown
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, MembershipStanding, membership_id
from services.groups.domain.person import Person
from services.groups.domain.visibility import person_resource, shows_secret_group
from services.groups.queries.confusables import confusable_groups
from services.groups.queries.context import read_group_context, visible_contexts
from services.groups.queries.people import words_filter
from services.groups.store import (
    ARCHIVED,
    BY_ID,
    IN_USE,
    NEWEST_ARCHIVED,
    newest_of,
)
from shared.audience import EVERYONE
from shared.contract.access import Action, Resource, Visibility, authorize, sees
from shared.contract.events.vocabulary import GroupKind
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore


class GroupDetails(NamedTuple):
    """A group, and what an answer shows beside it.

    Attributes:
        group: The group.
        members: How many members it has, active human beings; a moment old,
            but that the caller is one is in it.
        membership: The caller's; None where they never had to do with it.
        resembles: Ids of others whose name can't be told from its.
    """

    group: Group
    members: int
    membership: Membership | None
    resembles: Sequence[str] = ()


class GroupFilter(NamedTuple):
    """Which groups a list is to show.

    Attributes:
        kind: Of this kind; None for all kinds.
        tag: About this, normalised; None for all.
        q: Words, each of which must begin a word of name, purpose or tags.
        mine: Those that the caller belongs to.
        archived: The archived ones instead of those in use.
    """

    kind: GroupKind | None = None
    tag: str | None = None
    q: str | None = None
    mine: bool = False
    archived: bool = False


async def read_group(store: EntityStore, principal: Principal, group_id: str) -> GroupDetails:
    """A group, for one who may know of it.

    Raises:
        GroupNotFound: There is none, or they may not know.
    """
    counted = await store.get(MemberCount, group_id)
    # After the count: it lags, and who has joined since is added to it.
    context = await read_group_context(store, principal, group_id)
    resembles = await confusable_groups(store, [context.group])
    return _details(context, counted, resembles[group_id])


async def groups_by_id(
    store: EntityStore, principal: Principal, ids: Sequence[str]
) -> dict[str, GroupDetails]:
    """Groups by id, archived ones too; those that aren't there or may not be known are missing."""
    counts = await store.get_many(MemberCount, ids)
    contexts = await visible_contexts(store, principal, ids)
    resembles = await confusable_groups(store, [seen.group for seen in contexts.values()])
    return {one: _details(seen, counts.get(one), resembles[one]) for one, seen in contexts.items()}


def _details(
    seen: GroupContext, counted: MemberCount | None, resembles: Sequence[str]
) -> GroupDetails:
    members = members_shown(seen.group, counted, seen.membership, seen.caller)
    return GroupDetails(seen.group, members, seen.membership, resembles)


async def count_other_members(store: EntityStore, principal: Principal, group_id: str) -> int:
    """How many members a group has beside the caller, asked from the memberships themselves."""
    wanted = {
        "group_id": group_id,
        "standing": MembershipStanding.MEMBER,
        "_id": {"$ne": membership_id(group_id, principal.person_id)},
    }
    return await store.database.count(Membership.collection, wanted)


async def list_groups(
    store: EntityStore,
    principal: Principal,
    wanted: GroupFilter,
    *,
    after: str | None = None,
    limit: int,
) -> list[GroupDetails]:
    """Groups that the caller sees, the newest first.

    Args:
        store: The store that holds groups, people and memberships.
        principal: The caller.
        wanted: The kind, subject and words of the groups to show.
        after: The id of the last group of the page before; None for the first page.
        limit: Groups per page.
    """
    caller = await store.get(Person, principal.person_id)
    authorize(principal, Action.READ_GROUP, person_resource(caller))
    memberships = await _memberships(store, principal)
    belonging = [group_id for group_id, mine in memberships.items() if mine.is_member]
    parts = _visible_parts(
        everything=sees(principal, Resource(visibility=Visibility.SECRET)),
        known=[
            group_id for group_id, mine in memberships.items() if shows_secret_group(mine, caller)
        ],
        only=[*belonging, EVERYONE] if wanted.mine else None,
    )
    found: list[Group] = []
    for part in parts:
        found += await _find_part(store, wanted, part, after=after, limit=limit)
    groups = sorted(found, key=lambda group: group.id, reverse=True)[: limit + 1]
    counts = await store.get_many(MemberCount, [group.id for group in groups])
    resembles = await confusable_groups(store, groups)
    details = []
    for group in groups:
        mine = memberships.get(group.id)
        members = members_shown(group, counts.get(group.id), mine, caller)
        details.append(GroupDetails(group, members, mine, resembles[group.id]))
    return details


async def _find_part(
    store: EntityStore,
    wanted: GroupFilter,
    part: Mapping[str, Any],
    *,
    after: str | None,
    limit: int,
) -> list[Group]:
    """The first groups of one part of somebody's list, see `_visible_parts`."""
    asked = {"kind": wanted.kind, "topics": wanted.tag}
    topical = {field: value for field, value in asked.items() if value is not None}
    words = {} if wanted.q is None else words_filter(wanted.q)
    # The most selective one is the index; named to the database, whose own choice depends on luck.
    selective = [field for field in ("topics", "kind") if field in topical][:1]
    first = selective if wanted.q is None else ["words"]
    hint = NEWEST_ARCHIVED if wanted.archived else newest_of(*first)
    ids = part.get("_id", {}) | ({} if after is None else {"$lt": after})
    filters = {
        **(ARCHIVED if wanted.archived else IN_USE),
        **topical,
        **words,
        **part,
        **({"_id": ids} if ids else {}),
    }
    index = BY_ID if "_id" in part else hint
    return await store.find(Group, filters, sort=[("_id", -1)], limit=limit + 1, hint=index)


def _visible_parts(
    *, everything: bool, known: Sequence[str], only: Sequence[str] | None
) -> Iterator[dict[str, Any]]:
    """What makes up somebody's list: filters that together read nothing that is hidden from them.

    Args:
        everything: Whether they see secret groups too, whosever they are.
        known: Ids of groups that they see, be they secret.
        only: Ids of the groups that the list is bound to; None for no such bound.
    """
    among = {} if only is None else {"_id": {"$in": list(only)}}
    yield {"visibility": {"$in": ["closed", "open", *(["secret"] if everything else [])]}, **among}
    secret = known if only is None else [group_id for group_id in only if group_id in known]
    if secret and not everything:
        yield {"visibility": "secret", "_id": {"$in": list(secret)}}


async def _memberships(store: EntityStore, principal: Principal) -> dict[str, Membership]:
    """The caller's memberships that haven't ended, by group; some hundred of them at most."""
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
    found = await store.find(Membership, wanted)
    return {membership.group_id: membership for membership in found}
