"""A private note: its author reads it, and nobody else learns that it is there."""

from datetime import datetime
from typing import ClassVar

from shared.contract.errors import Category, Refusal
from shared.contract.principal import Principal
from shared.delivery.command import Entity


class Note(Entity, frozen=True, kw_only=True):
    """A text that somebody wrote for themselves.

    Attributes:
        author: The person who wrote it, by id.
        text: Markdown source.
        written_at: When it was written, in UTC.
    """

    collection: ClassVar[str] = "notes"
    author: str
    text: str
    written_at: datetime

    def is_seen_by(self, principal: Principal) -> bool:
        """Whether a person may read it: its author alone."""
        return principal.person_id == self.author


class NoteNotFound(Refusal):
    """There is no such note, or it is somebody else's: the answer is the same."""

    category = Category.MISSING
    title = "There is no such note"
