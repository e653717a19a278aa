"""A contest: what is stored of it, the trail of its steps, and what can be done when."""

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from services.contests.domain.audience import Affiliations
from services.contests.domain.phases import due_at
from services.contests.domain.roll import Roll
from services.contests.domain.rules import Description, Rules, Schedule
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import Phase
from shared.contract.moments import to_milliseconds
from shared.delivery.command import Entity


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the audit trail.

    Attributes:
        phase: The phase that was entered, or ordered to be entered at the schedule's time.
        at: When the step was taken, as precise as the database keeps it.
        by: The person who took it; None for the scheduler.
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
        readers: The group whose members see it once it is announced, `EVERYONE` while its own group
            is open. Lists are ranges of an index that begins with it; rows are checked once more
            against the group itself.
        organiser: The person who made it.
        trail: Every step, with who took it.
        announced_at: Since when others know of it; None for a draft, be it cancelled.
        entrants: Who could enter, when it was announced; None for a draft.
        voters: Who may vote: those of the announcement, and since the vote began those of that
            moment, see `roll.py`; None for a draft.
        due_at: When the scheduler has something to do next; None for never. Follows from phase and
            schedule, stored so that the worker finds it by an index.
        recorded_at: When the last change was recorded, where that isn't when it happened.
        version: Grows with every change, never with a ballot: else it would count them in public.
    """

    collection: ClassVar[str] = "contests"
    group_id: str
    readers: str
    organiser: str
    description: Description
    phase: Phase
    trail: list[Step]
    announced_at: datetime | None = None
    entrants: Roll | None = None
    voters: Roll | None = None
    due_at: datetime | None = None
    created_at: datetime
    changed_at: datetime
    recorded_at: datetime | None = None
    version: int = 1

    @property
    def holds_since(self) -> datetime | None:
        """Since when it is in its phase, with these words and times."""
        return self.changed_at

    def recorded(self, moment: datetime, at: datetime) -> "Contest":  # noqa: ARG002
        """Whoever records what has happened also says which phases followed.

        The clock takes over where something is due from now on. Only the end of a vote that was
        ordered, and the count, are its business in any case: nobody else may count.
        """
        over = self.due_at is not None and self.due_at <= at
        if over and self.trail[-1].phase == "sealed":
            over = False
        return replace(self, recorded_at=to_milliseconds(at), due_at=None if over else self.due_at)

    @property
    def overdue_since(self) -> datetime | None:
        """Since when it was due when that was recorded; None for what comes due by the clock."""
        if self.recorded_at is None or self.due_at is None or self.due_at > self.recorded_at:
            return None
        return self.due_at

    @property
    def rules(self) -> Rules:
        """What was agreed."""
        return self.description.rules

    @property
    def schedule(self) -> Schedule:
        """The times of a contest that has been announced."""
        schedule = self.description.schedule
        assert schedule is not None, "an announced contest has a schedule"
        return schedule

    @property
    def group_ids(self) -> tuple[str, str, str]:
        """The groups in which it matters whether somebody is a member."""
        return self.group_id, self.rules.entrants, self.rules.voters

    @property
    def eligible_entrants(self) -> int:
        """How many people could enter, when it was announced."""
        return 0 if self.entrants is None else self.entrants.people

    @property
    def eligible_voters(self) -> int:
        """How many people may vote."""
        return 0 if self.voters is None else self.voters.people

    def had_entrant(self, who: Affiliations) -> bool:
        """Whether a person could enter when it was announced."""
        return self.entrants is not None and self.entrants.holds(who, self.rules.entrants)

    def has_voter(self, who: Affiliations) -> bool:
        """Whether a person may give a first ballot."""
        return self.voters is not None and self.voters.holds(who, self.rules.voters)

    # A phase opens when its change is recorded and closes by the clock alone: whoever is late is
    # refused, however late the worker is that records the change, and nobody enters or votes
    # before everyone could know of it.

    def accepts_entries(self, now: datetime) -> bool:
        """Whether entries can be submitted and edited."""
        return self.phase == "submissions" and now < self.schedule.review_at

    def accepts_ballots(self, now: datetime) -> bool:
        """Whether ballots can be cast, replaced, taken back: from `closes_at` on never again."""
        return self.phase == "voting" and now < self.schedule.closes_at

    def vote_has_begun(self, now: datetime) -> bool:
        """Whether people may have chosen among the entries: by the schedule or by the phase.

        From then on nothing is accepted any more, and nobody rejects an entry alone.
        """
        schedule = self.description.schedule
        prepares = self.phase in {"draft", "announced", "submissions", "review"}
        return not prepares or (schedule is not None and now >= schedule.voting_at)

    @property
    def voters_are_fixed(self) -> bool:
        """Whether the vote has begun, so that nobody is added to those who may vote."""
        return self.phase in {"voting", "sealed", "judged", "published"}

    def is_due(self, now: datetime) -> bool:
        """Whether the scheduler has something to do."""
        return self.due_at is not None and self.due_at <= now

    def after(self, step: Step) -> "Contest":
        """The contest in the phase of this step, with the step in its trail."""
        return self.changed(
            step.at,
            phase=step.phase,
            due_at=due_at(step.phase, self.description.schedule, step.at),
            trail=[*self.trail, step],
        )

    def changed(self, at: datetime, **fields: object) -> "Contest":
        """The next version of the contest, with these fields."""
        return replace(self, changed_at=at, version=self.version + 1, recorded_at=None, **fields)


class ContestNotFound(Refusal):
    """The contest isn't there, or may not be seen."""

    category = Category.MISSING
    title = "There is no such contest"


class ContestRulesFixed(Refusal):
    """Only a draft can be changed or announced."""

    slug = "contest-announced"
    category = Category.CONFLICT
    title = "The contest has been announced, its rules are fixed"


class ContestUnscheduled(Refusal):
    """A draft without times, or whose vote would be over, can't be announced."""

    category = Category.CONFLICT
    title = "The contest has no schedule"


class ContestVersionChanged(Refusal):
    """If-Match named another version of the contest."""

    slug = "contest-changed"
    category = Category.STALE
    title = "The contest has changed since you read it"
