"""Missing events: looked for, read again for, and told of with what would mend them."""

import logging

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.delivery.consumer.assigned import Assigned
from shared.delivery.consumer.chain import Gap
from shared.delivery.consumer.subscription import to_beginning

log = logging.getLogger(__name__)


async def find_gaps(assigned: Assigned, client: AIOKafkaConsumer | None, now: float) -> list[Gap]:
    """What is missing; sends a partition back to its start where that may bring it.

    Args:
        assigned: Where to look.
        client: Reads them.
        now: Seconds on a steady clock.
    """
    gaps: list[Gap] = []
    for (topic, number), partition in list(assigned.items()):
        reread, missing = partition.check(now)
        gaps += missing
        if client is None:
            continue
        # The embedded broker never says "out of range": it would leave us waiting beyond the
        # end of a new log, and then skip its beginning.
        place = TopicPartition(topic, number)
        end = client.highwater(place)
        shorter = end is not None and partition.next > end
        if reread or shorter:
            log.warning(
                "reading a partition again from its start", extra={"partition": partition.name}
            )
            partition.next = 0
            await to_beginning(client, place)
    return gaps


def tell(gap: Gap) -> None:
    """Says that events are missing, and the command that brings them."""
    service = gap.source.split("/")[2] if gap.source.count("/") > 2 else gap.source
    mend = f"mitmach relay rewind {service} --from {int(gap.after or 0) + 1}"
    log.error("events are missing", extra={**gap._asdict(), "mend": mend})
