"""A service with a single entity, a counter: the write path and the consumer are tested with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from shared.contract.errors import Category, Refusal
from shared.contract.events.people import PersonVisited
from shared.delivery.command import Changes, Entity, Found, Key, Occurred
from shared.delivery.mongo import Database, Index, Transaction
from shared.runtime.assembly import SHARED_COLLECTIONS

ACTOR = "a" * 26


class Counter(Entity, frozen=True, kw_only=True):
    """A number that people raise."""

    collection: ClassVar[str] = "counters"
    value: int = 0


class TooHigh(Refusal):
    """The counter has reached its limit."""

    category = Category.CONFLICT
    title = "The counter is at its limit"


class Hidden(Refusal):
    """The counter may not be seen while there is another one that hides it."""

    category = Category.MISSING
    title = "There is no such counter"


@dataclass(frozen=True, slots=True)
class RaiseCounter:
    """Raises a counter by one and says so with one event."""

    counter: str
    limit: int = 1_000_000

    def reads(self, found: Found) -> Iterable[Key]:
        yield Counter, self.counter

    def decide(self, found: Found, now: datetime) -> Changes:
        value = getattr(found.get(Counter, self.counter), "value", 0)
        if value >= self.limit:
            raise TooHigh
        raised = Counter(id=self.counter, value=value + 1)
        return Changes(reply=raised, put=[raised], events=[Occurred(visited(self.counter), ACTOR)])

    def shown_reads(self, found: Found, reply: Counter) -> Iterable[Key]:
        yield Counter, f"hidden {reply.id}"

    def check_shown(self, found: Found, reply: Counter) -> None:
        if found.get(Counter, f"hidden {reply.id}") is not None:
            raise Hidden


@dataclass(frozen=True, slots=True)
class DropCounter:
    """Deletes a counter for good."""

    counter: str

    def reads(self, found: Found) -> Iterable[Key]:
        yield Counter, self.counter

    def decide(self, found: Found, now: datetime) -> Changes:
        return Changes(remove=[(Counter, self.counter)])


@dataclass(frozen=True, slots=True)
class Broken:
    """A command with a bug."""

    counter: str

    def reads(self, found: Found) -> Iterable[Key]:
        yield Counter, self.counter

    def decide(self, found: Found, now: datetime) -> Changes:
        raise ZeroDivisionError


def visited(person: str) -> PersonVisited:
    """Some event: its key is what the test wants it to be."""
    return PersonVisited(person=person, account="human", first_visit=False)


COLLECTIONS: dict[str, Sequence[Index]] = {Counter.collection: (), "sums": (), **SHARED_COLLECTIONS}


class Event(msgspec.Struct, gc=False):
    """The parts of an event that the sums need."""

    source: str
    type: str
    sequence: str
    predecessor: str
    subject: str
    id: str = ""


class SumFold:
    """Events per subject."""

    def __init__(self) -> None:
        self._sums: dict[str, int] = {}

    def apply(self, event: Event) -> None:
        self._sums[event.subject] = self._sums.get(event.subject, 0) + 1

    def size(self) -> int:
        return len(self._sums)

    def take(self) -> dict[str, int]:
        taken, self._sums = self._sums, {}
        return taken


class Sums:
    """The projection: one document per subject, with how often it came."""

    def __init__(self, topic: str, name: str = "sums") -> None:
        self.name = name
        self.adds = True
        self.topics: Sequence[str] = [topic]
        self._decoder = msgspec.json.Decoder(Event)

    def decode(self, value: bytes) -> Event:
        return self._decoder.decode(value)

    def fold(self, partition: str) -> SumFold:
        return SumFold()

    def late(self, event: Event) -> bool:
        return self.adds

    async def prepare(self, taken: Sequence[tuple[str, Any]]) -> None:
        """Reads nothing before the transaction."""

    async def write(self, taken: Sequence[tuple[str, Any]], transaction: Transaction) -> None:
        statements = [
            {"q": {"_id": subject}, "u": {"$inc": {"n": n}}, "upsert": True}
            for _, sums in taken
            for subject, n in sums.items()
        ]
        if statements:
            await transaction.update("sums", statements)

    def revoked(self, partition: str) -> None:
        """Forgets nothing: nothing is cached."""


async def sums(database: Database) -> dict[str, int]:
    """What has been counted, by subject."""
    return {row["_id"]: row["n"] for row in await database.find("sums", {})}
