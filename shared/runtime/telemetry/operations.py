"""What spans of batches are called: OpenTelemetry's conventions for messaging and for databases.

Names stand here as text: the library that has them as constants keeps those of messaging in a
module that it may change with any version. A test holds them against that library.

A transaction touches several collections, so `db.collection.name` is left out of its span, as the
conventions want it; the database is its target.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

ERROR_TYPE = "error.type"
DATABASE = "db.namespace"
TOPIC = "messaging.destination.name"


class Operation(NamedTuple):
    """What is done to a batch.

    Attributes:
        name: The operation in the words of its system: `send`, `commitTransaction`.
        kind: What OpenTelemetry calls the kind of span: client, producer or consumer.
        target: The attribute that names what it is done to.
        size: The attribute that says how many things are in the batch; not set for a single one.
        attributes: What is the same for each span of the operation.
    """

    name: str
    kind: str
    target: str
    size: str
    attributes: Mapping[str, str]

    def of(self, targets: Collection[str], size: int) -> tuple[str, dict[str, Any]]:
        """Name and attributes of a span of the operation.

        Args:
            targets: Topics, or the database, that it is about; several can't be one name.
            size: How many things are in the batch.
        """
        attributes: dict[str, Any] = dict(self.attributes)
        if size > 1:
            attributes[self.size] = size
        if len(targets) != 1:
            return self.name, attributes
        (target,) = targets
        attributes[self.target] = target
        return f"{self.name} {target}", attributes


COMMIT = Operation(
    "commitTransaction",
    "client",
    DATABASE,
    "db.operation.batch.size",
    {"db.system.name": "mongodb", "db.operation.name": "commitTransaction"},
)
"""A transaction of MongoDB, from its first read to the acknowledged commit."""

SEND = Operation(
    "send",
    "producer",
    TOPIC,
    "messaging.batch.message_count",
    {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
    },
)
"""Sending events to Kafka, until the broker has acknowledged all of them."""


def processing(group: str) -> Operation:
    """Storing what a consumer has read, with its marks and offsets.

    Args:
        group: The consumer group.
    """
    return Operation(
        "process",
        "consumer",
        TOPIC,
        "messaging.batch.message_count",
        {
            "messaging.system": "kafka",
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.consumer.group.name": group,
        },
    )
