"""The command line: running a platform, and what is there without one; `commands` has the rest."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from mitmach.commands import dlq, log, relay
from mitmach.commands.common import FAILED, HERE, INTERRUPTED, Data, console, pasteable, run
from mitmach.commands.importing import import_history
from mitmach.commands.migrate import migrate
from mitmach.commands.replay import replay
from mitmach.commands.tail import tail
from mitmach.commands.token import token
from mitmach.commands.verify import verify
from mitmach.demo.quarter import DAYS, MOST_DAYS
from mitmach.demo.remote import play_on_target
from mitmach.demo.run import DemoPlatform, live_until, run_demo
from mitmach.installation.run import install
from mitmach.installation.secrets import create as create_secrets
from mitmach.platform import Platform, PlatformOptions, running_platform
from mitmach.services import SERVICES
from shared.runtime.process import Stopped, stop_signals

app = typer.Typer(
    name="mitmach",
    help="An internal community platform that counts every interaction exactly once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(dlq.app, name="dlq")
app.add_typer(log.app, name="log")
app.add_typer(relay.app, name="relay")
app.command()(replay)
app.command()(migrate)
app.command(name="import")(import_history)

Host = Annotated[str, typer.Option("--host", help="Address that the API listens on.")]
HttpPort = Annotated[
    int, typer.Option("--http-port", help="Port of the API; 0 takes a free one.", min=0, max=65535)
]
KafkaPort = Annotated[
    int | None, typer.Option("--kafka-port", help="Port of the broker; a free one by default.")
]
MongodbPort = Annotated[
    int | None, typer.Option("--mongodb-port", help="Port of the database; a free one by default.")
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Delete what is stored and start clean.")]
LogLevel = Annotated[
    str, typer.Option("--log-level", help="Least level to log.", envvar="MITMACH_LOG_LEVEL")
]


def main() -> None:
    """Runs the command that the command line names."""
    app()


@app.command()
def up(
    *,
    data: Data = HERE,
    host: Host = "127.0.0.1",
    http_port: HttpPort = 8000,
    kafka_port: KafkaPort = None,
    mongodb_port: MongodbPort = None,
    fresh: Fresh = False,
    log_level: LogLevel = "WARNING",
) -> None:
    """Start the platform: database, broker and all services in one process, until Ctrl-C."""
    options = PlatformOptions(
        data=data,
        host=host,
        http_port=http_port,
        kafka_port=kafka_port,
        mongodb_port=mongodb_port,
        fresh=fresh,
        log_level=log_level,
    )

    async def stay(platform: Platform) -> int:
        show(platform, data)
        await platform.stop.wait()
        return 0

    run(lambda: _on_platform(options, stay))


@app.command()
def demo(
    *,
    data: Data = HERE,
    host: Host = "127.0.0.1",
    http_port: HttpPort = 8000,
    kafka_port: KafkaPort = None,
    mongodb_port: MongodbPort = None,
    fresh: Fresh = False,
    log_level: LogLevel = "ERROR",
    once: Annotated[
        bool, typer.Option("--once", help="Exit after the report, without living on.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another seed is another organisation.")] = 1,
    days: Annotated[
        int, typer.Option(help="How many days before today are played.", min=1, max=MOST_DAYS)
    ] = DAYS,
    target: Annotated[
        str | None, typer.Option(help="Play on a platform that runs there; starts nothing here.")
    ] = None,
) -> None:
    """Start the platform, play an organisation's last days, and let it live on until Ctrl-C.

    Exits with 1 if the three counts differ.
    """
    if target is not None:
        run(lambda: play_on_target(console, target, seed=seed, days=days, once=once))
    options = PlatformOptions(
        data=data,
        host=host,
        http_port=http_port,
        kafka_port=kafka_port,
        mongodb_port=mongodb_port,
        fresh=fresh,
        log_level=log_level,
        history=True,
    )

    async def play_on(platform: Platform) -> int:
        where = DemoPlatform(
            http=platform.addresses.http,
            mongo=platform.mongo,
            kafka=platform.kafka,
            prefix=platform.prefix,
            token=platform.secrets.token,
        )
        reconciliation, there = await run_demo(console, where, seed=seed, days=days)
        show(platform, data)
        console.print(reconciliation.line(), soft_wrap=True, highlight=False)
        if not once and reconciliation.agrees:
            console.print("Life goes on in real time, and the board moves.")
            await live_until(platform.stop, where, there)
        return 0 if reconciliation.agrees else FAILED

    run(lambda: _on_platform(options, play_on))


app.command()(verify)
app.command()(tail)


app.command()(token)


@app.command()
def init(
    *,
    kafka: Annotated[
        bool, typer.Option(help="Set up Kafka too; an operator such as Strimzi does it by itself.")
    ] = True,
) -> None:
    """Make replica set, users, topics and access rules on MongoDB and Kafka; safe to repeat."""
    run(lambda: install(console, kafka=kafka))


SECRETS = Path("secrets")


@app.command()
def secrets(
    folder: Annotated[Path, typer.Argument(help="Where to.")] = SECRETS,
    *,
    mongodb: Annotated[
        str, typer.Option(help="Members of the replica set, host:port, comma-separated.")
    ] = "mongodb:27017",
    data_team: Annotated[
        list[str] | None,
        typer.Option(help="A data team that gets a password; `mitmach init` lets it in."),
    ] = None,
) -> None:
    """Make passwords and keys of an installation; what is there already stays as it is."""
    try:
        made = create_secrets(folder, mongodb=mongodb, data_teams=data_team or ())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--data-team") from None
    typer.echo(f"{len(made)} new files in {folder}" if made else f"{folder} is complete")


@app.command(name="version")
def show_version() -> None:
    """Say which version this is."""
    try:
        typer.echo(f"mitmach {version('mitmach')}")
    except PackageNotFoundError:
        typer.echo("mitmach (not installed)")


def _version_option(asked: bool) -> None:
    if asked:
        show_version()
        raise typer.Exit


@app.callback()
def top_level(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is.", callback=_version_option, is_eager=True
        ),
    ] = False,
) -> None:
    """An internal community platform that counts every interaction exactly once."""


async def _on_platform(options: PlatformOptions, work: Callable[[Platform], Awaitable[int]]) -> int:
    """Does the work on a platform that is up; a signal or a failed part ends both."""
    with stop_signals() as stop:
        async with running_platform(options, SERVICES, stop) as platform:
            working = asyncio.ensure_future(work(platform))
            stopping = asyncio.ensure_future(stop.wait())
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            # Work that waits for the same signal ends by itself; what is in its midst doesn't.
            await asyncio.wait({working}, timeout=0.1)
            if working.cancel():
                await asyncio.wait({working})
            if failed := platform.failed():
                raise Stopped(f"{', '.join(failed)} failed; the log above says why.")
            return INTERRUPTED if working.cancelled() else working.result()


def show(platform: Platform, data: Path) -> None:
    """Prints where everything is, and how to get in."""
    http = platform.addresses.http
    table = Table(show_header=False, box=None, padding=(0, 2))
    for name, address in (
        ("Board", f"{http}/board"),
        ("API documentation", f"{http}/docs"),
        ("Metrics", f"{http}/metrics"),
        ("Kafka", platform.addresses.kafka),
        ("MongoDB", platform.addresses.mongodb),
    ):
        table.add_row(f"[bold]{name}[/bold]", address)
    console.print(table)
    command = pasteable("token", "operator", "--role", "admin", data=data)
    console.print("Ctrl-C ends it all. A token, for the board too:", highlight=False)
    console.print(command, style="bold", soft_wrap=True, highlight=False, markup=False)


if __name__ == "__main__":
    main()
