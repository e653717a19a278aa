"""The topic of dead letters: records byte for byte, with the reason in their headers."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer

from shared.contract.events.topics import dlq_topic
from shared.delivery.dead_letters.letter import Letter
from shared.delivery.failpoints import failpoint
from shared.delivery.kafka import KafkaConnection, open_producer

_PREFIX = "__dlq.errors."

# Seconds for all letters of a fetch (a hundred at most). Meanwhile nothing else is read.
KEEP_TIMEOUT = 20.0


class DeadLetterTopic:
    """Writes to `dlq.mitmach.<service>`. The topic exists.

    A producer is opened for each call: letters are rare, and a consumer without any needs none.

    Args:
        kafka: The broker.
        service: Name of the service whose consumer couldn't count the records.

    Attributes:
        topic: The topic's name.
        written: How many letters were acknowledged.
    """

    def __init__(self, kafka: KafkaConnection, *, service: str) -> None:
        self.topic = dlq_topic(service)
        self.written = 0
        self._kafka = kafka

    async def keep(self, dead: Sequence[Letter]) -> None:
        """Stores letters; returns after the broker has acknowledged all.

        A crash between this and the flush writes them again: a dead letter may come twice, it never
        gets lost.

        Raises:
            KafkaError, TimeoutError: They couldn't be stored; the consumer must not go past them.
        """
        async with open_producer(self._kafka) as producer:
            async with asyncio.timeout(KEEP_TIMEOUT):
                for letter in dead:
                    await self._keep(producer, letter)
        await failpoint("consumer.dead_letters_kept")

    async def _keep(self, producer: AIOKafkaProducer, letter: Letter) -> None:
        record = letter.record
        about = {
            "letter": letter.id,
            "topic": record.topic,
            "partition": str(record.partition),
            "offset": str(record.offset),
            "group": letter.group,
            "delivery.count": "1",
            "message": letter.reason,
        }
        headers = [
            *record.headers,
            *((_PREFIX + name, value.encode()) for name, value in about.items()),
        ]
        await producer.send_and_wait(
            self.topic, key=record.key, value=record.value, headers=headers
        )
        self.written += 1
