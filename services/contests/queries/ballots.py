"""The voter's own ballot, and the count of all."""

from services.contests.domain.ballot import Ballot, BallotNotFound, ballot_id
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry
from services.contests.domain.participation import Participation
from services.contests.domain.tally import Candidate, Cast, RejectedDuringVote, Tally, tally
from services.contests.queries.contests import read_contest
from services.contests.store import begins_with
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore


async def read_ballot(
    store: EntityStore, principal: Principal, contest_id: str, voter: str
) -> Ballot:
    """The person's own ballot; `voter` is their alias in this contest.

    Raises:
        ContestNotFound: There is no such contest, or this person may not know of it.
        BallotNotFound: The person has none.
    """
    await read_contest(store, principal, contest_id)
    ballot = await store.get(Ballot, ballot_id(contest_id, voter))
    if ballot is None or not ballot.choices:
        raise BallotNotFound("Put one while the contest takes votes.")
    return ballot


async def count_ballots(store: EntityStore, contest: Contest) -> Tally:
    """Counts the ballots of a contest whose vote is over, as often as one likes."""
    in_contest = {"contest_id": contest.id}
    candidates = [
        Candidate(entry.id, entry.submitted_at, entry.entrant, former=entry.former is not None)
        async for entry in store.stream(Entry, {**in_contest, "status": "accepted"})
    ]
    ballots = [
        Cast(ballot.id, tuple(ballot.choices)) async for ballot in store.stream(Ballot, in_contest)
    ]
    fallen = {**in_contest, "status": "rejected", "rejection.during_vote": True}
    rejected = [
        RejectedDuringVote(
            entry_id=entry.id, category=entry.rejection.category, at=entry.rejection.rejected_at
        )
        async for entry in store.stream(Entry, fallen)
        if entry.rejection is not None and entry.rejection.rejected_at is not None
    ]
    late = await store.database.count(
        Participation.collection, {"_id": begins_with(f"{contest.id}:"), "late": True}
    )
    return tally(ballots, candidates, contest.rules.tie_break, rejected, late)
