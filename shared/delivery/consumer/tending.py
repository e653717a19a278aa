"""What a consumer does beside reading: it flushes, tries dead letters again, looks for gaps."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from shared.delivery.consumer.assigned import Assigned
from shared.delivery.consumer.chain import Gap
from shared.delivery.consumer.flusher import Flusher
from shared.delivery.consumer.gaps import find_gaps, tell
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.processor import RecordProcessor
from shared.delivery.consumer.subscription import Subscription

TICK = 0.02  # seconds between looks whether a flush is due
CHECK_EVERY = 0.5  # seconds between looks for gaps
WISHES_EVERY = 1.0  # seconds between looks whether somebody wants a dead letter to be tried again


class Tender:
    """Does each of it when its time has come.

    Attributes:
        gaps: What is missing now.
    """

    def __init__(
        self,
        assigned: Assigned,
        subscription: Subscription,
        flusher: Flusher,
        reader: RecordProcessor,
        instruments: ConsumerInstruments,
    ) -> None:
        self.gaps: list[Gap] = []
        self._assigned = assigned
        self._subscription = subscription
        self._flusher = flusher
        self._reader = reader
        self._instruments = instruments

    async def run(self, flush: Callable[[], Awaitable[None]]) -> None:
        """Until something fails: then all must start over from what is stored.

        Args:
            flush: Stores what was folded.

        Raises:
            NotJoined: The group has forgotten this member.
            Unavailable: The database doesn't answer.
            FlushFenced: A partition belongs to another consumer now.
        """
        checked = looked = 0.0
        while True:
            await asyncio.sleep(TICK)
            now = time.monotonic()
            self._subscription.require_agreement(now)
            lag = self._assigned.lag(self._subscription.client)
            if self._flusher.due(now, sum(lag.values())):
                await flush()
            if now - looked > WISHES_EVERY:
                looked = now
                await self._reader.replay()
            if now - checked > CHECK_EVERY:
                checked = now
                await self._check(now)

    async def _check(self, now: float) -> None:
        client = self._subscription.client
        gaps = await find_gaps(self._assigned, client, now)
        for gap in gaps:
            if gap not in self.gaps:
                tell(gap)
        self.gaps = gaps
        self._instruments.gaps.set(len(gaps))
        self._instruments.lag(self._assigned.lag(client))
