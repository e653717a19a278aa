"""Voting: cast a ballot, replace it, take it back.

Nobody is told here how many votes there are: a ballot writes its own document and nothing else, and
says to the world no more than that a person voted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.contests.commands import events
from services.contests.commands.context import (
    ContestContext,
    check_adds,
    facts_of_contest,
    seen_contest,
)
from services.contests.domain.audience import audience_of
from services.contests.domain.ballot import (
    Ballot,
    BallotFinal,
    EntryNotEligible,
    VoteForOwnEntry,
    VotingNotOpen,
    ballot_id,
    casts_of_day,
    check_choices,
    check_replaces_void,
)
from services.contests.domain.contest import Contest
from services.contests.domain.eligibility import NotOnTheRoll, is_on
from services.contests.domain.entry import Entry, stands
from services.contests.domain.phases import accepts_ballots
from shared.contract.access import Action, authorize
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class CastBallot:
    """A person chooses entries; a ballot that they have is replaced."""

    principal: Principal
    contest_id: str
    choices: Sequence[str]

    def reads(self, found: Found) -> Iterable[Key]:
        """The chosen entries too: whose they are, and whether they stand.

        Where votes are final, also those that were chosen before: a choice that fell is replaced.
        """
        yield from facts_of_contest(found, self.contest_id, self.principal)
        yield Ballot, ballot_id(self.contest_id, self.principal.pseudonym)
        for choice in self.choices:
            yield Entry, choice
        contest = found.get(Contest, self.contest_id)
        if contest is not None and not contest.rules.votes_changeable:
            before = found.get(Ballot, ballot_id(self.contest_id, self.principal.pseudonym))
            for choice in () if before is None else before.choices:
                yield Entry, choice

    def decide(self, found: Found, now: datetime) -> Changes:
        """Refuses by the clock: see `LONGEST_COMMIT` for why that suffices for an exact tally."""
        seen = _open_for(self.principal, self.contest_id, found, now)
        contest = seen.contest
        check_adds(seen, contest.rules.voters)
        check_choices(contest.rules, self.choices)
        for choice in self.choices:
            self._check_eligible(found.get(Entry, choice))
        voter = self.principal.pseudonym
        own_id = ballot_id(self.contest_id, voter)
        before = found.get(Ballot, own_id)
        if before is None and not is_on(contest.voters, contest.rules.voters, seen.who):
            raise NotOnTheRoll
        previous = [] if before is None else before.choices
        choices = sorted(self.choices)
        if before is not None and choices == previous:
            return Changes(reply=before)
        if previous and not contest.rules.votes_changeable:
            check_replaces_void(previous, choices, lambda one: stands(found.get(Entry, one)))
        at = to_milliseconds(now)
        cast_on, casts = casts_of_day(before, now)
        ballot = Ballot(
            id=own_id,
            contest_id=self.contest_id,
            choices=choices,
            cast_at=before.cast_at if before is not None and previous else at,
            changed_at=at,
            cast_on=cast_on,
            casts=casts,
        )
        public = (
            events.ballot_changed(contest)
            if previous
            else events.ballot_cast(contest, first_ballot=before is None)
        )
        recorded = events.ballot_recorded(contest, voter, choices, previous)
        return Changes(
            reply=ballot, put=[ballot], events=[Occurred(public, voter), Occurred(recorded, voter)]
        )

    def _check_eligible(self, entry: Entry | None) -> None:
        if entry is None or entry.contest_id != self.contest_id or not stands(entry):
            raise EntryNotEligible("Choose entries that the contest shows now.")
        if entry.author_id == self.principal.person_id:
            raise VoteForOwnEntry("Choose entries of others.")


@dataclass(frozen=True, slots=True)
class WithdrawBallot:
    """A person takes their ballot back; without one nothing happens."""

    principal: Principal
    contest_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """Contest and ballot."""
        yield from facts_of_contest(found, self.contest_id, self.principal)
        yield Ballot, ballot_id(self.contest_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Keeps the document, without choices: see `Ballot`. In an archived group too."""
        contest = _open_for(self.principal, self.contest_id, found, now).contest
        voter = self.principal.pseudonym
        before = found.get(Ballot, ballot_id(self.contest_id, voter))
        if before is None or not before.choices:
            return Changes()
        if not contest.rules.votes_changeable:
            raise BallotFinal("The rules of this contest make every vote final.")
        emptied = replace(before, choices=[], changed_at=to_milliseconds(now))
        recorded = events.ballot_recorded(contest, voter, [], before.choices)
        return Changes(
            put=[emptied],
            events=[Occurred(events.ballot_withdrawn(contest), voter), Occurred(recorded, voter)],
        )


def _open_for(principal: Principal, contest_id: str, found: Found, now: datetime) -> ContestContext:
    seen = seen_contest(found, contest_id, principal)
    contest = seen.contest
    authorize(principal, Action.CAST_BALLOT, audience_of(contest.rules.voters, seen.who))
    if not accepts_ballots(contest, now):
        raise VotingNotOpen("Its schedule says when it does.")
    return seen
