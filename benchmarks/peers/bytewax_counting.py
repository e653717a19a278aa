"""Bytewax as its documentation shows it: a stateful step, recovery on.

    python bytewax_counting.py BOOTSTRAP TOPIC EVENTS WARM_UP

Counts per post and type; snapshots go to SQLite as often as by default.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import bytewax.operators as op
from _report import Report
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main
from bytewax.testing import TestingSink

report = Report(events=int(sys.argv[3]), warm_up=int(sys.argv[4]))


def keyed(message: KafkaSourceMessage) -> tuple[str, str]:
    """The post, and what happened to it."""
    event = json.loads(message.value)
    return event["data"]["post_id"], event["type"]


def count(counts: dict[str, int] | None, kind: str) -> tuple[dict[str, int], list[Any]]:
    """One event."""
    counts = counts or {}
    counts[kind] = counts.get(kind, 0) + 1
    report.counted()
    return counts, []


def flow(bootstrap: str, topic: str) -> Dataflow:
    """From the topic to nowhere: the state is what counts."""
    made = Dataflow("counting")
    source = KafkaSource([bootstrap], [topic], tail=True, batch_size=2000)
    messages = op.input("read", made, source)
    op.output(
        "drop",
        op.stateful_flat_map("count", op.map("decode", messages, keyed), count),
        TestingSink([]),
    )
    return made


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="mitmach-bench-bytewax-") as folder:
        init_db_dir(Path(folder), 1)
        cli_main(flow(sys.argv[1], sys.argv[2]), recovery_config=RecoveryConfig(folder))
