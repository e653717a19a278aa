"""What a service provides to have its events counted exactly once.

`Projection` and `PartitionFold` are all that a consumer asks for. Most services need less than
that: `TypedProjection` leaves them what the events change, and how it is written.

    class AudienceNews(msgspec.Struct):
        def apply(self, data: EventData) -> None: ...     # adds one event
        def size(self) -> int: ...                        # documents that a flush would write

    class PostsAudienceCopy(TypedProjection[AudienceNews]):
        name = "mitmach.posts.audience-copy"
        topics = (PEOPLE, GROUPS)
        state = AudienceNews

        async def write(self, taken, transaction) -> None: ...
"""

from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from shared.contract.events.envelope import EventData
from shared.contract.events.registry import Event, decode_event
from shared.delivery.mongo import Transaction


class PartitionFold(Protocol):
    """What one partition's events have changed since the last flush. Pure and synchronous."""

    def apply(self, event: Any) -> None:
        """Adds one event: called once for each, in the partition's order.

        An exception sends the record to the dead letters; then nothing of the event may have been
        added.
        """
        ...

    def size(self) -> int:
        """About how many documents a flush would write now: that is what a flush costs."""
        ...

    def take(self) -> Any:
        """Hands over what has gathered, and starts empty."""
        ...


class Projection(Protocol):
    """State that is folded from topics and stored together with how far they were read.

    Attributes:
        name: Id of the consumer group, and prefix of the stored marks.
        topics: Names of the Kafka topics that are read.
    """

    name: str
    topics: Sequence[str]

    def decode(self, value: bytes) -> Any:
        """Reads a record's value. The result has `id`, `source`, `sequence`, `predecessor`."""
        ...

    def fold(self, partition: str) -> PartitionFold:
        """An empty fold for a partition (`mitmach.posts.v1/3`) that has just been assigned."""
        ...

    def late(self, event: Any) -> bool:
        """Whether an event may be counted after later ones with the same key.

        Asked about dead letters that are replayed. True where an event only adds; False where the
        last event about a thing decides.
        """
        ...

    async def prepare(self, taken: Sequence[tuple[str, Any]]) -> None:
        """Before the transaction: whatever must be read or numbered to write this."""
        ...

    async def write(self, taken: Sequence[tuple[str, Any]], transaction: Transaction) -> None:
        """Writes the changes, in the transaction that also stores the marks.

        Called again with the same changes when the transaction was aborted.

        Args:
            taken: Pairs of a partition's name and what its fold handed over.
            transaction: Everything that is written must be written with it.
        """
        ...

    def revoked(self, partition: str) -> None:
        """The partition is someone else's now: forgets what was cached for it."""
        ...


class FoldState(Protocol):
    """What one partition's events have changed since the last flush."""

    def apply(self, data: EventData) -> None:
        """Adds one event; one that means nothing to this projection changes nothing."""
        ...

    def size(self) -> int:
        """About how many documents a flush would write now."""
        ...


S = TypeVar("S", bound=FoldState)


class TypedFold(Generic[S]):
    """A `PartitionFold` that hands typed event data to a `FoldState`.

    Args:
        empty: Makes an empty state.
    """

    def __init__(self, empty: type[S]) -> None:
        self._empty = empty
        self._state = empty()

    def apply(self, event: Event) -> None:
        """Adds one event."""
        self._state.apply(event.data)

    def size(self) -> int:
        """About how many documents a flush would write now."""
        return self._state.size()

    def take(self) -> S:
        """Hands the state over and starts empty."""
        taken, self._state = self._state, self._empty()
        return taken


class TypedProjection(Generic[S]):
    """A `Projection` without its `name`, `topics` and `write`.

    Attributes:
        state: Class of the state that a partition's events are folded into.
        only_adds: Whether an event may be counted after later ones with the same key, because all
            that it does is add. False where the last event about a thing decides.
    """

    state: type[S]
    only_adds: bool = False

    def decode(self, value: bytes) -> Event:
        """Reads a record's value."""
        return decode_event(value)

    def fold(self, partition: str) -> TypedFold[S]:  # noqa: ARG002 - all partitions alike
        """An empty fold."""
        return TypedFold(self.state)

    def late(self, event: Event) -> bool:  # noqa: ARG002 - all events alike
        """Whether an event may be counted after later ones with the same key."""
        return self.only_adds

    async def prepare(self, taken: Sequence[tuple[str, S]]) -> None:
        """Nothing: whatever must be read is read in the transaction."""

    def revoked(self, partition: str) -> None:
        """Nothing: no partition has a cache."""
