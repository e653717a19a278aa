"""What a service provides to have its events read exactly once."""

from collections.abc import Sequence
from typing import Any, Protocol

from shared.delivery.mongo import Transaction


class PartitionFold(Protocol):
    """What one partition's events change, since the last flush. Pure and synchronous."""

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
        name: Consumer group, and prefix of the stored marks.
        topics: What is read.
    """

    name: str
    topics: Sequence[str]

    def decode(self, value: bytes) -> Any:
        """Reads a record's value. The result has `source`, `sequence`, `predecessor` and `type`."""
        ...

    def fold(self, partition: str) -> PartitionFold:
        """An empty fold for a partition (`mitmach.posts.v1/3`) that has just been assigned."""
        ...

    def late(self, event: Any) -> bool:
        """Whether an event may be counted after later ones with the same key.

        Asked about dead letters that are tried again. True where an event only adds; False where
        the last word counts.
        """
        ...

    async def prepare(self, taken: Sequence[tuple[str, Any]]) -> None:
        """Before the transaction: whatever must be read or numbered to write this."""
        ...

    async def write(self, taken: Sequence[tuple[str, Any]], transaction: Transaction) -> None:
        """In the transaction that also stores the marks.

        Called again with the same when it was aborted.
        """
        ...

    def revoked(self, partition: str) -> None:
        """The partition is someone else's now: forget what was cached for it."""
        ...
