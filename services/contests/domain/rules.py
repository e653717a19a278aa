"""What an organiser writes: texts, and the rules and times that are fixed by the announcement."""

from datetime import UTC, datetime
from typing import Literal

import msgspec

from shared.audience import EVERYONE
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import ContestKind
from shared.contract.moments import to_milliseconds

TieBreak = Literal["earliest_entry", "shared_rank"]

# Entries of one person, and votes on one ballot: a ballot reads every entry that it chooses.
MOST_PER_PERSON = 20
# Characters. A text of this length is some ten printed pages of Markdown.
LONGEST_TITLE = 200
LONGEST_TEXT = 20_000
LONGEST_REASON = 1_000


class ContestRulesInvalid(Refusal):
    """The rules or the times of a contest contradict each other."""

    category = Category.INVALID
    title = "The rules or times of the contest contradict each other"


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What is agreed before anyone enters. Fixed at announcement.

    Attributes:
        entrants: The id of the group whose members may enter; `EVERYONE` for all people.
        voters: The id of the group whose members may vote; `EVERYONE` for all people.
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

    def check_numbers(self) -> None:
        """Raises `ContestRulesInvalid` where numbers are out of range or contradict each other."""
        if not 1 <= self.entries_per_person <= MOST_PER_PERSON:
            raise ContestRulesInvalid(f"entries_per_person must be from 1 to {MOST_PER_PERSON}.")
        if not 1 <= self.votes_min <= self.votes_max <= MOST_PER_PERSON:
            raise ContestRulesInvalid(
                f"1 <= votes_min <= votes_max <= {MOST_PER_PERSON} must hold."
            )


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When each phase begins, and when the vote ends.

    Attributes:
        submissions_at: From then on people enter.
        review_at: From then on nobody enters any more; organisers review the last entries.
        voting_at: From then on people vote.
        closes_at: The end of the vote.
        publish_at: When the result is published; None leaves that to the organiser.
    """

    submissions_at: datetime
    review_at: datetime
    voting_at: datetime
    closes_at: datetime
    publish_at: datetime | None = None

    def check_order(self) -> None:
        """Raises `ContestRulesInvalid` where times are out of order.

        Phases may be empty, except the vote.
        """
        if not self.submissions_at <= self.review_at <= self.voting_at:
            raise ContestRulesInvalid("submissions_at <= review_at <= voting_at must hold.")
        if self.closes_at <= self.voting_at:
            raise ContestRulesInvalid("closes_at must be after voting_at.")
        if self.publish_at is not None and self.publish_at < self.closes_at:
            raise ContestRulesInvalid("publish_at must not be before closes_at.")


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What an organiser writes: everything of a contest that a draft can still change."""

    title: str
    text: str = ""
    kind: ContestKind
    rules: Rules = Rules()
    schedule: Schedule | None = None

    def as_stored(self) -> "Description":
        """The description with its times in UTC, as precise as the database keeps them."""
        if self.schedule is None:
            return self
        times = {
            name: None if time is None else to_milliseconds(time.astimezone(UTC))
            for name, time in msgspec.structs.asdict(self.schedule).items()
        }
        schedule = msgspec.structs.replace(self.schedule, **times)
        return msgspec.structs.replace(self, schedule=schedule)

    def check_consistency(self) -> None:
        """Raises `ContestRulesInvalid` where numbers or times contradict each other."""
        self.rules.check_numbers()
        if self.schedule is not None:
            self.schedule.check_order()
