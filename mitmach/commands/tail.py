"""`mitmach tail`: shows events as they come."""

import asyncio
import fnmatch
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from aiokafka import ConsumerRecord

from mitmach.commands.common import HERE, Where, console, run
from mitmach.connection import connected_platform
from shared.contract.events.topics import BALLOTS, TOPICS
from shared.delivery.kafka import existing_partitions, open_reader


def tail(
    types: Annotated[
        list[str] | None, typer.Argument(help="Types to show, such as reaction.* (all by default).")
    ] = None,
    *,
    data: Where = HERE,
    count: Annotated[int | None, typer.Option(help="End after so many.", min=1)] = None,
    beginning: Annotated[bool, typer.Option(help="Start with the oldest event.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each event whole, as one line of JSON.")
    ] = False,
) -> None:
    """Show events as they come."""
    show = _show_raw if as_json else _show
    run(lambda: _tail(data, types=types or (), most=count, beginning=beginning, show=show))


class _ShownEvent(msgspec.Struct, gc=False):
    """The attributes of an event that are shown."""

    time: str
    type: str
    subject: str
    actor: str = ""
    data: msgspec.Raw = msgspec.Raw()


def _show(event: _ShownEvent, _record: ConsumerRecord) -> None:
    console.print(
        f"[dim]{event.time}[/dim] [bold]{event.type}[/bold] {event.subject}"
        f" [cyan]{event.actor}[/cyan]",
        soft_wrap=True,
        highlight=False,
    )


def _show_raw(_event: _ShownEvent, record: ConsumerRecord) -> None:
    typer.echo(record.value)


async def _tail(
    folder: Path,
    *,
    types: Sequence[str],
    most: int | None,
    beginning: bool,
    show: Callable[[_ShownEvent, ConsumerRecord], None],
) -> int:
    """Prints events as they come, until Ctrl-C or until there were enough.

    Args:
        folder: The folder of the platform.
        types: Patterns such as `mitmach.reaction.*` or just `reaction.*`; none: all.
        most: How many events to print; None for all that come.
        beginning: Whether to start with the oldest event instead of the next.
        show: Prints one event.
    """
    patterns = [
        pattern if pattern.startswith("mitmach.") else f"mitmach.{pattern}" for pattern in types
    ]
    decode = msgspec.json.Decoder(_ShownEvent).decode

    def wanted(record: ConsumerRecord) -> _ShownEvent | None:
        try:
            event = decode(record.value or b"")
        except msgspec.MsgspecError:  # somebody else's bytes; the dead letters tell of them
            return None
        fits = not patterns or any(fnmatch.fnmatch(event.type, pattern) for pattern in patterns)
        return event if fits and record.timestamp >= since else None

    shown = 0
    # On the embedded broker the end of a partition lies before its last batch, which is older.
    since = 0 if beginning else int(time.time() * 1000)
    async with connected_platform(folder) as platform:
        places = await existing_partitions(platform.kafka, TOPICS.keys() - {BALLOTS})
        async with open_reader(platform.kafka) as consumer:
            consumer.assign(places)
            await (consumer.seek_to_beginning if beginning else consumer.seek_to_end)(*places)
            while most is None or shown < most:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    for record in records:
                        event = wanted(record)
                        if event is not None and (most is None or shown < most):
                            shown += 1
                            show(event, record)
                await asyncio.sleep(0)
    return 0
