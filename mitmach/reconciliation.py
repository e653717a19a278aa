"""Reconciliation: are as many events acknowledged (logs), published (Kafka) and counted (metrics)?

Each is found in its own way, so that a mistake in one can't hide: the logs are read from the
databases, the topics with a reader of our own that keeps one number per source and partition, and
the counters as anyone scrapes them. Topics that are no metric's business (ballots, logins, what is
said of erasures) are left out of all three.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import httpx
import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from prometheus_client.parser import text_string_to_metric_families

from services.metrics.projection import FOLDS
from shared.contract.errors import Unavailable
from shared.contract.events.ballots import BallotCast, BallotChanged, BallotWithdrawn
from shared.contract.events.people import (
    PersonErased,
    PersonInvited,
    PersonLeft,
    PersonReinstated,
    PersonSuspended,
    PersonVisited,
)
from shared.contract.services import LogOwner
from shared.delivery.consumer.chain import Gap, Partition
from shared.delivery.kafka import KafkaConnection, existing_partitions, open_reader
from shared.delivery.log import OPEN_LOG, logged_events
from shared.delivery.mongo import Mongo

# Beside each of these is one on a restricted topic: for what they voted, or whose their token is.
_BESIDE_RESTRICTED = tuple(
    kind.type
    for kind in (
        *(BallotCast, BallotChanged, BallotWithdrawn),
        *(PersonInvited, PersonVisited, PersonSuspended, PersonReinstated),
        *(PersonLeft, PersonErased),
    )
)
# Seconds without a record after which an unreliable end of a partition is believed.
_QUIET = 1.0


class ChainedEvent(msgspec.Struct, gc=False):
    """An event's place in its chain, and its type: what counting needs of it."""

    id: str
    source: str
    type: str
    sequence: str
    predecessor: str


class _Type(msgspec.Struct, gc=False):
    type: str


class TopicCounts(NamedTuple):
    """What the topics hold.

    Attributes:
        types: Distinct events by type.
        repeats: How many records repeat an event that is there already.
        gaps: Chains that lack events.
    """

    types: Counter[str]
    repeats: int
    gaps: list[Gap]


class Reconciliation(NamedTuple):
    """The three counts of events, by type.

    Attributes:
        acknowledged: Events in the logs of the services.
        published: Events in the topics.
        counted: Events that the metrics service has counted.
        restricted: Acknowledged events of restricted topics, as those beside them tell: at most,
            since somebody may be invited before it is known what their tokens say.
    """

    acknowledged: Counter[str]
    published: TopicCounts
    counted: Counter[str]
    restricted: int = 0

    def differences(self) -> dict[str, tuple[int, int, int]]:
        """Types whose three counts differ: acknowledged, published, counted."""
        every = self.acknowledged | self.published.types | self.counted
        rows = {
            kind: (self.acknowledged[kind], self.published.types[kind], self.counted[kind])
            for kind in sorted(every)
        }
        return {kind: row for kind, row in rows.items() if len(set(row)) > 1}

    @property
    def agrees(self) -> bool:
        """Whether the three counts are the same, and no chain lacks events."""
        return not self.differences() and not self.published.gaps

    def line(self) -> str:
        """The three sums, for a person and for a script."""
        return (
            f"agreement: acknowledged={self.acknowledged.total()}"
            f" published={self.published.types.total()} counted={self.counted.total()}"
        )


ReportProgress = Callable[[str, int], None]


def _silent(_what: str, _count: int) -> None:
    """The progress that nobody watches."""


async def count_acknowledged(
    mongo: Mongo, prefix: str, progress: ReportProgress = _silent
) -> tuple[Counter[str], int]:
    """Events in the logs of all services by type, and how many are on restricted topics.

    Those are not in what is read here. But each of them was stored together with one that says that
    somebody voted, was here, or got another standing.
    """
    read = msgspec.json.Decoder(_Type).decode
    types: Counter[str] = Counter()
    for service in LogOwner:
        async for document in mongo.database(prefix + service).stream(
            OPEN_LOG, {}, fields=("topics", "keys", "bodies")
        ):
            types.update(
                read(event.body).type for event in logged_events(document) if event.topic in FOLDS
            )
            progress("log", types.total())
    return types, sum(types[kind] for kind in _BESIDE_RESTRICTED)


class _CountByType:
    """A fold that counts by type."""

    def __init__(self, types: Counter[str]) -> None:
        self._types = types

    def apply(self, event: ChainedEvent) -> None:
        self._types[event.type] += 1

    def size(self) -> int:
        return 0

    def take(self) -> None:
        return None


async def count_published(
    kafka: KafkaConnection, progress: ReportProgress = _silent
) -> TopicCounts:
    """Distinct events in the topics, by type: every partition from its start to its end.

    Raises:
        Unavailable: The broker doesn't answer, or refuses.
    """
    try:
        return await _count_published(kafka, progress)
    except (KafkaError, TimeoutError, OSError) as error:
        raise Unavailable(f"Kafka doesn't answer: {type(error).__name__}: {error}") from error


async def _count_published(kafka: KafkaConnection, progress: ReportProgress) -> TopicCounts:
    types: Counter[str] = Counter()
    partitions = {
        place: Partition(
            f"{place.topic}/{place.partition}",
            epoch=0,
            offset=0,
            marks={},
            seen={},
            fold=_CountByType(types),
        )
        for place in await existing_partitions(kafka, FOLDS)
    }
    async with open_reader(kafka) as consumer:
        if partitions:
            consumer.assign(list(partitions))
            await consumer.seek_to_beginning(*partitions)
            await _read(consumer, partitions, progress)
    gaps = [gap for partition in partitions.values() for gap in _gaps(partition)]
    return TopicCounts(types, sum(partition.repeats for partition in partitions.values()), gaps)


async def _read(
    consumer: AIOKafkaConsumer,
    partitions: dict[TopicPartition, Partition],
    progress: ReportProgress,
) -> None:
    decode = msgspec.json.Decoder(ChainedEvent).decode
    quiet_since = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - quiet_since < _QUIET:
        batches = await consumer.getmany(timeout_ms=200, max_records=5000)
        for place, records in batches.items():
            partitions[place].fold_in(records, decode)
            quiet_since = asyncio.get_running_loop().time()
        progress("topic", sum(partition.counted for partition in partitions.values()))
        ends = [
            (consumer.highwater(place), partition.next) for place, partition in partitions.items()
        ]
        if all(end is not None and next_ >= end for end, next_ in ends):
            return


def _gaps(partition: Partition) -> Iterable[Gap]:
    for source, seen in partition.seen.items():
        mark = partition.marks.get(source, "")
        if mark < seen:
            yield Gap(partition.name, source, mark, seen)


async def scrape_counted(http: str) -> Counter[str]:
    """Events by type as `/metrics` tells them.

    Raises:
        Unavailable: It doesn't answer.
    """
    try:
        async with httpx.AsyncClient(base_url=http, timeout=10) as client:
            answer = await client.get("/metrics", headers={"accept": "text/plain"})
            answer.raise_for_status()
    except httpx.HTTPError as error:
        raise Unavailable(f"{http}/metrics doesn't answer: {type(error).__name__}") from error
    return events_total(answer.text)


def events_total(exposition: str) -> Counter[str]:
    """The values of `mitmach_events_total` by its label `type`."""
    types: Counter[str] = Counter()
    for family in text_string_to_metric_families(exposition):
        for sample in family.samples:
            if sample.name == "mitmach_events_total":
                types[sample.labels["type"]] += int(sample.value)
    return types


async def reconcile(
    mongo: Mongo,
    kafka: KafkaConnection,
    http: str,
    *,
    prefix: str,
    patience: float = 30.0,
    progress: ReportProgress = _silent,
) -> Reconciliation:
    """Takes the three counts; while they differ, again, until patience ends.

    What is still on its way isn't a difference, and what is being restarted isn't gone: the counts
    are compared until they agree, or nothing has moved or answered for the given seconds.

    Raises:
        Unavailable: Something that is asked doesn't answer for so long.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    before: Any = None
    while True:
        try:
            now = await _once(mongo, kafka, http, prefix, progress)
        except Unavailable:
            if loop.time() > until:
                raise
        else:
            if now.agrees or loop.time() > until:
                return now
            if now.line() != before:
                before, until = now.line(), loop.time() + patience
        await asyncio.sleep(0.5)


async def _once(
    mongo: Mongo, kafka: KafkaConnection, http: str, prefix: str, progress: ReportProgress
) -> Reconciliation:
    logged, restricted = await count_acknowledged(mongo, prefix, progress)
    return Reconciliation(
        logged, await count_published(kafka, progress), await scrape_counted(http), restricted
    )
