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

from services.contests.domain.tally import TalliedEntry, Tally
from shared.contract.events.vocabulary import RejectionCategory

# As many as the figures about people ask for (`SMALLEST` of the metrics): with fewer, a number can
# be read as what one known colleague did; with more, the results of small groups would be blank.
FEWEST_BALLOTS = 5
# Ballots that still choose something: with a single ballot its choice would be told by the winner.
FEWEST_TO_WIN = 2


class PublishedEntry(NamedTuple):
    """An entry in the published result.

    Attributes:
        rank: The rank, from 1; None where few ballots hide it.
        winner: Its rank is 1, and somebody voted for it.
        votes: How many ballots chose it; None where few ballots hide it.
        former: The person who entered it was erased: `entrant` is for counting alone.
    """

    entry_id: str
    entrant: str
    rank: int | None
    winner: bool
    votes: int | None
    former: bool = False


class RejectedEntry(NamedTuple):
    """An entry that was rejected while people voted: said without a name of anybody."""

    entry_id: str
    category: RejectionCategory
    rejected_at: datetime


class Publication(NamedTuple):
    """A result as everybody gets it, on every surface.

    Attributes:
        few_ballots: Fewer than `FEWEST_BALLOTS`: the three numbers below are None.
        ranking: Every entry that stood, best first; by the time of entry where ranks are hidden.
        ballots: How many people voted: a ballot each, also where all that it chose has fallen.
        votes: How many choices on ballots are of entries that stood.
        void_votes: How many are of entries that were withdrawn or rejected afterwards.
        rejected: Entries that were rejected during the vote.
    """

    few_ballots: bool
    ranking: Sequence[PublishedEntry]
    ballots: int | None
    votes: int | None
    void_votes: int | None
    rejected: Sequence[RejectedEntry]


def publication(tally: Tally) -> Publication:
    """What is told of a tally."""
    rejected = [RejectedEntry(entry.entry_id, entry.category, entry.at) for entry in tally.rejected]
    if 0 < tally.ballots < FEWEST_BALLOTS or 0 < tally.decisive < FEWEST_BALLOTS:
        return Publication(True, _winners_only(tally), None, None, None, rejected)
    ranking = [
        PublishedEntry(
            entry.entry_id, entry.entrant, entry.rank, _has_won(entry), entry.votes, entry.former
        )
        for entry in tally.ranking
    ]
    return Publication(False, ranking, tally.ballots, tally.votes, tally.void_votes, rejected)


def _winners_only(tally: Tally) -> list[PublishedEntry]:
    told = tally.decisive >= FEWEST_TO_WIN
    published = [
        PublishedEntry(
            entry.entry_id,
            entry.entrant,
            rank=1 if told and _has_won(entry) else None,
            winner=told and _has_won(entry),
            votes=None,
            former=entry.former,
        )
        for entry in tally.ranking
    ]
    # Ids are made when an entry is, so they sort by that; the ranking's own order would tell votes.
    return sorted(published, key=lambda entry: (not entry.winner, entry.entry_id))


def _has_won(entry: TalliedEntry) -> bool:
    return entry.rank == 1 and entry.votes > 0
