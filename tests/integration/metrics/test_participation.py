"""Who took part where, as readers see it that follow and that begin: what a plain loop comes to.

The base may be anywhere behind the journal, in pages of any size, and be written by several owners.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, NamedTuple, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.metrics.projection.increments import AccountDay, Attribute, PartitionIncrements
from services.metrics.projection.participants import Deed, MembershipChange, Participants
from services.metrics.store.columns.participation import (
    BITS,
    INTERACTED,
    MOST_ROWS,
    in_group,
    on_topic,
)
from services.metrics.store.documents import COLLECTIONS, PARTICIPATION, PEOPLE, TOTALS
from services.metrics.store.read.follower import Follower
from services.metrics.store.read.memberships import Memberships
from services.metrics.store.read.participation import Participation
from services.metrics.store.read.populations import Populations
from services.metrics.store.write.base import KEPT_ENTRIES, MOST_DAYS, MOST_ENTRIES
from services.metrics.store.write.writer import Writer
from shared.contract.errors import Unavailable
from shared.contract.events import topics
from shared.contract.ids import new_id
from shared.delivery.mongo import Database, Driver, Session
from shared.runtime.assembly import SHARED_COLLECTIONS
from tests.support.metrics import NOON
from tests.support.mongodb import connected

NAMES = tuple("abcdef")
IN_GROUPS = (new_id(), new_id())
ON_TOPICS = ("running", "söndag")
DAYS = tuple(NOON.date() + timedelta(days=number) for number in range(3))
WORDS = ("sales", "it", "")


class Act(NamedTuple):
    """What somebody does."""

    partition: int
    who: str
    day: date
    deed: Deed
    group: str
    topics: tuple[str, ...]


class Move(NamedTuple):
    """Somebody comes into a group or leaves it, or is told to be in a department."""

    who: str
    days: int
    group: str
    belongs: bool
    word: str


steps = st.lists(
    st.one_of(
        st.builds(
            Act,
            partition=st.integers(0, 1),
            who=st.sampled_from(NAMES),
            day=st.sampled_from(DAYS),
            deed=st.sampled_from(sorted(BITS)),
            group=st.sampled_from(IN_GROUPS),
            topics=st.lists(st.sampled_from(ON_TOPICS), max_size=2, unique=True).map(tuple),
        ),
        st.builds(
            Move,
            who=st.sampled_from(NAMES),
            days=st.sampled_from((0, 0, 0, 1)),
            group=st.sampled_from(IN_GROUPS),
            belongs=st.booleans(),
            word=st.sampled_from(WORDS),
        ),
        st.sampled_from(("flush", "flush", "restart", "look")),
    ),
    min_size=5,
    max_size=40,
)


class Readers:
    """What reads participation, all with one follower."""

    def __init__(self, database: Database) -> None:
        follower = Follower(database)
        self.participation = Participation(follower)
        self.memberships = Memberships(follower)
        self.populations = Populations(follower)


class World:
    """A writer that stores what happens, and what a loop over it comes to."""

    def __init__(self, database: Database, session: Session) -> None:
        self.database = database
        self.session = session
        self.writer = Writer(database)
        self.following = Readers(database)
        self.acts: list[Act] = []
        self.moves: list[tuple[date, Move]] = []
        self.where: dict[str, str] = {}
        self.today = DAYS[0]
        self._begin()

    def _begin(self) -> None:
        self.waiting: defaultdict[str, PartitionIncrements] = defaultdict(PartitionIncrements)

    async def happens(self, step: Any) -> None:
        """One of the things that can happen."""
        match step:
            case Act():
                self._act(step)
            case Move():
                self._move(step)
            case _:
                await self.flush()
        if step == "restart":
            self.writer = Writer(self.database)
        if step == "look":
            await self.agrees(self.following)

    def _act(self, act: Act) -> None:
        self.acts.append(act)
        found = Participants(act.day, act.group, act.topics)
        if act.deed == "contributed":
            found.contributions.append(act.who)
        else:
            found.of(act.deed).add(act.who)
        self.waiting[f"{topics.POSTS}/{act.partition}"].participants.append(found)

    def _move(self, move: Move) -> None:
        self.today += timedelta(days=move.days)
        self.moves.append((self.today, move))
        change = MembershipChange(self.today, move.group, move.who, move.belongs)
        self.waiting[f"{topics.GROUPS}/0"].memberships.append(change)
        accounts = self.waiting[f"{topics.PEOPLE}/0"].accounts.setdefault(self.today, {})
        account = accounts.setdefault(move.who, AccountDay())
        department: Attribute = "department"
        account.tell(department, move.word, self.where.get(move.who, move.word))
        self.where[move.who] = move.word

    async def flush(self) -> None:
        """Stores what has gathered."""
        taken = list(self.waiting.items())
        self._begin()
        await self.writer.prepare(taken)
        async with self.session.transaction() as transaction:
            await self.writer.write(transaction)
            await transaction.commit()

    async def agrees(self, readers: Readers) -> None:
        """Compares all that can be read with what a loop comes to."""
        stored = await self.database.find(PEOPLE, {})
        number = {person["_id"]: person["number"] for person in stored}

        def numbers(who: set[str]) -> set[int]:
            return {number[name] for name in who}

        for group in IN_GROUPS:
            rows = await readers.participation.in_scope(DAYS, in_group(group))
            for day in DAYS:
                here = [act for act in self.acts if (act.day, act.group) == (day, group)]
                for deed, bit in BITS.items():
                    did = {act.who for act in here if act.deed == deed}
                    assert set(rows[day].who(bit)) == numbers(did)
            presence = await readers.memberships.of(group)
            for day in (*DAYS, self.today + timedelta(days=1)):
                assert set(presence.on(day)) == numbers(self._members(day, group))
        for topic in ON_TOPICS:
            rows = await readers.participation.in_scope(DAYS, on_topic(topic))
            for day in DAYS:
                wanted = {act.who for act in self._interactions(day) if topic in act.topics}
                assert set(rows[day].who(INTERACTED)) == numbers(wanted)
        await self._summaries_agree(readers, number)
        _, departments = await readers.populations.accounts()
        for day in (*DAYS, self.today):
            for word in WORDS:
                assert set(departments.on(day, word)) == numbers(self._told(day, word))

    async def _summaries_agree(self, readers: Readers, number: dict[str, int]) -> None:
        summaries = await readers.participation.summaries(DAYS)
        for day in DAYS:
            made = summaries[day].contributions
            counts = Counter(
                number[act.who] for act in self.acts if (act.day, act.deed) == (day, "contributed")
            )
            assert dict(zip(made.people.tolist(), made.counts.tolist(), strict=True)) == counts
            took_up = {number[act.who] for act in self._interactions(day) if act.topics}
            assert set(summaries[day].on_topics) == took_up

    def _interactions(self, day: date) -> list[Act]:
        return [act for act in self.acts if (act.day, act.deed) == (day, "interacted")]

    def _members(self, day: date, group: str) -> set[str]:
        """Who belonged to a group at some moment of a day."""
        told = [(at, move) for at, move in self.moves if move.group == group]
        before = {move.who: move.belongs for at, move in told if at < day}
        came = {move.who for at, move in told if at == day and move.belongs}
        return {who for who, belongs in before.items() if belongs} | came

    def _told(self, day: date, word: str) -> set[str]:
        last = {move.who: move.word for at, move in self.moves if at <= day}
        return {who for who, found in last.items() if found == word}


async def play(mongo_url: str, prefix: str, happened: Sequence[Any]) -> None:
    """Lets it happen in an empty database, and compares in the midst of it and at the end."""
    async with connected(mongo_url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(f"{prefix}metrics")
        await database.ensure_collections({**COLLECTIONS, **SHARED_COLLECTIONS})
        for collection in COLLECTIONS:
            await database.delete(collection, {})
        sessions = mongo.sessions(database)
        world = World(database, await sessions.open())
        for step in happened:
            await world.happens(step)
        await world.flush()
        for readers in (world.following, Readers(database)):
            await world.agrees(readers)
        await sessions.close()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    happened=steps,
    rows=st.sampled_from((1, 3, MOST_ROWS)),
    entries=st.sampled_from((1, 2, 5, MOST_ENTRIES)),
    kept=st.sampled_from((0, 2, KEPT_ENTRIES)),
    days=st.sampled_from((1, MOST_DAYS)),
    capacity=st.sampled_from((0, 5, 1_000)),
)
def test_readers_see_who_took_part_and_who_belonged(
    mongo_url: str,
    database_prefix: str,
    *,
    happened: list[Any],
    rows: int,
    entries: int,
    kept: int,
    days: int,
    capacity: int,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.metrics.store.columns.participation.MOST_ROWS", rows)
        patch.setattr("services.metrics.store.write.base.MOST_ENTRIES", entries)
        patch.setattr("services.metrics.store.write.base.KEPT_ENTRIES", kept)
        patch.setattr("services.metrics.store.write.base.MOST_DAYS", days)
        patch.setattr("services.metrics.store.write.participation.CAPACITY", capacity)
        patch.setattr("services.metrics.store.read.participation.CAPACITY", capacity)
        patch.setattr("services.metrics.store.read.participation._AT_ONCE", 2)
        asyncio.run(play(mongo_url, database_prefix, happened))


@asynccontextmanager
async def contributed_once(
    mongo_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A world in which somebody has contributed, which is in the base; each person a page."""
    monkeypatch.setattr("services.metrics.store.columns.participation.MOST_ROWS", 1)
    monkeypatch.setattr("services.metrics.store.write.base.MOST_ENTRIES", 1)
    async with connected(mongo_url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(f"{prefix}metrics")
        await database.ensure_collections({**COLLECTIONS, **SHARED_COLLECTIONS})
        sessions = mongo.sessions(database)
        world = World(database, await sessions.open())
        await contribute(world, *NAMES)
        yield world
        await sessions.close()


async def contribute(world: World, *people: str) -> None:
    """Has people contribute, each in a flush of their own."""
    for who in people:
        await world.happens(Act(0, who, DAYS[0], "contributed", IN_GROUPS[0], ()))
        await world.happens("flush")


async def test_a_new_owner_adds_to_what_the_one_before_has_stored(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with contributed_once(mongo_url, database_prefix, monkeypatch) as world:
        await world.happens("restart")
        await contribute(world, *NAMES, *NAMES)
        await world.agrees(Readers(world.database))


@pytest.mark.parametrize("flushes", range(1, 5))
async def test_a_base_that_was_left_in_the_midst_gets_nothing_twice(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch, flushes: int
) -> None:
    """Of three days the first owner has stored so many, the next stores all of them."""
    async with contributed_once(mongo_url, database_prefix, monkeypatch) as world:
        monkeypatch.setattr("services.metrics.store.write.base.MOST_DAYS", 1)
        for day in DAYS:
            await world.happens(Act(0, "a", day, "contributed", IN_GROUPS[0], ON_TOPICS))
        for _ in range(flushes):
            await world.happens("flush")
        await world.happens("restart")
        await world.agrees(Readers(world.database))
        await world.happens(Act(0, "a", DAYS[2], "contributed", IN_GROUPS[0], ()))
        for _ in range(8):
            await world.happens("flush")
            await world.agrees(world.following)
        await world.agrees(Readers(world.database))
        assert not await world.database.count(TOTALS, {"through": 0})


class Meanwhile:
    """A database that does something, once, before it reads who took part."""

    def __init__(self, database: Database, meanwhile: Awaitable[None]) -> None:
        self._database = database
        self._meanwhile: Awaitable[None] | None = meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def find(self, collection: str, *given: Any, **named: Any) -> Any:
        if collection == PARTICIPATION and self._meanwhile is not None:
            meanwhile, self._meanwhile = self._meanwhile, None
            await meanwhile
        return await self._database.find(collection, *given, **named)


async def test_what_the_base_has_already_counts_once(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with contributed_once(mongo_url, database_prefix, monkeypatch) as world:
        meanwhile = contribute(world, *NAMES)
        readers = Readers(cast(Database, Meanwhile(world.database, meanwhile)))
        await readers.participation.summaries(DAYS)
        await world.agrees(readers)


class HalfStored:
    """A database in which each reading meets pages of two stores, so many times."""

    def __init__(self, database: Database, times: int) -> None:
        self._database = database
        self.times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def find(self, collection: str, *given: Any, **named: Any) -> Any:
        found = await self._database.find(collection, *given, **named)
        if collection == PARTICIPATION and self.times:
            self.times -= 1
            found[0] |= {"flush": found[0]["flush"] - 1}
        return found


async def test_pages_of_two_stores_are_read_again(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with contributed_once(mongo_url, database_prefix, monkeypatch) as world:
        database = world.database
        await world.agrees(Readers(cast(Database, HalfStored(database, 2))))
        with pytest.raises(Unavailable):
            await world.agrees(Readers(cast(Database, HalfStored(database, 100))))
