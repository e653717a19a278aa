"""The phases of a contest: which follows which, when each begins, and what it opens."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from services.contests.domain.rules import Schedule
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import Phase

# A contest only moves forward, one phase at a time, or to `cancelled`.
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
# Once a contest is in one of these, people can add something to it or begin to prepare that.
OPENING: frozenset[Phase] = frozenset({"announced", "submissions", "voting"})

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
    """The phase of the contest, or the time within it, doesn't allow what was asked."""

    category = Category.CONFLICT
    title = "The contest isn't in a phase that allows this"


def due_at(phase: Phase, schedule: Schedule | None, since: datetime) -> datetime | None:
    """When the scheduler has something to do next in a phase that began at `since`."""
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


def brought_forward(schedule: Schedule, phase: Phase, at: datetime) -> Schedule:
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
