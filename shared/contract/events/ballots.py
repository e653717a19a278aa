"""Events about votes and scores of a contest, and its results. Emitted by the contests service.

Two topics: what everybody may know, and what stays sealed until the results are published. A public
event never says for what somebody voted, nor how many votes an entry had.
"""

import msgspec

from shared.contract import aliases
from shared.contract.events.contests import AboutContest
from shared.contract.events.naming import Naming
from shared.contract.events.topics import BALLOTS
from shared.contract.events.vocabulary import (
    Count,
    Id,
    Moment,
    PersonId,
    PersonOrAlias,
    RejectionCategory,
)

_BALLOT = Naming(actor=aliases.BALLOT)


class BallotCast(AboutContest, frozen=True, kw_only=True):
    """A person voted who had no ballot in this contest. For what, nobody is told.

    Attributes:
        in_audience: They belong to the people that the contest is for.
        human: They are a human being; programs can't vote.
        first_ballot: They never had one in this contest; false after one that was withdrawn.
    """

    type = "mitmach.ballot.cast"
    naming = _BALLOT

    in_audience: bool
    human: bool
    first_ballot: bool


class BallotChanged(AboutContest, frozen=True, kw_only=True):
    """A person replaced their ballot.

    Attributes:
        in_audience: They belong to the people that the contest is for.
        human: They are a human being; programs can't vote.
    """

    type = "mitmach.ballot.changed"
    naming = _BALLOT

    in_audience: bool
    human: bool


class BallotWithdrawn(AboutContest, frozen=True, kw_only=True):
    """A person took their ballot back and has none now.

    Attributes:
        in_audience: They belong to the people that the contest is for.
        human: They are a human being; programs can't vote.
    """

    type = "mitmach.ballot.withdrawn"
    naming = _BALLOT

    in_audience: bool
    human: bool


class BallotRecorded(AboutContest, frozen=True, kw_only=True):
    """What a ballot says, for recounts; restricted.

    Accompanies each `ballot.cast`, `ballot.changed` and `ballot.withdrawn`.

    Attributes:
        voter: The alias of the person whose ballot it is, as `ballot.cast` has it.
        human: They are a human being; programs can't vote.
        entry_ids: The chosen entries; empty when it was withdrawn.
        previous: Those chosen before; empty the first time.
    """

    type = "mitmach.ballot.recorded"
    topic = BALLOTS
    naming = None

    voter: PersonOrAlias
    human: bool
    entry_ids: tuple[Id, ...]
    previous: tuple[Id, ...]


class CriterionScore(msgspec.Struct, frozen=True, kw_only=True):
    """What a juror gave for a criterion.

    Attributes:
        criterion: Position in the contest's rules, from 0.
        points: From 0 to 10.
    """

    criterion: Count
    points: float


class ScoreRecorded(AboutContest, frozen=True, kw_only=True):
    """A member of the jury submitted the final score of an entry; restricted.

    Attributes:
        entry_id: The entry.
        juror: The id of the member of the jury.
        scores: One per criterion.
    """

    type = "mitmach.score.recorded"
    topic = BALLOTS
    subject_field = "entry_id"
    naming = None

    entry_id: Id
    juror: PersonId
    scores: tuple[CriterionScore, ...]


class EntryResult(msgspec.Struct, frozen=True, kw_only=True):
    """How an entry did.

    Attributes:
        entry_id: The entry.
        entrant: The id of the person who entered it.
        rank: From 1; shared ranks occur where the rules say so. Null where few ballots hide it.
        winner: Its rank is 1, and somebody voted for it.
        votes: Ballots that chose it; null where few ballots hide it.
        jury_points: Mean of the jury's weighted points, 0 to 10; null without a jury.
        result: What the ranking is by, as the rules weigh votes and jury, 0 to 1; null where few
            ballots hide it.
    """

    entry_id: Id
    entrant: PersonOrAlias
    rank: Count | None
    winner: bool
    votes: Count | None
    jury_points: float | None
    result: float | None


class RejectedInVote(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that was rejected, by two people, after the vote had begun.

    Attributes:
        entry_id: The entry.
        category: The reason, in a word.
        rejected_at: When the second person agreed to it.
    """

    entry_id: Id
    category: RejectionCategory
    rejected_at: Moment


class ResultsPublished(AboutContest, frozen=True, kw_only=True):
    """The results are public: what was sealed is open from now on.

    With fewer than five ballots a number, or a rank, would tell what single people voted for: then
    only who has won is told, and with a single ballot nobody has.

    Attributes:
        ranking: Best first; at most the first 1,000, so that the event stays far below a broker's 1
            MiB. By the time of entry where few ballots hide the ranks.
        rejected_in_vote: Entries that were rejected after the vote had begun; at most 1,000.
        few_ballots: Fewer than five: ranks and numbers are null.
        entries: The number of entries that stood.
        entrants: The number of people with an entry that stood.
        ballots: The number of people who voted, also for entries that fell afterwards; null if few.
        votes: Choices on ballots, of entries that stood; null if few ballots.
        void_votes: Choices on ballots, of entries that fell afterwards; null if few ballots.
        eligible_entrants: People who could enter when the contest was announced, and those who
            came later and entered.
        eligible_voters: People who could vote: fixed when the vote began.
        scores: The number of scores that the jury gave.
        scores_required: The number of scores that the jury had to give.
    """

    type = "mitmach.results.published"
    naming = Naming(("ranking.entrant",))

    ranking: tuple[EntryResult, ...]
    rejected_in_vote: tuple[RejectedInVote, ...]
    few_ballots: bool
    entries: Count
    entrants: Count
    ballots: Count | None
    votes: Count | None
    void_votes: Count | None
    eligible_entrants: Count
    eligible_voters: Count
    scores: Count
    scores_required: Count
