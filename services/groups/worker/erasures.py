"""Keeps when each of the other services was done with an erasure, as they say by events."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.groups.domain.erasure import Erasure
from shared.contract.events.envelope import EventData
from shared.contract.events.erasures import AboutErasure
from shared.contract.events.registry import Event
from shared.contract.events.topics import (
    CONTESTS_FORGOTTEN,
    METRICS_FORGOTTEN,
    POSTS_FORGOTTEN,
    TOPICS,
)
from shared.contract.moments import to_milliseconds
from shared.delivery.mongo import Transaction
from shared.delivery.projections import TypedFold, TypedProjection


class FinishedErasures(msgspec.Struct):
    """What services have said since the last flush.

    Attributes:
        at: When each was done, by erasure and service.
    """

    at: dict[tuple[str, str], datetime] = msgspec.field(default_factory=dict)

    def apply(self, data: EventData) -> None:
        """Nothing: when it was is not in the data."""

    def hear(self, event: Event) -> None:
        """Takes note of one event."""
        if isinstance(event.data, AboutErasure):
            place = (event.data.erasure, TOPICS[event.data.topic].writer)
            self.at.setdefault(place, to_milliseconds(event.time))

    def size(self) -> int:
        """How many erasures are changed, at most."""
        return len(self.at)


class FinishedErasuresFold(TypedFold[FinishedErasures]):
    """What a partition's events say."""

    def apply(self, event: Event) -> None:
        """Adds one event."""
        self._state.hear(event)


class ErasureRecord(TypedProjection[FinishedErasures]):
    """The projection of what services have finished.

    What is said again changes nothing, and what is said of an erasure that isn't known makes none.
    """

    name = "mitmach.groups.erasures"
    topics: Sequence[str] = (POSTS_FORGOTTEN, CONTESTS_FORGOTTEN, METRICS_FORGOTTEN)
    state = FinishedErasures
    only_adds = True

    def fold(self, partition: str) -> FinishedErasuresFold:  # noqa: ARG002 - all partitions alike
        """An empty fold."""
        return FinishedErasuresFold(self.state)

    async def write(
        self, taken: Sequence[tuple[str, FinishedErasures]], transaction: Transaction
    ) -> None:
        """Stores what was said first."""
        statements = [
            {
                "q": {"_id": erasure, f"finished.{service}": {"$exists": False}},
                "u": {"$set": {f"finished.{service}": at}},
            }
            for _, said in taken
            for (erasure, service), at in said.at.items()
        ]
        if statements:
            await transaction.update(Erasure.collection, statements)
