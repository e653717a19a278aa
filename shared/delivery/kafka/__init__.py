"""The one place that opens connections to the broker.

connection.py         where the broker is, and how to sign in to it
reach.py              whether it is reached, and why not
clients.py            producers, readers, and FastStream's broker
topics.py             making topics; their partitions, ends, and the cluster's id
dead_group_leader.py  has the embedded broker replace the leader of a group who is gone
"""

from shared.delivery.kafka.clients import (
    BATCH_BYTES,
    REQUEST_TIMEOUT,
    build_broker,
    open_producer,
    open_raw_client,
    open_reader,
)
from shared.delivery.kafka.connection import KafkaConnection
from shared.delivery.kafka.dead_group_leader import EMBEDDED, replace_dead_leader
from shared.delivery.kafka.reach import BrokerUnavailable, require_broker, short_reason
from shared.delivery.kafka.topics import (
    cluster_id,
    end_offsets,
    ensure_topics,
    existing_partitions,
    known_cluster_id,
    place_of,
)

__all__ = [
    "BATCH_BYTES",
    "EMBEDDED",
    "REQUEST_TIMEOUT",
    "BrokerUnavailable",
    "KafkaConnection",
    "build_broker",
    "cluster_id",
    "end_offsets",
    "ensure_topics",
    "existing_partitions",
    "known_cluster_id",
    "open_producer",
    "open_raw_client",
    "open_reader",
    "place_of",
    "replace_dead_leader",
    "require_broker",
    "short_reason",
]
