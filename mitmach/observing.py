"""Looking at a platform that runs: do the counts agree, and what is happening now."""

import asyncio
import fnmatch
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from aiokafka import ConsumerRecord
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from mitmach.addresses import read_addresses
from mitmach.reconciliation import Reconciliation, reconcile
from shared.contract.events.topics import BALLOTS, TOPICS
from shared.delivery.kafka import KafkaConnection, existing_partitions, open_reader
from shared.delivery.mongo import Driver, connect
from shared.runtime.settings import MongoSettings, load


async def verify(console: Console, folder: Path, *, patience: float) -> int:
    """Compares logs, topics and counters; 0 if they agree.

    Args:
        console: Where to.
        folder: Of the platform.
        patience: Seconds to wait for what is still on its way.
    """
    addresses = read_addresses(folder)
    settings = load(MongoSettings)
    counts: dict[str, int] = {}
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=console) as progress:
        task = progress.add_task("counting")

        def tell(what: str, count: int) -> None:
            counts[what] = count
            read = ", ".join(f"{name} {n:,}" for name, n in counts.items())
            progress.update(task, description=f"read: {read}")

        async with connect(addresses.mongodb, driver=Driver(settings.mongodb_driver)) as mongo:
            reconciliation = await reconcile(
                mongo,
                KafkaConnection(bootstrap=addresses.kafka),
                addresses.http,
                prefix=settings.database_prefix,
                patience=patience,
                progress=tell,
            )
    show_differences(console, reconciliation)
    console.print(reconciliation.line(), soft_wrap=True, highlight=False)
    return 0 if reconciliation.agrees else 1


def show_differences(console: Console, reconciliation: Reconciliation) -> None:
    """Says what isn't the same; nothing when all is."""
    differences = reconciliation.differences()
    if differences:
        table = Table("type", "acknowledged", "in Kafka", "counted", title="These counts differ")
        for kind, row in differences.items():
            table.add_row(kind, *(f"{n:,}" for n in row))
        console.print(table)
    for gap in reconciliation.published.gaps:
        console.print(
            f"[red]{gap.partition} lacks events of {gap.source} after {gap.after}[/red]",
            soft_wrap=True,
        )


class _Shown(msgspec.Struct, gc=False):
    """What is shown of an event."""

    time: str
    type: str
    subject: str
    actor: str = ""
    data: msgspec.Raw = msgspec.Raw()


async def tail(
    console: Console, folder: Path, *, types: Sequence[str], most: int | None, beginning: bool
) -> int:
    """Prints events as they come, until Ctrl-C or until there were enough.

    Args:
        console: Where to.
        folder: Of the platform.
        types: Patterns such as `mitmach.reaction.*` or just `reaction.*`; none: all.
        most: How many to print; None: for ever.
        beginning: Start with the oldest instead of the next.
    """
    addresses = read_addresses(folder)
    patterns = [one if one.startswith("mitmach.") else f"mitmach.{one}" for one in types]
    decode = msgspec.json.Decoder(_Shown).decode

    def wanted(record: ConsumerRecord) -> _Shown | None:
        try:
            event = decode(record.value or b"")
        except msgspec.MsgspecError:  # somebody else's bytes; the dead letters tell of them
            return None
        fits = not patterns or any(fnmatch.fnmatch(event.type, one) for one in patterns)
        return event if fits and record.timestamp >= since else None

    shown = 0
    # On the embedded broker the end of a partition lies before its last batch, which is older.
    since = 0 if beginning else int(time.time() * 1000)
    kafka = KafkaConnection(bootstrap=addresses.kafka)
    places = await existing_partitions(kafka, TOPICS.keys() - {BALLOTS})
    async with open_reader(kafka) as consumer:
        consumer.assign(places)
        await (consumer.seek_to_beginning if beginning else consumer.seek_to_end)(*places)
        while most is None or shown < most:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for event in filter(None, map(wanted, records)):
                    if most is None or shown < most:
                        shown += 1
                        console.print(
                            f"[dim]{event.time}[/dim] [bold]{event.type}[/bold] "
                            f"{event.subject} [cyan]{event.actor}[/cyan]",
                            soft_wrap=True,
                            highlight=False,
                        )
            await asyncio.sleep(0)
    return 0
