"""What can be asked of contests, as functions over the store.

Nothing here looks at ballots but two: `ballot`, for the voter's own, and `recount`, for the worker
and the command line. No order, no count and no field of any answer depends on them before the
publication.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.contests.commands.context import (
    ContestContext,
    organises,
    rejects_in_vote,
    see_contest,
    see_entry,
)
from services.contests.domain.audience import LEADING, Affiliations, affiliations, membership_reads
from services.contests.domain.ballot import Ballot, BallotNotFound, ballot_id
from services.contests.domain.contest import Contest, ContestNotFound, groups_of
from services.contests.domain.eligibility import Roll
from services.contests.domain.entry import Entry, EntryNotFound, place
from services.contests.domain.participation import (
    Participation,
    has_entered,
    participation_id,
)
from services.contests.domain.phases import SHUFFLED
from services.contests.domain.tally import (
    Candidate,
    Cast,
    RejectedDuringVote,
    Result,
    ResultsNotPublished,
    Tally,
    tally,
)
from services.contests.store import (
    ANNOUNCED,
    NEWEST,
    OF_GROUP,
    OWN_DRAFTS,
    Store,
    begins_with,
)
from shared.audience import EVERYONE, Group, Membership, Person, is_barred
from shared.contract.access import Action, Resource, Visibility, authorize, sees
from shared.contract.events.vocabulary import ContestKind, Phase
from shared.contract.principal import Principal

NOBODY = Roll(arrivals=0, activations=0, people=0)

# Groups in one list. Above 200 the database doesn't merge the ranges of an index any more: it would
# read all of them and sort.
_MERGED = 100

_List = tuple[Mapping[str, Any], Sequence[tuple[str, int]]]
"""A filter, and the key of the index that it is a range of."""


async def contest(store: Store, principal: Principal, contest_id: str) -> ContestContext:
    """One contest.

    Raises:
        ContestNotFound: There is none, or this person may not know of it.
    """
    found = await store.one(Contest, contest_id)
    if found is None:
        raise ContestNotFound("Check the id.")
    groups = await store.by_id(Group, list(set(groups_of(found)) - {EVERYONE}))
    who = await _affiliations(store, principal, groups_of(found))
    [seen] = await _knowing_entrants(store, [see_contest(found, groups, who, principal)], principal)
    return seen


async def _knowing_entrants(
    store: Store, seen: Sequence[ContestContext], principal: Principal
) -> list[ContestContext]:
    """The contests, with those marked that the person would organise, had they not entered."""
    asked = {
        participation_id(one.contest.id, principal.pseudonym): one
        for one in seen
        if organises(one, principal) or rejects_in_vote(one, principal)
    }
    entered = await store.by_id(Participation, list(asked))
    return [
        one._replace(
            entered=has_entered(entered.get(participation_id(one.contest.id, principal.pseudonym)))
        )
        for one in seen
    ]


async def contests(
    store: Store,
    principal: Principal,
    *,
    phase: Phase | None,
    kind: ContestKind | None,
    group_id: str | None,
    before: str | None,
    limit: int,
) -> list[ContestContext]:
    """Contests that this person sees, newest first; those made before the id `before`.

    Raises:
        NotAllowed: They read no contests at all.
    """
    authorize(principal, Action.READ_CONTEST)
    asked = {"phase": phase, "description.kind": kind, "group_id": group_id}
    where: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    lists = await _lists(store, principal, of_group=group_id is not None)
    seen: list[ContestContext] = []
    while len(seen) < limit:
        if before is not None:
            where["_id"] = {"$lt": before}
        found: dict[str, Contest] = {}
        for part, index in lists:
            rows = await store.many(
                Contest, {**where, **part}, sort=[("_id", -1)], limit=limit, hint=index
            )
            found |= {one.id: one for one in rows}
        chunk = [found[one] for one in sorted(found, reverse=True)][:limit]
        named = {group for one in chunk for group in groups_of(one)}
        groups = await store.by_id(Group, list(named - {EVERYONE}))
        who = await _affiliations(store, principal, named)
        for one in chunk:
            try:
                seen.append(see_contest(one, groups, who, principal))
            except ContestNotFound:
                continue
        if len(chunk) < limit:
            break
        before = chunk[-1].id
    return await _knowing_entrants(store, seen[:limit], principal)


async def _lists(store: Store, principal: Principal, *, of_group: bool) -> list[_List]:
    """What makes up somebody's list: filters that together read nothing that is hidden from them.

    What is announced to everyone, and in their own groups; the drafts that they organise.

    Args:
        store: Where contests are.
        principal: Who asks.
        of_group: Only contests of one group are asked for: they are its index's.
    """
    announced = {"announced_at": {"$type": "date"}}
    own = {"organiser_id": principal.person_id, "announced_at": None}
    if of_group:
        return [({}, OF_GROUP)]
    person = await store.one(Person, principal.pseudonym)
    memberships = await store.many(Membership, {"person": principal.pseudonym})
    if is_barred(person):
        memberships = []  # they see what everybody sees
    led = [one.group_id for one in memberships if one.role in LEADING]
    lists: list[_List] = [(own, OWN_DRAFTS)]
    lists += [({"group_id": part, "announced_at": None}, OF_GROUP) for part in _parts(led)]
    if sees(principal, Resource(visibility=Visibility.SECRET, content=True)):
        return [*lists, (announced, NEWEST)]
    readable = [EVERYONE, *(one.group_id for one in memberships)]
    lists += [({"readers": part, **announced}, ANNOUNCED) for part in _parts(readable)]
    return lists


def _parts(group_ids: Sequence[str]) -> Iterator[dict[str, list[str]]]:
    for at in range(0, len(group_ids), _MERGED):
        yield {"$in": list(group_ids[at : at + _MERGED])}


async def _affiliations(
    store: Store, principal: Principal, group_ids: Iterable[str]
) -> Affiliations:
    ids = [one for _, one in membership_reads(group_ids, principal.pseudonym)]
    memberships = await store.by_id(Membership, ids)
    return affiliations(await store.one(Person, principal.pseudonym), memberships.values())


async def entry(store: Store, principal: Principal, entry_id: str) -> tuple[Entry, ContestContext]:
    """One entry, with its contest.

    Raises:
        EntryNotFound: There is none, or this person may not know of it or of its contest.
    """
    found = await store.one(Entry, entry_id)
    if found is None:
        raise EntryNotFound("Check the id.")
    try:
        seen = await contest(store, principal, found.contest_id)
    except ContestNotFound:
        raise EntryNotFound("Check the id.") from None
    return see_entry(found, seen, principal), seen


class ListedEntry(NamedTuple):
    """An entry in a person's list.

    Attributes:
        shuffled: The list's order is the person's own, see `place`.
        place: What the list is sorted by.
    """

    entry: Entry
    shuffled: bool
    place: str


async def entries(
    store: Store,
    principal: Principal,
    contest_id: str,
    *,
    mine: bool,
    after: tuple[bool, str] | None,
    limit: int,
) -> tuple[ContestContext, list[ListedEntry]]:
    """The entries of a contest that this person sees, or only their own.

    Args:
        store: Where they are.
        principal: Who asks.
        contest_id: The contest.
        mine: Only the person's own.
        after: Order and place of the last one of the page before. A list that was begun in one
            order is finished in it, though the contest may have moved on meanwhile.
        limit: How many at most.

    Raises:
        ContestNotFound: There is no such contest, or this person may not know of it.
    """
    seen = await contest(store, principal, contest_id)
    where: dict[str, Any] = {"contest_id": contest_id}
    if mine:
        where["author_id"] = principal.person_id
    elif not organises(seen, principal):
        where["$or"] = [{"status": "accepted"}, {"author_id": principal.person_id}]
    shuffled = seen.contest.phase in SHUFFLED if after is None else after[0]
    # Sorted here: an order of each person's own can't be an index. Ids alone are small.
    places = sorted(
        (place(one, principal.pseudonym, shuffled=shuffled), one)
        for one in await store.ids(Entry, where)
    )
    wanted = [one for one in places if after is None or one[0] > after[1]][:limit]
    found = await store.by_id(Entry, [entry_id for _, entry_id in wanted])
    return seen, [
        ListedEntry(found[entry_id], shuffled, where_it_comes)
        for where_it_comes, entry_id in wanted
        if entry_id in found
    ]


async def ballot(store: Store, principal: Principal, contest_id: str) -> Ballot:
    """The person's own ballot.

    Raises:
        ContestNotFound: There is no such contest, or this person may not know of it.
        BallotNotFound: The person has none.
    """
    await contest(store, principal, contest_id)
    found = await store.one(Ballot, ballot_id(contest_id, principal.pseudonym))
    if found is None or not found.choices:
        raise BallotNotFound("Put one while the contest takes votes.")
    return found


async def result(
    store: Store, principal: Principal, contest_id: str
) -> tuple[ContestContext, Result, Mapping[str, Entry]]:
    """The published result, with the entries in it.

    Raises:
        ContestNotFound: There is no such contest, or this person may not know of it.
        ResultsNotPublished: Whether or not the votes have been counted: the answer is the same, to
            organisers and administrators too.
    """
    seen = await contest(store, principal, contest_id)
    authorize(principal, Action.READ_RESULT, seen.resource)
    if seen.contest.phase != "published":
        raise ResultsNotPublished("It is sealed until the contest is published.")
    found = await store.one(Result, contest_id)
    assert found is not None, "a published contest has a result"
    ids = [standing.entry_id for standing in found.tally.ranking]
    return seen, found, await store.by_id(Entry, ids)


async def rolls(store: Store, contest_id: str) -> tuple[Roll, Roll]:
    """Who may enter and who may vote now: active people, no programs; nobody where it isn't there.

    What is counted may be a moment old when it is stored. Whoever came since isn't in it, and isn't
    let in either: their numbers are higher than the roll's.
    """
    found = await store.one(Contest, contest_id)
    if found is None:
        return NOBODY, NOBODY
    entrants = await _roll(store, found.rules.entrants)
    if found.rules.voters == found.rules.entrants:
        return entrants, entrants
    return entrants, await _roll(store, found.rules.voters)


async def _roll(store: Store, group_id: str) -> Roll:
    # The numbers first: who is counted afterwards and came later is left out by their number.
    groups = await store.by_id(Group, [group_id, EVERYONE])
    last = {one: groups[one].arrivals if one in groups else 0 for one in (group_id, EVERYONE)}
    arrivals, activations = last[group_id], last[EVERYONE]
    people = await _size(store, group_id, arrivals, activations)
    return Roll(arrivals=arrivals, activations=activations, people=people)


async def _size(store: Store, group_id: str, arrivals: int, activations: int) -> int:
    counted: dict[str, Any] = {"status": "active", "number": {"$lte": activations}}
    if group_id == EVERYONE:
        return await store.database.count(Person.collection, counted)
    of_members = {f"member.{name}": value for name, value in counted.items()}
    pipeline: list[dict[str, Any]] = [
        {"$match": {"group_id": group_id, "number": {"$lte": arrivals}}},
        {
            "$lookup": {
                "from": Person.collection,
                "localField": "person",
                "foreignField": "_id",
                "as": "member",
            }
        },
        {"$match": of_members},
        {"$count": "members"},
    ]
    found = await store.database.aggregate(Membership.collection, pipeline)
    return int(found[0]["members"]) if found else 0


async def recount(store: Store, of: Contest) -> Tally:
    """Counts the ballots of a contest whose vote is over, as often as one likes."""
    accepted = {"contest_id": of.id, "status": "accepted"}
    candidates = [
        Candidate(one.id, one.submitted_at, one.author)
        async for one in store.stream(Entry, accepted)
    ]
    ballots = [
        Cast(one.id, tuple(one.choices))
        async for one in store.stream(Ballot, {"contest_id": of.id})
    ]
    fallen = {"contest_id": of.id, "status": "rejected", "rejection.during_vote": True}
    rejected = [
        RejectedDuringVote(
            entry_id=one.id, category=one.rejection.category, at=one.rejection.rejected_at
        )
        async for one in store.stream(Entry, fallen)
        if one.rejection is not None and one.rejection.rejected_at is not None
    ]
    late = await store.database.count(
        Participation.collection, {"_id": begins_with(f"{of.id}:"), "late": True}
    )
    return tally(ballots, candidates, of.rules.tie_break, rejected, late)
