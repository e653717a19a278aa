"""A contest is announced, moved on by hand before its time, or cancelled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.contests.commands import events
from services.contests.commands.context import (
    contest_reads,
    enter_contest,
    found_participation,
    participation_key,
)
from services.contests.domain.contest import Step
from services.contests.domain.contest_transitions import advance, announce, cancel
from services.contests.domain.roll import Roll
from services.contests.domain.tally import Result
from shared.contract.access import Action
from shared.contract.events.vocabulary import Phase
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key


@dataclass(frozen=True, slots=True)
class AnnounceContest:
    """From now on people know of it, and its rules are fixed.

    Attributes:
        entrants: Who may enter, as far as known at this moment.
        voters: Who may vote, as far as known at this moment.
        rolls_since: Since when both are so, where it is announced at its own time.
    """

    principal: Principal
    contest_id: str
    entrants: Roll
    voters: Roll
    rolls_since: datetime | None = None

    def rests_on(self, found: Found) -> datetime | None:  # noqa: ARG002
        """The rolls: of an earlier moment they would be others."""
        return self.rolls_since

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest with its context."""
        return contest_reads(found, self.contest_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Needs a schedule whose vote lies ahead."""
        context = enter_contest(found, self.contest_id, self.principal, Action.ADVANCE_CONTEST)
        step = Step(phase="announced", at=to_milliseconds(now), by=self.principal.person_id)
        announced = announce(context.contest, context.groups, self.entrants, self.voters, step)
        context = context._replace(contest=announced)
        told = context.occurred(events.contest_announced(announced), self.principal.person_id)
        return Changes(reply=context, put=[announced], events=[told])


@dataclass(frozen=True, slots=True)
class AdvanceContest:
    """An organiser moves a contest on before its time.

    Attributes:
        to: The phase to enter. It must follow the present phase, so it names where the step starts
            too: the same request twice, one after the other or at once, is a single step.
        reason: Why, in the organiser's words, for the audit trail.
        voters: Who may vote, where the vote is to be opened; None leaves it at those who could when
            it was announced.
        rolls_since: Since when that is so, where the vote is opened at its own time.
    """

    principal: Principal
    contest_id: str
    to: Phase
    reason: str | None = None
    voters: Roll | None = None
    rolls_since: datetime | None = None

    def rests_on(self, found: Found) -> datetime | None:  # noqa: ARG002
        """The roll: of an earlier moment it would be another."""
        return self.rolls_since

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, the result that a publication opens, and whether the person has entered."""
        yield from contest_reads(found, self.contest_id, self.principal)
        yield Result, self.contest_id
        yield participation_key(self.contest_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """One phase forward.

        Somebody who has entered may only publish what has been counted: with any other step they
        would say who can still enter or vote.
        """
        context = enter_contest(found, self.contest_id, self.principal, Action.ADVANCE_CONTEST)
        contest, person = context.contest, self.principal
        own = found_participation(found, contest.id, person.person_id)
        if self.to not in {contest.phase, "published"}:
            own.check_decides()
        context = context._replace(entered=own.entered)
        at = to_milliseconds(now)
        step = Step(phase=self.to, at=at, by=person.person_id, reason=self.reason)
        transition = advance(contest, context.groups, self.voters, step)
        if transition is None:
            return Changes(reply=context)
        told = events.transition_events(transition, found.get(Result, contest.id), automatic=False)
        context = context._replace(contest=transition.after)
        return Changes(
            reply=context,
            put=[transition.after],
            events=[context.occurred(event, person.person_id) for event in told],
        )


@dataclass(frozen=True, slots=True)
class CancelContest:
    """A contest won't be finished; what was sealed stays sealed."""

    principal: Principal
    contest_id: str
    reason: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, and whether the person has entered."""
        yield from contest_reads(found, self.contest_id, self.principal)
        yield participation_key(self.contest_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Possible until the publication.

        Not for somebody who has entered: it would take the prize from those who would have won.
        """
        context = enter_contest(found, self.contest_id, self.principal, Action.ADVANCE_CONTEST)
        contest, person = context.contest, self.principal
        own = found_participation(found, contest.id, person.person_id)
        if contest.phase != "cancelled":
            own.check_decides()
        context = context._replace(entered=own.entered)
        at = to_milliseconds(now)
        step = Step(phase="cancelled", at=at, by=person.person_id, reason=self.reason)
        transition = cancel(contest, step)
        if transition is None:
            return Changes(reply=context)
        told = events.transition_events(transition, result=None, automatic=False)
        context = context._replace(contest=transition.after)
        return Changes(
            reply=context,
            put=[transition.after],
            events=[context.occurred(event, person.person_id) for event in told],
        )
