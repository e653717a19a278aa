"""`mitmach import`: the history of another platform, recorded as if it had happened here."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from mitmach.addresses import read_addresses
from mitmach.commands.common import FAILED, console, run
from mitmach.commands.log import moment
from mitmach.development import DevelopmentSecrets, has_keys
from mitmach.importing.reactions import reaction_table
from mitmach.importing.recording.lead import ALONE, MOST
from mitmach.importing.run import Choice, read_only, run_import
from mitmach.importing.sources.options import SourceOptions
from shared.contract.history import RECORDER
from shared.runtime.process import Stopped

_PERSON = "the-importer"


class SourceName(StrEnum):
    """Where a history can come from."""

    MATTERMOST = "mattermost"
    SLACK = "slack"
    NDJSON = "ndjson"


class Recognised(StrEnum):
    """What people are recognised by."""

    SOURCE = "source"
    EMAIL = "email"


def import_history(
    source: Annotated[SourceName, typer.Argument(help="Where the history comes from.")],
    file: Annotated[Path, typer.Argument(help="The export.", exists=True, dir_okay=False)],
    *,
    target: Annotated[
        str | None,
        typer.Option(help="Address of the platform; the one of the folder by default."),
    ] = None,
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            help="Folder for what the import remembers, and of a platform on this machine.",
            envvar="MITMACH_DATA",
        ),
    ] = Path(".mitmach"),
    token_file: Annotated[
        Path | None,
        typer.Option(
            help="File with an access token that has the role importer; read again when it expires."
            " A development token of the folder's platform by default.",
            envvar="MITMACH_IMPORT_TOKEN_FILE",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read, check and report; send nothing.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(help="Record at most so many acts in this run.", min=1)
    ] = None,
    lead: Annotated[
        int,
        typer.Option(
            help="Acts that may be recorded and not yet in the figures: fewer leave more to those"
            f" who live on the platform, more is faster; {ALONE} where nobody does yet.",
            min=2,
        ),
    ] = MOST,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=moment, metavar="TIME", help="Leave posts of before out, and what is on them."
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Tells several platforms of one kind apart; the same in each import."),
    ] = None,
    team: Annotated[
        str | None, typer.Option(help="Mattermost: this team alone, by its name in addresses.")
    ] = None,
    recognised_by: Annotated[
        Recognised, typer.Option(help="What an account is found by: the source's id, or the mail.")
    ] = Recognised.SOURCE,
    reactions: Annotated[
        Path | None,
        typer.Option(help="JSON: which reaction each emoji is.", exists=True, dir_okay=False),
    ] = None,
    files_at: Annotated[
        str | None, typer.Option(help="Address (https) of a folder with the export's files.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write the report there too, as JSON.", dir_okay=False)
    ] = None,
) -> None:
    """Import the history of another platform; started again, it goes on where it was.

    The platform has to allow it (MITMACH_HISTORY=true) for as long as it takes.
    """
    choice = Choice(
        source=source.value,
        file=file,
        spool=data / "imports" / f"{source.value}-{file.name}.spool",
        options=SourceOptions(
            team=team,
            reactions=reaction_table(reactions),
            identity=recognised_by.value,
            files_at=files_at,
        ),
        name=name or source.value,
        since=since,
        limit=limit,
        lead=lead,
    )
    choice.spool.parent.mkdir(parents=True, exist_ok=True)

    async def work() -> int:
        if dry_run:
            found = read_only(choice, console)
            _write(report, {"file": found.as_json()})
            return 0
        address = target or read_addresses(data).http
        summary = await run_import(
            choice, console, target=address, token=lambda: _token(data, token_file)
        )
        _write(report, summary.as_json())
        return FAILED if summary.waiting and limit is None and since is None else 0

    run(work)


def _token(data: Path, token_file: Path | None) -> str:
    if token_file is not None:
        return token_file.read_text().strip()
    if not has_keys(data):
        raise Stopped("Name a file with a token that has the role importer: --token-file.")
    return DevelopmentSecrets(data).token(_PERSON, [RECORDER, "service"])


def _write(report: Path | None, found: object) -> None:
    if report is not None:
        report.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2))
