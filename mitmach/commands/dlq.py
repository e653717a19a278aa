"""`mitmach dlq`: what consumers could neither read nor apply, and what becomes of it."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
import typer
from rich.table import Column, Table

from mitmach.commands.common import FAILED, HERE, Json, Where, console, print_json, run
from mitmach.connection import PlatformConnection, connected_platform
from services.metrics.store.generations import Generations
from shared.contract.services import LogOwner
from shared.delivery.dead_letters import (
    LetterState,
    StoredLetter,
    drop_letters,
    find_letters,
    request_replay,
)
from shared.delivery.mongo import Database

app = typer.Typer(
    help="Look at dead letters, and decide what becomes of them.", no_args_is_help=True
)

METRICS = "metrics"
_NOT_DONE = (LetterState.OPEN, LetterState.WANTED)

Ids = Annotated[list[str] | None, typer.Argument(help="Ids as `list` shows them.")]
Group = Annotated[
    str | None,
    typer.Option("--group", help="All open ones of this consumer, such as mitmach.metrics."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without it only say what would be done.")]


class LocatedLetter(NamedTuple):
    """A dead letter, and the database that keeps it.

    Attributes:
        database: The database of the service whose consumer couldn't use the record.
        letter: The dead letter.
    """

    database: Database
    letter: StoredLetter


@app.command(name="list")
def show_all(
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that were replayed or dropped.")
    ] = False,
    data: Where = HERE,
    as_json: Json = False,
) -> None:
    """List what waits for a decision."""
    states = tuple(LetterState) if everything else _NOT_DONE
    run(lambda: _list(data, states, as_json=as_json))


@app.command()
def show(
    letter: Annotated[str, typer.Argument(help="Id as `list` shows it.")], *, data: Where = HERE
) -> None:
    """Show one record with its reason."""
    run(lambda: _show(data, letter))


@app.command()
def replay(
    ids: Ids = None,
    *,
    group: Group = None,
    yes: Yes = False,
    wait: Annotated[
        float, typer.Option(help="Seconds to wait for the consumer to do it.", min=0)
    ] = 15.0,
    data: Where = HERE,
) -> None:
    """Have the consumer count records that it can read by now, each once."""
    run(lambda: _replay(data, ids or (), group, yes=yes, patience=wait))


@app.command(name="drop")
def give_up(ids: Ids = None, *, group: Group = None, yes: Yes = False, data: Where = HERE) -> None:
    """Decide that records are never counted."""
    run(lambda: _drop(data, ids or (), group, yes=yes))


async def _letters(
    platform: PlatformConnection, states: Sequence[LetterState], ids: Sequence[str] | None = None
) -> list[LocatedLetter]:
    # Of the metrics service the live figures, wherever they are.
    databases = [platform.database(service) for service in LogOwner if service != METRICS]
    live = await Generations(platform.database(METRICS)).live()
    databases.append(platform.mongo.database(live.database))
    return [
        LocatedLetter(database, letter)
        for database in databases
        for letter in await find_letters(database, states, ids=ids)
    ]


async def _list(folder: Path, states: Sequence[LetterState], *, as_json: bool) -> int:
    async with connected_platform(folder) as platform:
        found = [letter for _, letter in await _letters(platform, states)]
    if as_json:
        print_json([_listed(letter) for letter in found])
        return 0
    if not found:
        console.print("There are no dead letters.")
        return 0
    # An id that is cut off can't be given to the other commands.
    table = Table(
        Column("id", no_wrap=True, min_width=12),
        Column("consumer", overflow="fold"),
        Column("where", overflow="fold"),
        "since",
        "reason",
        "state",
    )
    for letter in found:
        table.add_row(
            letter.id,
            letter.group,
            f"{letter.partition}@{letter.offset}",
            f"{letter.at:%Y-%m-%d %H:%M}",
            letter.note or letter.reason,
            f"{letter.state}, overtaken"
            if letter.overtaken and letter.state in _NOT_DONE
            else letter.state,
        )
    console.print(table)
    return 0


def _listed(letter: StoredLetter) -> dict[str, Any]:
    """What `--json` prints of each; the record itself is for `show`."""
    names = ("id", "group", "partition", "offset", "at", "reason", "note", "state", "overtaken")
    return {name: getattr(letter, name) for name in names}


async def _show(folder: Path, letter_id: str) -> int:
    async with connected_platform(folder) as platform:
        found = await _letters(platform, tuple(LetterState), [letter_id])
    for _, letter in found:
        for name, told in _told(letter):
            console.print(f"[bold]{name:<9}[/bold] {told}", soft_wrap=True, highlight=False)
        console.print(_readable(letter.value), soft_wrap=True, highlight=False, markup=False)
    return 0 if found else _unknown([letter_id])


def _told(letter: StoredLetter) -> Iterator[tuple[str, object]]:
    yield "consumer", letter.group
    yield "where", f"{letter.partition} at offset {letter.offset}"
    yield (
        "event",
        f"{letter.sequence} of {letter.source}" if letter.source else "none that can be read",
    )
    yield "since", f"{letter.at:%Y-%m-%d %H:%M:%S}"
    yield "reason", letter.reason
    yield "state", f"{letter.state}{', overtaken by later events of its key' * letter.overtaken}"
    if letter.note:
        yield "note", letter.note
    yield "key", _readable(letter.key)
    for name, value in letter.headers:
        yield "header", f"{name}: {_readable(value)}"


def _readable(value: bytes | None) -> str:
    """JSON in lines, other text as it is, anything else as hexadecimal digits."""
    if value is None:
        return "nothing"
    try:
        return msgspec.json.format(value).decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex(" ")


async def _chosen(
    platform: PlatformConnection, ids: Sequence[str], group: str | None
) -> list[LocatedLetter]:
    """The open letters that the command line names."""
    found = await _letters(platform, (LetterState.OPEN,), list(ids) if ids else None)
    return [located for located in found if ids or located.letter.group == group]


def _unknown(ids: Sequence[str]) -> int:
    console.print(f"No such dead letter: {', '.join(ids)}. `mitmach dlq list --all` shows them.")
    return FAILED


async def _replay(
    folder: Path, ids: Sequence[str], group: str | None, *, yes: bool, patience: float
) -> int:
    async with connected_platform(folder) as platform:
        chosen = await _chosen(platform, ids, group)
        if (missing := _missing(ids, group, chosen)) is not None:
            return missing
        if not yes:
            return _would("be tried again", chosen)
        for database, letters in _by_database(chosen):
            await request_replay(database, letters)
        return await _watch(chosen, patience)


async def _watch(chosen: Sequence[LocatedLetter], patience: float) -> int:
    """Waits until the consumers have done it, and says how it went."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while True:
        now = [
            letter
            for database, letters in _by_database(chosen)
            for letter in await find_letters(database, ids=[letter.id for letter in letters])
        ]
        waiting = [letter for letter in now if letter.state is LetterState.WANTED]
        if not waiting or loop.time() >= until:
            break
        await asyncio.sleep(0.2)
    refused = [letter for letter in now if letter.state is LetterState.OPEN]
    console.print(f"{len(now) - len(waiting) - len(refused)} of {len(now)} replayed.")
    for letter in refused:
        console.print(f"{letter.id}: {letter.note}", soft_wrap=True)
    if waiting:
        names = ", ".join(sorted({letter.group for letter in waiting}))
        console.print(f"{len(waiting)} wait for {names}, which does it as soon as it runs.")
    return FAILED if waiting or refused else 0


async def _drop(folder: Path, ids: Sequence[str], group: str | None, *, yes: bool) -> int:
    async with connected_platform(folder) as platform:
        chosen = await _chosen(platform, ids, group)
        if (missing := _missing(ids, group, chosen)) is not None:
            return missing
        if not yes:
            return _would("be dropped", chosen)
        for database, letters in _by_database(chosen):
            await drop_letters(database, letters)
    console.print(f"{len(chosen)} dropped.")
    return 0


def _missing(ids: Sequence[str], group: str | None, chosen: Sequence[LocatedLetter]) -> int | None:
    """The exit code where the command line doesn't fit what is there."""
    if not ids and group is None:
        console.print("Name dead letters by their ids, or all of a consumer with --group.")
        return FAILED
    if gone := sorted(set(ids) - {located.letter.id for located in chosen}):
        return _unknown(gone)
    if not chosen:
        console.print(f"{group} has no open dead letters.")
        return 0
    return None


def _would(happen: str, chosen: Sequence[LocatedLetter]) -> int:
    for _, letter in chosen:
        late = " (later events of its key were counted)" if letter.overtaken else ""
        console.print(
            f"{letter.id} {letter.group} {letter.partition}@{letter.offset}{late}", soft_wrap=True
        )
    console.print(f"{len(chosen)} would {happen}. Nothing was changed; --yes does it.")
    return 0


def _by_database(chosen: Sequence[LocatedLetter]) -> Iterator[tuple[Database, list[StoredLetter]]]:
    databases = {located.database.name: located.database for located in chosen}
    for name, database in databases.items():
        yield database, [located.letter for located in chosen if located.database.name == name]
