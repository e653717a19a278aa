"""`mitmach tail`: shows events as they come."""

import asyncio
import fnmatch
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from aiokafka import ConsumerRecord

from mitmach.addresses import read_addresses
from mitmach.commands.common import HERE, Data, console, run
from shared.contract.events.topics import BALLOTS, TOPICS
from shared.delivery.kafka import KafkaConnection, existing_partitions, open_reader


def tail(
    types: Annotated[
        list[str] | None, typer.Argument(help="Types to show, such as reaction.* (all by default).")
    ] = None,
    *,
    data: Data = HERE,
    count: Annotated[int | None, typer.Option(help="End after so many.", min=1)] = None,
    beginning: Annotated[bool, typer.Option(help="Start with the oldest event.")] = False,
) -> None:
    """Show events as they come."""
    run(lambda: _tail(data, types=types or (), most=count, beginning=beginning))


class _ShownEvent(msgspec.Struct, gc=False):
    """The attributes of an event that are shown."""

    time: str
    type: str
    subject: str
    actor: str = ""
    data: msgspec.Raw = msgspec.Raw()


async def _tail(folder: Path, *, types: Sequence[str], most: int | None, beginning: bool) -> int:
    """Prints events as they come, until Ctrl-C or until there were enough.

    Args:
        folder: The folder of the platform.
        types: Patterns such as `mitmach.reaction.*` or just `reaction.*`; none: all.
        most: How many events to print; None for all that come.
        beginning: Whether to start with the oldest event instead of the next.
    """
    addresses = read_addresses(folder)
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
