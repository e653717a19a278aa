"""The published result of a contest."""

from collections.abc import Mapping
from typing import NamedTuple

from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry
from services.contests.domain.tally import Result, ResultsNotPublished
from services.contests.queries.contests import read_contest
from shared.contract.access import Action, authorize
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore


class PublishedResult(NamedTuple):
    """A result that everybody who sees the contest may read.

    Attributes:
        contest: The contest.
        result: What the ballots of the contest say.
        entries: The entries in the result that are still there, by id.
    """

    contest: Contest
    result: Result
    entries: Mapping[str, Entry]


async def read_result(store: EntityStore, principal: Principal, contest_id: str) -> PublishedResult:
    """The published result of a contest.

    Raises:
        ContestNotFound: There is no such contest, or this person may not know of it.
        ResultsNotPublished: Whether or not the votes have been counted: the answer is the same, to
            organisers and administrators too.
    """
    context = await read_contest(store, principal, contest_id)
    authorize(principal, Action.READ_RESULT, context.resource)
    if context.contest.phase != "published":
        raise ResultsNotPublished("It is sealed until the contest is published.")
    result = await store.get(Result, contest_id)
    assert result is not None, "a published contest has a result"
    ids = [ranked.entry_id for ranked in result.tally.ranking]
    return PublishedResult(context.contest, result, await store.get_many(Entry, ids))
