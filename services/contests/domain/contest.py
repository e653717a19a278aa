"""A contest: its phases and their times, and the rules that are fixed once people know of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal

import msgspec
from msgspec import UNSET, UnsetType

from services.contests.domain.audience import LEADING, Person, content_of
from shared.access import Resource
from shared.audience import EVERYONE, Group
from shared.command import Entity
from shared.errors import Category, Refusal
from shared.events.vocabulary import ContestKind, Phase
from shared.moments import to_milliseconds

TieBreak = Literal["earliest_entry", "shared_rank"]

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

MOST_PER_PERSON = 20  # entries, and votes: a ballot reads every entry that it chooses
LONGEST_TITLE = 200
LONGEST_TEXT = 20_000  # characters of Markdown: some ten printed pages
LONGEST_REASON = 1_000


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What is agreed before anyone enters. Fixed at announcement.

    Attributes:
        entrants: The group whose members may enter; `EVERYONE` for all people.
        voters: The group whose members may vote.
        entries_per_person: How many entries of one person may stand at the same time.
        votes_min: A ballot chooses at least as many entries.
        votes_max: A ballot chooses at most as many entries.
        votes_changeable: A ballot can be replaced and taken back until the vote closes.
        tie_break: What decides between equally many votes: the earlier entry, or nothing, so that
            they share a rank.
        anonymous: Who entered what is shown only with the result.
        reviewed: An entry is shown, and can be voted for, only after it was accepted.
    """

    entrants: str = EVERYONE
    voters: str = EVERYONE
    entries_per_person: int = 1
    votes_min: int = 1
    votes_max: int = 1
    votes_changeable: bool = True
    tie_break: TieBreak = "earliest_entry"
    anonymous: bool = True
    reviewed: bool = True


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When each phase begins, and when the vote ends (`closes_at`).

    Without `publish_at` the organiser publishes by hand.
    """

    submissions_at: datetime
    review_at: datetime
    voting_at: datetime
    closes_at: datetime
    publish_at: datetime | None = None


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What an organiser writes: everything of a contest that a draft can still change."""

    title: str
    text: str = ""
    kind: ContestKind
    rules: Rules = Rules()
    schedule: Schedule | None = None


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different in a description; rules and schedule are replaced as a whole."""

    title: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    kind: ContestKind | UnsetType = UNSET
    rules: Rules | UnsetType = UNSET
    schedule: Schedule | UnsetType | None = UNSET

    def of(self, description: Description) -> Description:
        """The description with what is different."""
        given = {k: v for k, v in msgspec.structs.asdict(self).items() if v is not UNSET}
        return msgspec.structs.replace(description, **given)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the audit trail.

    Attributes:
        phase: The phase that was entered, or ordered to be entered at the schedule's time.
        at: When.
        by: The person who did it; None for the clock.
        reason: Why, in the organiser's words.
    """

    phase: Phase
    at: datetime
    by: str | None = None
    reason: str | None = None


class Contest(Entity, frozen=True, kw_only=True):
    """A contest as it is stored.

    Attributes:
        group_id: The group it takes place in; `EVERYONE` for the whole organisation.
        organiser_id: The person who made it.
        trail: Every step, with who took it.
        announced_at: Since when others know of it; None for a draft, be it cancelled.
        eligible_entrants: People who may enter, when it was announced.
        eligible_voters: People who may vote, when the vote ended (before: when it was announced).
        due_at: When the clock has something to do next; None for never. Follows from phase and
            schedule, stored so that the worker finds it by an index.
        version: Grows with every change, never with a ballot: else it would count them in public.
    """

    collection: ClassVar[str] = "contests"
    group_id: str
    organiser_id: str
    description: Description
    phase: Phase
    trail: list[Step]
    announced_at: datetime | None = None
    eligible_entrants: int = 0
    eligible_voters: int = 0
    due_at: datetime | None = None
    created_at: datetime
    changed_at: datetime
    version: int = 1

    @property
    def rules(self) -> Rules:
        """What was agreed."""
        return self.description.rules


class ContestNotFound(Refusal):
    """It isn't there, or may not be seen."""

    category = Category.MISSING
    title = "There is no such contest"


class ContestAnnounced(Refusal):
    """Only a draft can be changed."""

    category = Category.CONFLICT
    title = "The contest has been announced, its rules are fixed"


class ContestUnscheduled(Refusal):
    """A draft without times can't be announced."""

    category = Category.CONFLICT
    title = "The contest has no schedule"


class ContestRulesInvalid(Refusal):
    """Rules or times contradict each other."""

    category = Category.INVALID
    title = "The rules or times of the contest contradict each other"


class ContestPhaseWrong(Refusal):
    """The phase doesn't allow it."""

    category = Category.CONFLICT
    title = "The contest isn't in a phase that allows this"


class ContestChanged(Refusal):
    """If-Match named another version."""

    category = Category.STALE
    title = "The contest has changed since you read it"


def check_description(description: Description) -> None:
    """Raises `ContestRulesInvalid` where numbers or times contradict each other."""
    rules = description.rules
    if not 1 <= rules.entries_per_person <= MOST_PER_PERSON:
        raise ContestRulesInvalid(f"entries_per_person must be from 1 to {MOST_PER_PERSON}.")
    if not 1 <= rules.votes_min <= rules.votes_max <= MOST_PER_PERSON:
        raise ContestRulesInvalid(f"1 <= votes_min <= votes_max <= {MOST_PER_PERSON} must hold.")
    if description.schedule is not None:
        _check_schedule(description.schedule)


def _check_schedule(schedule: Schedule) -> None:
    """Phases may be empty, except the vote."""
    if not schedule.submissions_at <= schedule.review_at <= schedule.voting_at:
        raise ContestRulesInvalid("submissions_at <= review_at <= voting_at must hold.")
    if schedule.closes_at <= schedule.voting_at:
        raise ContestRulesInvalid("closes_at must be after voting_at.")
    if schedule.publish_at is not None and schedule.publish_at < schedule.closes_at:
        raise ContestRulesInvalid("publish_at must not be before closes_at.")


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


def resource_of(
    contest: Contest, group: Group | None, person: Person | None, person_id: str
) -> Resource:
    """What access to a contest depends on.

    It is organised by the person who made it and by those who lead its group.
    """
    resource = content_of(group, contest.group_id, person)
    own = contest.organiser_id == person_id
    return replace(
        resource,
        own=own,
        organiser=own or resource.role in LEADING,
        draft=contest.announced_at is None,
    )
