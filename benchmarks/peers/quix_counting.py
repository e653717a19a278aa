"""Quix Streams as its documentation shows it: a stateful function on a RocksDB store.

    python quix_counting.py BOOTSTRAP TOPIC EVENTS WARM_UP

Counts per post (the message's key) and type, at least once, changelog in Kafka, checkpoints as
often as by default.
"""

import sys
import tempfile
from typing import Any
from uuid import uuid4

from _report import Report
from quixstreams import Application, State

bootstrap, topic = sys.argv[1:3]
report = Report(events=int(sys.argv[3]), warm_up=int(sys.argv[4]))


def count(event: dict[str, Any], state: State) -> None:
    """One event."""
    kind = event["type"]
    state.set(kind, state.get(kind, 0) + 1)
    report.counted()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="mitmach-bench-quix-") as folder:
        app = Application(
            broker_address=bootstrap,
            consumer_group=uuid4().hex,
            auto_offset_reset="earliest",
            state_dir=folder,
            loglevel="ERROR",
        )
        frame = app.dataframe(app.topic(topic, value_deserializer="json"))
        frame.apply(count, stateful=True)
        app.run()
