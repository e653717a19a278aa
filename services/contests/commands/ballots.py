"""People cast a ballot, replace it, take it back.

Nobody is told here how many votes there are: a ballot writes its own document and nothing else, and
says to the world no more than that a person voted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.contests.commands import events
from services.contests.commands.context import ContestContext, contest_reads, enter_contest
from services.contests.domain.audience import audience_of
from services.contests.domain.ballot import Ballot, VotingNotOpen, ballot_id, cast
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry
from shared.contract.access import Action, authorize
from shared.contract.events.ballots import BallotRecorded
from shared.contract.events.envelope import EventData
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class CastBallot:
    """A person chooses entries; a ballot that they have is replaced.

    Attributes:
        voter: The person's alias as a voter of this contest: all that is stored of whose it is.
        choices: The ids of the chosen entries, in any order.
    """

    principal: Principal
    contest_id: str
    voter: str
    choices: Sequence[str]

    def reads(self, found: Found) -> Iterable[Key]:
        """The chosen entries too: whose they are, and whether they stand.

        Where votes are final, also those that were chosen before: a choice that fell is replaced.
        """
        yield from contest_reads(found, self.contest_id, self.principal)
        yield Ballot, ballot_id(self.contest_id, self.voter)
        for choice in self.choices:
            yield Entry, choice
        contest = found.get(Contest, self.contest_id)
        if contest is not None and not contest.rules.votes_changeable:
            before = found.get(Ballot, ballot_id(self.contest_id, self.voter))
            for choice in () if before is None else before.choices:
                yield Entry, choice

    def decide(self, found: Found, now: datetime) -> Changes:
        """Refuses by the clock: see `LONGEST_COMMIT` for why that suffices for an exact tally."""
        context = _enter_vote(found, self.contest_id, self.principal, now)
        contest = context.contest
        before = found.get(Ballot, ballot_id(contest.id, self.voter))
        transition = cast(
            before,
            contest,
            self.choices,
            now,
            voter=self.voter,
            principal=self.principal,
            who=context.who,
            groups=context.groups,
            entry_of=lambda entry_id: found.get(Entry, entry_id),
        )
        if transition is None:
            return Changes(reply=before)
        ballot, previous = transition.ballot, transition.previous
        public = (
            events.ballot_changed(contest)
            if previous
            else events.ballot_cast(contest, first_ballot=transition.first)
        )
        recorded = events.ballot_recorded(contest, self.voter, ballot.choices, previous)
        told = _told(context, self.principal, public, recorded)
        return Changes(reply=ballot, put=[ballot], events=told)


@dataclass(frozen=True, slots=True)
class WithdrawBallot:
    """A person takes their ballot back; without a ballot nothing happens.

    Attributes:
        voter: The person's alias as a voter of this contest.
    """

    principal: Principal
    contest_id: str
    voter: str

    def reads(self, found: Found) -> Iterable[Key]:
        """Contest and ballot."""
        yield from contest_reads(found, self.contest_id, self.principal)
        yield Ballot, ballot_id(self.contest_id, self.voter)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Keeps the document, without choices: see `Ballot`. In an archived group too."""
        context = _enter_vote(found, self.contest_id, self.principal, now)
        contest = context.contest
        before = found.get(Ballot, ballot_id(contest.id, self.voter))
        emptied = None if before is None else before.withdraw(contest.rules, now)
        if before is None or emptied is None:
            return Changes()
        public = events.ballot_withdrawn(contest)
        recorded = events.ballot_recorded(contest, self.voter, [], before.choices)
        told = _told(context, self.principal, public, recorded)
        return Changes(put=[emptied], events=told)


def _told(
    context: ContestContext, principal: Principal, public: EventData, recorded: BallotRecorded
) -> list[Occurred]:
    """That somebody has voted, and what: beside the choices stands nobody but the voter's alias."""
    voted = context.occurred(public, principal.person_id)
    return [voted, context.occurred(recorded, recorded.voter)]


def _enter_vote(
    found: Found, contest_id: str, principal: Principal, now: datetime
) -> ContestContext:
    """The person in front of a contest that takes votes now, if they are those it is for."""
    context = enter_contest(found, contest_id, principal)
    audience = audience_of(context.contest.rules.voters, context.who)
    authorize(principal, Action.CAST_BALLOT, audience)
    if not context.contest.accepts_ballots(now):
        raise VotingNotOpen("Its schedule says when it does.")
    return context
