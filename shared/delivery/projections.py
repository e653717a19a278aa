"""Projections of typed events: most of a projection, for services that keep no cache beside it.

    class AudienceNews(msgspec.Struct):
        def apply(self, data: EventData) -> None: ...     # adds one event
        def size(self) -> int: ...                        # documents that a flush would write

    class AudienceCopy(TypedProjection[AudienceNews]):
        name = "mitmach.posts.audience-copy"
        topics = (PEOPLE, GROUPS)
        state = AudienceNews

        async def write(self, taken, transaction) -> None: ...

What is left to a service is what the events change and how that is written; see
`shared.delivery.consumer.Projection`.
"""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from shared.contract.events.envelope import EventData
from shared.contract.events.registry import Event, decode_event


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
    """A `shared.delivery.consumer.PartitionFold` that hands typed event data to a `FoldState`.

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
    """A `shared.delivery.consumer.Projection` without its `name`, `topics` and `write`.

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
