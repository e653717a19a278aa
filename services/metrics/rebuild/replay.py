"""The replay: from the beginning of the topics to the switch, in steps that can be resumed.

1. Choose the database that isn't live, and empty it.
2. Count all topics from their beginning into it, with the consumer that counts anyway: what it has
   stored, it never counts again, so a killed replay goes on where it was.
3. Compare with the live figures, exactly, while both go on counting.
4. Switch the pointer. Consumers and APIs follow it; this process goes on counting until one has.

The topics are the source, and nothing else: they keep at least what the services' logs keep, since
a relay that finds its topic lost sends all of its log again.
"""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.metrics.consumer import NAME, MetricsProjection
from services.metrics.rebuild.comparison import Comparison, compare_generations
from services.metrics.store.documents import COLLECTIONS
from services.metrics.store.generations import (
    Generation,
    Generations,
    clear_generation,
    has_counted_all,
)
from services.metrics.store.migrations import MIGRATIONS
from services.metrics.store.read.totals import read_totals
from shared.contract.errors import Category, Refusal
from shared.contract.ids import new_id
from shared.delivery.consumer import Consumer, build_consumer
from shared.delivery.kafka import KafkaConnection
from shared.delivery.lease import DURATION, Lease
from shared.delivery.mongo import Mongo
from shared.runtime.assembly import partitions, prepare_database
from shared.runtime.telemetry import Telemetry

# Seconds between looks at how far it is.
LOOK = 0.25
# Seconds without a further event after which a replay is given up, for now.
STUCK = 60.0
# Comparisons, a look apart, in which partitions that were unclear must have become clear.
COMPARISONS = 20
# Seconds in which a consumer of the service should have followed the switch.
FOLLOWED_WITHIN = 60.0


class ReplayStuck(Refusal):
    """The replay doesn't get on; what was counted so far is kept."""

    category = Category.UNAVAILABLE
    title = "The replay doesn't get on"


class ReplayRuns(Refusal):
    """Another replay runs, and there can be one at a time."""

    category = Category.CONFLICT
    title = "Another replay runs; it can be ended at any time, and resumed"


class ReplayProgress(NamedTuple):
    """How far a replay has come.

    Attributes:
        counted: How many events are in the rebuilt figures.
        live: How many events are in the live figures.
    """

    counted: int
    live: int


ProgressCallback = Callable[[ReplayProgress], None]


class ReplayOutcome(NamedTuple):
    """How a replay ended.

    Attributes:
        switched: Whether the rebuilt figures are live now.
        comparison: The differences between live and rebuilt figures.
        followed: Whether a consumer of the service counts into the rebuilt figures.
        database: The name of the database that holds the rebuilt figures.
    """

    switched: bool
    comparison: Comparison
    followed: bool
    database: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A rebuild of the metrics.

    Attributes:
        mongo: The connection to the databases of all generations.
        kafka: The broker with the topics.
        database: The name of the service's own database.
        person: Whom a name in an event stands for: turns aliases back into the ids of people.
        restart: Whether to give up what an earlier replay has counted.
        allow_incomplete: Whether to begin where the topics do, if older events are gone from them.
        switch: Whether to make the rebuilt figures live when they are the same.
        accept: Whether to make them live even when they differ.
        tell: Called with the progress, a few times a second.
    """

    mongo: Mongo
    kafka: KafkaConnection
    database: str
    person: Callable[[str], str]
    restart: bool = False
    allow_incomplete: bool = False
    switch: bool = True
    accept: bool = False
    tell: ProgressCallback = lambda _: None

    async def run(self) -> ReplayOutcome:
        """Begins or goes on, compares, switches.

        Raises:
            ReplayRuns: Another process replays.
            ReplayStuck: Nothing is counted any more, or events are missing from the topics.
            JustSwitched: The last replay has hardly ended.
            Unavailable: The database doesn't answer.
        """
        base = self.mongo.database(self.database)
        async with Lease(base, "metrics-replay", holder=new_id()).contending() as lease:
            try:
                async with asyncio.timeout(2 * DURATION):
                    await lease.acquired()
            except TimeoutError:
                raise ReplayRuns from None
            return await self._run(Generations(base))

    async def _run(self, generations: Generations) -> ReplayOutcome:
        if self.restart and (found := await generations.building()) is not None:
            await generations.abandon(found[0])
        target = await generations.begin()
        live = await generations.live()
        await self._prepare(generations, target)
        async with self._counting(target) as (consumer, projection):
            await self._catch_up(consumer, live, target)
            comparison = await self._compare(live, target)
            if not self.switch or not (comparison.same or self.accept):
                return ReplayOutcome(False, comparison, False, target.database)
            async with consumer.between_flushes():
                await projection.rebuilt()
            switched = await generations.switch(target)
            followed = switched and await self._followed(consumer)
            return ReplayOutcome(switched, comparison, followed, target.database)

    async def _prepare(self, generations: Generations, target: Generation) -> None:
        database = self.mongo.database(target.database)
        found = await generations.building()
        if found is None or not found[1]:
            await clear_generation(database, target.number)
        await prepare_database(database, COLLECTIONS, MIGRATIONS)
        await generations.ready(target)

    @asynccontextmanager
    async def _counting(self, target: Generation) -> Any:
        """The consumer that counts into the new figures."""
        database = self.mongo.database(target.database)
        sessions = self.mongo.sessions(database)
        telemetry = Telemetry("metrics-replay")
        projection = MetricsProjection(
            database,
            telemetry.metrics,
            generation=target.number,
            rebuilding=True,
            person=self.person,
        )
        try:
            async with build_consumer(
                projection,
                service="metrics",
                database=database,
                sessions=sessions,
                kafka=self.kafka,
                topics=partitions(projection.topics),
                telemetry=telemetry,
                allow_incomplete=self.allow_incomplete,
                group=target.group(NAME),
            ) as consumer:
                yield consumer, projection
        finally:
            await sessions.close()

    async def _catch_up(self, consumer: Consumer, live: Generation, target: Generation) -> None:
        """Waits until this process counts, and the new figures have all that the live ones have.

        It counts when no partition is left to an earlier replay: that would look like a consumer of
        the service that follows.
        """
        rebuilt, shown = self.mongo.database(target.database), self.mongo.database(live.database)
        loop = asyncio.get_running_loop()
        before, since = -1, loop.time()
        while not (
            consumer.partitions
            and await consumer.alone()
            and await has_counted_all(rebuilt, target.group(NAME), shown, live.group(NAME))
        ):
            counted = (await read_totals(rebuilt)).events.total()
            self.tell(ReplayProgress(counted, (await read_totals(shown)).events.total()))
            if consumer.gaps:
                gap = consumer.gaps[0]
                raise ReplayStuck(
                    f"{gap.partition} lacks events of {gap.source} after {int(gap.after or 0)}:"
                    " `mitmach relay rewind` sends what the log has; what is gone for good only"
                    " --allow-incomplete leaves out."
                )
            if counted != before:
                before, since = counted, loop.time()
            elif loop.time() - since > STUCK:
                reason = consumer.failure or "the live figures have events that no topic has"
                raise ReplayStuck(f"Nothing was counted for {STUCK:.0f} seconds: {reason}.")
            await asyncio.sleep(LOOK)
        counted = (await read_totals(rebuilt)).events.total()
        self.tell(ReplayProgress(counted, counted))

    async def _compare(self, live: Generation, target: Generation) -> Comparison:
        comparison = Comparison()
        for _ in range(COMPARISONS):
            comparison = await compare_generations(self.mongo, self.kafka, live, target)
            if not comparison.unclear:
                break
            await asyncio.sleep(LOOK)
        return comparison

    async def _followed(self, consumer: Consumer) -> bool:
        """Whether a consumer of the service follows; until it does, this process goes on counting.

        Once it shares the partitions, this process can end: the consumer then takes them all.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + FOLLOWED_WITHIN
        while loop.time() < until:
            if not await consumer.alone():
                return True
            await asyncio.sleep(LOOK)
        return False
