"""`mitmach verify`: compares what was acknowledged, published and counted."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from mitmach.addresses import read_addresses
from mitmach.commands.common import FAILED, HERE, Data, console, run
from mitmach.reconciliation import Reconciliation, reconcile
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Driver, connect
from shared.runtime.settings import MongoSettings, load


def verify(
    *,
    data: Data = HERE,
    wait: Annotated[
        float, typer.Option(help="Seconds to wait for what is still on its way.", min=0)
    ] = 30.0,
) -> None:
    """Compare what was acknowledged, published and counted; exit 1 if they differ."""
    run(lambda: _verify(data, patience=wait))


async def _verify(folder: Path, *, patience: float) -> int:
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
    _show_differences(reconciliation)
    console.print(reconciliation.line(), soft_wrap=True, highlight=False)
    return 0 if reconciliation.agrees else FAILED


def _show_differences(reconciliation: Reconciliation) -> None:
    """Prints the counts that differ, and the gaps; nothing if there are none."""
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
