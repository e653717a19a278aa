"""What a consumer does beside reading: flushes, replays of dead letters, and looks for gaps."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.chain import Gap
from shared.delivery.consumer.flusher import Flusher
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.processor import RecordProcessor
from shared.delivery.consumer.subscription import Subscription, seek_to_start

log = logging.getLogger(__name__)

TICK = 0.02  # seconds between looks whether a flush is due, while there is something to store
GAPS_EVERY = 0.5  # seconds between looks for gaps
REPLAY_EVERY = 1.0  # seconds between looks for dead letters that somebody wants to be replayed


class Housekeeping:
    """A loop that does each of its tasks when its time has come.

    While nothing was folded it waits for the next task of the clock, or for a fold: five idle
    consumers in one process looked 250 times a second for nothing.

    Args:
        assignment: The partitions that are looked after.
        subscription: Tells whether the group still knows this member.
        flusher: Tells when a flush is due.
        processor: Replays dead letters.
        instruments: Get the number of gaps and the lag.

    Attributes:
        gaps: Missing events, as the last look found them.
    """

    def __init__(
        self,
        assignment: Assignment,
        subscription: Subscription,
        flusher: Flusher,
        processor: RecordProcessor,
        instruments: ConsumerInstruments,
    ) -> None:
        self.gaps: list[Gap] = []
        self._assignment = assignment
        self._subscription = subscription
        self._flusher = flusher
        self._processor = processor
        self._instruments = instruments

    async def run(self, flush: Callable[[], Awaitable[None]]) -> None:
        """Runs until something fails; then the consumer must start over from what is stored.

        Args:
            flush: Stores what was folded.

        Raises:
            NotJoined: The group has forgotten this member.
            Unavailable: The database doesn't answer.
            FlushFenced: A partition belongs to another consumer now.
        """
        gaps_at = replayed_at = 0.0
        while True:
            await self._pause(min(gaps_at + GAPS_EVERY, replayed_at + REPLAY_EVERY))
            now = time.monotonic()
            self._subscription.require_assignment(now)
            if self._flusher.due(now, self._waiting):
                await flush()
            if now - replayed_at >= REPLAY_EVERY:
                replayed_at = now
                await self._processor.replay()
            if now - gaps_at >= GAPS_EVERY:
                gaps_at = now
                await self._report_gaps(now)

    async def _pause(self, until: float) -> None:
        """Waits until something can be due: for a fold, where there is nothing to store yet.

        Args:
            until: When the clock's own tasks are due, in seconds on a steady clock.
        """
        folded = self._assignment.folded
        folded.clear()  # before the look: what is folded after it sets this again
        if self._assignment.changed:
            await asyncio.sleep(TICK)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(max(until - time.monotonic(), TICK)):
                await folded.wait()

    def _waiting(self) -> int:
        """Records that wait; counted only when a flush depends on it."""
        return sum(self._assignment.lag(self._subscription.client).values())

    async def _report_gaps(self, now: float) -> None:
        client = self._subscription.client
        gaps = await find_gaps(self._assignment, client, now)
        for gap in gaps:
            if gap not in self.gaps:
                _log_gap(gap)
        self.gaps = gaps
        self._instruments.gaps.set(len(gaps))
        self._instruments.lag(self._assignment.lag(client))


async def find_gaps(
    assignment: Assignment, client: AIOKafkaConsumer | None, now: float
) -> list[Gap]:
    """Finds missing events; sends a partition back to its start where that may bring them.

    Args:
        assignment: The partitions that are checked.
        client: Reads them; None before the start, then nothing is sent back.
        now: Seconds on a steady clock.
    """
    gaps: list[Gap] = []
    for (topic, number), partition in list(assignment.partitions.items()):
        reread, missing = partition.check(now)
        gaps += missing
        if client is None:
            continue
        # The embedded broker never says "out of range": it would leave us waiting beyond the
        # end of a new log, and then skip its beginning.
        place = TopicPartition(topic, number)
        end = client.highwater(place)
        shorter = end is not None and partition.next > end
        if reread or shorter:
            log.warning(
                "reading a partition again from its start", extra={"partition": partition.name}
            )
            partition.next = 0
            await seek_to_start(client, place)
    return gaps


def _log_gap(gap: Gap) -> None:
    """Logs that events are missing, with the command that has them sent again."""
    service = gap.source.split("/")[2] if gap.source.count("/") > 2 else gap.source
    mend = f"mitmach relay rewind {service} --from {int(gap.after or 0) + 1}"
    log.error("events are missing", extra={**gap._asdict(), "mend": mend})
