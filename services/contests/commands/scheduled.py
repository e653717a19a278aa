"""What happens by the clock: due phases, the result of the votes, the end with a group.

All of it is safe to repeat and to do twice at once: a command looks at what is stored and does only
what is still to be done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from msgspec.structs import replace

from services.contests.commands import events
from services.contests.domain.audience import group_reads, groups_found, is_there
from services.contests.domain.contest import Contest
from services.contests.domain.contest_transitions import due_transitions, judge
from services.contests.domain.roll import Roll
from services.contests.domain.tally import Result, Tally
from shared.delivery.command import Changes, Found, Key


@dataclass(frozen=True, slots=True)
class EnterDuePhases:
    """A contest enters every phase whose time has come, one after the other, up to the sealing.

    Replies with the contest, or None where nothing was due.

    Attributes:
        voters: Who may vote now: kept when the vote begins.
    """

    follows: ClassVar[bool] = True
    contest_id: str
    voters: Roll

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, its groups, and the result that a publication opens."""
        return _contest_reads(found, self.contest_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Where a group is out of use, the contest is cancelled or left alone."""
        contest = found.get(Contest, self.contest_id)
        if contest is None:
            return Changes()
        groups = groups_found(found, contest.group_ids)
        if not is_there(groups, contest.group_id):
            return _left_alone(contest)
        transitions = list(due_transitions(contest, groups, self.voters, now))
        if not transitions:
            return Changes()
        last, result = transitions[-1].after, found.get(Result, self.contest_id)
        told = [
            events.occurred(event, last, groups)
            for transition in transitions
            for event in events.transition_events(transition, result, automatic=True)
        ]
        return Changes(reply=last, put=[last], events=told)


@dataclass(frozen=True, slots=True)
class RecordResult:
    """The count of a sealed vote becomes its result, which stays closed until the publication.

    Attributes:
        tally: Of ballots that were read after the contest was due to be counted; since no ballot is
            taken any more, it doesn't matter that they were read outside of the transaction.
    """

    follows: ClassVar[bool] = True
    contest_id: str
    tally: Tally

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, its groups, and the result that there may be already."""
        return _contest_reads(found, self.contest_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Only once, and not before `LONGEST_COMMIT` has passed since the sealing."""
        contest = found.get(Contest, self.contest_id)
        judged = None if contest is None else judge(contest, self.tally, now)
        if contest is None or judged is None:
            return Changes()
        groups = groups_found(found, contest.group_ids)
        if not is_there(groups, contest.group_id):
            return _left_alone(contest)
        transition, result = judged
        told = events.transition_events(transition, result, automatic=True)
        return Changes(
            put=[transition.after, result],
            events=[events.occurred(event, transition.after, groups) for event in told],
        )


@dataclass(frozen=True, slots=True)
class DeleteContest:
    """A contest of a group that is gone goes too, once its entries and ballots have gone.

    Its document is the last to go, so what was begun is taken up again after a crash; and it goes
    together with the event, so the world is told once.
    """

    contest_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, its groups, and the result that there may be."""
        return _contest_reads(found, self.contest_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Of a draft nobody had heard, so nobody is told."""
        del now
        contest = found.get(Contest, self.contest_id)
        groups = {} if contest is None else groups_found(found, contest.group_ids)
        if contest is None or is_there(groups, contest.group_id):
            return Changes()
        gone_for_all = events.contest_deleted(contest)
        announced = contest.announced_at is not None
        told = [events.occurred(gone_for_all, contest, groups)] if announced else []
        gone: list[Key] = [(Contest, contest.id)]
        if found.get(Result, contest.id) is not None:
            gone.append((Result, contest.id))
        return Changes(remove=gone, events=told)


def _contest_reads(found: Found, contest_id: str) -> Iterable[Key]:
    yield Contest, contest_id
    yield Result, contest_id
    contest = found.get(Contest, contest_id)
    if contest is not None:
        yield from group_reads(contest.group_ids)


def _left_alone(contest: Contest) -> Changes:
    """A contest whose group is gone is about to go too: it needs nothing but that any more."""
    return Changes(put=[replace(contest, due_at=None)])
