"""A ballot: one person's sealed vote in one contest."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from msgspec.structs import replace

from services.contests.domain.archival import check_in_use
from services.contests.domain.audience import Affiliations, Groups
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry
from services.contests.domain.roll import NotOnTheRoll
from services.contests.domain.rules import Rules
from shared.contract.errors import Category, Refusal
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Entity
from shared.web.quotas import DailyQuotaReached


class Ballot(Entity, frozen=True, kw_only=True):
    """What a person chose. There is one per contest and person; a new vote replaces it.

    It names the voter by alias only: whoever reads the ballots needs the platform's key to
    learn who cast them. One that was taken back stays, with no choices, so that a later vote isn't
    counted as the person's first.

    Attributes:
        choices: The ids of the chosen entries, sorted; none for a ballot that was taken back.
        cast_on: The last UTC day on which it was cast or replaced (days since the year 1).
        casts: How often it was cast or replaced on that day.
    """

    collection: ClassVar[str] = "ballots"
    contest_id: str
    choices: list[str]
    cast_at: datetime
    changed_at: datetime
    cast_on: int = 0
    casts: int = 0

    @property
    def holds_since(self) -> datetime | None:
        """Since when these are the choices."""
        return self.changed_at

    def withdraw(self, rules: Rules, now: datetime) -> "Ballot | None":
        """The ballot without choices; None where it has none.

        Raises:
            BallotFinal: The rules make every vote final.
        """
        if not self.choices:
            return None
        if not rules.votes_changeable:
            raise BallotFinal("The rules of this contest make every vote final.")
        return replace(self, choices=[], changed_at=to_milliseconds(now))


class BallotTransition(NamedTuple):
    """A ballot that was cast.

    Attributes:
        ballot: The ballot as it is to be stored.
        previous: What the person's ballot chose before; nothing where they had none, or had taken
            it back.
        first: They had never voted in this contest.
    """

    ballot: Ballot
    previous: Sequence[str]
    first: bool


# Ballots that a person casts in a contest in a day, each in place of the last. Whoever decides
# changes their mind a few times; more than this only makes events. Taking back isn't counted: it
# needs a ballot before it.
MOST_CASTS = 50


class BallotNotFound(Refusal):
    """The person has no ballot in the contest."""

    category = Category.MISSING
    title = "You haven't voted in this contest"


class VotingNotOpen(Refusal):
    """The vote hasn't begun, or has ended."""

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
    """Nobody votes for an entry of their own."""

    category = Category.CONFLICT
    title = "You can't vote for your own entry"


class EntryNotEligible(Refusal):
    """A chosen entry isn't one that can be voted for in this contest."""

    category = Category.CONFLICT
    title = "An entry on the ballot can't be voted for"


def ballot_id(contest_id: str, voter: str) -> str:
    """The id of a person's ballot; `voter` is their alias as a voter of this contest."""
    return f"{contest_id}:{voter}"


def cast(
    before: Ballot | None,
    contest: Contest,
    choices: Sequence[str],
    now: datetime,
    *,
    voter: str,
    principal: Principal,
    who: Affiliations,
    groups: Groups,
    entry_of: Callable[[str], Entry | None],
) -> BallotTransition | None:
    """A person votes, or replaces their vote; None where that is the same vote.

    Args:
        before: The person's ballot; None for somebody who has never voted in this contest.
        contest: The contest, which takes votes now.
        choices: The ids of the chosen entries, in any order.
        now: When the vote is cast.
        voter: The alias of the person as a voter of this contest.
        principal: The person who votes.
        who: The person, with their memberships in the groups of the contest.
        groups: The groups of the contest, as far as they are known.
        entry_of: Gives the entry with this id; None where there is none.

    Raises:
        GroupUnknown: A group of the voters was deleted.
        GroupIsArchived: A group of the voters is read-only.
        VoteRepeated: An entry is chosen twice.
        VotesOutOfRange: Too few or too many entries are chosen.
        EntryNotEligible: A chosen entry isn't in the running of this contest.
        VoteForOwnEntry: The person entered a chosen entry.
        NotOnTheRoll: It would be a first ballot of somebody who came after the vote had begun.
        BallotFinal: The rules make every vote final, and more than what fell would be replaced.
        DailyQuotaReached: The person has cast `MOST_CASTS` ballots today.
    """
    rules = contest.rules
    check_in_use(groups, contest.group_id, rules.voters)
    _check_choices(rules, choices)
    for choice in choices:
        _check_eligible(entry_of(choice), contest, principal)
    if before is None and not contest.has_voter(who):
        raise NotOnTheRoll
    previous = [] if before is None else before.choices
    chosen = sorted(choices)
    if before is not None and chosen == previous:
        return None
    if previous and not rules.votes_changeable:
        standing = frozenset(choice for choice in previous if _stands(entry_of(choice)))
        _check_replaces_void(previous, chosen, standing)
    at = to_milliseconds(now)
    cast_on, casts = _casts_of_day(before, now)
    ballot = Ballot(
        id=ballot_id(contest.id, voter),
        contest_id=contest.id,
        choices=chosen,
        cast_at=before.cast_at if before is not None and previous else at,
        changed_at=at,
        cast_on=cast_on,
        casts=casts,
    )
    return BallotTransition(ballot, previous, first=before is None)


def _check_choices(rules: Rules, choices: Sequence[str]) -> None:
    """Raises where the number of choices breaks the rules, or an entry is chosen twice."""
    if len(set(choices)) != len(choices):
        raise VoteRepeated("Name each entry once.")
    if not rules.votes_min <= len(choices) <= rules.votes_max:
        least, most = rules.votes_min, rules.votes_max
        raise VotesOutOfRange(f"Choose at least {least} and at most {most} of the entries.")


def _check_eligible(entry: Entry | None, contest: Contest, voter: Principal) -> None:
    """Raises unless a person may choose an entry.

    Raises:
        EntryNotEligible: It isn't in the running of this contest.
        VoteForOwnEntry: The person entered it.
    """
    if entry is None or entry.contest_id != contest.id or not entry.stands:
        raise EntryNotEligible("Choose entries that the contest shows now.")
    if entry.author == voter.person_id:
        raise VoteForOwnEntry("Choose entries of others.")


def _stands(entry: Entry | None) -> bool:
    return entry is not None and entry.stands


def _casts_of_day(before: Ballot | None, now: datetime) -> tuple[int, int]:
    """The day, and how many ballots, this included, the person has cast in it."""
    today = now.toordinal()
    casts = before.casts if before is not None and before.cast_on == today else 0
    if casts >= MOST_CASTS:
        raise DailyQuotaReached("ballots in one contest", MOST_CASTS, now)
    return today, casts + 1


def _check_replaces_void(
    previous: Sequence[str], choices: Sequence[str], standing: frozenset[str]
) -> None:
    """Raises `BallotFinal` unless a final ballot only replaces choices that are void.

    A vote for an entry that was withdrawn or rejected counts for nothing, so it may be given again.
    The other choices stay as they are, and a ballot never chooses more entries than it did: else a
    withdrawal would give its voters further votes.

    Args:
        previous: What the ballot chose until now.
        choices: The ids of the entries that it is to choose.
        standing: Those of the previous choices whose entries are in the running.
    """
    if standing == set(previous):
        raise BallotFinal("The rules of this contest make every vote final.")
    if not standing.issubset(choices) or len(choices) > len(previous):
        raise BallotFinal(
            f"You may replace only the {len(previous) - len(standing)} of your choices whose"
            " entries were withdrawn or rejected; keep the others."
        )
