"""Has the embedded broker look again at who is in a consumer group."""

import asyncio
import logging
from contextlib import suppress

from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.errors import KafkaError
from aiokafka.protocol.group import HeartbeatRequest

from shared.kafka import REQUEST_TIMEOUT, STOP_TIMEOUT, KafkaConnection

log = logging.getLogger(__name__)

# On each of two connections; ten were enough in every trial on an idle machine, and take 8 ms.
REQUESTS = 100
NOBODY = "nobody"
LINES = (ConnectionGroup.DEFAULT, ConnectionGroup.COORDINATION)


async def rouse(kafka: KafkaConnection, group: str) -> None:
    """Makes the group choose a leader again. What fails here is left to the next attempt.

    When the leader of a group leaves while the group is agreeing, the embedded broker goes on
    waiting for it: no member is told what to read, whoever joins. It drops such a leader only when
    two requests for the group meet, as it then reads back what it has stored. So a member that
    doesn't exist sends heartbeats on two connections; any broker answers that it doesn't know it.

    Args:
        kafka: Where.
        group: Which says nothing.
    """
    client = AIOKafkaClient(**kafka.options(), request_timeout_ms=int(REQUEST_TIMEOUT * 1000))
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            await client.bootstrap()
            node = await client.coordinator_lookup(CoordinationType.GROUP, group)
            await asyncio.gather(*(_knock(client, node, group, line) for line in LINES))
    except (KafkaError, OSError, TimeoutError):
        log.warning("a consumer group couldn't be roused", extra={"group": group}, exc_info=True)
    finally:
        with suppress(Exception):
            async with asyncio.timeout(STOP_TIMEOUT):
                await client.close()


async def _knock(client: AIOKafkaClient, node: int, group: str, line: ConnectionGroup) -> None:
    for _ in range(REQUESTS):
        await client.send(node, HeartbeatRequest(group, 0, NOBODY), group=line)
