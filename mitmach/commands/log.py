"""`mitmach log`: events out of the services' logs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from mitmach.commands.common import HERE, Where, run
from mitmach.connection import connected_platform
from mitmach.log_export import ExportFormat, export_log, writer_of
from shared.contract.services import LogOwner
from shared.runtime.process import Stopped

app = typer.Typer(help="Read the services' logs.", no_args_is_help=True)


def moment(text: str) -> datetime:
    """Reads a moment; UTC if it doesn't say otherwise.

    Raises:
        BadParameter: It is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("give a day (2026-11-23) or a time (2026-11-23T09:00Z)") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


Moment = Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME")]


@app.command(name="export")
def export(
    services: Annotated[list[LogOwner] | None, typer.Argument(help="All by default.")] = None,
    *,
    since: Moment = None,
    until: Moment = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File; standard output by default.")
    ] = None,
    kind: Annotated[
        ExportFormat | None,
        typer.Option(
            "--format", help="By the file's name when left out: parquet for *.parquet, else ndjson."
        ),
    ] = None,
    join_people: Annotated[
        bool,
        typer.Option(
            "--join-people",
            help="Name each person by one id everywhere, which says all that somebody did. Needs"
            " MITMACH_PSEUDONYM_KEY.",
        ),
    ] = False,
    data: Where = HERE,
) -> None:
    """Write events as JSON, one per line, or as Parquet: those since a moment, and before another.

    The log reaches 90 days back. The choices of sealed votes are left out. Parquet needs a library
    that is an extra, pyarrow.
    """
    kind = kind or _format_of(output)
    if kind is ExportFormat.PARQUET and output is None:
        raise typer.BadParameter(
            "parquet isn't for reading on a screen: name a file with --output",
            param_hint="--format",
        )
    run(
        lambda: _export(
            data,
            services or list(LogOwner),
            since=since,
            until=until,
            output=output,
            kind=kind,
            join_people=join_people,
        )
    )


def _format_of(output: Path | None) -> ExportFormat:
    named = output is not None and output.suffix.lower() == ".parquet"
    return ExportFormat.PARQUET if named else ExportFormat.NDJSON


async def _export(
    folder: Path,
    services: list[LogOwner],
    *,
    since: datetime | None,
    until: datetime | None,
    output: Path | None,
    kind: ExportFormat,
    join_people: bool,
) -> int:
    errors = Console(stderr=True)
    writer = writer_of(kind)
    lines = 0
    async with connected_platform(folder) as platform:
        people = platform.joined_people() if join_people else None
        columns = SpinnerColumn(), TextColumn("{task.description}")
        with (
            _opened(output) as file,
            writer(file) as write,
            Progress(*columns, console=errors) as bar,
        ):
            for service in services:
                task = bar.add_task(service)
                lines += await export_log(
                    platform.database(service),
                    write,
                    since=since,
                    until=until,
                    people=people,
                    progress=lambda n, task=task, service=service: bar.update(  # type: ignore[misc]
                        task, description=f"{service}: {n:,} events"
                    ),
                )
    errors.print(f"{lines:,} events.")
    return 0


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """A file that only gets its name when it is whole, or standard output.

    Raises:
        Stopped: It can't be written.
    """
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(output)
    except OSError as error:
        raise Stopped(f"{output} can't be written ({error.strerror}).") from error
