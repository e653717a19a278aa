"""Passwords and keys of an installation: random, one file each, made once by the operator.

The folder is closed to everybody else; the files in it are readable, because a container that gets
one runs as another user. `.gitignore` and `.dockerignore` leave the folder out.

Its folder `data-teams` has a file for each data team, named after the team, with the password.
These files are the list of the teams: `mitmach init` gives them users and rights, and takes both
from whose file is gone. Rejected: a variable with their names; forget it once, and all are out.
"""

import base64
import secrets
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from mitmach.development import DevelopmentSecrets
from mitmach.installation.rights import AUDITOR, data_user
from shared.contract.services import ServiceName

USERS = (*map(str, ServiceName), AUDITOR)
DATA_TEAMS = "data-teams"
_KAFKA_ENVIRONMENT = "kafka.env"


def create(
    folder: Path, *, mongodb: str, replica_set: str = "rs0", data_teams: Sequence[str] = ()
) -> list[Path]:
    """Makes the secrets that are missing.

    Args:
        folder: The folder that they go into; made if missing.
        mongodb: `host:port` of the members, comma-separated, as services see them.
        replica_set: The name of the replica set.
        data_teams: Data teams that should have a password from now on; those that have one keep it.

    Returns:
        The files that were made.

    Raises:
        ValueError: A name can't be that of a team; then nothing is made.
    """
    for team in data_teams:
        data_user(team)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Mounted as a whole into a container that runs as another user; its parent is closed.
    (folder / DATA_TEAMS).mkdir(mode=0o755, exist_ok=True)
    development = DevelopmentSecrets(folder)
    passwords = ((f"{DATA_TEAMS}/{team}", secrets.token_urlsafe(24)) for team in data_teams)
    made = []
    for name, content in chain(_contents(folder, development, mongodb, replica_set), passwords):
        file = folder / name
        if not file.exists():
            file.write_text(content)
            file.chmod(0o644)
            made.append(file)
    return made


def _contents(
    folder: Path, development: DevelopmentSecrets, mongodb: str, replica_set: str
) -> Iterator[tuple[str, str]]:
    yield "pseudonym_key", development.pseudonym_key
    yield "jwt_public.json", development.public_file.read_text()
    yield "mongodb_key", base64.b64encode(secrets.token_bytes(512)).decode()
    yield "grafana_admin_password", secrets.token_urlsafe(18)
    for user in ("admin", *USERS):
        for server in ("mongodb", "kafka"):
            yield f"{server}_{user}_password", secrets.token_urlsafe(24)
    for user in USERS:
        password = quote((folder / f"mongodb_{user}_password").read_text(), safe="")
        options = f"replicaSet={replica_set}&authSource=admin"
        yield f"mongodb_{user}_url", f"mongodb://{user}:{password}@{mongodb}/?{options}"
    yield _KAFKA_ENVIRONMENT, _kafka_environment((folder / "kafka_admin_password").read_text())


def data_passwords(folder: Path) -> dict[str, str]:
    """The data teams and their passwords.

    Args:
        folder: A file for each team, named after it; names that begin with a dot are left out,
            because that is what Kubernetes puts beside the files of a secret.

    Raises:
        ValueError: A file's name can't be that of a team, or nothing is in it.
        OSError: The folder isn't there, or can't be read.
    """
    found = {}
    for file in sorted(folder.iterdir()):
        if file.name.startswith("."):
            continue
        password = file.read_text().strip()
        if not password:
            raise ValueError(f"{file} is empty: it should be the password of a data team")
        data_user(file.name)
        found[file.name] = password
    return found


def _kafka_environment(password: str) -> str:
    """The broker's own sign-in. It reads settings from its environment only."""
    plain = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required"
    admin = f'{plain} username="admin" password="{password}" user_admin="{password}";'
    return "".join(
        f"KAFKA_LISTENER_NAME_{name}_SASL_JAAS_CONFIG={value}\n"
        for name, value in (
            ("ADMIN_PLAIN", admin),
            ("CONTROLLER_PLAIN", admin),
            ("CLIENT_SCRAM___SHA___512", f"{scram};"),
        )
    )
