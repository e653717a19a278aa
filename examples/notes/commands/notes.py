"""Write a note: one command."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from examples.notes.domain.note import Note
from examples.notes.events import NoteAdded
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNote:
    """Writes a note.

    Attributes:
        principal: The person who writes it; the note is theirs alone.
        note_id: The id of the new note (UUIDv7).
        text: Markdown source.
    """

    principal: Principal
    note_id: str
    text: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The note itself: whatever a command writes, it names here."""
        return ((Note, self.note_id),)

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002 - it is new
        """The note is stored and said to be written, or neither."""
        author = self.principal.person_id
        note = Note(id=self.note_id, author=author, text=self.text, written_at=to_milliseconds(now))
        event = NoteAdded(note_id=note.id, author=author, length=len(note.text))
        return Changes(reply=note, put=(note,), events=(Occurred(event, author),))

    def shown_reads(self, found: Found, reply: Note) -> Iterable[Key]:  # noqa: ARG002
        """Nothing but the note."""
        return ()

    def check_shown(self, found: Found, reply: Note) -> None:
        """To its author: nobody else has their Idempotency-Key, and nobody else reads it."""
