"""Flushes that fail for what is in them: the records that cause it are found, and nothing else."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import bson.errors
import pytest
from aiokafka.errors import KafkaConnectionError
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo.errors import DocumentTooLarge, NotPrimaryError, OperationFailure

from shared.contract.errors import Unavailable
from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.chain import Partition
from shared.delivery.consumer.flusher import Flusher
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.marks import FlushFenced
from shared.delivery.consumer.processor import MOST_DEAD, RecordProcessor, TooManyDeadLetters
from shared.delivery.consumer.quarantine import NotStorable, Quarantine, cause_of
from shared.delivery.dead_letters import DeadLetterTopic, Letter, OpenLetters
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import CommitUnknown, Conflict
from shared.runtime.telemetry import Telemetry
from tests.support.counters import Sums
from tests.support.records import Record
from tests.unit.shared.test_chain import SOURCE, value
from tests.unit.shared.test_flush import reads_on

NOWHERE = KafkaConnection(bootstrap="nowhere:1")
Key = tuple[str, int]


class Stored:
    """What a database would have: offsets and marks, sums per subject, letters."""

    def __init__(self) -> None:
        self.marks: dict[str, tuple[int, dict[str, str], dict[str, str]]] = {}
        self.sums: Counter[str] = Counter()
        self.letters: dict[str, Letter] = {}


class Storing(Flusher):
    """Stores into `Stored`, and refuses what holds a harmful subject, or more than fits."""

    def __init__(self, world: "World") -> None:
        super().__init__(
            world.projection,
            world.assignment,
            group="sums",
            registry=None,  # type: ignore[arg-type]
            instruments=world.instruments,
            quarantine=world.quarantine,
        )
        self.world = world

    async def _store(self, progress: Any, taken: Any) -> None:
        world, stored = self.world, self.world.stored
        world.attempts += 1
        if world.outages and world.outages.pop(0):
            raise Unavailable
        added = sum((Counter(sums) for _, sums in taken), Counter[str]())
        if any(subject in world.harmful for subject in added):
            raise OverflowError("unsigned short is greater than maximum")
        if any((stored.sums + added)[subject] > most for subject, most in world.most.items()):
            raise ValueError("the sum is too large")
        stored.sums += added
        for one in progress:
            stored.marks[one.partition.name] = one.next, one.marks, one.seen
            stored.letters |= {letter.id: letter for letter in one.letter_changes.letters}


class Keeping(DeadLetterTopic):
    """Keeps letters nowhere."""

    async def keep(self, letters: Any) -> None:
        self.written += len(letters)


class World:
    """A consumer whose broker is a list and whose database is a dictionary."""

    def __init__(self, topics: Mapping[Key, Sequence[str]], harmful: Collection[str] = ()) -> None:
        self.projection = Sums("t")
        self.harmful = set(harmful)
        self.most: dict[str, int] = {}
        self.outages: list[bool] = []
        self.attempts = 0
        self.stored = Stored()
        self.instruments = ConsumerInstruments(Telemetry("groups"), "sums", ["t"])
        self.records = {
            (topic, number): [
                Record(i, value(i + 1, i, subject=subject), partition=number)
                for i, subject in enumerate(subjects)
            ]
            for (topic, number), subjects in topics.items()
        }
        self.begin()

    def begin(self) -> None:
        """A new process."""
        self.quarantine = Quarantine()
        self.assignment = Assignment(
            self.projection,
            group="sums",
            kafka=NOWHERE,
            database=None,  # type: ignore[arg-type]
            registry=None,  # type: ignore[arg-type]
            allow_incomplete=False,
        )
        self.kept = Keeping(NOWHERE, service="groups")
        self.processor = RecordProcessor(
            self.projection,
            self.assignment,
            group="sums",
            database=None,  # type: ignore[arg-type]
            dead_letters=self.kept,
            instruments=self.instruments,
            broken=lambda: False,
            will_read=reads_on,
            quarantine=self.quarantine,
            flush=self.flush,
        )
        self.start_over()

    def start_over(self) -> None:
        """Takes over what is stored, as after a failure."""
        for place in self.records:
            name = f"{place[0]}/{place[1]}"
            offset, marks, seen = self.stored.marks.get(name, (0, {}, {}))
            self.assignment.partitions[place] = Partition(
                name,
                epoch=1,
                offset=offset,
                marks=dict(marks),
                seen=dict(seen),
                fold=self.projection.fold(name),
                open_letters=OpenLetters("sums"),
            )
        self.flusher = Storing(self)

    async def flush(self) -> None:
        await self.flusher.flush()

    async def turn(self, fetched: int = 2000) -> bool:
        """Fetches and flushes once; starts over if that fails. Whether anything was left to do."""
        batch: list[Record] = []
        for place, records in self.records.items():
            at = self.assignment.partitions[place].next
            batch += records[at : at + fetched]
        try:
            await self.processor.process(batch)
            await self.flush()
        except (NotStorable, Unavailable):
            self.start_over()
            return True
        return bool(batch)

    async def finish(self, fetched: int = 2000) -> None:
        for _ in range(2000):
            if not await self.turn(fetched):
                return
        raise AssertionError("it doesn't come to an end")

    def letters(self) -> list[tuple[int, int]]:
        """Partition and offset of each record that was set aside."""
        return sorted((one.record.partition, one.record.offset) for one in self.letters_kept())

    def letters_kept(self) -> Collection[Letter]:
        return self.stored.letters.values()


async def test_exactly_the_records_that_make_flushes_fail_are_set_aside() -> None:
    subjects = [f"s{i % 7}" for i in range(5000)]
    subjects[17] = subjects[4711] = "harm"
    world = World({("t", 0): subjects}, harmful=["harm"])
    await world.finish()
    assert world.letters() == [(0, 17), (0, 4711)]
    assert world.stored.sums == Counter(one for one in subjects if one != "harm")
    assert {one.reason for one in world.letters_kept()} == {"can't be stored: OverflowError"}
    assert {one.source for one in world.letters_kept()} == {SOURCE}
    assert world.attempts < 100


async def test_a_partition_that_isnt_hurt_goes_on_while_another_is_searched() -> None:
    good, bad = ["good"] * 300, ["bad"] * 300
    bad[150] = "harm"
    world = World({("t", 0): bad, ("t", 1): good}, harmful=["harm"])
    await world.turn()  # together: it isn't known whose fault it is
    assert world.stored.sums == Counter()
    await world.turn()
    await world.turn()  # by now it is
    assert world.stored.sums["good"] == 300
    assert world.letters() == []
    await world.finish()
    assert world.stored.sums == Counter(good=300, bad=299)
    assert world.letters() == [(0, 150)]


async def test_what_harms_only_with_others_is_set_aside_where_it_begins_to() -> None:
    world = World({("t", 0): ["sum"] * 10})
    world.most = {"sum": 6}
    await world.finish()
    assert world.stored.sums == Counter(sum=6)
    assert world.letters() == [(0, offset) for offset in range(6, 10)]


async def test_what_is_only_too_much_at_once_is_stored_in_smaller_steps() -> None:
    world = World({("t", 0): ["a"] * 50, ("t", 1): ["a"] * 50})

    class Narrow(Storing):
        async def _store(self, progress: Any, taken: Any) -> None:
            if sum(n for _, sums in taken for n in sums.values()) > 20:
                raise ValueError("too much")
            await super()._store(progress, taken)

    world.flusher.__class__ = Narrow
    while await world.turn():
        world.flusher.__class__ = Narrow
    assert world.stored.sums == Counter(a=100)
    assert world.letters() == []


async def test_an_outage_sets_nothing_aside_however_long_it_lasts() -> None:
    world = World({("t", 0): ["a"] * 9 + ["harm"] + ["a"] * 9}, harmful=["harm"])
    world.outages = [False, False] + [True] * 50 + [False] + [True] * 50
    await world.finish()
    assert world.letters() == [(0, 9)]
    world = World({("t", 0): ["a"] * 9})
    world.outages = [True] * 200
    await world.finish()
    assert world.letters() == []
    assert world.stored.sums == Counter(a=9)


async def test_a_record_that_failed_once_is_counted_when_it_can_be() -> None:
    world = World({("t", 0): ["once"]}, harmful=["once"])
    for _ in range(3):  # as part of a flush, alone, as a single record
        await world.turn()
    world.harmful = set()
    await world.finish()
    assert world.letters() == []
    assert world.stored.sums == Counter(once=1)


async def test_a_process_that_dies_amid_the_search_begins_it_anew() -> None:
    subjects = ["a"] * 100
    subjects[50] = "harm"
    world = World({("t", 0): subjects}, harmful=["harm"])
    for turns in range(1, 12):
        for _ in range(turns):
            await world.turn()
        world.begin()
    await world.finish()
    assert world.letters() == [(0, 50)]
    assert world.stored.sums == Counter(a=99)


async def test_nothing_but_records_that_cant_be_stored_stops_the_consumer() -> None:
    world = World({("t", 0): ["harm"] * 300, ("t", 1): ["good"] * 300}, harmful=["harm"])
    with pytest.raises(TooManyDeadLetters, match="can't be stored: OverflowError"):
        await world.finish()
    assert len(world.letters()) == MOST_DEAD
    # Not one letter too many, and what stopped it isn't read past.
    assert world.stored.marks["t/0"][0] == MOST_DEAD


async def test_a_trickle_of_records_that_cant_be_stored_stops_it_too() -> None:
    world = World({("t", 0): ["harm"] * 300}, harmful=["harm"])
    with pytest.raises(TooManyDeadLetters):
        await world.finish(fetched=2)
    assert len(world.letters()) == MOST_DEAD


@settings(max_examples=150, deadline=None)
@given(
    lengths=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    harm=st.sets(st.tuples(st.integers(0, 1), st.integers(0, 39)), max_size=6),
    fetched=st.integers(1, 50),
    outages=st.lists(st.booleans(), max_size=30),
    deaths=st.sets(st.integers(0, 40), max_size=4),
)
async def test_all_else_counts_once_whatever_happens(
    *,
    lengths: tuple[int, int],
    harm: set[tuple[int, int]],
    fetched: int,
    outages: list[bool],
    deaths: set[int],
) -> None:
    topics = {
        ("t", number): [
            "harm" if (number, offset) in harm else f"s{offset % 3}" for offset in range(length)
        ]
        for number, length in enumerate(lengths)
    }
    world = World(topics, harmful=["harm"])
    world.outages = list(outages)
    for turn in range(1000):
        if turn in deaths:
            world.begin()
        if not await world.turn(fetched):
            break
    there = defaultdict(int, Counter(one for some in topics.values() for one in some))
    there.pop("harm", None)
    assert world.stored.sums == Counter(there)
    assert world.letters() == sorted(one for one in harm if one[1] < lengths[one[0]])


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OverflowError(), "OverflowError"),
        (KeyError("x"), "KeyError"),
        (bson.errors.InvalidDocument(""), "InvalidDocument"),
        (DocumentTooLarge(""), "DocumentTooLarge"),
        (OperationFailure("", 10334), "OperationFailure 10334"),
        (OperationFailure("not authorized", 13), None),
        (OperationFailure("out of disk space", 14031), None),
        (NotPrimaryError(), None),
        (Unavailable(), None),
        (Conflict(), None),
        (CommitUnknown(), None),
        (FlushFenced(), None),
        (TimeoutError(), None),
        (ConnectionResetError(), None),
        (KafkaConnectionError(), None),
        (MemoryError(), None),
    ],
)
def test_only_what_lies_in_the_data_is_searched_for(error: Exception, cause: str | None) -> None:
    assert cause_of(error) == cause
