"""Advancing: a contest is announced, moved on by hand before its time, or cancelled."""

from collections.abc import Iterable
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
from services.contests.domain.archival import for_whom, opens
from services.contests.domain.contest import (
    Contest,
    ContestRulesFixed,
    ContestUnscheduled,
    Step,
)
from services.contests.domain.eligibility import Roll
from services.contests.domain.participation import (
    Participation,
    check_decides,
    has_entered,
    participation_id,
)
from services.contests.domain.phases import (
    CLOSING_NOTICE,
    FINAL,
    NEXT,
    ContestPhaseWrong,
    due_at,
    moved,
)
from services.contests.domain.rules import Schedule
from services.contests.domain.tally import Result
from shared.contract.access import Action, authorize
from shared.contract.events.envelope import EventData
from shared.contract.events.vocabulary import Phase
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class AnnounceContest:
    """From now on people know of it, and its rules are fixed.

    Attributes:
        entrants: Who may enter, as far as known at this moment.
        voters: Who may vote.
    """

    principal: Principal
    contest_id: str
    entrants: Roll
    voters: Roll

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest."""
        return facts_of_contest(found, self.contest_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Needs a schedule whose vote lies ahead."""
        seen = seen_contest(found, self.contest_id, self.principal)
        contest = seen.contest
        authorize(self.principal, Action.ADVANCE_CONTEST, seen.resource)
        if contest.phase != "draft":
            raise ContestRulesFixed("This has been done already.")
        check_adds(seen, *for_whom(contest.rules, "announced"))
        schedule = contest.description.schedule
        if schedule is None or schedule.closes_at <= now:
            raise ContestUnscheduled("Give it times, with an end of the vote that lies ahead.")
        announced = replace(
            moved(contest, "announced", now, by=self.principal.person_id),
            announced_at=to_milliseconds(now),
            entrants=self.entrants,
            voters=self.voters,
        )
        event = events.announced(announced, schedule)
        return Changes(
            reply=seen._replace(contest=announced),
            put=[announced],
            events=[Occurred(event, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class AdvanceContest:
    """An organiser moves a contest on before its time.

    Attributes:
        to: The phase to enter. It must be the one after the present one, so it names where the
            step starts too: the same request twice, one after the other or at once, is one step.
        reason: For the audit trail.
        voters: Who may vote, where the vote is to be opened; None leaves it at those who could when
            it was announced.
    """

    principal: Principal
    contest_id: str
    to: Phase
    reason: str | None = None
    voters: Roll | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, the result that a publication opens, and whether the person has entered."""
        yield from facts_of_contest(found, self.contest_id, self.principal)
        yield Result, self.contest_id
        yield Participation, participation_id(self.contest_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:
        """One step forward. The end of the vote is only ordered here, the clock carries it out.

        Somebody who has entered may only publish what has been counted: with any other step they
        would say who can still enter or vote.
        """
        seen = seen_contest(found, self.contest_id, self.principal)
        contest = seen.contest
        authorize(self.principal, Action.ADVANCE_CONTEST, seen.resource)
        if contest.phase == self.to:
            return Changes(reply=seen)
        own = found.get(Participation, participation_id(contest.id, self.principal.pseudonym))
        if self.to != "published":
            check_decides(own)
        seen = seen._replace(entered=has_entered(own))
        to = NEXT.get(contest.phase)
        if to is None or self.to != to:
            raise ContestPhaseWrong(f"It is in the phase {contest.phase}.")
        if to == "announced":
            raise ContestPhaseWrong("A draft is announced with :announce.")
        if to == "judged":
            raise ContestPhaseWrong("The votes are counted by themselves; wait a moment.")
        if to == "sealed":
            return self._order_closing(seen, now)
        if opens(to):
            check_adds(seen, *for_whom(contest.rules, to))
        return self._enter(seen, to, found.get(Result, contest.id), now)

    def _order_closing(self, seen: ContestContext, now: datetime) -> Changes:
        contest = seen.contest
        before = _scheduled(contest)
        at = to_milliseconds(now)
        closes_at = at + CLOSING_NOTICE
        if before.closes_at <= closes_at:
            return Changes(reply=seen)
        step = Step(phase="sealed", at=at, by=self.principal.person_id, reason=self.reason)
        after = replace(before, closes_at=closes_at)
        ordered = replace(
            contest,
            description=replace(contest.description, schedule=after),
            due_at=due_at(contest.phase, after, at),
            trail=[*contest.trail, step],
            changed_at=at,
            version=contest.version + 1,
        )
        event = events.rescheduled(ordered, after, before)
        return Changes(
            reply=seen._replace(contest=ordered),
            put=[ordered],
            events=[Occurred(event, self.principal.pseudonym)],
        )

    def _enter(
        self, seen: ContestContext, to: Phase, result: Result | None, now: datetime
    ) -> Changes:
        contest = seen.contest
        before = _scheduled(contest)
        after = _moved_up(before, to, to_milliseconds(now))
        entered = moved(
            replace(contest, description=replace(contest.description, schedule=after)),
            to,
            now,
            by=self.principal.person_id,
            reason=self.reason,
        )
        if to == "voting" and self.voters is not None:
            entered = replace(entered, voters=self.voters)
        told: list[EventData] = [events.phase_changed(entered, contest.phase, automatic=False)]
        if after != before:
            told.insert(0, events.rescheduled(contest, after, before))
        if to == "published":
            assert result is not None, "a judged contest has a result"
            told.append(events.results_published(entered, result.tally))
        actor = self.principal.pseudonym
        return Changes(
            reply=seen._replace(contest=entered),
            put=[entered],
            events=[Occurred(event, actor) for event in told],
        )


def _scheduled(contest: Contest) -> Schedule:
    schedule = contest.description.schedule
    assert schedule is not None, "an announced contest has a schedule"
    return schedule


def _moved_up(schedule: Schedule, phase: Phase, at: datetime) -> Schedule:
    """The schedule with this phase beginning at `at`, unless it was to begin earlier."""
    if phase == "submissions":
        return replace(schedule, submissions_at=min(at, schedule.submissions_at))
    if phase == "review":
        return replace(schedule, review_at=min(at, schedule.review_at))
    if phase == "voting":
        return replace(schedule, voting_at=min(at, schedule.voting_at))
    if phase == "published":
        return replace(schedule, publish_at=min(at, schedule.publish_at or at))
    return schedule


@dataclass(frozen=True, slots=True)
class CancelContest:
    """A contest won't be finished; what was sealed stays sealed."""

    principal: Principal
    contest_id: str
    reason: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, and whether the person has entered."""
        yield from facts_of_contest(found, self.contest_id, self.principal)
        yield Participation, participation_id(self.contest_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Possible until the publication; of a draft nobody had heard, so nobody is told.

        Not for somebody who has entered: it would take the prize from those who would have won.
        """
        seen = seen_contest(found, self.contest_id, self.principal)
        contest = seen.contest
        authorize(self.principal, Action.ADVANCE_CONTEST, seen.resource)
        if contest.phase == "cancelled":
            return Changes(reply=seen)
        check_decides(
            found.get(Participation, participation_id(contest.id, self.principal.pseudonym))
        )
        if contest.phase in FINAL:
            raise ContestPhaseWrong("Its result is published.")
        who = self.principal.person_id
        cancelled = moved(contest, "cancelled", now, by=who, reason=self.reason)
        told = []
        if contest.phase != "draft":
            event = events.cancelled(cancelled, contest.phase, "organiser")
            told.append(Occurred(event, self.principal.pseudonym))
        return Changes(reply=seen._replace(contest=cancelled), put=[cancelled], events=told)
