"""From ballots to a ranking: a pure function, so whoever has the ballots gets the same result."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, NamedTuple

import msgspec

from services.contests.domain.rules import TieBreak
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import RejectionCategory
from shared.delivery.command import Entity


class Cast(NamedTuple):
    """A ballot as the tally sees it.

    Attributes:
        id: The id of the ballot.
        choices: The ids of the chosen entries; none where it was taken back.
    """

    id: str
    choices: tuple[str, ...]


class Candidate(NamedTuple):
    """An entry that stands at the end of the vote.

    Attributes:
        id: The id of the entry.
        submitted_at: When it was submitted; the earlier entry wins where the rules say so.
        entrant: The person who entered it; of somebody erased, their one-off id in the contest.
        former: That person was erased.
    """

    id: str
    submitted_at: datetime
    entrant: str
    former: bool = False


class TalliedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry's place in the result.

    Attributes:
        rank: The rank, from 1. Entries that share a rank leave the next ranks free: 1, 1, 3.
        entrant: The person who entered it; of somebody erased, their one-off id in the contest.
        votes: How many ballots chose it.
        former: That person was erased, so nobody is told of that id.
    """

    rank: int
    entry_id: str
    entrant: str
    votes: int
    former: bool = False


class RejectedDuringVote(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that was rejected while people voted, why in a word, and when."""

    entry_id: str
    category: RejectionCategory
    at: datetime


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What the ballots say. What of it is published, `publication.py` tells.

    Attributes:
        ranking: Every candidate, best first.
        ballots: How many people voted: a ballot each, also where all that it chose has fallen.
        decisive: How many of these chose at least one candidate.
        votes: How many choices on ballots are for a candidate; each is in the ranking.
        void_votes: How many are for entries that were withdrawn or rejected after they had been
            chosen.
        rejected: Entries that were rejected while people voted, by their ids.
        late_entrants: How many people entered who weren't yet there when the contest was
            announced.
        digest: A hash of all ballots: a recount over the same ballots gives the same hash, unless a
            voter was erased since.
    """

    ranking: list[TalliedEntry]
    ballots: int
    decisive: int
    votes: int
    void_votes: int
    rejected: list[RejectedDuringVote] = []
    late_entrants: int = 0
    digest: str


class Result(Entity, frozen=True, kw_only=True):
    """The result of a contest, under the contest's id. Nobody sees it before its publication."""

    collection: ClassVar[str] = "results"
    tally: Tally
    judged_at: datetime


class ResultsNotPublished(Refusal):
    """The result is sealed, whether it exists already or not."""

    category = Category.CONFLICT
    title = "The result isn't published yet"


def tally(
    ballots: Iterable[Cast],
    candidates: Iterable[Candidate],
    tie_break: TieBreak,
    rejected: Iterable[RejectedDuringVote] = (),
    late_entrants: int = 0,
) -> Tally:
    """Counts and ranks.

    Args:
        ballots: Every ballot of the contest, in any order; one without choices was taken back.
        candidates: Every entry that stands, in any order; votes for others are void.
        tie_break: What decides between equally many votes. Where they share a rank they are still
            listed by the time of entry, so that there is only one list.
        rejected: Entries that were rejected while people voted, in any order.
        late_entrants: How many entered who weren't yet there when the contest was announced.
    """
    counted = sorted(Cast(ballot.id, tuple(sorted(ballot.choices))) for ballot in ballots)
    counted = [ballot for ballot in counted if ballot.choices]
    votes = Counter(choice for ballot in counted for choice in ballot.choices)
    order = sorted(
        candidates,
        key=lambda candidate: (-votes[candidate.id], candidate.submitted_at, candidate.id),
    )
    ranking: list[TalliedEntry] = []
    for position, candidate in enumerate(order, start=1):
        rank, given = position, votes[candidate.id]
        if tie_break == "shared_rank" and ranking and ranking[-1].votes == given:
            rank = ranking[-1].rank
        ranking.append(
            TalliedEntry(
                rank=rank,
                entry_id=candidate.id,
                entrant=candidate.entrant,
                votes=given,
                former=candidate.former,
            )
        )
    ranked = sum(entry.votes for entry in ranking)
    ranked_ids = {entry.entry_id for entry in ranking}
    return Tally(
        ranking=ranking,
        ballots=len(counted),
        decisive=sum(not ranked_ids.isdisjoint(ballot.choices) for ballot in counted),
        votes=ranked,
        void_votes=votes.total() - ranked,
        rejected=sorted(rejected, key=lambda entry: entry.entry_id),
        late_entrants=late_entrants,
        digest=_digest(counted),
    )


def _digest(counted: Iterable[Cast]) -> str:
    made = hashlib.sha256()
    for ballot in counted:
        made.update(msgspec.json.encode(ballot) + b"\n")
    return made.hexdigest()
