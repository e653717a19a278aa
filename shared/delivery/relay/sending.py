"""Sends events to the broker, one record batch at a time per partition.

The next batch leaves only after the one before was acknowledged. A client's own pipelining would
let 101 arrive although 100 timed out, and a reader that drops "at or below the mark" would then
lose 100 for ever. Partitions run side by side.

A record's timestamp is when its event was recorded: the time of the event, but for acts at their
own time. It is the same when it is sent again long after: then what a broker keeps by time, and
what a reader looks for by time, is the same before and after a refill.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.contract.events.envelope import with_sequence
from shared.contract.events.traces import traceparent_of
from shared.delivery.failpoints import failpoint
from shared.delivery.kafka import REQUEST_TIMEOUT
from shared.delivery.relay.sequences import Place, SequencedEvent, events_of

_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
_TIME = b'"time":"'
_RECORDED = b',"recordedtime":"'  # follows the time, where there is one
_LENGTH = len(b'2026-01-01T00:00:00.000000Z"')
_CONTENT_TYPE = ("content-type", b"application/cloudevents+json")


class _Timestamps:
    """The timestamps of records, from the times in each event; all the same of a commit."""

    def __init__(self) -> None:
        self._text = b"?"  # the time and the quotation mark behind it
        self._milliseconds = 0

    def of(self, body: bytes, now: int) -> int:
        """When an event was recorded, in milliseconds since 1970; now at the latest.

        Brokers refuse a record that is an hour ahead of their clock, and a committer's clock that
        is wrong must not stop the relay for as long as it is ahead.

        Args:
            body: The serialised envelope.
            now: The time, in milliseconds since 1970.
        """
        begin = body.find(_TIME)
        if begin < 0:
            return now
        begin += len(_TIME)
        if body.startswith(_RECORDED, begin + _LENGTH):
            begin += _LENGTH + len(_RECORDED)
        if not body.startswith(self._text, begin):
            end = body.index(b'"', begin)
            moment = datetime.fromisoformat(body[begin:end].decode())
            self._text = body[begin : end + 1]
            self._milliseconds = (moment - _EPOCH) // _MILLISECOND
        return min(self._milliseconds, now)


class LogLost(Exception):  # noqa: N818
    """The broker's log is younger than what it acknowledged: all that is retained is sent again."""


class TooLarge(Exception):  # noqa: N818
    """One event doesn't fit a record batch."""


async def send(
    producer: AIOKafkaProducer, documents: Sequence[Mapping[str, Any]], bases: dict[Place, int]
) -> int:
    """Sends log documents; returns how many events were acknowledged, which is all of them.

    Args:
        producer: Waits for all replicas.
        documents: Log documents that have their sequences, in that order.
        bases: The last acknowledged base offset of each partition; moved on by this.

    Raises:
        LogLost: An acknowledgement was lower than one before.
        TimeoutError: No answer; what arrived isn't known, so all of it must be sent again.
        KafkaError: The broker refused.
    """
    places: dict[Place, list[SequencedEvent]] = {}
    count = 0
    for document in documents:
        for event in events_of(document):
            places.setdefault(event.place, []).append(event)
            count += 1
    await failpoint("relay.numbered")
    # A task group that has failed leaves the task that waited for it with a request to end, and
    # until Python 3.11.4 every later time-out there is taken for such a request. So the group runs
    # in a task of its own.
    await asyncio.create_task(_send_side_by_side(producer, places, bases))
    await failpoint("relay.acknowledged")
    return count


async def _send_side_by_side(
    producer: AIOKafkaProducer,
    places: Mapping[Place, Sequence[SequencedEvent]],
    bases: dict[Place, int],
) -> None:
    async with asyncio.TaskGroup() as group:
        for place, events in places.items():
            group.create_task(_send_in_order(producer, place, events, bases))


async def _send_in_order(
    producer: AIOKafkaProducer,
    place: Place,
    events: Sequence[SequencedEvent],
    bases: dict[Place, int],
) -> None:
    topic, partition = place
    timestamps = _Timestamps()
    position = 0
    while position < len(events):
        batch = producer.create_batch()
        start = position
        now = int(time.time() * 1000)
        while position < len(events):
            event = events[position]
            value = with_sequence(event.body, event.sequence, event.predecessor)
            trace = traceparent_of(event.body)
            headers = [_CONTENT_TYPE] if trace is None else [_CONTENT_TYPE, ("traceparent", trace)]
            timestamp = timestamps.of(event.body, now)
            appended = batch.append(
                key=event.key.encode(), value=value, timestamp=timestamp, headers=headers
            )
            if appended is None:
                break
            position += 1
        if position == start:
            raise TooLarge(f"event {events[start].sequence} of {topic}")
        batch.close()
        async with asyncio.timeout(REQUEST_TIMEOUT):
            acknowledged = await (await producer.send_batch(batch, topic, partition=partition))
        base = acknowledged.offset
        if base <= bases.get(place, -1):
            raise LogLost(f"{topic}/{partition} acknowledged offset {base} after {bases[place]}")
        bases[place] = base
