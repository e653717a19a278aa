"""Folding the events about contests: how many enter and vote; for what, only results tell.

Who enters and votes is a human being. What programs do all the same, such as viewing entries, is
tallied apart.
"""

from collections.abc import Callable
from datetime import UTC, date
from typing import TypeAlias

import msgspec

from services.metrics.projection.event import FlatEvent
from services.metrics.projection.increments import (
    ContestIncrement,
    ContestResults,
    PartitionIncrements,
    RankedEntry,
    Surface,
    TallyKey,
)
from services.metrics.projection.meanings import ABOUT_CONTESTS, Meaning
from services.metrics.projection.participants import Participants
from shared.contract.events.ballots import ResultsPublished
from shared.contract.events.contests import (
    ContestAnnounced,
    ContestDeleted,
    ContestPhaseChanged,
    EntryAccepted,
    EntryRejected,
    EntrySubmitted,
    EntryViewed,
    EntryWithdrawn,
)
from shared.contract.events.envelope import EventData

PUBLISHED = ResultsPublished.type
_ranking = msgspec.json.Decoder(tuple[RankedEntry, ...]).decode


class ContestsFold:
    """One partition of the contests topic since its last flush."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.increments = PartitionIncrements()
        self._people: dict[tuple[date, str], Participants] = {}

    def apply(self, event: FlatEvent) -> None:
        """Adds an event, in full or (if it raises) not at all."""
        increments, data = self.increments, event.data
        results = _results(event) if event.type == PUBLISHED else None
        if data.contest_id:
            contest = increments.contest(data.contest_id)
            contest.kind, contest.group_id, contest.phase = data.kind, data.group_id, data.phase
            contest.said = event.sequence
            contest.results = results or contest.results
            if data.human and (change := _HANDLERS.get(event.type)) is not None:
                change(self, event, contest)
        # What is entered is a contest's format; its kind says the same in the event's words.
        surface: Surface = "contest" if data.human else "program"
        increments.tally(TallyKey(event.type, "", data.kind, surface))
        increments.stamp(event)

    def size(self) -> int:
        """How many documents a flush would write, roughly."""
        return self.increments.documents() + len(self._people)

    def take(self) -> PartitionIncrements:
        """Hands the increments over and starts empty."""
        increments = self.increments
        increments.participants = [people.without_system() for people in self._people.values()]
        self._begin()
        return increments

    def participants(self, event: FlatEvent) -> Participants:
        """Those who take part on the day of an event in the group of its contest."""
        day, group_id = event.time.astimezone(UTC).date(), event.data.group_id
        found = self._people.get((day, group_id))
        if found is None:
            found = self._people[day, group_id] = Participants(day, group_id)
        return found


def _results(event: FlatEvent) -> ContestResults:
    data = event.data
    return ContestResults(
        entries=data.entries,
        entrants=data.entrants,
        eligible_entrants=data.eligible_entrants,
        few_ballots=data.few_ballots,
        ballots=data.ballots,
        votes=data.votes,
        void_votes=data.void_votes,
        ranking=_ranking(data.ranking),
    )


# Adds an event of one type to a contest.
Change: TypeAlias = Callable[[ContestsFold, FlatEvent, ContestIncrement], None]


def _announced(_fold: ContestsFold, event: FlatEvent, contest: ContestIncrement) -> None:
    contest.eligible_entrants = event.data.eligible_entrants
    contest.eligible_voters = event.data.eligible_voters
    contest.voters_said = event.sequence
    contest.organiser = event.data.organiser


def _moved(_fold: ContestsFold, event: FlatEvent, contest: ContestIncrement) -> None:
    contest.eligible_voters = event.data.eligible_voters
    contest.voters_said = event.sequence


def _deleted(_fold: ContestsFold, _event: FlatEvent, contest: ContestIncrement) -> None:
    contest.deleted = True


def _submitted(fold: ContestsFold, event: FlatEvent, contest: ContestIncrement) -> None:
    data = event.data
    people = fold.participants(event)
    people.did("created", event.actor)
    people.did("contributed", event.actor)
    group = fold.increments.group(data.group_id)
    group.entries += 1
    group.contributed_at = max(group.contributed_at or event.time, event.time)
    contest.submitted += 1
    contest.entrants += not data.was_entered
    contest.late_entrants += data.first_entry and data.joined_later


def _withdrawn(_fold: ContestsFold, event: FlatEvent, contest: ContestIncrement) -> None:
    data = event.data
    contest.withdrawn += 1
    # A rejected entry didn't stand any more; to withdraw it takes nobody out of the contest.
    contest.entrants -= not data.still_entered and bytes(data.previous) != b'"rejected"'


def _accepted(_fold: ContestsFold, event: FlatEvent, contest: ContestIncrement) -> None:
    data = event.data
    contest.accepted += 1
    if bytes(data.previous) == b'"rejected"':
        contest.rejected -= 1
        contest.entrants += not data.was_entered


def _rejected(_fold: ContestsFold, event: FlatEvent, contest: ContestIncrement) -> None:
    data = event.data
    contest.rejected += 1
    contest.accepted -= bytes(data.previous) == b'"accepted"'
    contest.entrants -= not data.still_entered


def _viewed(fold: ContestsFold, event: FlatEvent, contest: ContestIncrement) -> None:
    fold.participants(event).viewed.add(event.actor)
    contest.entry_views += event.data.first_view


def _as_declared(meaning: Meaning) -> Change:
    """What takes in an event that says no more than its line in the table."""
    deeds = meaning.deeds
    counts = [(count.name, count.by) for count in meaning.counts]

    def change(fold: ContestsFold, event: FlatEvent, contest: ContestIncrement) -> None:
        for deed in deeds:
            fold.participants(event).did(deed, event.actor)
        for name, by in counts:
            setattr(contest, name, getattr(contest, name) + by)

    return change


_APART: dict[type[EventData], Change] = {
    ContestAnnounced: _announced,
    ContestPhaseChanged: _moved,
    ContestDeleted: _deleted,
    EntrySubmitted: _submitted,
    EntryWithdrawn: _withdrawn,
    EntryAccepted: _accepted,
    EntryRejected: _rejected,
    EntryViewed: _viewed,
}
_HANDLERS = {
    meaning.event.type: _APART[meaning.event] if meaning.apart else _as_declared(meaning)
    for meaning in ABOUT_CONTESTS
    if meaning.event.type != PUBLISHED
}
