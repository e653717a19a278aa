"""The broker of a benchmark: Apache Kafka where it can be had, with its own defaults."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from mitmach.embedded.broker import running_broker
from tooling.servers.apache_kafka import VERSION, ApacheKafka
from tooling.servers.not_available import NotAvailable


class MeasuredBroker(NamedTuple):
    """A running broker.

    Attributes:
        bootstrap: Host and port that clients connect to first.
        name: Product and version, for a page of results.
        pid: Id of its process; None where its processor time isn't told apart.
    """

    bootstrap: str
    name: str
    pid: int | None = None


@asynccontextmanager
async def running_kafka(folder: Path) -> AsyncIterator[MeasuredBroker]:
    """Apache Kafka if it can be had, else the embedded broker, which figures must not be read for.

    The Java machine gets a gigabyte and its optimising compiler: tests start it to be small.
    """
    try:
        kafka = ApacheKafka(folder / "kafka")
    except NotAvailable as missing:
        print(f"on the embedded broker: {missing}", flush=True)
        async with running_broker(folder / "broker") as embedded:
            yield MeasuredBroker(embedded.bootstrap, "embedded broker")
        return
    command = kafka.child.command
    command[command.index("-Xmx384m")] = "-Xmx1g"
    command.remove("-XX:TieredStopAtLevel=1")
    await kafka.start()
    try:
        yield MeasuredBroker(kafka.bootstrap, f"Apache Kafka {VERSION}", kafka.child.pid)
    finally:
        await kafka.stop()
