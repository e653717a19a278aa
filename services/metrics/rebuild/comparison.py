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

# Seconds in which the records between two marks must have been read. The marks are seconds apart.
READING = 10.0


class PartitionCounts(NamedTuple):
    """What a set of figures has counted of a partition.

    Attributes:
        mark: How far the partition was counted.
        counts: Gross counts: events under the names of `counter_name`, first views under `first
            views|format`.
    """

    mark: Mark
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two sets of figures.

    Attributes:
        differences: Counts that differ, by name: live and rebuilt, both as of the same event. The
            names are those of `PartitionCounts`.
        unclear: Partitions that couldn't be compared at this moment.
    """

    differences: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    unclear: Sequence[str] = ()

    @property
    def same(self) -> bool:
        """Whether everything was compared, and nothing differs."""
        return not self.differences and not self.unclear


async def compare_generations(
    mongo: Mongo, kafka: KafkaConnection, live: Generation, rebuilt: Generation
) -> Comparison:
    """Compares all gross counts of two generations.

    Args:
        mongo: The connection to the databases of both.
        kafka: The broker with the topics that they are counted from.
        live: The live generation.
        rebuilt: The generation that is to take its place.
    """
    live_counts, rebuilt_counts = (
        await _partition_counts(mongo, live),
        await _partition_counts(mongo, rebuilt),
    )
    nothing = PartitionCounts(Mark(0, {}), Counter())
    unclear: list[str] = []
    sums: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for name in sorted(live_counts.keys() | rebuilt_counts.keys()):
        pair = live_counts.get(name, nothing), rebuilt_counts.get(name, nothing)
        missing = await _missing(kafka, name, *pair)
        if missing is None:
            unclear.append(name)
            continue
        for total, partition, more in zip(sums, pair, missing, strict=True):
            total.update(partition.counts)
            total.update(more)
    names = sums[0].keys() | sums[1].keys()
    totals = {name: (sums[0][name], sums[1][name]) for name in sorted(names)}
    differences = {name: pair for name, pair in totals.items() if pair[0] != pair[1]}
    return Comparison(differences, unclear)


async def _partition_counts(mongo: Mongo, generation: Generation) -> dict[str, PartitionCounts]:
    """All partitions of a generation, as of one moment."""
    database = mongo.database(generation.database)
    sessions = mongo.sessions(database)
    try:
        session = await sessions.open()
        async with session.transaction() as transaction:
            marks = await read_marks(transaction, generation.group(NAME))
            totals = {stored["_id"]: stored for stored in await transaction.find(TOTALS, {})}
    finally:
        await sessions.close()
    return {
        name: PartitionCounts(mark, _counts(totals.get(name, {}))) for name, mark in marks.items()
    }


def _counts(stored: Mapping[str, Any]) -> Counter[str]:
    counts = Counter(stored.get("events", {}))
    counts.update({f"first views|{name}": n for name, n in stored.get("views", {}).items()})
    return counts


async def _missing(
    kafka: KafkaConnection, name: str, live: PartitionCounts, rebuilt: PartitionCounts
) -> tuple[Counter[str], Counter[str]] | None:
    """What the live and the rebuilt figures each lack of a partition, beside the other.

    In a partition one of the two is ahead, so the other lacks the records between their marks, and
    the one that is ahead lacks nothing. None if that can't be found out at this moment.
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
    """Counts the records from one mark to the other; None if they aren't all there."""
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
                between = [record for record in records if record.offset < upper.next]
                partition.fold_in(between, decode)
    if partition.marks != dict(upper.sources):
        return None
    increments = counted.take()
    counts = Counter({counter_name(key): count for key, count in increments.tallies.items()})
    counts.update(
        {f"first views|{view_key(format_)}": count for format_, count in increments.views.items()}
    )
    return counts
