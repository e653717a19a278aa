"""Are two sets of figures the same, although both go on counting while they are compared?

Each partition's gross counts are stored in one document, in the transaction that stores how far it
was read. So both are read as of one moment, and where one set is ahead, the records between are
read from the topic and counted here: the difference must be exactly those.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from services.metrics.consumer import NAME
from services.metrics.projection import decode, fold
from services.metrics.store.documents import TOTALS, counter_name, view_key
from services.metrics.store.generations import Generation
from shared.delivery.consumer import Mark, read_marks
from shared.delivery.consumer.chain import Partition
from shared.delivery.kafka import KafkaConnection, open_reader
from shared.delivery.mongo import Mongo

READING = 10.0  # seconds for the records between two marks; they are seconds apart themselves


class PartitionCounts(NamedTuple):
    """One partition in one set of figures.

    Attributes:
        mark: How far it was counted.
        counts: Gross counts: events by kind, format and surface, and first views by format.
    """

    mark: Mark
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out.

    Attributes:
        differences: Counts that aren't what they should be: live, and rebuilt, both as of the same
            event. Names are those of `counter_name`, or `first views|format`.
        unclear: Partitions that couldn't be compared at this moment.
    """

    differences: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    unclear: Sequence[str] = ()

    @property
    def same(self) -> bool:
        """Whether all was compared, and nothing differs."""
        return not self.differences and not self.unclear


async def compare_generations(
    mongo: Mongo, kafka: KafkaConnection, live: Generation, rebuilt: Generation
) -> Comparison:
    """Compares all gross counts of two generations."""
    mine, theirs = await _partition_counts(mongo, live), await _partition_counts(mongo, rebuilt)
    nothing = PartitionCounts(Mark(0, {}), Counter())
    unclear: list[str] = []
    sums: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for name in sorted(mine.keys() | theirs.keys()):
        pair = mine.get(name, nothing), theirs.get(name, nothing)
        ahead = await _ahead(kafka, name, *pair)
        if ahead is None:
            unclear.append(name)
            continue
        for total, standing, more in zip(sums, pair, ahead, strict=True):
            total.update(standing.counts)
            total.update(more)
    names = sums[0].keys() | sums[1].keys()
    differing = {one: (sums[0][one], sums[1][one]) for one in sorted(names)}
    return Comparison({one: pair for one, pair in differing.items() if pair[0] != pair[1]}, unclear)


async def _partition_counts(mongo: Mongo, generation: Generation) -> dict[str, PartitionCounts]:
    """All partitions of a generation, as of one moment."""
    database = mongo.database(generation.database)
    sessions = mongo.sessions(database)
    try:
        session = await sessions.open()
        async with session.transaction() as transaction:
            marks = await read_marks(transaction, generation.group(NAME))
            totals = {one["_id"]: one for one in await transaction.find(TOTALS, {})}
    finally:
        await sessions.close()
    return {
        name: PartitionCounts(mark, _counts(totals.get(name, {}))) for name, mark in marks.items()
    }


def _counts(stored: Mapping[str, Any]) -> Counter[str]:
    counts = Counter(stored.get("events", {}))
    counts.update({f"first views|{name}": n for name, n in stored.get("views", {}).items()})
    return counts


async def _ahead(
    kafka: KafkaConnection, name: str, live: PartitionCounts, rebuilt: PartitionCounts
) -> tuple[Counter[str], Counter[str]] | None:
    """What each of the two has to count until it is where the other is; None if that isn't clear.

    One of them is nothing: either is ahead of the other in a partition.
    """
    if live.mark.sources == rebuilt.mark.sources:
        return Counter(), Counter()
    if rebuilt.mark.reaches(live.mark):
        between = await _between(kafka, name, live.mark, rebuilt.mark)
        return None if between is None else (between, Counter())
    if live.mark.reaches(rebuilt.mark):
        between = await _between(kafka, name, rebuilt.mark, live.mark)
        return None if between is None else (Counter(), between)
    return None


async def _between(
    kafka: KafkaConnection, name: str, lower: Mark, upper: Mark
) -> Counter[str] | None:
    """Counts the records from one mark to the other; None if they aren't there."""
    topic, _, number = name.rpartition("/")
    place = TopicPartition(topic, int(number))
    counted = fold(name)
    partition = Partition(
        name, epoch=0, offset=lower.next, marks=dict(lower.sources), seen={}, fold=counted
    )
    async with open_reader(kafka) as reader:
        reader.assign([place])
        reader.seek(place, lower.next)
        loop = asyncio.get_running_loop()
        until = loop.time() + READING
        while partition.next < upper.next and loop.time() < until:
            for records in (await reader.getmany(timeout_ms=200)).values():
                partition.fold_in([one for one in records if one.offset < upper.next], decode)
    if partition.marks != dict(upper.sources):
        return None
    taken = counted.take()
    counts = Counter({counter_name(tally): n for tally, n in taken.tallies.items()})
    counts.update({f"first views|{view_key(format_)}": n for format_, n in taken.views.items()})
    return counts
