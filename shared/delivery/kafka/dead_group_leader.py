"""Has the embedded broker replace the leader of a consumer group who is gone."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from aiokafka.client import CoordinationType
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocol
from aiokafka.errors import KafkaError
from aiokafka.protocol.admin import DescribeGroupsRequest
from aiokafka.protocol.group import JoinGroupRequest

from shared.delivery.kafka.clients import REQUEST_TIMEOUT, open_raw_client
from shared.delivery.kafka.connection import KafkaConnection
from shared.delivery.kafka.topics import cluster_id

log = logging.getLogger(__name__)

# How the cluster id of an embedded broker begins; Apache Kafka's are base64.
EMBEDDED = "mitmach-"


async def replace_dead_leader(kafka: KafkaConnection, group: str, topics: Sequence[str]) -> None:
    """Makes a group that says nothing choose another leader within a session time-out.

    When the leader of a group leaves while the group rebalances, the embedded broker goes on
    waiting for it: no member is told what to read, whoever joins. It does give up a leader that
    sends no heartbeats, but looks for it among the members only. So the leader is made a member
    again, a member that sends none. Other brokers are left alone: they choose a leader themselves.

    What fails here is left to the next attempt.

    Args:
        kafka: The broker; nothing is done unless it is an embedded one.
        group: Id of the consumer group.
        topics: Topics that its members read: the leader joins again as one who reads them.
    """
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            if (await cluster_id(kafka) or "").startswith(EMBEDDED):
                await _replace_dead_leader(kafka, group, topics)
    except (KafkaError, OSError, TimeoutError):
        log.warning(
            "the leader of a consumer group couldn't be replaced",
            extra={"group": group},
            exc_info=True,
        )


async def _replace_dead_leader(kafka: KafkaConnection, group: str, topics: Sequence[str]) -> None:
    async with open_raw_client(kafka) as client:
        node = await client.coordinator_lookup(CoordinationType.GROUP, group)

        async def join(member: str, reads: Sequence[str]) -> Any:
            return await client.send(node, _join_request(kafka, group, member, reads))

        # Whoever joins is told who leads. It must not leave again: that is how a leader gets lost.
        named = await join("", ())
        joined = await join(named.member_id, ())
        described = await client.send(node, DescribeGroupsRequest([group]))
        members = {member[0] for answer in described.groups for member in answer[-1]}
        if joined.leader_id and joined.leader_id not in members:
            await join(joined.leader_id, topics)
            log.info("a consumer group waited for a leader that is gone", extra={"group": group})


def _join_request(
    kafka: KafkaConnection, group: str, member: str, reads: Sequence[str]
) -> JoinGroupRequest:
    milliseconds = int(kafka.session_timeout * 1000)
    assignor = RoundRobinPartitionAssignor
    return JoinGroupRequest(
        group,
        session_timeout=milliseconds,
        rebalance_timeout=milliseconds,
        member_id=member,
        group_instance_id=None,
        protocol_type=ConsumerProtocol.PROTOCOL_TYPE,
        group_protocols=[(assignor.name, assignor.metadata(reads).encode())],
    )
