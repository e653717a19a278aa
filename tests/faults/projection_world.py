"""Consumers of the real metrics projection on a real database, whose broker is a list.

Everything between a fetched record and a stored figure is the real thing: chain, fold, flush,
marks, epochs. What a test decides is who reads what and when, and what goes wrong.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from services.metrics.consumer import NAME, MetricsProjection
from services.metrics.store.documents import COLLECTIONS
from services.metrics.store.generations import Generation, clear_generation
from shared.contract.errors import Unavailable
from shared.contract.events.envelope import EventData
from shared.contract.events.topics import PEOPLE, POSTS
from shared.delivery.consumer import FlushFenced
from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.flusher import Flusher
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.marks import claim
from shared.delivery.consumer.quarantine import Quarantine
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Database, Mongo, SessionRegistry
from shared.runtime.assembly import SHARED_COLLECTIONS
from shared.runtime.telemetry import Telemetry
from tests.support.metrics import NOON, SOURCES, value
from tests.support.records import Record

Place = tuple[str, int]
PLACES: tuple[Place, ...] = ((POSTS, 0), (POSTS, 1), (PEOPLE, 0))
_NOWHERE = KafkaConnection(bootstrap="nowhere:1")


class Topics:
    """What was published, by partition: each event numbered, and naming the one before it there."""

    def __init__(self) -> None:
        self.records: dict[Place, list[Record]] = {place: [] for place in PLACES}
        self.now = NOON
        self._sequences: dict[str, int] = defaultdict(int)
        self._heads: dict[Place, int] = defaultdict(int)

    def publish(self, place: Place, data: EventData, actor: str | None) -> None:
        """Appends an event."""
        service = SOURCES[data.topic.split(".")[1]]
        self._sequences[service] += 1
        sequence, before = self._sequences[service], self._heads[place]
        self._heads[place] = sequence
        self.now += timedelta(seconds=1)
        body = value(data, actor=actor, at=self.now, sequence=sequence, predecessor=before)
        topic, partition = place
        there = self.records[place]
        there.append(Record(len(there), body, topic=topic, partition=partition))


class Faults:
    """What goes wrong in the next flush: the name of a failpoint of the consumer, or nothing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = ""
        monkeypatch.setattr("shared.delivery.consumer.flusher.failpoint", self._reached)

    async def _reached(self, name: str) -> None:
        if name == self.at:
            self.at = ""
            raise Unavailable(name)


@dataclass
class Reader:
    """A consumer: whoever believes that it owns a partition may fold and flush it."""

    topics: Topics
    database: Database
    sessions: SessionRegistry
    generation: Generation
    rebuilding: bool = False
    positions: dict[Place, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        telemetry = Telemetry("metrics")
        self.projection = MetricsProjection(
            self.database,
            telemetry.metrics,
            generation=self.generation.number,
            rebuilding=self.rebuilding,
        )
        self.group = self.generation.group(NAME)
        self.assignment = Assignment(
            self.projection,
            group=self.group,
            kafka=_NOWHERE,
            database=self.database,
            registry=self.sessions,
            allow_incomplete=False,
        )
        self.flusher = Flusher(
            self.projection,
            self.assignment,
            group=self.group,
            registry=self.sessions,
            instruments=ConsumerInstruments(telemetry, NAME, self.projection.topics),
            quarantine=Quarantine(),
        )

    async def take_over(self, places: Iterable[Place]) -> None:
        """Claims partitions, and goes where their last owner was."""
        await self.flusher.begin()
        assert self.flusher.session is not None
        for topic, partition in places:
            name = f"{topic}/{partition}"
            claimed = await claim(
                self.database,
                self.group,
                name,
                registry=self.sessions,
                session=self.flusher.session,
                cluster="one",
                fold=self.projection.fold(name),
                allow_incomplete=False,
            )
            self.assignment.partitions[topic, partition] = claimed
            self.positions[topic, partition] = claimed.next

    def release(self, place: Place) -> None:
        """Stops reading a partition."""
        if self.assignment.partitions.pop(place, None) is not None:
            self.projection.revoked(f"{place[0]}/{place[1]}")
            del self.positions[place]

    def read(self, place: Place, count: int) -> None:
        """Folds the next records of a partition in."""
        if place in self.assignment.partitions:
            position = self.positions[place]
            records = self.topics.records[place][position : position + count]
            partition = self.assignment.partitions[place]
            dead = partition.fold_in(records, self.projection.decode, since="")
            assert not dead
            self.positions[place] += len(records)

    def go_back(self, place: Place, count: int) -> None:
        """Has records come again."""
        if place in self.assignment.partitions:
            self.positions[place] = max(self.positions[place] - count, 0)

    async def flush(self) -> bool:
        """Stores what was folded; when that fails, starts over from what is stored."""
        try:
            await self.flusher.flush()
        except (Unavailable, FlushFenced) as failure:
            places = list(self.assignment.partitions)
            for place in places:
                self.release(place)
            # Whoever is fenced asks its group what it may read; the other one may start over.
            await self.take_over([] if isinstance(failure, FlushFenced) else places)
            return False
        return True

    async def finish(self) -> None:
        """Reads all that is left, and stores it."""
        for _ in range(2):  # what was fenced or failed is read again
            for place in list(self.assignment.partitions):
                self.read(place, len(self.topics.records[place]))
            if await self.flush():
                return


async def emptied(mongo: Mongo, generation: Generation) -> Database:
    """A database for a generation's figures, with nothing in it.

    Its collections stay: dropping them over and over costs a server its open files.
    """
    database = mongo.database(generation.database)
    collections = {**COLLECTIONS, **SHARED_COLLECTIONS}
    await database.ensure_collections(collections)
    for name in collections:
        await database.delete(name, {})
    await clear_generation(database, generation.number)
    return database
