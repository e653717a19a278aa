"""An entry: what a person puts into a contest, its review, and who sees what of it."""

import hashlib
from datetime import datetime
from typing import ClassVar, Literal

import msgspec
from msgspec import UNSET, UnsetType

from services.contests.domain.contest import Contest
from services.contests.domain.phases import ContestPhaseWrong, vote_has_begun
from services.contests.domain.rejection import Rejection, RejectionNeedsTwo
from services.contests.domain.rules import Rules
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import ContestKind, EntryStatus
from shared.contract.media import Media
from shared.contract.texts import says_something
from shared.delivery.command import Entity

Status = EntryStatus | Literal["withdrawn"]


class EntryContent(msgspec.Struct, frozen=True, kw_only=True):
    """What a person enters: a title, a text as Markdown source, references to media."""

    title: str
    text: str = ""
    media: list[Media] = []


class EntryPatch(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different in an entry's content."""

    title: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    media: list[Media] | UnsetType = UNSET

    def of(self, content: EntryContent) -> EntryContent:
        """The content with what is different."""
        given = {k: v for k, v in msgspec.structs.asdict(self).items() if v is not UNSET}
        return msgspec.structs.replace(content, **given)


class Entry(Entity, frozen=True, kw_only=True):
    """An entry as it is stored; its author consented that it is shown and judged.

    Attributes:
        author_id: Whose it is.
        author: The pseudonym of that person.
        rejection: Why it was rejected, or is proposed to be while it still stands.
        accepted_by: Who accepted it; None while nobody did.
    """

    collection: ClassVar[str] = "entries"
    contest_id: str
    author_id: str
    author: str
    content: EntryContent
    status: Status
    rejection: Rejection | None = None
    accepted_by: str | None = None
    submitted_at: datetime
    changed_at: datetime
    version: int = 1


class LastEntryView(Entity, frozen=True, kw_only=True):
    """That a person saw an entry.

    Attributes:
        viewed_on: The last UTC day, as ISO text.
    """

    collection: ClassVar[str] = "entry_views"
    viewed_on: str


class EntryNotFound(Refusal):
    """It isn't there, or may not be seen."""

    category = Category.MISSING
    title = "There is no such entry"


class EntriesNotAccepted(Refusal):
    """Too early or too late."""

    category = Category.CONFLICT
    title = "The contest doesn't take entries now"


class TooManyEntries(Refusal):
    """The number of entries per person is used up."""

    category = Category.CONFLICT
    title = "The rules allow no further entry of this person"


class EntryIncomplete(Refusal):
    """It lacks what its kind of contest needs."""

    category = Category.INVALID
    title = "The entry lacks what this contest needs"


class EntryNotStanding(Refusal):
    """It was withdrawn or rejected."""

    category = Category.CONFLICT
    title = "The entry was withdrawn or rejected"


class EntryReviewed(Refusal):
    """What was accepted is what people saw: it stays as it is."""

    category = Category.CONFLICT
    title = "The entry was accepted and can't be changed any more"


class EntryChanged(Refusal):
    """If-Match named another version."""

    category = Category.STALE
    title = "The entry has changed since you read it"


def view_id(entry_id: str, pseudonym: str) -> str:
    """The id of a person's view of an entry."""
    return f"{entry_id}:{pseudonym}"


def check_content(kind: ContestKind, content: EntryContent) -> None:
    """Raises `EntryIncomplete` where an entry lacks what a contest of this kind needs."""
    if not says_something(content.title):
        raise EntryIncomplete("Give it a title.")
    if kind in {"photo", "video"} and not content.media:
        raise EntryIncomplete(f"An entry to a {kind} contest refers to at least one {kind}.")
    if kind in {"idea", "text"} and not says_something(content.text):
        raise EntryIncomplete("Write the text that you want to enter.")


def check_may_be_accepted(contest: Contest, now: datetime) -> None:
    """Raises `ContestPhaseWrong` once people may be choosing among the entries."""
    preparing = contest.phase in {"submissions", "review"}
    if not preparing or vote_has_begun(contest, now):
        raise ContestPhaseWrong("Entries are accepted until the vote begins.")


def check_may_fall(contest: Contest, now: datetime) -> None:
    """Raises `ContestPhaseWrong` once the vote has ended: what is counted stays as it is."""
    schedule = contest.description.schedule
    open_to_change = contest.phase in {"submissions", "review", "voting"}
    if not open_to_change or schedule is None or now >= schedule.closes_at:
        raise ContestPhaseWrong("Entries are withdrawn or rejected until the vote ends.")


def check_may_be_rejected(contest: Contest, entry: Entry, now: datetime) -> None:
    """Raises where one reviewer alone can't reject an entry (any more).

    One that was never accepted isn't in the vote, so to reject it takes no second person.
    """
    check_may_fall(contest, now)
    if stands(entry) and vote_has_begun(contest, now):
        raise RejectionNeedsTwo(
            "Propose it with :propose-rejection; another organiser, administrator or platform"
            " moderator confirms it."
        )


def check_vote_runs(contest: Contest, now: datetime) -> None:
    """Raises `ContestPhaseWrong` except between the beginning and the end of the vote."""
    check_may_fall(contest, now)
    if not vote_has_begun(contest, now):
        raise ContestPhaseWrong("The vote hasn't begun: the entry can be rejected without that.")


def stands(entry: Entry | None) -> bool:
    """Whether an entry is in the running: votes for it count."""
    return entry is not None and entry.status == "accepted"


def is_shown(entry: Entry, person_id: str, *, decides: bool) -> bool:
    """Whether a person who sees the contest sees this entry of it.

    Args:
        entry: The entry.
        person_id: Who looks.
        decides: They are one of those who decide about it.
    """
    return entry.status == "accepted" or decides or entry.author_id == person_id


def names_author(contest: Contest, entry: Entry, person_id: str, *, organiser: bool) -> bool:
    """Whether this person may know whose entry it is."""
    open_to_all = not contest.rules.anonymous or contest.phase == "published"
    return open_to_all or organiser or entry.author_id == person_id


def place(entry_id: str, pseudonym: str, *, shuffled: bool) -> str:
    """Where an entry comes in a person's list: the list is sorted by this.

    By the time of entry; but while it matters who is on top (`SHUFFLED`), in an order that is
    another for every person and always the same for each. It depends on nothing but two ids, so it
    gives no vote away.
    """
    if not shuffled:
        return entry_id
    return hashlib.blake2b(f"{pseudonym}:{entry_id}".encode(), digest_size=16).hexdigest()


def first_status(rules: Rules) -> EntryStatus:
    """Where a new entry stands."""
    return "submitted" if rules.reviewed else "accepted"
