"""The partitions that are assigned to a process, from taking them over to letting them go."""

import asyncio
from collections.abc import Collection, Iterable
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contract.events.topics import TOPICS
from shared.delivery.consumer.chain import Partition
from shared.delivery.consumer.marks import claim
from shared.delivery.consumer.subscription import seek_to_start
from shared.delivery.kafka import KafkaConnection, cluster_id, end_offsets
from shared.delivery.mongo import Database, Session, SessionRegistry
from shared.delivery.projections import Projection


class Assignment:
    """What was assigned and not revoked since.

    Args:
        projection: Gives each partition its fold, and hears when one is let go.
        group: Id of the consumer group; the stored marks carry it as a prefix.
        kafka: Asked for the cluster's id.
        database: The service's database, which has the stored marks.
        registry: Ends the sessions of a partition's last owner.
        allow_incomplete: Whether a source may be read from the middle of its chain when its
            beginning is gone; see `Partition`.

    Attributes:
        partitions: By topic and number. One that was assigned is missing here for as long as it
            couldn't be taken over.
        folded: Set by whoever has folded something in; whoever waits for that clears it.
    """

    def __init__(
        self,
        projection: Projection,
        *,
        group: str,
        kafka: KafkaConnection,
        database: Database,
        registry: SessionRegistry,
        allow_incomplete: bool,
    ) -> None:
        self.partitions: dict[tuple[str, int], Partition] = {}
        self.folded = asyncio.Event()
        self._projection = projection
        self._group = group
        self._kafka = kafka
        self._database = database
        self._registry = registry
        self._allow_incomplete = allow_incomplete
        self._places: set[TopicPartition] = set()
        self._taking_over = asyncio.Lock()
        self._counted_before = 0  # in partitions that were let go
        self._repeats_before = 0

    @property
    def counted(self) -> int:
        """Events folded in by this process, those of partitions that were let go included."""
        return self._counted_before + sum(p.counted for p in self.partitions.values())

    @property
    def repeats(self) -> int:
        """Events that came again and were left out."""
        return self._repeats_before + sum(p.repeats for p in self.partitions.values())

    @property
    def changed(self) -> bool:
        """Whether there is something that the last flush didn't store."""
        return any(p.changed for p in self.partitions.values())

    def size(self) -> int:
        """About how many documents a flush would write now."""
        return sum(p.fold.size() for p in self.partitions.values())

    def lag(self, client: AIOKafkaConsumer | None) -> dict[str, int]:
        """Records that wait, by topic, as the client's last fetch knew it."""
        waiting: dict[str, int] = {}
        for (topic, number), partition in self.partitions.items():
            end = None
            if client is not None:
                with suppress(Exception):  # asked between assignment and first fetch
                    end = client.highwater(TopicPartition(topic, number))
            waiting[topic] = waiting.get(topic, 0) + max((end or 0) - partition.next, 0)
        return waiting

    async def take_over(
        self, places: Iterable[TopicPartition], client: AIOKafkaConsumer, session: Session
    ) -> None:
        """Takes new partitions over: fences their last owners, and reads on where they were.

        Args:
            places: Partitions that the group has just assigned to this process.
            client: Reads them; it is sent to where each is to be read on.
            session: This process's session of flushes, stored with each claim.

        Raises:
            FlushFenced: Another process was faster.
            Unavailable: The database doesn't answer.
        """
        self._places.update(places)
        await self._claim(client, session)

    async def start_over(
        self, client: AIOKafkaConsumer, session: Session, *, only: Collection[str] | None = None
    ) -> None:
        """Forgets what was folded and takes over again what is assigned.

        Args:
            client: Reads it; it is sent to where each partition is to be read on.
            session: This process's session of flushes, stored with each claim.
            only: Names of partitions whose changes were lost; None for all. The others keep what
                was folded, and are read on from there: what was fetched meanwhile has been left
                out.

        Raises:
            FlushFenced: Another process was faster.
            Unavailable: The database doesn't answer.
        """
        if only is None:
            self._drop(list(self.partitions))
        else:  # with those whose dead letters may not be kept
            self._drop([at for at, p in self.partitions.items() if p.name in only or p.held])
            for place, partition in self.partitions.items():
                client.seek(TopicPartition(*place), partition.next)
        await self._claim(client, session)

    async def release(self, places: Iterable[TopicPartition]) -> None:
        """Lets partitions go: they are someone else's now."""
        self._places.difference_update(places)
        async with self._taking_over:
            self._drop([(tp.topic, tp.partition) for tp in places])

    async def release_all(self) -> None:
        """Lets every partition go."""
        await self.release([TopicPartition(*at) for at in self.partitions] + list(self._places))

    async def _claim(self, client: AIOKafkaConsumer, session: Session) -> None:
        async with self._taking_over:
            wanted = [tp for tp in self._places if (tp.topic, tp.partition) not in self.partitions]
            cluster = await cluster_id(self._kafka)
            ends = await end_offsets(client, [(tp.topic, tp.partition) for tp in wanted])
            for tp in wanted:
                name = f"{tp.topic}/{tp.partition}"
                partition = await claim(
                    self._database,
                    self._group,
                    name,
                    registry=self._registry,
                    session=session,
                    cluster=cluster,
                    fold=self._projection.fold(name),
                    allow_incomplete=self._allow_incomplete or _is_retold(tp.topic),
                )
                if partition.next > ends[tp.topic, tp.partition]:
                    # The log is shorter than what we read: it is another. (Or an embedded broker's,
                    # which answers a little less than the end: then all of it is read again, and
                    # left out as repeats.)
                    partition.next = 0
                    await seek_to_start(client, tp)
                else:
                    client.seek(tp, partition.next)
                self.partitions[tp.topic, tp.partition] = partition

    def _drop(self, places: Iterable[tuple[str, int]]) -> None:
        for place in places:
            if (partition := self.partitions.pop(place, None)) is not None:
                self._counted_before += partition.counted
                self._repeats_before += partition.repeats
                self._projection.revoked(partition.name)


def _is_retold(topic: str) -> bool:
    """Whether all that a topic carries is told again, so that it may be read from the middle."""
    return topic in TOPICS and TOPICS[topic].retold
