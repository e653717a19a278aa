"""Read notes of one's own, and count them."""

from examples.notes.domain.note import Note, NoteNotFound
from examples.notes.store import NoteCounts
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore


async def find_note(store: EntityStore, principal: Principal, note_id: str) -> Note:
    """A note, for its author.

    Raises:
        NoteNotFound: There is none, or it is somebody else's.
    """
    note = await store.get(Note, note_id)
    if note is None or not note.is_seen_by(principal):
        raise NoteNotFound
    return note


async def count_notes(store: EntityStore, principal: Principal) -> int:
    """How many notes a person has written, as far as the worker has counted."""
    counts = await store.get(NoteCounts, principal.person_id)
    return 0 if counts is None else counts.written
