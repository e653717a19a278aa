"""`mitmach replay`: counts all events again, and changes to the figures that come out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from mitmach.commands.common import FAILED, HERE, Where, console, run
from mitmach.connection import connected_platform
from services.metrics.rebuild.replay import ProgressCallback, Replay, ReplayOutcome, ReplayProgress


def replay(
    *,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept-differences", help="Change to the new figures although they differ."
        ),
    ] = False,
    compare_only: Annotated[
        bool, typer.Option("--compare-only", help="Say what differs; the live figures stay.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew instead of going on where it was ended.")
    ] = False,
    allow_incomplete: Annotated[
        bool, typer.Option("--allow-incomplete", help="Begin where the topics do.")
    ] = False,
    data: Where = HERE,
) -> None:
    """Rebuild the metrics from Kafka beside the live ones, compare, and switch without a gap.

    It can be ended at any time; the next one goes on where it was.
    """
    run(
        lambda: _replay(
            data,
            accept=accept,
            switch=not compare_only,
            restart=restart,
            allow_incomplete=allow_incomplete,
        )
    )


async def _replay(
    folder: Path, *, accept: bool, switch: bool, restart: bool, allow_incomplete: bool
) -> int:
    async with connected_platform(folder) as platform:
        with _bar() as tell:
            outcome = await Replay(
                platform.mongo,
                platform.kafka,
                platform.database("metrics").name,
                platform.aliases().person,
                restart=restart,
                allow_incomplete=allow_incomplete,
                switch=switch,
                accept=accept,
                tell=tell,
            ).run()
    return _report(outcome, wanted=switch)


@contextmanager
def _bar() -> Iterator[ProgressCallback]:
    columns = TextColumn("counted again"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("")

        def tell(progress: ReplayProgress) -> None:
            bar.update(task, completed=progress.counted, total=max(progress.live, 1))

        yield tell


def _report(outcome: ReplayOutcome, *, wanted: bool) -> int:
    comparison = outcome.comparison
    if comparison.differences:
        table = Table("count", "live", "rebuilt", title="These counts differ")
        for name, (live, rebuilt) in comparison.differences.items():
            table.add_row(name, f"{live:,}", f"{rebuilt:,}")
        console.print(table)
    if comparison.unclear:
        console.print(f"Couldn't be compared: {', '.join(comparison.unclear)}", soft_wrap=True)
    if comparison.same:
        console.print("The rebuilt figures are the same as the live ones.")
    if outcome.switched:
        console.print(f"They are live now, in the database {outcome.database}.")
        if not outcome.followed:
            console.print("No consumer of the metrics service has followed: start one.")
        return 0 if outcome.followed else FAILED
    if wanted:
        console.print(
            f"Nothing was switched; they are kept in {outcome.database}. `mitmach replay"
            " --accept-differences` switches, `--restart` begins anew.",
            soft_wrap=True,
        )
    return 0 if comparison.same else FAILED
