"""What an organiser writes: texts, and the rules and times that are fixed by the announcement."""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from shared.audience import EVERYONE
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import ContestKind

TieBreak = Literal["earliest_entry", "shared_rank"]

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


class DescriptionPatch(msgspec.Struct, frozen=True, kw_only=True):
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


class ContestRulesInvalid(Refusal):
    """Rules or times contradict each other."""

    category = Category.INVALID
    title = "The rules or times of the contest contradict each other"


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
