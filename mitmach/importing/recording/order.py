"""Which acts may be recorded together, and which have to wait for others.

Two acts that touch the same thing, and of which one changes it, are recorded in the order in which
they happened. All others may overtake each other: so acts of many groups are recorded side by side,
and a service isn't left for another with every second act.

What only adds to a thing may overtake those that depend on it as it was, by `AHEAD` additions: the
platform knows of that many who came last to a group when they did. Otherwise every post would wait
for who had joined before it, and they for the post before.

One request to one service is a batch: recorded together and in order. So an act may share it with
what it waits for, unless that has to be answered first.

Another service learns of an answer by events. An act that rests on it brings the answer's token and
waits there; acts that don't are sent apart, so that they needn't wait along.

Each act knows how many others it waits for, and each is told when another is done: looking through
all that waits for each batch would cost more than everything else.
"""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import Generic, NamedTuple, TypeVar

from mitmach.importing.recording.requests import Request, Service

K = TypeVar("K")

AHEAD = 128
"""How many additions may be recorded before something that depends on how it was without them."""

_LATEST = 1 << 62
# Things of which it is known when they were told of: what was heard of is forgotten beyond that.
_MOST_TOLD = 50_000


class Waiting(NamedTuple, Generic[K]):
    """A request that waits.

    Attributes:
        key: Names the act that it belongs to.
        request: What its route is asked.
        size: About how many bytes it takes.
    """

    key: K
    request: Request
    size: int


class _Node(Generic[K]):
    """A request among others.

    Attributes:
        number: Its place in the order of all.
        waiting: The request.
        blockers: Requests that have to be done before.
        followers: Those that wait for it.
        news: The answer of another service that has to have been heard of, by its number.
    """

    __slots__ = ("blockers", "followers", "news", "number", "waiting")

    def __init__(self, number: int, waiting: Waiting[K]) -> None:
        self.number = number
        self.news = 0
        self.waiting = waiting
        self.blockers: set[int] = set()
        self.followers: list[_Node[K]] = []


class _Thing(Generic[K]):
    """Who among those that aren't done has changed a thing last, and who relies on that.

    Attributes:
        writer: The last that changes it, or adds to it.
        readers: Those that depend on it, in their order, each with the additions before it.
        additions: How many there were.
    """

    __slots__ = ("additions", "readers", "writer")

    def __init__(self) -> None:
        self.writer: _Node[K] | None = None
        self.readers: dict[int, tuple[_Node[K], int]] = {}
        self.additions = 0


class Order(Generic[K]):
    """Requests in the order in which they happened, and which of them may go now."""

    def __init__(self) -> None:
        self._things: dict[str, _Thing[K]] = {}
        self._nodes: dict[int, _Node[K]] = {}
        self._ready: dict[Service, list[int]] = {"groups": [], "posts": []}
        self._told: dict[str, int] = {}
        self._before = 0
        self._next = 0

    def __len__(self) -> int:
        return len(self._nodes)

    def add(self, waiting: Waiting[K]) -> None:
        """Takes the next request; it happened after all that were taken before."""
        node = _Node(self._next, waiting)
        self._next += 1
        self._nodes[node.number] = node
        request = waiting.request
        for name in request.reads:
            thing = self._things.setdefault(name, _Thing())
            self._wait(node, thing.writer)
            thing.readers[node.number] = node, thing.additions
        for name in request.adds:
            thing = self._things.setdefault(name, _Thing())
            self._wait(node, thing.writer)
            thing.additions += 1
            for reader, additions in thing.readers.values():
                if thing.additions - additions <= AHEAD:
                    break
                self._wait(node, reader)
            thing.writer = node
        for name in request.writes:
            thing = self._things.setdefault(name, _Thing())
            self._wait(node, thing.writer)
            for reader, _ in thing.readers.values():
                self._wait(node, reader)
            thing.writer = node
            thing.readers = {}
        told = self._told
        node.news = max([self._before, *(told[name] for name in _touched(request) if name in told)])
        if not node.blockers:
            heappush(self._ready[request.service], node.number)

    def begin(self, *, news: int) -> None:
        """Has all requests rest on an answer that came before the first of them."""
        self._before = news

    def news_for(self, numbers: Iterable[int]) -> int:
        """Which answer the service has to have heard of before it can decide on these requests."""
        return max([self._nodes[number].news for number in numbers], default=0)

    def heard(self, news: int) -> None:
        """Takes note that services have heard of an answer, and of all before it."""
        if len(self._told) > _MOST_TOLD:
            self._told = {name: told for name, told in self._told.items() if told > news}

    def _wait(self, node: _Node[K], other: _Node[K] | None) -> None:
        if other is not None and other is not node and other.number not in node.blockers:
            node.blockers.add(other.number)
            other.followers.append(node)

    def next_batch(
        self,
        service: Service,
        *,
        most: int,
        most_bytes: int,
        after: int = -1,
        until: int = _LATEST,
    ) -> list[tuple[int, Waiting[K]]]:
        """Takes what can be sent to a service now, in its order.

        Args:
            service: The service.
            most: How many requests at most.
            most_bytes: How many bytes at most; one request goes however large it is.
            after: Only requests for which a later answer than this has to have been heard of.
            until: Only requests for which no later answer than this has to.

        Returns:
            The batch, with numbers for `done`; it has one request where that is sent alone, and
            none where all have to wait.
        """
        ready = self._ready[service]
        batch: list[tuple[int, Waiting[K]]] = []
        taken: set[int] = set()
        unsettled: set[str] = set()  # people of whom the answer says who they are
        left: list[int] = []
        size = 0
        while ready and len(batch) < most:
            number = heappop(ready)
            node = self._nodes[number]
            waiting = node.waiting
            request = waiting.request
            alone = request.alone is not None
            belongs = bool(batch) and batch[-1][1].key == waiting.key
            if batch and (alone or size + waiting.size > most_bytes):
                left.append(number)
                break
            if not after < node.news <= until or (
                not belongs and not unsettled.isdisjoint(_touched(request))
            ):
                left.append(number)
                continue
            batch.append((number, waiting))
            taken.add(number)
            size += waiting.size
            if request.operation == "create_person":
                unsettled.add(f"person {request.about}")
            if alone:
                break
            for follower in node.followers:
                if follower.waiting.request.service == service and follower.blockers <= taken:
                    heappush(ready, follower.number)
        # What may share this batch, and found no place in it, waits until the batch is done.
        kept = [number for number in (*ready, *left) if not self._nodes[number].blockers]
        heapify(kept)
        self._ready[service] = kept
        return batch

    def done(self, numbers: Sequence[int], *, told: int = 0) -> None:
        """Takes note that requests were answered: others may go now.

        Args:
            numbers: The requests.
            told: The number of the answer, where other services have to hear of it.
        """
        nodes = [self._nodes.pop(number) for number in numbers]
        for number, node in zip(numbers, nodes, strict=True):
            for name in _touched(node.waiting.request):
                self._leave(name, node)
            if told:
                self._told.update(dict.fromkeys(_changed(node.waiting.request), told))
            for follower in node.followers:
                follower.news = max(follower.news, told)
                follower.blockers.discard(number)
                if not follower.blockers and follower.number in self._nodes:
                    heappush(self._ready[follower.waiting.request.service], follower.number)

    def _leave(self, name: str, node: _Node[K]) -> None:
        thing = self._things.get(name)
        if thing is None:
            return
        if thing.writer is node:
            thing.writer = None
        thing.readers.pop(node.number, None)
        if thing.writer is None and not thing.readers:
            del self._things[name]


def _touched(request: Request) -> Iterator[str]:
    yield from request.reads
    yield from _changed(request)


def _changed(request: Request) -> Iterator[str]:
    yield from request.adds
    yield from request.writes
