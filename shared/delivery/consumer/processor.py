"""What becomes of records that were fetched: counted, left out, or set aside as dead letters."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from shared.contract.ids import first_id_at
from shared.delivery.consistency.applied import CLOCKS
from shared.delivery.consistency.token import MEMORY
from shared.delivery.consumer.assignment import Assignment
from shared.delivery.consumer.chain import Partition
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.consumer.quarantine import Quarantine
from shared.delivery.dead_letters import DeadLetterTopic, Letter, refuse_replay, requested_replays
from shared.delivery.kafka import place_of
from shared.delivery.mongo import Database
from shared.delivery.projections import Projection

log = logging.getLogger(__name__)

# Records in a row that fail; then the fault is ours, and dumping the topic would hide it.
MOST_DEAD = 100


class TooManyDeadLetters(Exception):  # noqa: N818
    """Nothing but records that can't be counted.

    The consumer stops instead of emptying the topic into the dead letters.
    """


class RecordProcessor:
    """Folds records into the partitions that they belong to.

    Args:
        projection: Decodes records, and says which may be counted late.
        assignment: The partitions; records of others are left out.
        group: Id of the consumer group, by which its dead letters are found.
        database: Where it is stored what becomes of dead letters.
        dead_letters: The topic that keeps them.
        instruments: Get what became of each fetch, and the number of dead letters.
        broken: Whether all is about to start over: then nothing is folded any more.
        will_read: Whether the record at this place and offset comes again; see `Subscription`.
        quarantine: Knows of partitions that have to be stored in steps.
        flush: Stores what was folded.
    """

    def __init__(
        self,
        projection: Projection,
        assignment: Assignment,
        *,
        group: str,
        database: Database,
        dead_letters: DeadLetterTopic,
        instruments: ConsumerInstruments,
        broken: Callable[[], bool],
        will_read: Callable[[tuple[str, int], int], Awaitable[bool]],
        quarantine: Quarantine,
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        self._projection = projection
        self._assignment = assignment
        self._group = group
        self._database = database
        self._dead_letters = dead_letters
        self._instruments = instruments
        self._broken = broken
        self._will_read = will_read
        self._quarantine = quarantine
        self._flush = flush
        self._dead_in_a_row = 0

    async def process(self, records: Sequence[Any]) -> None:
        """Folds in what a fetch brought of all partitions.

        Raises:
            TooManyDeadLetters: Nothing but records that can't be counted.
        """
        fetched = [
            (place, list(group))
            for place, group in groupby(records, lambda r: (r.topic, r.partition))
        ]
        # Where flushes are likely to fail comes last: all starts over then.
        fetched.sort(key=lambda item: self._quarantine.step("{}/{}".format(*item[0])) is not None)
        for place, its_records in fetched:
            # A partition that was taken over meanwhile is read from where that says, not from here:
            # where a history may begin in its middle, what is before would be lost.
            if not await self._will_read(place, its_records[0].offset):
                await self.process_partition(*place, its_records)

    async def process_partition(self, topic: str, number: int, records: Sequence[Any]) -> None:
        """Folds in what a fetch brought of one partition.

        Raises:
            TooManyDeadLetters: Nothing but records that can't be counted.
        """
        partition = self._assignment.partitions.get((topic, number))
        if partition is None or self._broken():
            return
        if self._quarantine.step(partition.name) is None:
            await self._fold(partition, topic, records)
        else:
            await self._fold_in_steps(partition, (topic, number), records)

    async def _fold(self, partition: Partition, topic: str, records: Sequence[Any]) -> None:
        """Folds all of these records in, and keeps those that can't be."""
        before, repeats, ahead = partition.counted, partition.repeats, partition.ahead
        since = first_id_at(int((time.time() - MEMORY - CLOCKS) * 1000))
        dead = partition.fold_in(records, self._projection.decode, since=since)
        self._assignment.folded.set()
        self._instruments.read(
            topic,
            counted=partition.counted - before,
            repeats=partition.repeats - repeats,
            ahead=partition.ahead - ahead,
        )
        self._instruments.follow(records, topic)
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
        partitions = self._assignment.partitions
        while at < len(records) and not self._broken() and partitions.get(place) is partition:
            step = records[at : at + (self._quarantine.step(name) or len(records))]
            harmful = next(
                (i for i, record in enumerate(step) if self._quarantine.harm(name, record)), -1
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
        dead = partition.set_aside(record, reason)
        self._assignment.folded.set()
        if dead:
            log.error(
                "a record was set aside: what it adds can't be stored",
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
        """Counts dead letters whose replay was requested; the next flush stores that."""
        for refused, reason in self._quarantine.refused_letters().items():
            await refuse_replay(self._database, refused, reason)
        partitions = self._assignment.partitions
        asked = {p.name: p for p in partitions.values()}
        for letter in await requested_replays(self._database, self._group, list(asked)):
            partition = partitions.get(place_of(letter.partition))
            if partition is not asked[letter.partition]:  # it was taken over anew meanwhile
                continue
            if partition.open_letters.was_replayed(letter.id):
                continue
            if self._broken():
                return
            spare = partial(self._projection.fold, partition.name)
            refusal = partition.replay(
                letter, self._projection.decode, self._projection.late, spare
            )
            if refusal is not None:
                await refuse_replay(self._database, letter.id, refusal)
