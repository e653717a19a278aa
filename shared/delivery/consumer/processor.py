"""What becomes of records that were fetched: counted, left out, or set aside as dead letters."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.chain import Partition, place_of
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.quarantine import Quarantine
from shared.delivery.dead_letters import DeadLetterTopic, Letter, refuse_replay, requested_replays
from shared.delivery.mongo import Database
from shared.delivery.projections import Projection

log = logging.getLogger(__name__)

MOST_DEAD = (
    100  # records in a row that fail; then the fault is ours, and dumping the topic would hide it
)


class TooManyDeadLetters(Exception):  # noqa: N818
    """One failure after the other.

    The consumer stops instead of emptying the topic into the dead letters.
    """


class RecordProcessor:
    """Folds records into the partitions that they belong to.

    Args:
        projection: Decodes and folds.
        assigned: Records of other partitions are left out.
        group: Whose dead letters.
        database: Where their state is kept.
        dead_letters: The topic that keeps them.
        instruments: Told of everything.
        broken: Whether all is about to start over: then nothing is folded any more.
        quarantine: Knows of partitions that have to be stored in steps.
        flush: Stores what was folded.
    """

    def __init__(
        self,
        projection: Projection,
        assigned: Assignment,
        *,
        group: str,
        database: Database,
        dead_letters: DeadLetterTopic,
        instruments: ConsumerInstruments,
        broken: Callable[[], bool],
        quarantine: Quarantine,
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        self._projection = projection
        self._assigned = assigned
        self._group = group
        self._database = database
        self._dead_letters = dead_letters
        self._instruments = instruments
        self._broken = broken
        self._quarantine = quarantine
        self._flush = flush
        self._dead_in_a_row = 0

    async def take_all(self, records: Sequence[Any]) -> None:
        """Folds in what a fetch brought of all partitions.

        Raises:
            TooManyDeadLetters: Nothing but records that can't be counted.
        """
        fetched_for = dict(self._assigned)
        groups = [
            (place, list(some))
            for place, some in groupby(records, lambda r: (r.topic, r.partition))
        ]
        # Where flushes are likely to fail comes last: all starts over then.
        groups.sort(key=lambda one: self._quarantine.step(f"{one[0][0]}/{one[0][1]}") is not None)
        for place, some in groups:
            # One that was taken over anew meanwhile is read from where that says, not from here.
            if fetched_for.get(place) is self._assigned.get(place):
                await self.take(*place, some)

    async def take(self, topic: str, number: int, records: Sequence[Any]) -> None:
        """Folds in what a fetch brought of one partition.

        Raises:
            TooManyDeadLetters: Nothing but records that can't be counted.
        """
        partition = self._assigned.get((topic, number))
        if partition is None or self._broken():
            return
        if self._quarantine.step(partition.name) is None:
            await self._fold(partition, topic, records)
        else:
            await self._fold_in_steps(partition, (topic, number), records)

    async def _fold(self, partition: Partition, topic: str, records: Sequence[Any]) -> None:
        """Folds all of these records in, and keeps those that can't be."""
        before, repeats, ahead = partition.counted, partition.repeats, partition.ahead
        dead = partition.take(records, self._projection.decode)
        self._instruments.read(
            topic,
            counted=partition.counted - before,
            repeats=partition.repeats - repeats,
            ahead=partition.ahead - ahead,
        )
        self._instruments.follow(records)
        if not dead:
            self._dead_in_a_row = 0
            return
        self._dead_in_a_row = len(dead) + (
            self._dead_in_a_row if partition.counted == before else 0
        )
        await self._keep(partition, dead, in_a_row=self._dead_in_a_row)

    async def _keep(self, partition: Partition, dead: Sequence[Letter], *, in_a_row: int) -> None:
        """Keeps dead letters, unless they are too many in a row."""
        partition.held = True
        if in_a_row > MOST_DEAD:
            raise TooManyDeadLetters(f"{in_a_row} records in a row failed: {dead[-1].reason}")
        await self._dead_letters.keep(dead)
        self._instruments.dead_letters.inc(len(dead))
        partition.held = False

    async def _fold_in_steps(
        self, partition: Partition, place: tuple[str, int], records: Sequence[Any]
    ) -> None:
        """Folds a few records at a time, with a flush after each few; see `Quarantine`."""
        name, at = partition.name, 0
        while at < len(records) and not self._broken() and self._assigned.get(place) is partition:
            step = records[at : at + (self._quarantine.step(name) or len(records))]
            harmful = next(
                (i for i, one in enumerate(step) if self._quarantine.harm(name, one)), -1
            )
            if harmful == 0:
                step = step[:1]
                await self._set_aside(partition, step[0])
            else:
                step = step[:harmful] if harmful > 0 else step
                self._quarantine.trying(name, step)
                await self._fold(partition, place[0], step)
            at += len(step)
            await self._flush()

    async def _set_aside(self, partition: Partition, record: Any) -> None:
        reason = self._quarantine.harm(partition.name, record) or ""
        self._quarantine.trying(partition.name, ())
        if dead := partition.set_aside(record, reason):
            log.error(
                "a record was set open_letters: what it adds can't be stored",
                extra={
                    "group": self._group,
                    "partition": partition.name,
                    "offset": record.offset,
                    "reason": reason,
                    "letter": dead[0].id,
                },
            )
            in_a_row = self._quarantine.set_aside(partition.name)
            await self._keep(partition, dead, in_a_row=in_a_row)

    async def replay(self) -> None:
        """Tries dead letters again that somebody wants; the next flush settles it."""
        for refused, why in self._quarantine.refused_letters().items():
            await refuse_replay(self._database, refused, why)
        names = {p.name: p for p in self._assigned.values()}
        for letter in await requested_replays(self._database, self._group, list(names)):
            partition = self._assigned.get(place_of(letter.partition))
            if partition is not names[letter.partition] or partition.open_letters.settled(
                letter.id
            ):
                continue
            if self._broken():
                return
            fold = partial(self._projection.fold, partition.name)
            reason = partition.replay(letter, self._projection.decode, self._projection.late, fold)
            if reason is not None:
                await refuse_replay(self._database, letter.id, reason)
