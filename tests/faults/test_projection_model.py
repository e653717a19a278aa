"""The real metrics projection, on a real MongoDB, against a few plain dictionaries.

Records arrive, arrive again, and in any order across partitions; flushes fail before and after
their commit; consumers crash, sleep on while others take over, and the figures are rebuilt; people
are erased. Whatever happens, the figures are those of the distinct events, and nobody who was
erased is left anywhere.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.metrics.store.documents import COLLECTIONS, TO_FORGET
from services.metrics.store.documents import PEOPLE as NUMBERS
from services.metrics.store.generations import Generation, database_names
from services.metrics.store.read.totals import read_totals
from services.metrics.store.write.forgetting import close_erasure, forget_again, open_erasures
from shared.contract.events import people, posts, responses
from shared.contract.events.topics import PEOPLE
from shared.contract.events.topics import POSTS as POSTS_TOPIC
from shared.delivery.mongo import Database, Driver, Mongo
from tests.faults.projection_world import PLACES, Faults, Place, Reader, Topics, emptied
from tests.support.metrics import NOON
from tests.support.metrics_reading import people_in, published_posts
from tests.support.mongodb import connected
from tooling.sample_events import sample

SHORT, LONG = 15, 120  # walks
READERS = (0, 1)
NAMES = tuple(f"{name:z<26}" for name in ("ann", "bea", "cem", "dan"))
POST_IDS = tuple(f"01936f3e-0000-7000-8000-{n:012d}" for n in range(3))
AUTHOR = NAMES[0]

names = st.sampled_from(NAMES)
numbers = st.integers(0, len(POST_IDS) - 1)
places = st.sampled_from(PLACES)
readers = st.sampled_from(READERS)
counts = st.integers(1, 6)


class Counting(RuleBasedStateMachine):
    """Events happen, consumers read them, and things go wrong."""

    mongo: Mongo
    faults: Faults
    runner: asyncio.Runner
    databases: tuple[str, str]

    def __init__(self) -> None:
        super().__init__()
        self.topics = Topics()
        # The model: what people did, in the words of this test.
        self.types: Counter[str] = Counter()
        self.post_counts: dict[str, Counter[str]] = {one: Counter() for one in POST_IDS}
        self.answers: dict[str, list[tuple[str, datetime]]] = {one: [] for one in POST_IDS}
        self.seen: set[tuple[str, str]] = set()
        self.interacted: set[tuple[str, str]] = set()
        self.deeds: dict[str, set[str]] = {"viewed": set(), "interacted": set()}
        self.gone: set[str] = set()

    @initialize()
    def begin(self) -> None:
        self.generation = Generation(1, self.databases[0])
        self.registries: list[Any] = []
        self.readers: list[Reader] = []
        self.do(self._begin())

    async def _begin(self) -> None:
        database = await emptied(self.mongo, self.generation)
        await self._start(database)

    async def _start(self, database: Database) -> None:
        self.readers = [self._reader(database, self.generation) for _ in READERS]
        await self.readers[0].take_over(PLACES)
        await self.readers[1].take_over([])
        self.following = published_posts(database)

    def _reader(
        self, database: Database, generation: Generation, *, rebuilding: bool = False
    ) -> Reader:
        sessions = self.mongo.sessions(database)
        self.registries.append(sessions)
        return Reader(self.topics, database, sessions, generation, rebuilding=rebuilding)

    def do(self, what: Any) -> Any:
        return self.runner.run(what)

    # --- what people do

    def happens(self, place: Place, data: Any, actor: str | None) -> None:
        self.topics.publish(place, data, actor)
        self.types[data.type] += 1

    def about(self, number: int, kind: Any, who: str, **said: Any) -> None:
        post = POST_IDS[number]
        first = (who, post) not in self.seen
        given = {
            "post_id": post,
            "author": AUTHOR,
            "published_at": NOON,
            "own": who == AUTHOR,
            "first_view": first,
        }
        fields = {k: v for k, v in (given | said).items() if k in kind.__struct_fields__}
        self.happens((POSTS_TOPIC, number % 2), sample(kind, optional=False, **fields), who)
        if first:
            self.seen.add((who, post))
            self.post_counts[post]["viewers"] += who != AUTHOR

    @rule(who=names)
    def activate(self, who: str) -> None:
        if who not in self.gone:
            data = sample(people.PersonActivated, person=who, account="human", invited=True)
            self.happens((PEOPLE, 0), data, who)

    @rule(who=names, number=numbers)
    def view(self, who: str, number: int) -> None:
        if who not in self.gone:
            self.about(number, posts.PostViewed, who)
            self.post_counts[POST_IDS[number]]["views"] += 1
            self.deeds["viewed"].add(who)

    @rule(who=names, number=numbers)
    def comment(self, who: str, number: int) -> None:
        if who not in self.gone:
            post = POST_IDS[number]
            was = (who, post) in self.interacted
            self.about(
                number,
                responses.CommentAdded,
                who,
                comment_author=who,
                was_interacting=was,
                first_interaction=not was,
                first_response=who != AUTHOR and not self.answers[post],
            )
            if who != AUTHOR:
                self.answers[post].append((who, self.topics.now))
            self.interacted.add((who, post))
            self.deeds["interacted"].add(who)
            self.post_counts[post]["comments"] += 1
            self.post_counts[post]["interactors"] += not was and who != AUTHOR

    @rule(number=numbers)
    def delete_first_answer(self, number: int) -> None:
        post = POST_IDS[number]
        if standing := self.answers[post]:
            who, _ = standing.pop(0)
            self.about(
                number,
                responses.CommentDeleted,
                who,
                comment_author=who,
                still_interacting=True,
                previous="published",
                first_response=True,
                first_response_at=standing[0][1] if standing else None,
            )
            self.post_counts[post]["comments"] -= 1

    @rule(who=names)
    def erase(self, who: str) -> None:
        if who not in self.gone:
            self.happens((PEOPLE, 0), sample(people.PersonErased, person=who), None)
            self.gone.add(who)

    # --- what consumers do

    @rule(who=readers, order=st.permutations(PLACES), count=counts)
    def deliver(self, who: int, order: list[Place], count: int) -> None:
        for place in order:
            self.readers[who].read(place, count)

    @rule(who=readers, place=places, count=counts)
    def deliver_one_ahead_of_the_others(self, who: int, place: Place, count: int) -> None:
        self.readers[who].read(place, count)

    @rule(who=readers, back=counts)
    def deliver_again(self, who: int, back: int) -> None:
        for place in PLACES:
            self.readers[who].go_back(place, back)
            self.readers[who].read(place, back)

    @rule(who=readers)
    def flush(self, who: int) -> None:
        self.do(self.readers[who].flush())

    @rule(who=readers, at=st.sampled_from(("consumer.before_flush_commit", "consumer.flushed")))
    def flush_in_vain(self, who: int, at: str) -> None:
        self.faults.at = at
        self.do(self.readers[who].flush())
        self.faults.at = ""

    @rule(who=readers, heir=readers)
    def crash(self, who: int, heir: int) -> None:
        left = self.readers[who]
        orphans = list(left.assignment.partitions)
        self.readers[who] = self._reader(left.database, self.generation)
        self.do(self.readers[who].take_over([]))
        self.do(self.readers[heir].take_over(orphans))

    @rule(place=places, to=readers, politely=st.booleans())
    def rebalance(self, place: Place, to: int, politely: bool) -> None:
        """Politely: the old owner stores and lets go. Else it believes it still owns it."""
        if politely:
            self.do(self.readers[1 - to].flush())
            self.readers[1 - to].release(place)
        self.do(self.readers[to].take_over([place]))

    @precondition(lambda self: self.types.total() >= 10 * self.generation.number)
    @rule(order=st.permutations(PLACES), at_once=counts)
    def rebuild(self, order: list[Place], at_once: int) -> None:
        """All is read anew into the other database, which takes the place of the first."""
        self.do(self._rebuild(order, at_once))

    async def _rebuild(self, order: list[Place], at_once: int) -> None:
        number = self.generation.number + 1
        target = Generation(number, self.databases[number % 2 == 0])
        database = await emptied(self.mongo, target)
        reader = self._reader(database, target, rebuilding=True)
        await reader.take_over(order)
        for _ in range(0, max(len(one) for one in self.topics.records.values()), at_once):
            for place in order:
                reader.read(place, at_once)
            await reader.flush()
        await reader.projection.rebuilt()
        self.generation = target
        await self._start(database)
        await self.agrees()

    # --- what must be so

    @invariant()
    def nothing_is_counted_twice(self) -> None:
        if self.readers:
            stored = self.do(read_totals(self.readers[0].database)).events
            for (_, kind), count in stored.items():
                assert count <= self.types[kind]

    def teardown(self) -> None:
        if self.readers:
            self.do(self._teardown())

    async def _teardown(self) -> None:
        try:
            await self.readers[0].take_over(PLACES)
            await self.readers[0].finish()
            await self.agrees()
        finally:
            for registry in self.registries:
                await registry.close()

    async def agrees(self) -> None:
        """All that was published is counted, once."""
        database = self.readers[0].database
        totals = await read_totals(database)
        assert Counter({kind: n for (_, kind), n in totals.events.items()}) == self.types
        for published in (self.following, published_posts(database)):
            figures = {one.post_id: one for one in await published.find(POST_IDS)}
            for post, wanted in self.post_counts.items():
                counts = figures.get(post)
                found = {name: getattr(counts, name, 0) for name in wanted}
                assert found == dict(wanted), post
                standing = self.answers[post]
                answered_at = getattr(counts, "first_response_at", None)
                assert answered_at == (standing[0][1] if standing else None), post
        await self._people_are_right(database)

    async def _people_are_right(self, database: Database) -> None:
        numbered = {one["number"]: one["_id"] for one in await database.find(NUMBERS, {})}
        for deed, wanted in self.deeds.items():
            did = {numbered.get(n, "erased") for n in await people_in(database, deed)}
            assert did - {"erased"} == wanted - self.gone
        await self._erasures_are_finished(database)
        everything = [one for name in COLLECTIONS for one in await database.find(name, {})]
        assert not await database.count(TO_FORGET, {})
        text = json.dumps(everything, default=repr)
        assert not [who for who in self.gone if who in text]

    async def _erasures_are_finished(self, database: Database) -> None:
        """As it is done when no flush can be left that had begun before."""
        while due := await open_erasures(database, datetime.now(UTC) + timedelta(hours=1)):
            await forget_again(database, [one.person for one in due])
            for one in due:
                await close_erasure(database, one.erasure)


@pytest.fixture
def stage(mongo_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Counting]]:
    """The machine with two databases, whose collections are emptied and not dropped."""
    monkeypatch.setattr("services.metrics.store.generations._CLEARED", ())
    # Walks are short: all of a journal's life is to happen in one.
    monkeypatch.setattr("services.metrics.store.write.base.MOST_ENTRIES", 2)
    monkeypatch.setattr("services.metrics.store.write.base.KEPT_ENTRIES", 1)
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        connection = connected(mongo_url, driver=Driver.PYMONGO)
        mongo = runner.run(stack.enter_async_context(connection))
        Counting.mongo, Counting.runner, Counting.faults = mongo, runner, Faults(monkeypatch)
        Counting.databases = database_names(f"model_{uuid4().hex[:12]}")
        yield Counting
        for name in Counting.databases:
            runner.run(mongo.drop(name))
        runner.run(stack.aclose())


@pytest.mark.parametrize(
    "examples",
    [
        pytest.param(SHORT, id="short"),
        pytest.param(LONG, id="long", marks=pytest.mark.faults_long),
    ],
)
def test_figures_are_those_of_the_distinct_events_whatever_happens(
    stage: type[Counting], examples: int
) -> None:
    run_state_machine_as_test(
        stage,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            derandomize=True,  # the same walks each time
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
