"""The partitions that a process reads, from assignment to revocation."""

import asyncio
from collections.abc import Collection, Iterable
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.delivery.consumer.chain import Partition
from shared.delivery.consumer.marks import claim
from shared.delivery.consumer.subscription import to_beginning
from shared.delivery.kafka import KafkaConnection, cluster_id, end_offsets
from shared.delivery.mongo import Database, Session, SessionRegistry
from shared.delivery.projections import Projection


class Assignment(dict[tuple[str, int], Partition]):
    """What was assigned and not revoked since, by topic and number.

    A place that was assigned is missing here for as long as it couldn't be taken over.

    Args:
        projection: Gives each a fold.
        group: Whose marks.
        kafka: Asked for the ends of partitions.
        database: Of the marks.
        registry: Ends the sessions of last owners.
        allow_incomplete: As for `Partition`.
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
        super().__init__()
        self._projection = projection
        self._group = group
        self._kafka = kafka
        self._database = database
        self._registry = registry
        self._allow_incomplete = allow_incomplete
        self._places: set[TopicPartition] = set()
        self._taking_over = asyncio.Lock()
        self._counted_before = 0
        self._repeats_before = 0

    @property
    def counted(self) -> int:
        """Events folded in by this process, those of revoked partitions too."""
        return self._counted_before + sum(p.counted for p in self.values())

    @property
    def repeats(self) -> int:
        """Events that came again and were left out."""
        return self._repeats_before + sum(p.repeats for p in self.values())

    @property
    def changed(self) -> bool:
        """Whether there is something that the last flush didn't store."""
        return any(p.changed for p in self.values())

    def size(self) -> int:
        """About how many documents a flush would write now."""
        return sum(p.fold.size() for p in self.values())

    def lag(self, client: AIOKafkaConsumer | None) -> dict[str, int]:
        """Records that wait, by topic, as the client's last fetch knew it."""
        waiting: dict[str, int] = {}
        for (topic, number), partition in self.items():
            end = None
            if client is not None:
                with suppress(Exception):  # asked between assignment and first fetch
                    end = client.highwater(TopicPartition(topic, number))
            waiting[topic] = waiting.get(topic, 0) + max((end or 0) - partition.next, 0)
        return waiting

    async def take_over(
        self, places: Iterable[TopicPartition], client: AIOKafkaConsumer, session: Session
    ) -> None:
        """Loads what is stored of each partition, fences its last owner, goes where that one was.

        Args:
            places: Newly assigned.
            client: Reads them.
            session: Ours: the fence names it.

        Raises:
            FlushFenced: Somebody else was faster.
            Unavailable: The database doesn't answer.
        """
        self._places.update(places)
        await self._claim(client, session)

    async def start_over(
        self, client: AIOKafkaConsumer, session: Session, *, only: Collection[str] | None = None
    ) -> None:
        """Forgets what was folded and takes over again what is assigned.

        Args:
            client: Reads it.
            session: Ours: the fence names it.
            only: Names of partitions whose changes were lost. The others keep what was folded, and
                are read on from there: what was fetched meanwhile has been left out.

        Raises:
            FlushFenced: Somebody else was faster.
            Unavailable: The database doesn't answer.
        """
        if only is None:
            self._forget(list(self))
        else:  # with those whose dead letters may not be kept
            self._forget([at for at, p in self.items() if p.name in only or p.held])
            for place, partition in self.items():
                client.seek(TopicPartition(*place), partition.next)
        await self._claim(client, session)

    async def let_go(self, places: Iterable[TopicPartition]) -> None:
        """They are someone else's now."""
        self._places.difference_update(places)
        async with self._taking_over:
            self._forget([(tp.topic, tp.partition) for tp in places])

    async def let_go_of_all(self) -> None:
        """Nothing is assigned any more."""
        await self.let_go([TopicPartition(*place) for place in self] + list(self._places))

    async def _claim(self, client: AIOKafkaConsumer, session: Session) -> None:
        async with self._taking_over:
            wanted = [tp for tp in self._places if (tp.topic, tp.partition) not in self]
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
                    allow_incomplete=self._allow_incomplete,
                )
                if partition.next > ends[tp.topic, tp.partition]:
                    # The log is shorter than what we read: a new one. (Or an embedded broker,
                    # which answers a little less than the end: then all of it is read again, and
                    # left out as repeats.)
                    partition.next = 0
                    await to_beginning(client, tp)
                else:
                    client.seek(tp, partition.next)
                self[tp.topic, tp.partition] = partition

    def _forget(self, places: Iterable[tuple[str, int]]) -> None:
        for place in places:
            if (partition := self.pop(place, None)) is not None:
                self._counted_before += partition.counted
                self._repeats_before += partition.repeats
                self._projection.revoked(partition.name)
