"""An entry, and the entries of a contest, as a person sees them."""

from typing import Any, NamedTuple

from services.contests.commands.context import ContestContext, visible_entry
from services.contests.domain.contest import ContestNotFound
from services.contests.domain.entry import Entry, EntryNotFound
from services.contests.domain.phases import SHUFFLED
from services.contests.domain.visibility import list_position
from services.contests.queries.contests import read_contest
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore


class ListedEntry(NamedTuple):
    """An entry in a person's list.

    Attributes:
        entry: The entry.
        shuffled: The list's order is the person's own, see `list_position`.
        position: What the list is sorted by.
    """

    entry: Entry
    shuffled: bool
    position: str


async def read_entry(
    store: EntityStore, principal: Principal, entry_id: str
) -> tuple[Entry, ContestContext]:
    """An entry, with the person in front of its contest.

    Raises:
        EntryNotFound: There is none, or this person may not know of it or of its contest.
    """
    entry = await store.get(Entry, entry_id)
    if entry is None:
        raise EntryNotFound("Check the id.")
    try:
        context = await read_contest(store, principal, entry.contest_id)
    except ContestNotFound:
        raise EntryNotFound("Check the id.") from None
    return visible_entry(entry, context, principal), context


async def list_entries(
    store: EntityStore,
    principal: Principal,
    contest_id: str,
    *,
    mine: bool,
    after: tuple[bool, str] | None,
    limit: int,
) -> tuple[ContestContext, list[ListedEntry]]:
    """The entries of a contest that a person sees, or only their own.

    Args:
        store: The service's entities.
        principal: The person who asks.
        contest_id: The contest.
        mine: Only the person's own entries.
        after: Order and position of the last entry of the page before. A list that was begun in one
            order is finished in it, though the contest may have moved on meanwhile.
        limit: How many entries at most.

    Raises:
        ContestNotFound: There is no such contest, or this person may not know of it.
    """
    context = await read_contest(store, principal, contest_id)
    wanted: dict[str, Any] = {"contest_id": contest_id}
    if mine:
        wanted["author"] = principal.person_id
    elif not context.organises(principal):
        wanted["$or"] = [{"status": "accepted"}, {"author": principal.person_id}]
    shuffled = context.contest.phase in SHUFFLED if after is None else after[0]
    # Sorted here: an order of each person's own can't be an index. Ids alone are small.
    positions = sorted(
        (list_position(entry_id, principal.person_id, shuffled=shuffled), entry_id)
        for entry_id in await store.find_ids(Entry, wanted)
    )
    page = [place for place in positions if after is None or place[0] > after[1]][:limit]
    found = await store.get_many(Entry, [entry_id for _, entry_id in page])
    return context, [
        ListedEntry(found[entry_id], shuffled, position)
        for position, entry_id in page
        if entry_id in found
    ]
