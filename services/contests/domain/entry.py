"""An entry: what a person puts into a contest."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from services.contests.domain.rejection import Rejection
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import ContestKind, EntryStatus
from shared.contract.media import Media
from shared.contract.moments import to_milliseconds
from shared.contract.texts import says_something
from shared.delivery.command import Entity

Status = EntryStatus | Literal["withdrawn"]


class EntryContent(msgspec.Struct, frozen=True, kw_only=True):
    """What a person enters: a title, a text as Markdown source, references to media."""

    title: str
    text: str = ""
    media: list[Media] = []

    def check_complete(self, kind: ContestKind) -> None:
        """Raises `EntryIncomplete` where it lacks what a contest of this kind needs."""
        if not says_something(self.title):
            raise EntryIncomplete("Give it a title.")
        if kind in {"photo", "video"} and not self.media:
            raise EntryIncomplete(f"An entry to a {kind} contest refers to at least one {kind}.")
        if kind in {"idea", "text"} and not says_something(self.text):
            raise EntryIncomplete("Write the text that you want to enter.")


class EntryPatch(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different in an entry's content; a field that isn't set stays as it is."""

    title: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    media: list[Media] | UnsetType = UNSET

    def applied_to(self, content: EntryContent) -> EntryContent:
        """The content with what is different."""
        given = {k: v for k, v in msgspec.structs.asdict(self).items() if v is not UNSET}
        return replace(content, **given)


class Entry(Entity, frozen=True, kw_only=True):
    """An entry as it is stored; its author consented that it is shown and judged.

    Attributes:
        author: The person who entered it.
        former: Of an erased author, the one-off id that they have in the contest; None for
            everybody else.
        rejection: Why it was rejected, or is proposed to be while it still stands.
        accepted_by: The person who accepted it; None while nobody did.
    """

    collection: ClassVar[str] = "entries"
    contest_id: str
    author: str
    content: EntryContent
    status: Status
    former: str | None = None
    rejection: Rejection | None = None
    accepted_by: str | None = None
    submitted_at: datetime
    changed_at: datetime
    version: int = 1

    @property
    def holds_since(self) -> datetime | None:
        """Since when it is as it is."""
        return self.changed_at

    @property
    def entrant(self) -> str:
        """Under whose id it is noted what its author is in the contest."""
        return self.former or self.author

    @property
    def stands(self) -> bool:
        """Whether it is in the running: votes for it count."""
        return self.status == "accepted"

    def changed(self, now: datetime, **fields: object) -> "Entry":
        """The next version of the entry, with these fields."""
        at = to_milliseconds(now)
        return replace(self, changed_at=at, version=self.version + 1, **fields)


class LastEntryView(Entity, frozen=True, kw_only=True):
    """That a person saw an entry.

    Attributes:
        viewed_on: The last UTC day on which they did, as ISO text.
    """

    collection: ClassVar[str] = "entry_views"
    viewed_on: str


class EntryNotFound(Refusal):
    """The entry isn't there, or may not be seen."""

    category = Category.MISSING
    title = "There is no such entry"


class EntriesNotAccepted(Refusal):
    """The submissions haven't begun, or have ended."""

    category = Category.CONFLICT
    title = "The contest doesn't take entries now"


class EntryIncomplete(Refusal):
    """The entry lacks what its kind of contest needs."""

    category = Category.INVALID
    title = "The entry lacks what this contest needs"


class EntryNotStanding(Refusal):
    """The entry was withdrawn or rejected."""

    category = Category.CONFLICT
    title = "The entry was withdrawn or rejected"


class EntryReviewed(Refusal):
    """What was accepted is what people saw: the entry stays as it is."""

    category = Category.CONFLICT
    title = "The entry was accepted and can't be changed any more"


class EntryChanged(Refusal):
    """If-Match named another version of the entry."""

    category = Category.STALE
    title = "The entry has changed since you read it"


def view_id(entry_id: str, person_id: str) -> str:
    """The id of a person's view of an entry."""
    return f"{entry_id}:{person_id}"
