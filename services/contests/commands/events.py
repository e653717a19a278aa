"""What the world is told of a contest, its entries and its ballots.

Here is the border of the sealed vote: of the functions below only `ballot_recorded`, whose topic
nobody outside of this service reads, and `results_published` look at anybody's choices.
"""

from collections.abc import Sequence
from typing import TypedDict

from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry
from services.contests.domain.publication import publication
from services.contests.domain.rules import Schedule
from services.contests.domain.tally import Tally
from shared.contract.events import ballots, contests
from shared.contract.events.vocabulary import CancelReason, ContestKind, EntryStatus, Phase

MOST_RANKED = 1_000  # entries in each list of the published result, as its event type promises


class _Contest(TypedDict):
    contest_id: str
    kind: ContestKind
    group_id: str
    phase: Phase


class _Entry(_Contest):
    entry_id: str
    entrant: str


def _about(contest: Contest) -> _Contest:
    return _Contest(
        contest_id=contest.id,
        kind=contest.description.kind,
        group_id=contest.group_id,
        phase=contest.phase,
    )


def _about_entry(contest: Contest, entry: Entry) -> _Entry:
    return _Entry(**_about(contest), entry_id=entry.id, entrant=entry.author)


def _schedule(schedule: Schedule) -> contests.ContestSchedule:
    return contests.ContestSchedule(
        submissions_at=schedule.submissions_at,
        review_at=schedule.review_at,
        voting_at=schedule.voting_at,
        sealed_at=schedule.closes_at,
        judged_at=None,  # when the count is done
        published_at=schedule.publish_at,
    )


def announced(contest: Contest, schedule: Schedule) -> contests.ContestAnnounced:
    """People know of it now."""
    rules = contest.rules
    return contests.ContestAnnounced(
        **_about(contest),
        schedule=_schedule(schedule),
        decided_by="public",
        eligible_entrants=contest.eligible_entrants,
        eligible_voters=contest.eligible_voters,
        most_entries=rules.entries_per_person,
        fewest_votes=rules.votes_min,
        most_votes=rules.votes_max,
        masked=rules.anonymous,
        organiser=contest.organiser,
    )


def rescheduled(contest: Contest, now: Schedule, before: Schedule) -> contests.ContestChanged:
    """An organiser moved a time."""
    return contests.ContestChanged(
        **_about(contest), schedule=_schedule(now), previous=_schedule(before)
    )


def phase_changed(
    contest: Contest, previous: Phase, *, automatic: bool
) -> contests.ContestPhaseChanged:
    """It entered the phase that it is in now."""
    return contests.ContestPhaseChanged(
        **_about(contest),
        previous=previous,
        automatic=automatic,
        eligible_voters=contest.eligible_voters,
    )


def cancelled(contest: Contest, previous: Phase, reason: CancelReason) -> contests.ContestCancelled:
    """It won't be finished."""
    return contests.ContestCancelled(**_about(contest), previous=previous, reason=reason)


def deleted(contest: Contest) -> contests.ContestDeleted:
    """It is gone, with all that was in it."""
    return contests.ContestDeleted(**_about(contest), reason="group_deleted")


def entry_submitted(
    contest: Contest, entry: Entry, *, first_entry: bool, was_entered: bool, joined_later: bool
) -> contests.EntrySubmitted:
    """A person entered something."""
    return contests.EntrySubmitted(
        **_about_entry(contest, entry),
        first_entry=first_entry,
        was_entered=was_entered,
        joined_later=joined_later,
    )


def entry_withdrawn(
    contest: Contest, entry: Entry, previous: EntryStatus, *, still_entered: bool
) -> contests.EntryWithdrawn:
    """The entrant took it back."""
    return contests.EntryWithdrawn(
        **_about_entry(contest, entry), previous=previous, still_entered=still_entered
    )


def entry_accepted(
    contest: Contest, entry: Entry, previous: EntryStatus, *, was_entered: bool
) -> contests.EntryAccepted:
    """It passed the review."""
    return contests.EntryAccepted(
        **_about_entry(contest, entry), previous=previous, was_entered=was_entered
    )


def entry_rejected(
    contest: Contest, entry: Entry, previous: EntryStatus, *, still_entered: bool
) -> contests.EntryRejected:
    """It didn't pass the review, or was thrown out of the vote."""
    assert entry.rejection is not None, "a rejected entry says why"
    return contests.EntryRejected(
        **_about_entry(contest, entry),
        category=entry.rejection.category,
        previous=previous,
        still_entered=still_entered,
    )


def entry_viewed(
    contest: Contest, entry: Entry, *, own: bool, in_audience: bool, first_view: bool
) -> contests.EntryViewed:
    """A person saw it."""
    return contests.EntryViewed(
        **_about_entry(contest, entry), own=own, in_audience=in_audience, first_view=first_view
    )


def ballot_cast(contest: Contest, *, first_ballot: bool) -> ballots.BallotCast:
    """Somebody voted who had no ballot. Only those whom the contest is for can."""
    return ballots.BallotCast(**_about(contest), in_audience=True, first_ballot=first_ballot)


def ballot_changed(contest: Contest) -> ballots.BallotChanged:
    """Somebody replaced their ballot."""
    return ballots.BallotChanged(**_about(contest), in_audience=True)


def ballot_withdrawn(contest: Contest) -> ballots.BallotWithdrawn:
    """Somebody took their ballot back."""
    return ballots.BallotWithdrawn(**_about(contest), in_audience=True)


def ballot_recorded(
    contest: Contest, voter: str, choices: Sequence[str], previous: Sequence[str]
) -> ballots.BallotRecorded:
    """For what somebody voted: goes to the restricted topic."""
    return ballots.BallotRecorded(
        **_about(contest), voter=voter, entry_ids=tuple(choices), previous=tuple(previous)
    )


def results_published(contest: Contest, tally: Tally) -> ballots.ResultsPublished:
    """Opens what was sealed, as far as `publication` lets it."""
    told = publication(tally)
    ranking = tuple(
        ballots.EntryResult(
            entry_id=place.entry_id,
            entrant=place.entrant,
            rank=place.rank,
            winner=place.winner,
            votes=place.votes,
            jury_points=None,
            result=_share(place.votes, told.ballots),
        )
        for place in told.places[:MOST_RANKED]
    )
    rejected = tuple(
        ballots.RejectedInVote(
            entry_id=one.entry_id, category=one.category, rejected_at=one.rejected_at
        )
        for one in told.rejected[:MOST_RANKED]
    )
    return ballots.ResultsPublished(
        **_about(contest),
        ranking=ranking,
        rejected_in_vote=rejected,
        few_ballots=told.few_ballots,
        entries=len(told.places),
        entrants=len({place.entrant for place in told.places}),
        ballots=told.ballots,
        votes=told.votes,
        void_votes=told.void_votes,
        eligible_entrants=contest.eligible_entrants + tally.late_entrants,
        eligible_voters=contest.eligible_voters,
        scores=0,
        scores_required=0,
    )


def _share(votes: int | None, ballots: int | None) -> float | None:
    if votes is None or ballots is None:
        return None
    return votes / ballots if ballots else 0.0
