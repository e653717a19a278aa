"""What the drivers need from us to wait well."""

import asyncio
import random
from contextlib import suppress

from pymongo.lock import _async_cond_wait, _async_create_condition, _async_create_lock

from shared.delivery.mongo.driver import mend_waiting


async def test_no_cancellation_leaves_a_condition_locked() -> None:
    """However a waiting task is cut off, the next one gets the lock."""
    mend_waiting()
    condition = _async_create_condition(_async_create_lock())
    failures: list[BaseException] = []

    async def wait() -> None:
        try:
            async with condition:
                await _async_cond_wait(condition, 0.001)
        except RuntimeError as broken:
            failures.append(broken)

    async def wake() -> None:
        async with condition:
            condition.notify_all()

    dice = random.Random(1)
    for _ in range(300):
        tasks = [asyncio.create_task(wait()) for _ in range(4)]
        tasks.append(asyncio.create_task(wake()))
        for _ in range(dice.randrange(6)):
            await asyncio.sleep(0)
        for _ in range(3):
            for task in tasks:
                if dice.random() < 0.5:
                    task.cancel()
            await asyncio.sleep(0)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(5), condition:
            pass
    assert failures == []
