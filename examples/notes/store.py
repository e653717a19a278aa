"""What is stored, and the indexes that the questions of `queries/` need."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from examples.notes.domain.note import Note
from shared.delivery.command import Entity
from shared.delivery.migrations import Migration
from shared.delivery.mongo import Index
from shared.web.quotas import DailyUse


class NoteCounts(Entity, frozen=True, kw_only=True):
    """What the worker has counted of a person; its id is theirs.

    Attributes:
        written: Notes that they have written.
    """

    collection: ClassVar[str] = "note_counts"
    written: int = 0


COLLECTIONS: Mapping[str, Sequence[Index]] = {
    Note.collection: (),  # found by id alone
    NoteCounts.collection: (),
    # Of days that are over.
    DailyUse.collection: (Index((("expires_at", 1),), expire_after=0),),
}

# From what earlier versions have stored: none yet.
MIGRATIONS: Sequence[Migration] = ()
