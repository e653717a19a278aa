"""Records that can't be read or applied.

Kept byte for byte on a topic of their own, with the reason.
"""

from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.events.topics import dlq_topic
from shared.failpoints import failpoint
from shared.kafka import KafkaConnection, producing

_PREFIX = "__dlq.errors."


class DeadLetters:
    """Writes to `dlq.mitmach.<service>`. The topic exists.

    The producer is made when it is first needed.

    Args:
        kafka: The broker.
        service: Whose consumer failed.
        group: Its consumer group.
    """

    def __init__(self, kafka: KafkaConnection, *, service: str, group: str) -> None:
        self.topic = dlq_topic(service)
        self.written = 0
        self._kafka = kafka
        self._group = group

    async def keep(self, dead: Sequence[tuple[Any, str]]) -> None:
        """Stores records with the reason; returns after the broker has acknowledged all.

        A crash between this and the flush writes them again: a dead letter may come twice, it never
            gets lost.

        Raises:
            KafkaError, TimeoutError: They couldn't be stored; the consumer must not go past them.
        """
        async with producing(self._kafka) as producer:
            for record, reason in dead:
                await self._keep(producer, record, reason)
        await failpoint("consumer.dead_letters_kept")

    async def _keep(self, producer: AIOKafkaProducer, record: Any, reason: str) -> None:
        about = {
            "topic": record.topic,
            "partition": str(record.partition),
            "offset": str(record.offset),
            "group": self._group,
            "delivery.count": "1",
            "message": reason,
        }
        headers = [
            *record.headers,
            *((_PREFIX + name, value.encode()) for name, value in about.items()),
        ]
        await producer.send_and_wait(
            self.topic, key=record.key, value=record.value, headers=headers
        )
        self.written += 1
