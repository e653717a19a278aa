"""What a failed sending leaves behind: nothing."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from aiokafka.errors import KafkaError
from bson import Timestamp

from shared.contract.events.envelope import seal
from shared.contract.events.posts import PostViewed
from shared.contract.ids import milliseconds, new_id
from shared.delivery.log import log_documents
from shared.delivery.relay.sending import _Timestamps, send
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


@pytest.mark.parametrize(
    ("time", "recorded", "stamp"),
    [
        ("2026-11-24T09:00:00.123456Z", "", "2026-11-24T09:00:00.123Z"),
        ("2026-01-05T08:30:00.000000Z", "2026-11-24T09:00:00.123456Z", "2026-11-24T09:00:00.123Z"),
        ("1990-01-01T00:00:00.000000Z", "2026-11-24T09:00:00.000000Z", "2026-11-24T09:00:00.000Z"),
    ],
    ids=["as it happened", "later", "as late as can be"],
)
def test_a_records_timestamp_is_when_its_event_was_recorded(
    time: str, recorded: str, stamp: str
) -> None:
    """What a broker keeps by time begins with the recording: a year is over at once otherwise."""
    event = seal(
        sample(PostViewed),
        actor="ann",
        source="/mitmach/posts/1",
        event_id=new_id(),
        time=time,
        traceparent=None,
        recorded=recorded,
    )
    stamps = _Timestamps()
    expected = milliseconds(datetime.fromisoformat(stamp))
    for _ in range(2):  # the second is remembered
        assert stamps.of(event.body, 2**50) == expected
