"""`mitmach relay`: how far each service's log was published, and sending part of it again."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from mitmach.commands.common import HERE, Json, Where, console, print_json, run
from mitmach.connection import connected_platform
from shared.contract.services import LogOwner
from shared.delivery.relay import RelayStatus, rewind, status

app = typer.Typer(
    help="See how far the events were published, and have them sent again.", no_args_is_help=True
)


@app.command(name="status")
def show_status(
    services: Annotated[
        list[LogOwner] | None, typer.Argument(help="All of them by default.")
    ] = None,
    *,
    data: Where = HERE,
    as_json: Json = False,
) -> None:
    """Show who publishes, how far that is, and what waits."""
    run(lambda: _show(data, services or list(LogOwner), as_json=as_json))


@app.command(name="rewind")
def set_back(
    service: Annotated[LogOwner, typer.Argument(help="Whose events.")],
    *,
    start: Annotated[
        int | None,
        typer.Option("--from", help="Sequence of the first; the oldest that is kept by default."),
    ] = None,
    data: Where = HERE,
) -> None:
    """Have events sent to Kafka again. Safe while all runs: readers leave out what they had."""
    run(lambda: _rewind(data, service, start))


async def _show(folder: Path, services: list[LogOwner], *, as_json: bool) -> int:
    async with connected_platform(folder) as platform:
        found = {service: await status(platform.database(service)) for service in services}
    if as_json:
        print_json([{"service": service, **found[service]._asdict()} for service in found])
        return 0
    table = Table("service", "fence", "holder", "next", "sent through", "unnumbered", "lag")
    for service, relay in found.items():
        table.add_row(service, *_row(relay))
    console.print(table)
    return 0


def _row(relay: RelayStatus) -> tuple[str, ...]:
    return (
        str(relay.fence),
        relay.holder or "[red]nobody[/red]",
        str(relay.next_sequence),
        str(relay.sent_through),
        f"{relay.unnumbered} documents",
        f"{relay.lag} events",
    )


async def _rewind(folder: Path, service: LogOwner, start: int | None) -> int:
    async with connected_platform(folder) as platform:
        database = platform.database(service)
        begin = await rewind(database, start)
        now = await status(database)
    console.print(f"{service}: {now.next_sequence - begin} events from {begin} on are sent again.")
    if now.holder is None:
        console.print("No relay runs; the next one to start sends them.")
    return 0
