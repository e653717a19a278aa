"""The switchover: consumer and API follow the pointer to the live figures while they run.

The consumer changes at once. The API waits until the new figures have everything that it could have
shown of the old ones: a counter that went back, even by one, would look like a restart to
Prometheus, which then adds all of it again. As the old consumers stop at the switch, and the new
ones go on, that is a matter of a second.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from services.metrics.api.sources import Sources
from services.metrics.consumer import NAME, MetricsProjection
from services.metrics.store.generations import Generation, Generations, has_counted_all
from shared.contract.errors import Unavailable
from shared.delivery.consistency import CopyConsumer
from shared.delivery.consumer import Consumer
from shared.delivery.mongo import Database, Mongo, SessionRegistry, why_unavailable
from shared.runtime.telemetry import Outage

log = logging.getLogger(__name__)

# Seconds between two looks at the pointer: a switch takes so much longer.
EVERY = 0.5

Build = Callable[[Generation, Database, SessionRegistry], Consumer]


class LiveConsumer:
    """The consumer of the live figures, whichever these are.

    Args:
        generations: The pointer to the live figures.
        mongo: The connection to the databases of all generations.
        build: Makes the consumer that counts into a generation.
    """

    def __init__(self, generations: Generations, mongo: Mongo, build: Build) -> None:
        self._generations = generations
        self._mongo = mongo
        self._build = build
        self._current: Consumer | None = None

    async def run(self) -> None:
        """Counts until it is cancelled, or until the consumer gives up."""
        live = await self._live()
        while True:
            async with self._consumer(live) as consumer:
                consuming = asyncio.create_task(consumer.run(), name=f"{NAME} {live.number}")
                changing = asyncio.create_task(self._changed(live), name=f"{NAME} pointer")
                try:
                    await asyncio.wait({consuming, changing}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    await _ended(consuming, changing)
                if changing.cancelled():
                    consuming.result()
                    return
                live = changing.result()
                log.warning("the figures were switched", extra={"generation": live.number})

    async def ready(self) -> None:
        """Checks that the service can count, for the readiness of the process.

        Raises:
            Unavailable: No consumer is running, or events are missing.
        """
        if self._current is None:
            raise Unavailable("the consumer isn't running: not started")
        await self._current.ready()

    @asynccontextmanager
    async def _consumer(self, live: Generation) -> AsyncIterator[Consumer]:
        database = self._mongo.database(live.database)
        sessions = self._mongo.sessions(database)
        self._current = self._build(live, database, sessions)
        try:
            yield self._current
        finally:
            await sessions.close()

    async def _changed(self, live: Generation) -> Generation:
        while (now := await self._live()) == live:  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(EVERY)
        return now

    async def _live(self) -> Generation:
        outage = Outage(log, "can't see which figures are live", first=EVERY)
        while True:
            try:
                live = await self._generations.live()
            except Unavailable as failure:
                await asyncio.sleep(outage.failed(why_unavailable(failure)))
            else:
                outage.over()
                return live


async def _ended(*tasks: asyncio.Task[object]) -> None:
    """Cancels what still runs, and waits for it: a consumer stores what it has folded."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


class CurrentFigures:
    """The figures that the API shows.

    Args:
        generations: The pointer to the live figures.
        mongo: The connection to the databases of all generations.
        read: Makes the sources of answers, from the database of a generation.

    Attributes:
        sources: What answers are made from now; another object after a switch.
    """

    def __init__(
        self, generations: Generations, mongo: Mongo, read: Callable[[Database], Sources]
    ) -> None:
        self._generations = generations
        self._mongo = mongo
        self._read = read
        self._shown: Generation | None = None
        self.sources: Sources

    @asynccontextmanager
    async def following(self) -> AsyncIterator["CurrentFigures"]:
        """Follows the pointer while the block runs."""
        self._show(await self._generations.live())
        following = asyncio.create_task(self._follow(), name="pointer to the figures")
        try:
            yield self
        finally:
            await _ended(following)

    def awaited(self) -> CopyConsumer:
        """The consumer that counts into the figures that are shown.

        Raises:
            RuntimeError: Nothing is shown yet.
        """
        if self._shown is None:
            raise RuntimeError("asked before the figures were looked for")
        topics = MetricsProjection.topics
        return CopyConsumer(self.sources.database, self._shown.group(NAME), topics)

    def _show(self, generation: Generation) -> None:
        self.sources = self._read(self._mongo.database(generation.database))
        self._shown = generation

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            with suppress(Unavailable):
                live = await self._generations.live()
                if live != self._shown and await self._has_everything(live):
                    self._show(live)
                    log.warning("showing other figures", extra={"generation": live.number})

    async def _has_everything(self, live: Generation) -> bool:
        if self._shown is None:
            return True
        return await has_counted_all(
            self._mongo.database(live.database),
            live.group(NAME),
            self._mongo.database(self._shown.database),
            self._shown.group(NAME),
        )
