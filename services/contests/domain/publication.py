"""What of a tally is published: the ranking, and who has won; of very few ballots only the latter.

**Few ballots.** Numbers beside few ballots tell what single people chose, and so do ranks: with one
ballot, the first of the ranking is that vote. So from one to four ballots (all of them, or those
whose choice still stands) the result says who has won and nothing else: no number, no further
rank, the entries by the time at which they were entered. With one ballot nobody wins, because the
winner would be the vote. What remains: of two to four voters, each knows their own vote and may
conclude something about those of the others from who has won. And as in every vote, whoever knows
that all chose the same knows what each one chose, however many they were.

**No votes.** An entry that nobody voted for has a rank behind the others and has won nothing: with
no vote that counts there is no winner at all.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.contests.domain.tally import RankedEntry, Tally
from shared.contract.events.vocabulary import RejectionCategory

# As many as the figures about people ask for (`SMALLEST` of the metrics): with fewer, a number can
# be read as what one known colleague did; with more, the results of small groups would be blank.
FEWEST_BALLOTS = 5
FEWEST_TO_WIN = 2  # ballots that still choose something: one alone would be told by its winner


class PublishedEntry(NamedTuple):
    """An entry in the published result.

    Attributes:
        rank: From 1; None where few ballots hide it.
        winner: It has a rank of 1, and somebody voted for it.
        votes: Ballots that chose it; None where few ballots hide it.
    """

    entry_id: str
    entrant: str
    rank: int | None
    winner: bool
    votes: int | None


class RejectedEntry(NamedTuple):
    """An entry that was rejected while people voted: said without a name of anybody."""

    entry_id: str
    category: RejectionCategory
    rejected_at: datetime


class Publication(NamedTuple):
    """A result as everybody gets it, on every surface.

    Attributes:
        few_ballots: Fewer than `FEWEST_BALLOTS`: the three numbers below are None.
        places: Every entry that stood, best first; by the time of entry where ranks are hidden.
        ballots: People who voted: one ballot each, also where all that it chose has fallen.
        votes: Choices on ballots, of entries that stood.
        void_votes: Choices on ballots, of entries that were withdrawn or rejected afterwards.
        rejected: Entries that were rejected during the vote.
    """

    few_ballots: bool
    places: Sequence[PublishedEntry]
    ballots: int | None
    votes: int | None
    void_votes: int | None
    rejected: Sequence[RejectedEntry]


def publication(tally: Tally) -> Publication:
    """What is told of a tally."""
    rejected = [RejectedEntry(one.entry_id, one.category, one.at) for one in tally.rejected]
    if 0 < tally.ballots < FEWEST_BALLOTS or 0 < tally.decisive < FEWEST_BALLOTS:
        return Publication(True, _winners_only(tally), None, None, None, rejected)
    places = [
        PublishedEntry(one.entry_id, one.entrant, one.rank, _has_won(one), one.votes)
        for one in tally.ranking
    ]
    return Publication(False, places, tally.ballots, tally.votes, tally.void_votes, rejected)


def _winners_only(tally: Tally) -> list[PublishedEntry]:
    told = tally.decisive >= FEWEST_TO_WIN
    won = {one.entry_id for one in tally.ranking if told and _has_won(one)}
    places = [
        PublishedEntry(
            one.entry_id,
            one.entrant,
            rank=1 if one.entry_id in won else None,
            winner=one.entry_id in won,
            votes=None,
        )
        for one in tally.ranking
    ]
    # Ids are made when an entry is, so they sort by that; the ranking's own order would tell votes.
    return sorted(places, key=lambda place: (not place.winner, place.entry_id))


def _has_won(standing: RankedEntry) -> bool:
    return standing.rank == 1 and standing.votes > 0
