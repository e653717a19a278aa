"""What a failed sending leaves behind: nothing."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaError
from bson import Timestamp

from shared.contract.events.envelope import seal
from shared.contract.events.posts import PostViewed
from shared.contract.ids import new_id
from shared.delivery.log import log_documents
from shared.delivery.relay.sending import send
from tooling.sample_events import sample


class Refusing:
    """A producer whose broker refuses every batch, a moment later."""

    def create_batch(self) -> "Refusing":
        return self

    def append(self, **_record: Any) -> bool:
        return True

    def close(self) -> None:
        """Nothing to do."""

    async def send_batch(self, *_batch: Any, **_place: Any) -> None:
        await asyncio.sleep(0)
        raise KafkaError


def numbered(partitions: int) -> dict[str, Any]:
    """A document of the log with an event for each partition."""
    events = [
        seal(
            sample(PostViewed),
            actor="ann",
            source="/mitmach/posts/1",
            event_id=new_id(),
            time="2026-11-24T09:00:00.000Z",
            traceparent=None,
        )
        for _ in range(partitions)
    ]
    (document,) = log_documents(new_id(), Timestamp(1, 1), events)
    return document | {
        "first_sequence": 1,
        "partitions": list(range(partitions)),
        "predecessors": [0] * partitions,
    }


@pytest.mark.parametrize("partitions", [1, 3])
async def test_whoever_sent_in_vain_isnt_asked_to_end(partitions: int) -> None:
    """The relay's next time-out would be taken for its end."""
    with pytest.raises(BaseExceptionGroup) as failed:
        await send(Refusing(), [numbered(partitions)], {})
    assert failed.group_contains(KafkaError)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()
