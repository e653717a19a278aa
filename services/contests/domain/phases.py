"""The phases of a contest: which follows which, when each begins, and what may be done in it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from services.contests.domain.contest import Contest, Step
from services.contests.domain.rules import Schedule
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import Phase
from shared.contract.moments import to_milliseconds

# A contest only moves forward, one step at a time, or to `cancelled`.
NEXT: Mapping[Phase, Phase] = {
    "draft": "announced",
    "announced": "submissions",
    "submissions": "review",
    "review": "voting",
    "voting": "sealed",
    "sealed": "judged",
    "judged": "published",
}
FINAL: frozenset[Phase] = frozenset({"published", "cancelled"})
# While it matters who is on top, every person sees the entries in an order of their own.
SHUFFLED: frozenset[Phase] = frozenset({"voting", "sealed", "judged"})

# How long the tally waits after the sealing. A ballot reads the contest without writing it (else
# all votes would fight over that one document), so a vote that began before the sealing became
# visible may be stored after it. Whoever gets an acknowledgement got it within the committer's
# deadline (3 s); a process that hung meanwhile is known as silent after 4 s, and its transactions
# are ended before the count. Shorter than either would let an acknowledged vote miss the tally;
# longer only delays the result. Rejected: a counter on the contest that each ballot writes; it is
# safe too, and makes every vote wait for every other.
LONGEST_COMMIT = timedelta(seconds=5)

# An organiser who ends the vote by hand sets its end this far ahead, so that the new end is stored
# and seen by all processes before it comes. Ordinary commits take milliseconds. One that takes
# longer costs no vote its place in the tally (that waits for the sealing, see above); it would
# only let a vote count that came a moment too late.
CLOSING_NOTICE = timedelta(seconds=1)


class ContestPhaseWrong(Refusal):
    """The phase doesn't allow it."""

    category = Category.CONFLICT
    title = "The contest isn't in a phase that allows this"


def due_at(phase: Phase, schedule: Schedule | None, since: datetime) -> datetime | None:
    """When the clock has something to do next in a phase that began at `since`."""
    if schedule is None:
        return None
    ends: Mapping[Phase, datetime | None] = {
        "announced": schedule.submissions_at,
        "submissions": schedule.review_at,
        "review": schedule.voting_at,
        "voting": schedule.closes_at,
        "sealed": since + LONGEST_COMMIT,
        "judged": schedule.publish_at,
    }
    return ends.get(phase)


def moved(
    contest: Contest,
    phase: Phase,
    now: datetime,
    *,
    by: str | None = None,
    reason: str | None = None,
) -> Contest:
    """The contest in another phase, with a line in the audit trail."""
    at = to_milliseconds(now)
    return msgspec.structs.replace(
        contest,
        phase=phase,
        due_at=due_at(phase, contest.description.schedule, at),
        trail=[*contest.trail, Step(phase=phase, at=at, by=by, reason=reason)],
        changed_at=at,
        version=contest.version + 1,
    )


# A phase opens when its change is recorded and closes by the clock alone: whoever is late is
# refused, however late the worker is that records the change, and nobody enters or votes before
# everyone could know of it.


def accepts_entries(contest: Contest, now: datetime) -> bool:
    """Whether entries can be submitted and edited."""
    schedule = contest.description.schedule
    return contest.phase == "submissions" and schedule is not None and now < schedule.review_at


def accepts_ballots(contest: Contest, now: datetime) -> bool:
    """Whether ballots can be cast, replaced, taken back: from `closes_at` on never again."""
    schedule = contest.description.schedule
    return contest.phase == "voting" and schedule is not None and now < schedule.closes_at


def vote_has_begun(contest: Contest, now: datetime) -> bool:
    """Whether people may have chosen among the entries: by the schedule or by the recorded phase.

    From then on nothing is accepted any more, and nobody rejects an entry alone.
    """
    schedule = contest.description.schedule
    prepares = contest.phase in {"draft", "announced", "submissions", "review"}
    return not prepares or (schedule is not None and now >= schedule.voting_at)


def voters_are_fixed(contest: Contest) -> bool:
    """Whether the vote has begun, so that nobody is added to those who may vote."""
    return contest.phase in {"voting", "sealed", "judged", "published"}
