"""`mitmach token`: signs tokens for development and for the first look at an installation."""

from pathlib import Path
from typing import Annotated

import typer

from mitmach.commands.common import HERE
from mitmach.development import DevelopmentSecrets, has_keys
from shared.contract.principal import ROLES
from shared.web.identity import development, fault_of

Key = Annotated[
    Path | None,
    typer.Option(
        "--key",
        help="Private key (PEM) of development tokens; that of the folder by default.",
        envvar="MITMACH_SIGNING_KEY_FILE",
    ),
]
Folder = Annotated[
    Path, typer.Option("--data", help="Folder of a platform.", envvar="MITMACH_DATA")
]


def token(
    person: Annotated[str, typer.Argument(help="The person's id; becomes the token's `sub`.")],
    *,
    role: Annotated[
        list[str] | None,
        typer.Option(help=f"A platform role, once per role: {', '.join(sorted(ROLES))}."),
    ] = None,
    hours: Annotated[float, typer.Option(help="How long it is valid.", min=0.01)] = 24,
    data: Folder = HERE,
    key: Key = None,
) -> None:
    """Sign a development token for any person and role, accepted by the platform with this key."""
    if (fault := fault_of(person)) is not None:
        raise typer.BadParameter(f"The id {fault}.", param_hint="PERSON")
    roles = role or []
    if unknown := sorted(set(roles) - ROLES):
        raise typer.BadParameter(
            f"There is no role {', '.join(unknown)}; there are {', '.join(sorted(ROLES))}.",
            param_hint="--role",
        )
    lifetime = int(hours * 3600)
    if key is not None:
        typer.echo(development.issue_token(_read(key), person, roles, lifetime=lifetime))
        return
    if not has_keys(data):
        raise typer.BadParameter(
            f"{data} isn't the folder of a platform: start one with `mitmach up`, or name another.",
            param_hint="--data",
        )
    typer.echo(DevelopmentSecrets(data).token(person, roles, lifetime=lifetime))


def _read(key: Path) -> bytes:
    try:
        return key.read_bytes()
    except OSError as error:
        raise typer.BadParameter(
            f"{key} can't be read: {error.strerror}.", param_hint="--key"
        ) from None
