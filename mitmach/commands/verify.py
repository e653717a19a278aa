"""`mitmach verify`: compares what was acknowledged, published and counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from mitmach.commands.common import FAILED, HERE, Json, Where, console, print_json, run
from mitmach.connection import connected_platform
from mitmach.reconciliation import Reconciliation, reconcile
from shared.runtime.settings import SettingsError


def verify(
    *,
    data: Where = HERE,
    wait: Annotated[
        float, typer.Option(help="Seconds to wait for what is still on its way.", min=0)
    ] = 30.0,
    as_json: Json = False,
) -> None:
    """Compare what was acknowledged, published and counted; exit 1 if they differ."""
    run(lambda: _verify(data, patience=wait, as_json=as_json))


async def _verify(folder: Path, *, patience: float, as_json: bool) -> int:
    async with connected_platform(folder) as platform:
        if platform.metrics is None:
            raise SettingsError(
                "MITMACH_METRICS_URL isn't set: the base address of the metrics service, whose"
                " /metrics tells what was counted."
            )
        with _progress(shown=not as_json) as tell:
            reconciliation = await reconcile(
                platform.mongo,
                platform.kafka,
                platform.metrics,
                prefix=platform.prefix,
                patience=patience,
                progress=tell,
            )
    if as_json:
        print_json(_summary(reconciliation))
    else:
        _show_differences(reconciliation)
        console.print(reconciliation.line(), soft_wrap=True, highlight=False)
    return 0 if reconciliation.agrees else FAILED


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[str, int], None]]:
    """Shows how many events were read of each place so far."""
    counts: dict[str, int] = {}
    spinner = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*spinner, console=console, disable=not shown) as progress:
        task = progress.add_task("counting")

        def tell(what: str, count: int) -> None:
            counts[what] = count
            read = ", ".join(f"{name} {n:,}" for name, n in counts.items())
            progress.update(task, description=f"read: {read}")

        yield tell


def _summary(reconciliation: Reconciliation) -> dict[str, Any]:
    """What `--json` prints."""
    names = ("acknowledged", "published", "counted")
    return {
        "agrees": reconciliation.agrees,
        "acknowledged": reconciliation.acknowledged.total(),
        "published": reconciliation.published.types.total(),
        "counted": reconciliation.counted.total(),
        "repeats": reconciliation.published.repeats,
        "restricted": reconciliation.restricted,
        "differences": {
            kind: dict(zip(names, row, strict=True))
            for kind, row in reconciliation.differences().items()
        },
        "gaps": [gap._asdict() for gap in reconciliation.published.gaps],
    }


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
