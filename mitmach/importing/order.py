"""Which acts may be recorded together, and which have to wait for others.

Two acts that touch the same thing, and of which one changes it, are recorded in the order in which
they happened. All others may overtake each other: so acts of many groups are recorded side by side,
and a service isn't left for another with every second act.

One request to one service is a batch: recorded together and in order. So an act may share it with
what it waits for, unless that has to be answered first.
"""

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from mitmach.importing.requests import Request

K = TypeVar("K")


class Waiting(NamedTuple, Generic[K]):
    """A request that waits.

    Attributes:
        key: Names the act that it belongs to.
        request: What is asked.
        size: About how many bytes it takes.
    """

    key: K
    request: Request
    size: int


class Touched:
    """What acts that come earlier, and aren't recorded yet, read and write."""

    __slots__ = ("reads", "writes")

    def __init__(self) -> None:
        self.reads: set[str] = set()
        self.writes: set[str] = set()

    def add(self, request: Request) -> None:
        """Adds an act's."""
        self.reads.update(request.reads)
        self.writes.update(request.writes)

    def hinder(self, request: Request) -> bool:
        """Whether an act has to wait for one of these."""
        writes = self.writes
        if not (writes.isdisjoint(request.reads) and writes.isdisjoint(request.writes)):
            return True
        return not self.reads.isdisjoint(request.writes)


def next_batch(
    waiting: Sequence[Waiting[K]],
    flying: Iterable[Request],
    service: str,
    *,
    most: int,
    most_bytes: int,
) -> list[Waiting[K]]:
    """What can be sent to a service now, in its order.

    Args:
        waiting: All that waits, in the order in which it happened.
        flying: What was sent and isn't answered yet.
        service: The service.
        most: How many acts at most.
        most_bytes: How many bytes at most.

    Returns:
        The batch; it has one act where that is sent alone, and is empty where all have to wait.
    """
    earlier = Touched()
    for request in flying:
        earlier.add(request)
    unsettled = Touched()  # in the batch, but has to be answered before others rely on it
    batch: list[Waiting[K]] = []
    size = 0
    for one in waiting:
        request = one.request
        fits = (
            request.service == service
            and not (batch and request.alone)
            and size + one.size <= most_bytes
            and not earlier.hinder(request)
            and (_belongs(batch, one) or not unsettled.hinder(request))
        )
        if not fits:
            earlier.add(request)
            continue
        batch.append(one)
        size += one.size
        if request.operation == "create_person":
            unsettled.add(request)
        if request.alone or len(batch) >= most:
            break
    return batch


def _belongs(batch: Sequence[Waiting[K]], one: Waiting[K]) -> bool:
    """Whether it is a further request of the act that came last."""
    return bool(batch) and batch[-1].key == one.key
