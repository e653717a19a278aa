"""What the world is told of a contest, its entries and its ballots.

Here is the border of the sealed vote: of the functions below only `ballot_recorded`, whose topic
nobody outside of this service reads, and `results_published` look at anybody's choices.
"""

from collections.abc import Sequence
from typing import TypedDict

from services.contests.domain.audience import Groups
from services.contests.domain.contest import Contest
from services.contests.domain.contest_transitions import Transition
from services.contests.domain.entry import Entry
from services.contests.domain.publication import publication
from services.contests.domain.rules import Schedule
from services.contests.domain.tally import Result, Tally
from services.contests.domain.visibility import (
    concealing_scope,
    masks_entrants,
    told_apart,
)
from shared.contract.erasures import FORMER_COLLEAGUE
from shared.contract.events import ballots, contests
from shared.contract.events.envelope import EventData
from shared.contract.events.vocabulary import ContestKind, EntryStatus, Phase
from shared.delivery.command import Occurred

# Entries in each list of the published result, as its event type promises.
MOST_RANKED = 1_000


def occurred(
    event: EventData, contest: Contest, groups: Groups, actor: str | None = None
) -> Occurred:
    """An event, with whom it may name.

    Args:
        event: What its type says of it.
        contest: The contest, as it is after the event.
        groups: What is known of its groups.
        actor: The id of the person who did it; None for the system.
    """
    within, masked = concealing_scope(contest, groups), masks_entrants(contest)
    if within is None:
        return Occurred(event, actor, None, masked)
    return Occurred(event, actor, within, masked, told_apart(contest, groups))


class _ContestFields(TypedDict):
    """What every event about a contest says of it."""

    contest_id: str
    kind: ContestKind
    group_id: str
    phase: Phase


class _EntryFields(_ContestFields):
    """What every event about an entry says of it and of its contest."""

    entry_id: str
    entrant: str
    human: bool


class _BallotFields(_ContestFields):
    """What every event about a ballot says of it and of its contest."""

    human: bool


def _about_contest(contest: Contest) -> _ContestFields:
    return _ContestFields(
        contest_id=contest.id,
        kind=contest.description.kind,
        group_id=contest.group_id,
        phase=contest.phase,
    )


def _about_entry(contest: Contest, entry: Entry, *, human: bool = True) -> _EntryFields:
    """Only human beings enter (`HUMANS_ONLY`); `human` is about others who act on an entry."""
    return _EntryFields(
        **_about_contest(contest), entry_id=entry.id, entrant=entry.author, human=human
    )


def _about_ballot(contest: Contest) -> _BallotFields:
    """Only human beings vote (`HUMANS_ONLY`)."""
    return _BallotFields(**_about_contest(contest), human=True)


def _schedule(schedule: Schedule) -> contests.ContestSchedule:
    return contests.ContestSchedule(
        submissions_at=schedule.submissions_at,
        review_at=schedule.review_at,
        voting_at=schedule.voting_at,
        sealed_at=schedule.closes_at,
        # When the count is done, which nobody knows before.
        judged_at=None,
        published_at=schedule.publish_at,
    )


def contest_announced(contest: Contest) -> contests.ContestAnnounced:
    """People know of the contest from now on."""
    rules = contest.rules
    return contests.ContestAnnounced(
        **_about_contest(contest),
        schedule=_schedule(contest.schedule),
        decided_by="public",
        eligible_entrants=contest.eligible_entrants,
        eligible_voters=contest.eligible_voters,
        most_entries=rules.entries_per_person,
        fewest_votes=rules.votes_min,
        most_votes=rules.votes_max,
        masked=rules.anonymous,
        organiser=contest.organiser,
    )


def transition_events(
    transition: Transition, result: Result | None, *, automatic: bool
) -> list[EventData]:
    """What the world is told of a step of a contest; of a draft nobody has heard.

    Args:
        transition: The step.
        result: The result of the contest, which a publication opens; None before the count.
        automatic: The scheduler took the step, not a person.
    """
    before, after = transition.before, transition.after
    if after.announced_at is None:
        return []
    if transition.cancelled_for is not None:
        return [
            contests.ContestCancelled(
                **_about_contest(after), previous=before.phase, reason=transition.cancelled_for
            )
        ]
    told: list[EventData] = []
    if after.schedule != before.schedule:
        told.append(
            contests.ContestChanged(
                **_about_contest(before),
                schedule=_schedule(after.schedule),
                previous=_schedule(before.schedule),
            )
        )
    if after.phase != before.phase:
        told.append(
            contests.ContestPhaseChanged(
                **_about_contest(after),
                previous=before.phase,
                automatic=automatic,
                eligible_voters=after.eligible_voters,
            )
        )
    if after.phase == "published":
        assert result is not None, "a judged contest has a result"
        told.append(results_published(after, result.tally))
    return told


def contest_deleted(contest: Contest) -> contests.ContestDeleted:
    """The contest is gone, with all that was in it."""
    return contests.ContestDeleted(**_about_contest(contest), reason="group_deleted")


def entry_submitted(
    contest: Contest, entry: Entry, *, first_entry: bool, was_entered: bool, joined_later: bool
) -> contests.EntrySubmitted:
    """A person entered something; `joined_later` only where everybody sees who that is."""
    return contests.EntrySubmitted(
        **_about_entry(contest, entry),
        first_entry=first_entry,
        was_entered=was_entered,
        joined_later=joined_later,
    )


def entry_withdrawn(
    contest: Contest, entry: Entry, previous: EntryStatus, *, still_entered: bool
) -> contests.EntryWithdrawn:
    """The entrant took the entry back."""
    return contests.EntryWithdrawn(
        **_about_entry(contest, entry), previous=previous, still_entered=still_entered
    )


def entry_accepted(
    contest: Contest, entry: Entry, previous: EntryStatus, *, was_entered: bool
) -> contests.EntryAccepted:
    """The entry passed the review, or needed none."""
    return contests.EntryAccepted(
        **_about_entry(contest, entry), previous=previous, was_entered=was_entered
    )


def entry_rejected(
    contest: Contest, entry: Entry, previous: EntryStatus, *, still_entered: bool
) -> contests.EntryRejected:
    """The entry didn't pass the review, or was thrown out of the vote."""
    assert entry.rejection is not None, "a rejected entry says why"
    return contests.EntryRejected(
        **_about_entry(contest, entry),
        category=entry.rejection.category,
        previous=previous,
        still_entered=still_entered,
    )


def entry_viewed(
    contest: Contest, entry: Entry, *, human: bool, own: bool, in_audience: bool, first_view: bool
) -> contests.EntryViewed:
    """A person saw the entry, or a program did."""
    return contests.EntryViewed(
        **_about_entry(contest, entry, human=human),
        own=own,
        in_audience=in_audience,
        first_view=first_view,
    )


def ballot_cast(contest: Contest, *, first_ballot: bool) -> ballots.BallotCast:
    """Somebody voted who had no ballot. Only those whom the contest is for can."""
    return ballots.BallotCast(**_about_ballot(contest), in_audience=True, first_ballot=first_ballot)


def ballot_changed(contest: Contest) -> ballots.BallotChanged:
    """Somebody replaced their ballot."""
    return ballots.BallotChanged(**_about_ballot(contest), in_audience=True)


def ballot_withdrawn(contest: Contest) -> ballots.BallotWithdrawn:
    """Somebody took their ballot back."""
    return ballots.BallotWithdrawn(**_about_ballot(contest), in_audience=True)


def ballot_recorded(
    contest: Contest, voter: str, choices: Sequence[str], previous: Sequence[str]
) -> ballots.BallotRecorded:
    """For what somebody voted: goes to the restricted topic."""
    return ballots.BallotRecorded(
        **_about_ballot(contest), voter=voter, entry_ids=tuple(choices), previous=tuple(previous)
    )


def results_published(contest: Contest, tally: Tally) -> ballots.ResultsPublished:
    """Opens what was sealed, as far as `publication` lets it."""
    told = publication(tally)
    ranking = tuple(
        ballots.EntryResult(
            entry_id=entry.entry_id,
            entrant=FORMER_COLLEAGUE if entry.former else entry.entrant,
            rank=entry.rank,
            winner=entry.winner,
            votes=entry.votes,
            jury_points=None,
            result=_share(entry.votes, told.ballots),
        )
        for entry in told.ranking[:MOST_RANKED]
    )
    rejected = tuple(
        ballots.RejectedInVote(
            entry_id=entry.entry_id, category=entry.category, rejected_at=entry.rejected_at
        )
        for entry in told.rejected[:MOST_RANKED]
    )
    return ballots.ResultsPublished(
        **_about_contest(contest),
        ranking=ranking,
        rejected_in_vote=rejected,
        few_ballots=told.few_ballots,
        entries=len(told.ranking),
        entrants=len({entry.entrant for entry in told.ranking}),
        ballots=told.ballots,
        votes=told.votes,
        void_votes=told.void_votes,
        eligible_entrants=contest.eligible_entrants + tally.late_entrants,
        eligible_voters=contest.eligible_voters,
        scores=0,
        scores_required=0,
    )


def _share(votes: int | None, ballots: int | None) -> float | None:
    """The part of the ballots that chose an entry, from 0 to 1; None where few ballots hide it."""
    if votes is None or ballots is None:
        return None
    return votes / ballots if ballots else 0.0
