"""A ballot: one person's sealed vote in one contest."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from services.contests.domain.rules import Rules
from shared.contract.errors import Category, Refusal
from shared.delivery.command import Entity
from shared.web.quotas import DailyQuotaReached


class Ballot(Entity, frozen=True, kw_only=True):
    """What a person chose. There is one per contest and person; a new vote replaces it.

    It names the voter by pseudonym only: whoever reads the ballots needs the platform's key to
    learn who cast them. One that was taken back stays, with no choices, so that a later vote isn't
    counted as the person's first.

    Attributes:
        cast_on: The last UTC day on which it was cast or replaced (days since the year 1).
        casts: How often on that day.
    """

    collection: ClassVar[str] = "ballots"
    contest_id: str
    choices: list[str]
    cast_at: datetime
    changed_at: datetime
    cast_on: int = 0
    casts: int = 0


# Ballots that one person casts in one contest in a day, each in place of the last. Whoever decides
# changes their mind a few times; more than this only makes events. Taking back isn't counted: it
# needs a ballot before it.
MOST_CASTS = 50


class BallotNotFound(Refusal):
    """This person has no ballot."""

    category = Category.MISSING
    title = "You haven't voted in this contest"


class VotingNotOpen(Refusal):
    """Too early or too late."""

    category = Category.CONFLICT
    title = "The contest doesn't take votes now"


class BallotFinal(Refusal):
    """The rules don't let a vote be changed, unless what it chose has fallen."""

    category = Category.CONFLICT
    title = "A vote in this contest can't be changed"


class VotesOutOfRange(Refusal):
    """Too few or too many entries are chosen."""

    category = Category.INVALID
    title = "The ballot chooses too few or too many entries"


class VoteRepeated(Refusal):
    """An entry is chosen twice."""

    category = Category.INVALID
    title = "The ballot chooses an entry twice"


class VoteForOwnEntry(Refusal):
    """Nobody votes for themselves."""

    category = Category.CONFLICT
    title = "You can't vote for your own entry"


class EntryNotEligible(Refusal):
    """A chosen entry isn't one that can be voted for in this contest."""

    category = Category.CONFLICT
    title = "An entry on the ballot can't be voted for"


def ballot_id(contest_id: str, pseudonym: str) -> str:
    """The id of a person's ballot."""
    return f"{contest_id}:{pseudonym}"


def casts_of_day(before: Ballot | None, now: datetime) -> tuple[int, int]:
    """The day, and how many ballots the person has cast in it with this one.

    Raises:
        DailyQuotaReached: More than `MOST_CASTS`.
    """
    today = now.toordinal()
    casts = before.casts if before is not None and before.cast_on == today else 0
    if casts >= MOST_CASTS:
        raise DailyQuotaReached("ballots in one contest", MOST_CASTS, now)
    return today, casts + 1


def check_choices(rules: Rules, choices: Sequence[str]) -> None:
    """Raises where the number of choices breaks the rules, or an entry is chosen twice."""
    if len(set(choices)) != len(choices):
        raise VoteRepeated("Name each entry once.")
    if not rules.votes_min <= len(choices) <= rules.votes_max:
        least, most = rules.votes_min, rules.votes_max
        raise VotesOutOfRange(f"Choose at least {least} and at most {most} of the entries.")


def check_replaces_void(
    previous: Sequence[str], choices: Sequence[str], stands: Callable[[str], bool]
) -> None:
    """Raises `BallotFinal` unless a final ballot only replaces choices that are void.

    A vote for an entry that was withdrawn or rejected counts for nothing, so it may be given again.
    The other choices stay as they are, and a ballot never chooses more entries than it did: else a
    withdrawal would give its voters further votes.

    Args:
        previous: What the ballot chose until now.
        choices: What it is to choose.
        stands: Whether votes for an entry count.
    """
    kept = {choice for choice in previous if stands(choice)}
    if kept == set(previous):
        raise BallotFinal("The rules of this contest make every vote final.")
    if not kept.issubset(choices) or len(choices) > len(previous):
        raise BallotFinal(
            f"You may replace only the {len(previous) - len(kept)} of your choices whose entries"
            " were withdrawn or rejected; keep the others."
        )
