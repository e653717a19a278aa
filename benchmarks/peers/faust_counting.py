"""faust-streaming as its documentation shows it: an agent and a table with its changelog.

    python faust_counting.py BOOTSTRAP TOPIC EVENTS WARM_UP

Counts per post and type. The table is in memory, its changelog in Kafka.
"""

import asyncio
import sys
from typing import Any
from uuid import uuid4

import faust
from _report import Report

bootstrap, topic = sys.argv[1:3]
report = Report(events=int(sys.argv[3]), warm_up=int(sys.argv[4]))
app = faust.App(
    f"faust-{uuid4().hex[:8]}",
    broker=f"kafka://{bootstrap}",
    value_serializer="json",
    store="memory://",
    topic_partitions=6,
    topic_replication_factor=1,
    consumer_auto_offset_reset="earliest",
    web_enabled=False,
)
counts = app.Table("counts", default=int, partitions=6)


@app.agent(app.topic(topic, value_type=None))
async def count(stream: Any) -> None:
    """One event after the other."""
    async for event in stream:
        counts[f"{event['data']['post_id']}|{event['type']}"] += 1
        report.counted()


if __name__ == "__main__":
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    worker = faust.Worker(app, loop=loop, loglevel="error")
    worker.execute_from_commandline()
