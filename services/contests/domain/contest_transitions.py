"""How a contest goes on: drafted, announced, moved on by hand or by the clock, counted, cancelled.

Each function decides about one step: it gives the contest after the step, or None where there is
nothing to do, or raises why the step can't be taken.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from services.contests.domain.archival import check_in_use, groups_that_need, hindrance
from services.contests.domain.audience import Groups
from services.contests.domain.contest import (
    Contest,
    ContestRulesFixed,
    ContestUnscheduled,
    ContestVersionChanged,
    Step,
)
from services.contests.domain.phases import (
    CLOSING_NOTICE,
    FINAL,
    NEXT,
    OPENING,
    ContestPhaseWrong,
    brought_forward,
)
from services.contests.domain.roll import Roll
from services.contests.domain.rules import Description, Schedule
from services.contests.domain.tally import Result, Tally
from shared.contract.events.vocabulary import CancelReason, Phase
from shared.contract.moments import to_milliseconds

_WHY_CANCELLED: Mapping[CancelReason, str] = {
    "group_archived": "A group that it is for was archived.",
    "group_deleted": "A group that it is for was deleted.",
}


class Transition(NamedTuple):
    """A step of a contest: whether it entered a phase or a time was moved follows from the two.

    Attributes:
        before: The contest before the step.
        after: The contest after the step.
        cancelled_for: Why the step is a cancellation; None for any other step.
    """

    before: Contest
    after: Contest
    cancelled_for: CancelReason | None = None


def check_is_draft(contest: Contest, expected: frozenset[int] | None) -> None:
    """Raises unless a contest can still be changed, and is what the caller has read.

    Args:
        contest: The contest.
        expected: The versions that may be replaced (If-Match); None for any.

    Raises:
        ContestRulesFixed: It has been announced.
        ContestVersionChanged: It has another version.
    """
    if contest.phase != "draft":
        raise ContestRulesFixed("Cancel it and create another, if it can't stay as it is.")
    if expected is not None and contest.version not in expected:
        raise ContestVersionChanged("Read it again and repeat your change.")


def checked_description(description: Description, group_id: str, groups: Groups) -> Description:
    """The description as a draft keeps it.

    Args:
        description: What the organiser has written.
        group_id: The group that the contest takes place in.
        groups: The groups of the contest, as far as they are known.

    Raises:
        GroupUnknown: A group that it is to be for was deleted.
        GroupIsArchived: A group that it is to be for is read-only.
        ContestRulesInvalid: Rules or times contradict each other.
    """
    check_in_use(groups, group_id, description.rules.entrants, description.rules.voters)
    stored = description.as_stored()
    stored.check_consistency()
    return stored


def redraft(
    contest: Contest, description: Description, groups: Groups, now: datetime
) -> Contest | None:
    """A draft gets another description; see `checked_description` for what is refused."""
    stored = checked_description(description, contest.group_id, groups)
    if stored == contest.description:
        return None
    return contest.changed(to_milliseconds(now), description=stored)


def announce(contest: Contest, groups: Groups, entrants: Roll, voters: Roll, step: Step) -> Contest:
    """From now on people know of a contest, and its rules are fixed.

    Args:
        contest: The draft.
        groups: The groups of the contest, as far as they are known.
        entrants: Who may enter, as far as known at this moment.
        voters: Who may vote, as far as known at this moment.
        step: The announcement.

    Raises:
        ContestRulesFixed: It was announced before.
        GroupUnknown: A group that it is for was deleted.
        GroupIsArchived: A group that it is for is read-only.
        ContestUnscheduled: It has no times, or its vote would be over.
    """
    if contest.phase != "draft":
        raise ContestRulesFixed("This has been done already.")
    check_in_use(groups, contest.group_id, *groups_that_need(contest.rules, step.phase))
    schedule = contest.description.schedule
    if schedule is None or schedule.closes_at <= step.at:
        raise ContestUnscheduled("Give it times, with an end of the vote that lies ahead.")
    announced = contest.after(step)
    return replace(announced, announced_at=step.at, entrants=entrants, voters=voters)


def advance(contest: Contest, groups: Groups, voters: Roll | None, step: Step) -> Transition | None:
    """Moves a contest on by hand, before its time, to the next phase.

    The end of the vote is only ordered here, a moment ahead: the scheduler carries it out.

    Args:
        contest: The contest.
        groups: The groups of the contest, as far as they are known.
        voters: Who may vote from now on, where the vote is opened; None leaves it at those who
            could when the contest was announced.
        step: The organiser's step, to the phase that is to be entered.

    Raises:
        ContestPhaseWrong: The phase doesn't come next, or isn't entered by hand.
        GroupUnknown: A group for which something is to be opened was deleted.
        GroupIsArchived: A group for which something is to be opened is read-only.
    """
    to = step.phase
    if contest.phase == to:
        return None
    if NEXT.get(contest.phase) != to:
        raise ContestPhaseWrong(f"It is in the phase {contest.phase}.")
    if to == "announced":
        raise ContestPhaseWrong("A draft is announced with :announce.")
    if to == "judged":
        raise ContestPhaseWrong("The votes are counted by themselves; wait a moment.")
    if to == "sealed":
        return _order_closing(contest, step)
    if to in OPENING:
        check_in_use(groups, contest.group_id, *groups_that_need(contest.rules, to))
    schedule = brought_forward(contest.schedule, to, step.at)
    entered = _with_schedule(contest, schedule).after(step)
    return Transition(contest, _opened(entered, voters))


def _order_closing(contest: Contest, step: Step) -> Transition | None:
    closes_at = min(step.at + CLOSING_NOTICE, contest.schedule.closes_at)
    if closes_at == contest.schedule.closes_at and contest.due_at is not None:
        return None  # the scheduler does it in a moment; where it isn't to, it is told here
    closing = _with_schedule(contest, replace(contest.schedule, closes_at=closes_at))
    ordered = closing.changed(step.at, due_at=closes_at, trail=[*contest.trail, step])
    return Transition(contest, ordered)


def cancel(contest: Contest, step: Step) -> Transition | None:
    """Ends a contest by hand before its publication; what was sealed stays sealed.

    Raises:
        ContestPhaseWrong: Its result is published.
    """
    if contest.phase == "cancelled":
        return None
    if contest.phase in FINAL:
        raise ContestPhaseWrong("Its result is published.")
    return Transition(contest, contest.after(step), cancelled_for="organiser")


def due_transitions(
    contest: Contest, groups: Groups, voters: Roll, now: datetime
) -> Iterator[Transition]:
    """A contest enters every phase whose time has come, one after the other, up to the sealing.

    From `sealed` on only `judge` leads further: no contest is judged uncounted. Where submissions
    or a vote would begin in a group that is archived or gone, the contest is cancelled: to begin
    later, at times that nobody had agreed to, would help nobody.

    Args:
        contest: The contest.
        groups: The groups of the contest, as far as they are known.
        voters: Who may vote now: kept where the vote begins.
        now: The present time.
    """
    at = to_milliseconds(now)
    while contest.phase != "sealed" and contest.is_due(now):
        to = NEXT[contest.phase]
        obstacle = _obstacle(contest, groups, to)
        if obstacle is not None:
            step = Step(phase="cancelled", at=at, reason=_WHY_CANCELLED[obstacle])
            yield Transition(contest, contest.after(step), cancelled_for=obstacle)
            return
        entered = _opened(contest.after(Step(phase=to, at=at)), voters)
        yield Transition(contest, entered)
        contest = entered


def judge(contest: Contest, tally: Tally, now: datetime) -> tuple[Transition, Result] | None:
    """The count of a sealed vote becomes its result, which stays closed until the publication.

    That happens once, and not before `LONGEST_COMMIT` has passed since the sealing.
    """
    if contest.phase != "sealed" or not contest.is_due(now):
        return None
    at = to_milliseconds(now)
    judged = contest.after(Step(phase="judged", at=at))
    return Transition(contest, judged), Result(id=contest.id, tally=tally, judged_at=at)


def _obstacle(contest: Contest, groups: Groups, to: Phase) -> CancelReason | None:
    if to not in OPENING:
        return None
    return hindrance(groups, (contest.group_id, *groups_that_need(contest.rules, to)))


def _opened(contest: Contest, voters: Roll | None) -> Contest:
    """The contest that has entered a phase; where that is the vote, its voters are fixed."""
    opens = contest.phase == "voting" and voters is not None
    return replace(contest, voters=voters) if opens else contest


def _with_schedule(contest: Contest, schedule: Schedule) -> Contest:
    return replace(contest, description=replace(contest.description, schedule=schedule))
