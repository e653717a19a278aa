"""A contest, and lists of contests, as a person sees them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.contests.commands.context import ContestContext, contest_context
from services.contests.domain.audience import LEADING, Affiliations, affiliations, membership_reads
from services.contests.domain.contest import Contest, ContestNotFound
from services.contests.domain.participation import Participation, participation_id
from services.contests.store import ANNOUNCED, NEWEST, OF_GROUP, OWN_DRAFTS
from shared.audience import EVERYONE, Group, Membership, Person, is_barred
from shared.contract.access import Action, Resource, Visibility, authorize, sees
from shared.contract.events.vocabulary import ContestKind, Phase
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore

# Groups in one list. Above 200 the database doesn't merge the ranges of an index any more: it would
# read all of them and sort.
_MERGED = 100

_Range = tuple[Mapping[str, Any], Sequence[tuple[str, int]]]
"""A filter, and the key of the index that it is a range of."""


async def read_contest(store: EntityStore, principal: Principal, contest_id: str) -> ContestContext:
    """A contest, with the person in front of it.

    Raises:
        ContestNotFound: There is none, or this person may not know of it.
    """
    contest = await store.get(Contest, contest_id)
    if contest is None:
        raise ContestNotFound("Check the id.")
    groups = await store.get_many(Group, set(contest.group_ids) - {EVERYONE})
    who = await _affiliations(store, principal, contest.group_ids)
    seen = [contest_context(contest, groups, who, principal)]
    [context] = await _knowing_entrants(store, seen, principal)
    return context


async def list_contests(
    store: EntityStore,
    principal: Principal,
    *,
    phase: Phase | None,
    kind: ContestKind | None,
    group_id: str | None,
    before: str | None,
    limit: int,
) -> list[ContestContext]:
    """The contests that a person sees, newest first.

    Args:
        store: The service's entities.
        principal: The person who asks.
        phase: Only contests in this phase; None for any.
        kind: Only contests of this kind; None for any.
        group_id: Only contests that take place in this group; None for any.
        before: Only contests older than the one with this id; None for the newest.
        limit: How many contests at most.

    Raises:
        NotAllowed: The person reads no contests at all.
    """
    authorize(principal, Action.READ_CONTEST)
    asked = {"phase": phase, "description.kind": kind, "group_id": group_id}
    wanted: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    ranges = await _ranges(store, principal, of_group=group_id is not None)
    shown: list[ContestContext] = []
    while len(shown) < limit:
        if before is not None:
            wanted["_id"] = {"$lt": before}
        chunk = await _newest(store, wanted, ranges, limit)
        shown += await _seen_of(store, principal, chunk)
        if len(chunk) < limit:
            break
        before = chunk[-1].id
    return await _knowing_entrants(store, shown[:limit], principal)


async def _newest(
    store: EntityStore, wanted: Mapping[str, Any], ranges: Iterable[_Range], limit: int
) -> list[Contest]:
    found: dict[str, Contest] = {}
    for part, index in ranges:
        rows = await store.find(
            Contest, {**wanted, **part}, sort=[("_id", -1)], limit=limit, hint=index
        )
        found |= {contest.id: contest for contest in rows}
    return [found[contest_id] for contest_id in sorted(found, reverse=True)][:limit]


async def _seen_of(
    store: EntityStore, principal: Principal, contests: Sequence[Contest]
) -> list[ContestContext]:
    """Those of the contests that the person sees: their copy of who sees them may be old."""
    named = {group_id for contest in contests for group_id in contest.group_ids}
    groups = await store.get_many(Group, named - {EVERYONE})
    who = await _affiliations(store, principal, named)
    seen = []
    for contest in contests:
        try:
            seen.append(contest_context(contest, groups, who, principal))
        except ContestNotFound:
            continue
    return seen


async def _knowing_entrants(
    store: EntityStore, seen: Sequence[ContestContext], principal: Principal
) -> list[ContestContext]:
    """The contests, with those marked that the person would organise, had they not entered."""
    ids = {context.contest.id: _own_id(context, principal) for context in seen}
    asked = [
        ids[context.contest.id]
        for context in seen
        if context.organises(principal) or context.rejects_in_vote(principal)
    ]
    stored = await store.get_many(Participation, asked)
    entered = {own.id for own in stored.values() if own.entered}
    return [context._replace(entered=ids[context.contest.id] in entered) for context in seen]


def _own_id(context: ContestContext, principal: Principal) -> str:
    return participation_id(context.contest.id, principal.person_id)


async def _ranges(store: EntityStore, principal: Principal, *, of_group: bool) -> list[_Range]:
    """What makes up somebody's list: filters that together read nothing that is hidden from them.

    What is announced to everyone, and in their own groups; the drafts that they organise.

    Args:
        store: The service's entities.
        principal: The person who asks.
        of_group: Only contests of a single group are asked for: they are its index's.
    """
    announced = {"announced_at": {"$type": "date"}}
    own = {"organiser": principal.person_id, "announced_at": None}
    if of_group:
        return [({}, OF_GROUP)]
    person = await store.get(Person, principal.person_id)
    memberships = await store.find(Membership, {"person": principal.person_id})
    if is_barred(person):
        memberships = []  # they see what everybody sees
    led = [membership.group_id for membership in memberships if membership.role in LEADING]
    ranges: list[_Range] = [(own, OWN_DRAFTS)]
    ranges += [({"group_id": part, "announced_at": None}, OF_GROUP) for part in _parts(led)]
    if sees(principal, Resource(visibility=Visibility.SECRET, content=True)):
        return [*ranges, (announced, NEWEST)]
    readable = [EVERYONE, *(membership.group_id for membership in memberships)]
    ranges += [({"readers": part, **announced}, ANNOUNCED) for part in _parts(readable)]
    return ranges


def _parts(group_ids: Sequence[str]) -> Iterator[dict[str, list[str]]]:
    for at in range(0, len(group_ids), _MERGED):
        yield {"$in": list(group_ids[at : at + _MERGED])}


async def _affiliations(
    store: EntityStore, principal: Principal, group_ids: Iterable[str]
) -> Affiliations:
    ids = [membership_id for _, membership_id in membership_reads(group_ids, principal.person_id)]
    memberships = await store.get_many(Membership, ids)
    return affiliations(await store.get(Person, principal.person_id), memberships.values())
