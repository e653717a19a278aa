"""A contest: what is stored of it, the trail of its steps, and who organises it."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import msgspec

from services.contests.domain.audience import LEADING, Affiliations, content_of
from services.contests.domain.eligibility import Roll
from services.contests.domain.rules import Description, Rules
from shared.audience import Group
from shared.contract.access import Resource
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import Phase
from shared.delivery.command import Entity


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
        readers: The group whose members see it once it is announced, `EVERYONE` while its own group
            is open. Lists are ranges of an index that begins with it; rows are checked once more
            against the group itself.
        organiser_id: The person who made it.
        organiser: The pseudonym of that person.
        trail: Every step, with who took it.
        announced_at: Since when others know of it; None for a draft, be it cancelled.
        entrants: Who could enter, when it was announced; None for a draft.
        voters: Who may vote: those of the announcement, and since the vote began those of that
            moment, see `eligibility.py`; None for a draft.
        due_at: When the clock has something to do next; None for never. Follows from phase and
            schedule, stored so that the worker finds it by an index.
        version: Grows with every change, never with a ballot: else it would count them in public.
    """

    collection: ClassVar[str] = "contests"
    group_id: str
    readers: str
    organiser_id: str
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
    version: int = 1

    @property
    def eligible_entrants(self) -> int:
        """How many people could enter, when it was announced."""
        return 0 if self.entrants is None else self.entrants.people

    @property
    def eligible_voters(self) -> int:
        """How many people may vote."""
        return 0 if self.voters is None else self.voters.people

    @property
    def rules(self) -> Rules:
        """What was agreed."""
        return self.description.rules


class ContestNotFound(Refusal):
    """It isn't there, or may not be seen."""

    category = Category.MISSING
    title = "There is no such contest"


class ContestRulesFixed(Refusal):
    """Only a draft can be changed or announced."""

    slug = "contest-announced"
    category = Category.CONFLICT
    title = "The contest has been announced, its rules are fixed"


class ContestUnscheduled(Refusal):
    """A draft without times can't be announced."""

    category = Category.CONFLICT
    title = "The contest has no schedule"


class ContestVersionChanged(Refusal):
    """If-Match named another version of the contest."""

    slug = "contest-changed"
    category = Category.STALE
    title = "The contest has changed since you read it"


def groups_of(contest: Contest) -> tuple[str, ...]:
    """The groups in which it matters whether somebody is a member."""
    return contest.group_id, contest.rules.entrants, contest.rules.voters


def resource_of(
    contest: Contest, group: Group | None, who: Affiliations, person_id: str
) -> Resource:
    """What access to a contest depends on.

    It is organised by the person who made it and by those who lead its group, unless suspended.
    """
    resource = content_of(group, contest.group_id, who)
    own = contest.organiser_id == person_id
    return replace(
        resource,
        own=own,
        organiser=own or (resource.role in LEADING and not resource.suspended),
        draft=contest.announced_at is None,
    )
