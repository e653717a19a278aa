"""FastStream as its documentation shows it: a batch subscriber with everything by default.

    python faststream_counting.py BOOTSTRAP TOPIC EVENTS WARM_UP

Counts per post and type in memory; nothing is kept, and what came twice counts twice.
"""

import asyncio
import sys
from collections import Counter
from typing import Any
from uuid import uuid4

import uvloop
from _report import Report
from faststream.kafka import KafkaBroker

counts: Counter[tuple[str, str]] = Counter()


async def main() -> None:
    """Reads until it has enough."""
    bootstrap, topic = sys.argv[1:3]
    report = Report(events=int(sys.argv[3]), warm_up=int(sys.argv[4]))
    broker = KafkaBroker(bootstrap, logger=None)

    @broker.subscriber(
        topic, batch=True, group_id=uuid4().hex, auto_offset_reset="earliest", max_records=2000
    )
    async def count(events: list[dict[str, Any]]) -> None:
        for event in events:
            counts[event["data"]["post_id"], event["type"]] += 1
        report.counted(len(events))

    await broker.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
