"""The addresses of a running platform: written for scripts and for the other commands."""

import json
import os
from pathlib import Path
from typing import NamedTuple

from mitmach.embedded.child import EmbeddedFailure

_FILE = "addresses.json"


class Addresses(NamedTuple):
    """The addresses of a platform, as its file has them.

    Attributes:
        http: The base address of the public API.
        kafka: The bootstrap server of its broker.
        mongodb: The connection string of its database.
        pid: The id of the process that wrote the file.
    """

    http: str
    kafka: str
    mongodb: str
    pid: int


def write_addresses(folder: Path, addresses: Addresses) -> None:
    """Replaces the file at once, so that no reader sees half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{_FILE}.new"
    new.write_text(json.dumps(addresses._asdict(), indent=2) + "\n")
    new.replace(folder / _FILE)


def read_addresses(folder: Path) -> Addresses:
    """The addresses of the platform that runs on this folder.

    The file stays when a platform ends, so the process that wrote it is looked for.

    Raises:
        EmbeddedFailure: No platform runs there.
    """
    try:
        found = Addresses(**json.loads((folder / _FILE).read_text()))
        os.kill(found.pid, 0)
    except (OSError, ValueError, TypeError):
        raise EmbeddedFailure(
            f"No platform runs on {folder}: start one with `mitmach up`, or name its folder with "
            "--data."
        ) from None
    return found
