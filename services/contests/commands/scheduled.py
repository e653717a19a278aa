"""What happens by the clock: due phases, and the result once the votes are counted.

All of it is safe to repeat and to do twice at once: a command looks at what is stored and does only
what is still to be done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.contests.commands import events
from services.contests.domain.archival import hindrance
from services.contests.domain.audience import group_reads, groups_found, is_there
from services.contests.domain.contest import Contest, groups_of
from services.contests.domain.eligibility import Roll
from services.contests.domain.phases import NEXT, moved
from services.contests.domain.tally import Result, Tally
from shared.contract.events.envelope import EventData
from shared.contract.events.vocabulary import CancelReason
from shared.contract.moments import to_milliseconds
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class EnterDuePhases:
    """A contest enters every phase whose time has come, one after the other, up to the sealing.

    Replies with the contest, or None where nothing was due.

    Attributes:
        voters: Who may vote now: kept when the vote begins.
    """

    contest_id: str
    voters: Roll

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, its groups, and the result that a publication opens."""
        yield from _facts(found, self.contest_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """From `sealed` on only `JudgeContest` leads further: no contest is judged uncounted.

        Where submissions or a vote would begin in a group that is archived or gone, the contest is
        cancelled: to begin later, at times that nobody had agreed to, would help nobody.
        """
        before = contest = found.get(Contest, self.contest_id)
        if before is None:
            return Changes()
        groups = groups_found(found, groups_of(before))
        if not is_there(groups, before.group_id):
            return _left_alone(before)
        told: list[EventData] = []
        while contest is not None and contest.phase != "sealed" and _is_due(contest, now):
            previous = contest.phase
            reason = hindrance(contest, NEXT[previous], groups)
            if reason is not None:
                contest = moved(contest, "cancelled", now, reason=_WHY[reason])
                told.append(events.cancelled(contest, previous, reason))
                break
            contest = moved(contest, NEXT[previous], now)
            if contest.phase == "voting":
                contest = replace(contest, voters=self.voters)
            told.append(events.phase_changed(contest, previous, automatic=True))
            if contest.phase == "published":
                result = found.get(Result, self.contest_id)
                assert result is not None, "a judged contest has a result"
                told.append(events.results_published(contest, result.tally))
        if contest is None or contest is before:
            return Changes()
        return Changes(reply=contest, put=[contest], events=[Occurred(event) for event in told])


@dataclass(frozen=True, slots=True)
class JudgeContest:
    """The count of a sealed vote becomes its result, which stays closed until the publication.

    Attributes:
        tally: Of ballots that were read after the contest was due to be counted; since no ballot is
            taken any more, it doesn't matter that they were read outside of the transaction.
    """

    contest_id: str
    tally: Tally

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, its groups, and the result that there may be already."""
        yield from _facts(found, self.contest_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Only once, and not before `LONGEST_COMMIT` has passed since the sealing."""
        contest = found.get(Contest, self.contest_id)
        if contest is None or contest.phase != "sealed" or not _is_due(contest, now):
            return Changes()
        if not is_there(groups_found(found, groups_of(contest)), contest.group_id):
            return _left_alone(contest)
        judged = moved(contest, "judged", now)
        result = Result(id=contest.id, tally=self.tally, judged_at=to_milliseconds(now))
        event = events.phase_changed(judged, contest.phase, automatic=True)
        return Changes(put=[judged, result], events=[Occurred(event)])


_WHY: Mapping[CancelReason, str] = {
    "group_archived": "A group that it is for was archived.",
    "group_deleted": "A group that it is for was deleted.",
}
"""What the audit trail says of a contest that the clock has cancelled."""


def _facts(found: Found, contest_id: str) -> Iterable[Key]:
    yield Contest, contest_id
    yield Result, contest_id
    contest = found.get(Contest, contest_id)
    if contest is not None:
        yield from group_reads(groups_of(contest))


def _left_alone(contest: Contest) -> Changes:
    """A contest whose group is gone is about to go too: it needs nothing but that any more."""
    return Changes(put=[replace(contest, due_at=None)])


@dataclass(frozen=True, slots=True)
class DeleteContest:
    """A contest of a group that is gone goes too, once its entries and ballots have gone.

    Its document is the last one, so what was begun is taken up again after a crash; and it goes
    together with the event, so the world is told once.
    """

    contest_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, its groups, and the result that there may be."""
        yield from _facts(found, self.contest_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Of a draft nobody had heard, so nobody is told."""
        del now
        contest = found.get(Contest, self.contest_id)
        if contest is None or is_there(groups_found(found, groups_of(contest)), contest.group_id):
            return Changes()
        told = [] if contest.announced_at is None else [Occurred(events.deleted(contest))]
        gone: list[Key] = [(Contest, contest.id)]
        if found.get(Result, contest.id) is not None:
            gone.append((Result, contest.id))
        return Changes(remove=gone, events=told)


def _is_due(contest: Contest, now: datetime) -> bool:
    return contest.due_at is not None and contest.due_at <= now
