"""Counts notes per person from the service's own events: each event once, whatever crashes."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from examples.notes.events import NOTES, NoteAdded
from examples.notes.store import NoteCounts
from shared.contract.events.envelope import EventData
from shared.contract.events.registry import Event, event_decoder
from shared.delivery.mongo import Transaction
from shared.delivery.projections import TypedProjection

_decode = event_decoder([NoteAdded])


class WrittenNotes(msgspec.Struct):
    """Notes by author, of one partition since its last flush."""

    by_author: Counter[str] = msgspec.field(default_factory=Counter)

    def apply(self, data: EventData) -> None:
        """Counts one event."""
        if isinstance(data, NoteAdded):
            self.by_author[data.author] += 1

    def size(self) -> int:
        """Documents that a flush will write."""
        return len(self.by_author)


class NoteCounter(TypedProjection[WrittenNotes]):
    """The projection: one document per author."""

    name = "mitmach.notes.counts"
    topics: Sequence[str] = (NOTES,)
    state = WrittenNotes
    only_adds = True

    def decode(self, value: bytes) -> Event:
        """Reads a record's value; the platform's own types need no decoder of their own."""
        return _decode(value)

    async def write(
        self, taken: Sequence[tuple[str, WrittenNotes]], transaction: Transaction
    ) -> None:
        """Adds what was counted, in the transaction that moves the marks."""
        statements = [
            {"q": {"_id": author}, "u": {"$inc": {"written": count}}, "upsert": True}
            for _, written in taken
            for author, count in written.by_author.items()
        ]
        if statements:
            await transaction.update(NoteCounts.collection, statements)
