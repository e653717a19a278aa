"""Projections that take note of typed events and remember nothing beside the database.

    class Heard(msgspec.Struct):
        def hear(self, data: EventData) -> None: ...      # takes note of one event
        def size(self) -> int: ...                        # documents that it is about

    class AudienceCopy(Listener[Heard]):
        name = "mitmach.posts.audience-copy"
        topics = (PEOPLE, GROUPS)
        notes = Heard

        async def write(self, taken, transaction) -> None: ...

What is left to a service is what it notes and how it writes that; see
`shared.delivery.consumer.Projection`.
"""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from shared.contract.events.envelope import EventData
from shared.contract.events.registry import Event, decode_event


class Notes(Protocol):
    """What a service notes of one partition's events between two flushes."""

    def hear(self, data: EventData) -> None:
        """Takes note of an event, or knows that it means nothing here."""
        ...

    def size(self) -> int:
        """Documents that it is about."""
        ...


N = TypeVar("N", bound=Notes)


class NoteTaking(Generic[N]):
    """One partition's events as notes. See `shared.delivery.consumer.PartitionFold`."""

    def __init__(self, empty: type[N]) -> None:
        self._empty = empty
        self._notes = empty()

    def apply(self, event: Event) -> None:
        """Takes note of an event."""
        self._notes.hear(event.data)

    def size(self) -> int:
        """Documents that the notes are about."""
        return self._notes.size()

    def take(self) -> N:
        """Hands the notes over and starts empty."""
        taken, self._notes = self._notes, self._empty()
        return taken


class Listener(Generic[N]):
    """A projection without `name`, `topics` and `write`.

    Attributes:
        notes: Makes empty notes.
        only_adds: An event may be heard after later ones. Else the last word about each thing
            counts.
    """

    notes: type[N]
    only_adds: bool = False

    def decode(self, value: bytes) -> Event:
        """Reads a record."""
        return decode_event(value)

    def fold(self, partition: str) -> NoteTaking[N]:  # noqa: ARG002 - all partitions alike
        """Empty notes."""
        return NoteTaking(self.notes)

    def late(self, event: Event) -> bool:  # noqa: ARG002 - all events alike
        """Whether an event may come after later ones."""
        return self.only_adds

    async def prepare(self, taken: Sequence[tuple[str, N]]) -> None:
        """Nothing: what must be read is read in the transaction."""

    def revoked(self, partition: str) -> None:
        """Nothing is cached."""
