"""Parts: what runs without an API, alone or beside others."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from shared.runtime.health import Health

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """Something that runs without an API: a relay, a worker, a consumer.

    Attributes:
        name: What log lines and refusals call the part.
        run: Works until it is cancelled; if it ends by itself, the process ends too.
        health: What `/health/...` answers for it.
    """

    name: str
    run: Callable[[], Awaitable[None]]
    health: Health = field(default_factory=Health)


def spare_collector() -> None:
    """Keeps what the start has made out of the garbage collector's walks, for good.

    Some 300,000 objects (modules, routes, models) that live as long as the process: each full
    collection went through all of them, which was a quarter of the processor time of a request.
    """
    gc.collect()
    gc.freeze()


def run_together(**works: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Work that is made of several: they run side by side, and the first that fails ends all.

    Args:
        works: What runs until it is cancelled, by its name in logs.
    """

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            for name, work in works.items():
                group.create_task(_awaited(work()), name=name)

    return run


async def _awaited(work: Awaitable[None]) -> None:
    await work


@asynccontextmanager
async def running(part: Part, stop: asyncio.Event) -> AsyncIterator[asyncio.Future[None]]:
    """Runs a part while the block runs; sets `stop` when it ends by itself."""
    work = asyncio.ensure_future(part.run())

    def ended(task: asyncio.Future[None]) -> None:
        if task.cancelled() or stop.is_set():
            return
        if task.exception() is not None:
            log.error("%s has failed", part.name, exc_info=task.exception())
        else:
            log.error("%s has ended although it wasn't told to", part.name)
        stop.set()

    work.add_done_callback(ended)
    try:
        yield work
    finally:
        work.cancel()
        await asyncio.wait([work])
