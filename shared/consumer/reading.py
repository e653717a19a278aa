"""What becomes of records that were fetched: counted, left out, or set aside as dead letters."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from shared.consumer.assigned import Assigned
from shared.consumer.chain import place_of
from shared.consumer.instruments import Instruments
from shared.consumer.projection import Projection
from shared.dead_letters import DeadLetters, refuse, wished
from shared.mongo import Database

MOST_DEAD = (
    100  # records in a row that fail; then the fault is ours, and dumping the topic would hide it
)


class TooManyDeadLetters(Exception):  # noqa: N818
    """One failure after the other.

    The consumer stops instead of emptying the topic into the dead letters.
    """


class Reader:
    """Folds records into the partitions that they belong to.

    Args:
        projection: Decodes and folds.
        assigned: Records of other partitions are left out.
        group: Whose dead letters.
        database: Where their state is kept.
        dead_letters: The topic that keeps them.
        instruments: Told of everything.
        broken: Whether all is about to start over: then nothing is folded any more.
    """

    def __init__(
        self,
        projection: Projection,
        assigned: Assigned,
        *,
        group: str,
        database: Database,
        dead_letters: DeadLetters,
        instruments: Instruments,
        broken: Callable[[], bool],
    ) -> None:
        self._projection = projection
        self._assigned = assigned
        self._group = group
        self._database = database
        self._dead_letters = dead_letters
        self._instruments = instruments
        self._broken = broken
        self._dead_in_a_row = 0

    async def take_all(self, records: Sequence[Any]) -> None:
        """Folds in what a fetch brought of all partitions.

        Raises:
            TooManyDeadLetters: Nothing but records that can't be counted.
        """
        fetched_for = dict(self._assigned)
        for place, group in groupby(records, lambda r: (r.topic, r.partition)):
            # One that was taken over anew meanwhile is read from where that says, not from here.
            if fetched_for.get(place) is self._assigned.get(place):
                await self.take(*place, list(group))

    async def take(self, topic: str, number: int, records: Sequence[Any]) -> None:
        """Folds in what a fetch brought of one partition.

        Raises:
            TooManyDeadLetters: Nothing but records that can't be counted.
        """
        partition = self._assigned.get((topic, number))
        if partition is None or self._broken():
            return
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
        partition.held = True
        if self._dead_in_a_row > MOST_DEAD:
            raise TooManyDeadLetters(
                f"{self._dead_in_a_row} records in a row failed: {dead[-1].reason}"
            )
        await self._dead_letters.keep(dead)
        self._instruments.dead_letters.inc(len(dead))
        partition.held = False

    async def replay(self) -> None:
        """Tries dead letters again that somebody wants; the next flush settles it."""
        names = {p.name: p for p in self._assigned.values()}
        for letter in await wished(self._database, self._group, list(names)):
            partition = self._assigned.get(place_of(letter.partition))
            if partition is not names[letter.partition] or partition.aside.settled(letter.id):
                continue
            if self._broken():
                return
            fold = partial(self._projection.fold, partition.name)
            reason = partition.replay(letter, self._projection.decode, self._projection.late, fold)
            if reason is not None:
                await refuse(self._database, letter.id, reason)
